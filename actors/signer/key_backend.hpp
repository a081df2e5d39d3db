// Where one key of the signer is: in the keystore, or in a device. The signer asks for signatures
// and never sees a secret.
#pragma once

#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/taproot.hpp"

namespace quorate {

/// One key. Calls may block: they come from the signer's own thread, one at a time. What comes back
/// is verified under the public key before it leaves the signer, so a faulty device cannot harm.
class key_backend {
public:
  virtual ~key_backend() = default;

  /// Over 32 bytes: r and s, s at most half of the order, and the recovery id.
  /// Errors: key_unavailable when the device does not answer; unsupported_keystore for a key of
  ///   another kind; signer_locked after lock().
  virtual expected<recoverable_signature> sign_ecdsa(const digest& message) = 0;

  /// BIP-340 over 32 bytes, by the key tweaked as BIP-341 has it.
  /// Errors: as above; bad_tweak.
  virtual expected<taproot_signature> sign_taproot(const digest& message, const digest& tweak) = 0;

  /// RFC 8032. Errors: as above.
  virtual expected<ed25519_signature> sign_ed25519(byte_view message) = 0;

  /// Wipes the secrets that it, and those that share its keystore, have in memory. For good.
  virtual void lock() noexcept = 0;
};

} // namespace quorate
