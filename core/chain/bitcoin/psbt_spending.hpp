// How an input of a PSBT is spent: what its script asks for, and what a signature is over.
// Internal to psbt.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/sighash.hpp"
#include "core/chain/bitcoin/taproot.hpp"

#include <variant>

namespace quorate::bitcoin {

/// Pays to one key.
struct key_lock {
  compressed_key key;
  bytes written; ///< as the script has it, and as signatures are filed under it: 33 or 65 bytes
};
/// Pays to the hash of one key.
struct key_hash_lock {
  digest_160 key_hash;
};
/// Pays to a tweaked key; what it was tweaked with, where the fields tell.
struct taproot_lock {
  x_only_key output;
  std::optional<x_only_key> internal;
  script_root root;
};
/// Who can spend: one key, k of n keys, or a taproot key.
using lock = std::variant<key_lock, key_hash_lock, multisig, taproot_lock>;

struct spending {
  lock who;
  bool witness_v0 = false;
  bytes script_code;    ///< of a legacy or BIP-143 digest; empty for taproot
  bytes redeem_script;  ///< pushed by the unlocking script; empty unless the output is P2SH
  bytes witness_script; ///< last item of the witness; empty unless there is one
};

/// @pre what the input spends is known
/// Errors: unsupported_script, also when a script that the template needs is not there;
///   conflicting_fields for a script that does not hash to what is spent, or an internal key and a
///   root that do not make the taproot key; bad_public_key.
expected<spending> spending_of(const psbt& from, std::size_t input);

/// The digest that a signature of this type is over.
/// @param hasher  made with the spent outputs when the input is taproot
/// Errors: no_matching_output, for every kind of script: nothing is gained by such a signature.
expected<digest> digest_of(const psbt& from, std::size_t input, const spending& how,
                           const signature_hasher& hasher, sighash_type type);

/// What makes an input valid.
struct unlocking {
  bytes script;
  std::vector<bytes> witness;

  friend auto operator<=>(const unlocking&, const unlocking&) = default;
  friend bool operator==(const unlocking&, const unlocking&) = default;
};

/// Puts the stack (signatures and keys, in the order of the template) where it belongs: into the
/// witness or, pushed, into the unlocking script.
unlocking unlock(const spending& how, std::vector<bytes> stack);

/// The size of the largest that the template can need; for estimates.
unlocking largest_unlocking(const spending& how);

/// What the final fields of an input say; empty when it is not final.
unlocking final_unlocking(const psbt& from, std::size_t input);

/// Signing hashes the whole transaction for every legacy input, so its size is bounded before.
/// Errors: over_limit for a transaction that nodes would not relay.
outcome check_standard_weight(const psbt& of);

/// What all inputs spend, where all is known; none otherwise.
std::vector<transaction_output> all_spent(const psbt& from);

/// Whether a BIP-143 signature of this type is over all that goes in and out: the input is the only
/// one, so that its amount, which is under the digest, is the sum, and the type leaves nothing to
/// others. A wrong amount then makes the signature one of nothing. The digest holds the code that
/// is run, not the output's script: a P2WSH script that ends in such code behind OP_CODESEPARATOR
/// would pass for the address of one key. What is paid, to whom and for what fee is true there too.
/// Source: BIP-143, "Specification", 6 (value of the output spent by this input).
bool covers_lone_amount(const psbt& from, const spending& how, sighash_type type) noexcept;

/// The type that the input's field asks for; without it all, or taproot's default.
/// Errors: bad_sighash_type.
expected<sighash_type> wanted_type(const psbt& from, std::size_t input, const spending& how);

} // namespace quorate::bitcoin
