// How the two versions of a PSBT hold their transaction: version 0 as one field, version 2 spread
// over the maps. Internal to psbt.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"

namespace quorate::bitcoin {

struct psbt_counts {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
};

/// How many maps follow the global one. Errors: missing_psbt_field.
expected<psbt_counts> map_counts(psbt_version version, const psbt_map& global);

/// Errors: missing_psbt_field. Source: BIP-370, "Versions Requiring Inclusion".
outcome check_input_complete(const psbt_map& input);
outcome check_output_complete(const psbt_map& output);

/// The transaction without signatures.
/// @pre every field has its form, every map is complete, and they are as many as map_counts says
/// Errors: conflicting_lock_times.
expected<transaction> transaction_of(psbt_version version, const psbt_map& global,
                                     const std::vector<psbt_map>& inputs,
                                     const std::vector<psbt_map>& outputs);

/// Writes `tx` into the maps of a version 2 PSBT.
/// @pre as many maps as the transaction has inputs and outputs
void put_transaction_fields(const transaction& tx, psbt_map& global, std::vector<psbt_map>& inputs,
                            std::vector<psbt_map>& outputs);

/// Whether the field is a part of the transaction, so that another value makes another one.
bool is_transaction_field(psbt_scope scope, psbt_type type) noexcept;

} // namespace quorate::bitcoin
