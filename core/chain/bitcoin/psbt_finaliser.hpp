// What unlocks an input, out of the signatures that its fields hold. Internal to psbt.
#pragma once

#include "core/chain/bitcoin/psbt_spending.hpp"

namespace quorate::bitcoin {

/// For the inputs of one PSBT, whose fields may change meanwhile; what is spent must not.
class input_finaliser {
public:
  /// @param of  outlives this object
  explicit input_finaliser(const psbt& of);

  /// Every signature is checked before it is used.
  /// Errors: as in unfinished_input (psbt_finish.hpp).
  expected<unlocking> operator()(std::size_t input) const;

  /// Whether the field's value is a signature that helps to unlock the input, and is of the type
  /// that the input asks for.
  /// @pre the value has the form of the field
  /// Errors: as above; missing_signatures for an invalid one; unsupported_script for a field that
  ///   the output has no use for.
  outcome check_signature(std::size_t input, psbt_type type, byte_view key, byte_view value) const;

private:
  outcome check_ecdsa(std::size_t input, const spending& how, byte_view raw_key,
                      byte_view value) const;
  outcome check_taproot(std::size_t input, const spending& how, const x_only_key& output,
                        byte_view value) const;
  outcome check_type(std::size_t input, sighash_type type) const;
  expected<std::vector<bytes>> key_stack(std::size_t input, const spending& how,
                                         const key_lock& who) const;
  expected<std::vector<bytes>> key_hash_stack(std::size_t input, const spending& how,
                                              const key_hash_lock& who) const;
  expected<std::vector<bytes>> multisig_stack(std::size_t input, const spending& how,
                                              const multisig& who) const;
  expected<std::vector<bytes>> taproot_stack(std::size_t input, const spending& how,
                                             const taproot_lock& who) const;

  const psbt& of_;
  std::vector<transaction_output> spent_;
  signature_hasher hasher_;
};

} // namespace quorate::bitcoin
