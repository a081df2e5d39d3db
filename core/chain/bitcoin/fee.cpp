#include "core/chain/bitcoin/fee.hpp"

#include "core/chain/bitcoin/script.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

constexpr std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) noexcept {
  return (value + by - 1) / by;
}

// The products below fit into 64 bits.
static_assert(rate_max.value <= ~0ULL / (4 * limits::transaction_bytes_max));
static_assert(money_max.value <= ~0ULL / 4'000);

constexpr std::size_t outpoint_and_sequence = 32 + 4 + 4;
// A DER signature with low s and its type, then a compressed key, each behind its length.
constexpr std::size_t signature_and_key = 1 + 72 + 1 + 33;
constexpr std::size_t nested_script = 1 + 22; // the push of a P2WPKH redeem script

constexpr std::size_t weight(std::size_t script, std::size_t witness) noexcept {
  return 4 * (outpoint_and_sequence + 1 + script) + witness;
}

} // namespace

satoshi fee_for(fee_rate rate, std::size_t weight) noexcept {
  QUORATE_CHECK(rate <= rate_max && weight <= 4 * limits::transaction_bytes_max);
  return satoshi{divided_up(rate.value * virtual_bytes(weight), 1'000)};
}

fee_rate rate_of(satoshi fee, std::size_t weight) noexcept {
  QUORATE_CHECK(weight > 0 && fee <= money_max);
  return fee_rate{fee.value * 1'000 / virtual_bytes(weight)};
}

std::size_t input_weight(coin_kind kind) noexcept {
  constexpr std::size_t count = 1; // of the witness's items; also beside inputs without a witness
  switch (kind) {
  case coin_kind::p2pkh:
    return weight(signature_and_key, count);
  case coin_kind::p2sh_p2wpkh:
    return weight(nested_script, count + signature_and_key);
  case coin_kind::p2wpkh:
    return weight(0, count + signature_and_key);
  case coin_kind::p2tr:
    return weight(0, count + 1 + 64);
  }
  return 0;
}

std::size_t output_weight(byte_view locking_script) noexcept {
  return 4 * (8 + compact_size_bytes(locking_script.size()) + locking_script.size());
}

std::size_t frame_weight(std::size_t inputs, std::size_t outputs) noexcept {
  constexpr std::size_t marker_and_flag = 2;
  return 4 * (4 + compact_size_bytes(inputs) + compact_size_bytes(outputs) + 4) + marker_and_flag;
}

satoshi dust_limit(byte_view locking_script) noexcept {
  constexpr fee_rate dust_rate{3 * relay_rate_min.value};
  const auto kind = classify(locking_script).kind;
  if (kind == script_kind::data) return {};
  const bool witness = kind == script_kind::p2wpkh || kind == script_kind::p2wsh ||
                       kind == script_kind::p2tr || kind == script_kind::future_witness;
  // As Core counts: with a witness, its discounted bytes rounded down.
  const std::size_t spending = outpoint_and_sequence + 1 + (witness ? 107 / 4 : 107);
  return fee_for(dust_rate, output_weight(locking_script) + 4 * spending);
}

bool is_replaceable(const transaction& tx) noexcept {
  return std::any_of(tx.inputs.begin(), tx.inputs.end(),
                     [](const auto& i) { return i.sequence < sequence_not_replaceable; });
}

expected<satoshi> replacement_fee_min(const eviction& evicted, std::size_t weight) {
  return add(evicted.fees, fee_for(relay_rate_min, weight));
}

outcome check_replacement(const weighed& before, const eviction& evicted, const weighed& after,
                          std::span<const outpoint> unconfirmed) {
  const auto spent_before = [&](const outpoint& coin) {
    return std::ranges::any_of(before.tx.inputs,
                               [&](const auto& input) { return input.previous == coin; });
  };
  const auto is_new_and_unconfirmed = [&](const transaction_input& input) {
    return std::ranges::find(unconfirmed, input.previous) != unconfirmed.end() &&
           !spent_before(input.previous);
  };
  const bool conflicts = std::ranges::any_of(
      after.tx.inputs, [&](const auto& input) { return spent_before(input.previous); });
  QUORATE_ASSIGN(const satoshi fee_min, replacement_fee_min(evicted, after.weight));
  const bool taken = is_replaceable(before.tx) && conflicts &&
                     std::ranges::none_of(after.tx.inputs, is_new_and_unconfirmed) &&
                     after.fee >= fee_min && evicted.count <= evicted_max &&
                     rate_of(after.fee, after.weight) > rate_of(before.fee, before.weight);
  return taken ? outcome{} : errc::replacement_refused;
}

} // namespace quorate::bitcoin
