// PSBTs of both versions: reading, writing, and everything that can then be done with one.
#include "core/chain/bitcoin/explain.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

/// Keys that derivation fields name, beside those that the seeds' wallet has.
std::vector<compressed_key> keys_of(const psbt& of) {
  std::vector<compressed_key> keys;
  for (std::size_t i = 0; i < of.inputs(); ++i)
    for (const auto& field : of.input(i).all(psbt_input::derivation))
      if (auto key = compressed_key::from_bytes(field.key_data); key && keys.size() < 8)
        keys.push_back(*key);
  return keys;
}

// The secret keys of the tests' wallet (tests/unit/bitcoin_wallet.hpp).
ec_secret_key secret_of(std::uint8_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw.back() = n;
  raw.front() = 7;
  return ec_secret_key{raw};
}

void check_round_trip(const psbt& read, byte_view input) {
  const auto written = read.encode();
  // Fields may have stood in another order; but none is lost, and none was in a longer form.
  QUORATE_CHECK(written.size() == input.size());
  const auto again = psbt::decode(written);
  QUORATE_CHECK(again && *again == read);
  QUORATE_CHECK(again->encode() == written);
  const auto both = combine(read, *again);
  QUORATE_CHECK(both && *both == read);
}

/// The field that begins at `at`, in bytes, and 0 for a separator. Read here once more, so that
/// core's reader does not judge itself. @pre `written` is a PSBT
std::size_t field_bytes(byte_view written, std::size_t at) {
  std::size_t end = at;
  for (int part = 0; part < 2; ++part) {
    std::size_t size = written[end++];
    if (part == 0 && size == 0) return 0;
    const std::size_t more = size == 0xfd ? 2 : size == 0xfe ? 4 : 0;
    if (more > 0) size = 0;
    for (std::size_t i = 0; i < more; ++i)
      size |= static_cast<std::size_t>(written[end++]) << (8 * i);
    end += size;
  }
  return end - at;
}

// No map takes a key twice, whichever it is.
void check_field_twice(const bytes& written) {
  constexpr std::size_t magic_bytes = 5;
  for (std::size_t at = magic_bytes; at < written.size();) {
    const auto size = field_bytes(written, at);
    if (size > 0) {
      auto twice = written;
      const auto field = byte_view{written}.subspan(at, size);
      twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(at), field.begin(), field.end());
      QUORATE_CHECK(psbt::decode(twice).error() == errc::repeated_psbt_key);
    }
    at += std::max<std::size_t>(size, 1);
  }
}

void check_explanation(const psbt& read, std::span<const compressed_key> keys) {
  signer_view view;
  view.keys = keys;
  view.is_ours = [](byte_view script) { return script.size() % 2 == 0; };
  view.policy.any_sighash_type = true;
  const auto proposal = propose_signing(read, view);
  const auto requests = signature_requests(read, keys, view.policy);
  if (!proposal) return;
  // What is shown is what is signed: as many requests, inputs and outputs, and sums that agree.
  QUORATE_CHECK(requests && *requests == proposal->requests);
  const auto& shown = proposal->shown;
  QUORATE_CHECK(shown.inputs.size() == read.inputs() && shown.outputs.size() == read.outputs());
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (const auto& each : shown.inputs)
    in += each.spent.value.value;
  for (const auto& each : shown.outputs)
    out += each.output.value.value;
  QUORATE_CHECK(in == out + shown.fee.value);
  QUORATE_CHECK(out == shown.paid.value + shown.change.value);
  for (const auto c : shown.text)
    QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
}

// Signing with the wallet's own keys, finishing and extracting. What comes out is a transaction
// that spends and pays as the PSBT said.
void check_finish(psbt work) {
  const auto id = id_of(work.unsigned_transaction());
  for (std::uint8_t n = 1; n <= 2; ++n)
    (void)sign(work, secret_of(n), {true});
  QUORATE_CHECK(id_of(work.unsigned_transaction()) == id);
  const auto before = work;
  const auto left = finalise(work);
  // An input is final, or it is named and as it was.
  std::size_t next = 0;
  for (std::size_t i = 0; i < work.inputs(); ++i) {
    const bool named = next < left.size() && left[next].input == i;
    if (named) ++next;
    QUORATE_CHECK(work.is_final(i) != named);
    QUORATE_CHECK(!named || work.input(i) == before.input(i));
  }
  QUORATE_CHECK(next == left.size());
  const auto read = psbt::decode(work.encode());
  QUORATE_CHECK(read && *read == work);
  const auto final_tx = extract(work);
  QUORATE_CHECK(final_tx.has_value() == left.empty());
  if (!final_tx) return;
  QUORATE_CHECK(final_tx->outputs == work.unsigned_transaction().outputs);
  QUORATE_CHECK(final_tx->inputs.size() == work.inputs());
  // Without inputs, the bytes of a transaction can be read as those of one with witnesses.
  if (final_tx->inputs.empty()) return;
  const auto relayed = decode_transaction(encode(*final_tx));
  QUORATE_CHECK(relayed && *relayed == *final_tx);
}

} // namespace

void fuzz::run(byte_view input) {
  const auto read = psbt::decode(input);
  if (!read) return;
  accepted();
  check_round_trip(*read, input);
  check_field_twice(read->encode());
  auto keys = keys_of(*read);
  for (std::uint8_t n = 1; n <= 2; ++n)
    keys.push_back(ec_public_key::of(secret_of(n))->compressed());
  check_explanation(*read, keys);
  check_finish(*read);
}
