// The digests that signatures of transactions are over: legacy, BIP-143 (witness version 0) and
// BIP-341 (taproot, key path).
#pragma once

#include "core/chain/bitcoin/transaction.hpp"

#include <optional>

namespace quorate::bitcoin {

/// What a signature covers. There are no values beside these seven, so an undefined type cannot be
/// signed.
enum class sighash_type : std::uint8_t {
  taproot_default = 0x00, ///< as all, in a signature that does not name its type
  all = 0x01,
  none = 0x02,   ///< no output
  single = 0x03, ///< the output with the index of the input
  all_anyone_can_pay = 0x81,
  none_anyone_can_pay = 0x82,
  single_anyone_can_pay = 0x83, ///< of the inputs the signed one only, of the outputs as single
};

/// Errors: bad_sighash_type, also for 0, which only taproot signatures may have.
expected<sighash_type> ecdsa_sighash_type(std::uint32_t value);
/// Errors: bad_sighash_type.
expected<sighash_type> taproot_sighash_type(std::uint32_t value);

bool is_single(sighash_type type) noexcept;
bool is_none(sighash_type type) noexcept;
bool anyone_can_pay(sighash_type type) noexcept;

/// Digests of one transaction. What its inputs share is hashed once.
class signature_hasher {
public:
  /// @param tx     outlives this object
  /// @param spent  the outputs that the inputs spend, one each in their order; or none, when no
  ///   taproot digest is wanted
  /// @pre spent is empty or as long as the inputs
  explicit signature_hasher(const transaction& tx,
                            const std::vector<transaction_output>& spent = {});

  /// @param script_code  the script that is executed, without OP_CODESEPARATOR
  /// @pre input below the number of inputs; the type is not taproot_default
  /// Errors: no_matching_output: the digest would be the constant 1, which signs anything.
  expected<digest> legacy(std::size_t input, byte_view script_code, sighash_type type) const;

  /// As above; `value` is what the input spends. A single type without its output covers no output.
  /// Source: BIP-143.
  digest witness_v0(std::size_t input, byte_view script_code, satoshi value,
                    sighash_type type) const;

  /// @param annex  the annex with its first byte 0x50, when the witness has one
  /// @pre made with the spent outputs; input below the number of inputs
  /// Errors: no_matching_output. Source: BIP-341, "Common signature message".
  expected<digest> taproot_key_path(std::size_t input, sighash_type type,
                                    std::optional<byte_view> annex = std::nullopt) const;

private:
  const transaction& tx_;
  std::vector<bytes> spent_; ///< encoded outputs
  // SHA-256 once; BIP-143 takes the SHA-256 of it.
  digest previous_;
  digest sequences_;
  digest outputs_;
  digest amounts_;
  digest scripts_;
};

} // namespace quorate::bitcoin
