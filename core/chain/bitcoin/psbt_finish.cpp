#include "core/chain/bitcoin/psbt_finish.hpp"

#include "core/chain/bitcoin/psbt_fields.hpp"
#include "core/chain/bitcoin/psbt_finaliser.hpp"

namespace quorate::bitcoin {

namespace {

/// Whether the finaliser leaves the field in an input.
bool survives(psbt_type type) noexcept {
  return type == psbt_input::previous_transaction || type == psbt_input::spent_output ||
         !is_known(psbt_scope::input, type) || is_transaction_field(psbt_scope::input, type);
}

void put_unlocking(psbt& of, std::size_t i, const unlocking& found) {
  std::vector<psbt_type> obsolete;
  for (const auto& [key, value] : of.input(i).all())
    if (!survives(type_of(key))) obsolete.push_back(type_of(key));
  for (const auto type : obsolete)
    of.erase_input(i, type);
  // What was built here has the form that fields ask for.
  if (!found.script.empty()) QUORATE_CHECK(of.put_input(i, psbt_input::final_script, found.script));
  if (found.witness.empty()) return;
  wire_writer w;
  w.compact_size(found.witness.size());
  for (const auto& item : found.witness)
    w.blob(item);
  QUORATE_CHECK(of.put_input(i, psbt_input::final_witness, w.view()));
}

} // namespace

std::vector<unfinished_input> finalise(psbt& of) {
  std::vector<unfinished_input> left;
  const auto leave = [&](std::size_t i, errc why) { left.push_back({i, why}); };
  const auto weight = check_standard_weight(of);
  psbt result = of;
  const input_finaliser finish{of};
  for (std::size_t i = 0; i < of.inputs(); ++i) {
    if (of.is_final(i)) continue;
    if (!weight) {
      leave(i, weight.error());
      continue;
    }
    const auto found = finish(i);
    if (found)
      put_unlocking(result, i, *found);
    else
      leave(i, found.error());
  }
  of = std::move(result);
  return left;
}

expected<transaction> extract(const psbt& from) {
  transaction tx = from.unsigned_transaction();
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    if (!from.is_final(i)) return errc::missing_signatures;
    auto unlock_with = final_unlocking(from, i);
    tx.inputs[i].unlocking_script = std::move(unlock_with.script);
    tx.inputs[i].witness = std::move(unlock_with.witness);
  }
  return tx;
}

} // namespace quorate::bitcoin
