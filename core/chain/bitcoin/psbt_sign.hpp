// The signer: which digests of a PSBT ask for a signature of our keys, and what becomes of the
// signatures. Making them can be left to a device: a request says all that it needs.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"
#include "core/chain/bitcoin/sighash.hpp"
#include "core/chain/bitcoin/taproot.hpp"
#include "core/crypto/ecdsa.hpp"

#include <variant>

namespace quorate::bitcoin {

/// The tweaked key that signs for a taproot output, and what it is made of.
struct taproot_signer {
  x_only_key internal;
  script_root root;
  x_only_key output;

  friend bool operator==(const taproot_signer&, const taproot_signer&) = default;
};

/// One signature that is wanted: of this key over this digest.
struct signature_request {
  std::size_t input = 0;
  sighash_type type{};
  digest message;
  compressed_key key; ///< of ours, before any tweak
  /// Set when the signature is BIP-340's, by the tweaked key; else it is ECDSA by `key`.
  std::optional<taproot_signer> taproot;

  friend bool operator==(const signature_request&, const signature_request&) = default;
};

struct signing_policy {
  /// Also types that leave outputs or other inputs open. A PSBT asks for them, so this has to be
  /// the decision of whoever owns the key.
  bool any_sighash_type = false;
};

/// The requests to `keys`, by input. Inputs that ask for none of them, or are final, have none.
/// An amount is never taken on trust: an input that is not taproot needs its whole previous
/// transaction, since its digest leaves the amounts of the others open, unless there are no others
/// and its digest is BIP-143's with type all; and a taproot digest needs to know what every input
/// spends, which it covers. A taproot output with scripts is one of ours only when their root is
/// there: BIP-371 lets it be left out, and then nothing shows whose it is.
/// Errors: missing_previous; conflicting_fields; bad_sighash_type; sighash_not_allowed;
///   no_matching_output; bad_public_key; over_limit for a transaction that nodes would not relay.
expected<std::vector<signature_request>> signature_requests(const psbt& from,
                                                            std::span<const compressed_key> keys,
                                                            signing_policy policy = {});

/// Adds a signature that answers the request. Unchanged on error.
/// @pre the request is one of this PSBT's, and the right kind of signature is given
/// Errors: already_final; bad_signature; high_s.
outcome add_signature(psbt& to, const signature_request& request, const ecdsa_signature& signature);
outcome add_signature(psbt& to, const signature_request& request,
                      const taproot_signature& signature);

/// Signs every request to the key. Nonces are deterministic: RFC 6979, or BIP-340 with `auxiliary`.
/// Returns the number of signatures. Unchanged on error.
/// Errors: as above; bad_secret_key; wrong_key when no input asks for the key.
expected<std::size_t> sign(psbt& to, const ec_secret_key& secret, signing_policy policy = {},
                           const std::array<std::uint8_t, 32>& auxiliary = {});

} // namespace quorate::bitcoin
