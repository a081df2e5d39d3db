// Bitcoin transactions, with and without witnesses.
#include "core/chain/bitcoin/sighash.hpp"
#include "core/chain/bitcoin/transaction.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

constexpr std::array types{sighash_type::taproot_default,
                           sighash_type::all,
                           sighash_type::none,
                           sighash_type::single,
                           sighash_type::all_anyone_can_pay,
                           sighash_type::none_anyone_can_pay,
                           sighash_type::single_anyone_can_pay};

void check_digests(const transaction& tx) {
  const std::vector<transaction_output> spent(tx.inputs.size());
  const signature_hasher hasher{tx, spent};
  for (std::size_t i = 0; i < std::min<std::size_t>(tx.inputs.size(), 3); ++i)
    for (const auto type : types) {
      const auto taproot = hasher.taproot_key_path(i, type);
      QUORATE_CHECK(taproot.has_value() == (!is_single(type) || i < tx.outputs.size()));
      if (type == sighash_type::taproot_default) continue;
      (void)hasher.witness_v0(i, {}, satoshi{1}, type);
      const auto legacy = hasher.legacy(i, {}, type);
      QUORATE_CHECK(legacy.has_value() == taproot.has_value());
    }
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto tx = decode_transaction(input)) {
    accepted();
    QUORATE_CHECK(equal(encode(*tx), input));
    const auto bare = encode_without_witness(*tx);
    QUORATE_CHECK(weight_of(*tx) == 3 * bare.size() + input.size());
    QUORATE_CHECK(tx->has_witness() == (bare.size() != input.size()));
    const auto stripped = decode_without_witness(bare);
    QUORATE_CHECK(stripped && id_of(*stripped) == id_of(*tx));
    check_digests(*tx);
  }
  if (const auto tx = decode_without_witness(input)) {
    QUORATE_CHECK(!tx->has_witness());
    QUORATE_CHECK(equal(encode_without_witness(*tx), input));
  }
}
