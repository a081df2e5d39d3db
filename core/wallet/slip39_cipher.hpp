// How SLIP-39 encrypts a master secret before it is shared.
#pragma once

#include "core/wallet/slip39_share.hpp"

namespace quorate::wallet {

/// A Feistel network of four rounds with PBKDF2-HMAC-SHA-256 as its function; as long as `secret`.
/// Source: SLIP-39, "Encryption of the master secret".
/// Errors: bad_passphrase unless all characters are printable ASCII and at most 1,023.
expected<secret_value> slip39_encrypt(byte_view secret, std::string_view passphrase,
                                      const slip39_set& set);

/// The inverse. Every passphrase gives a secret; which one is right shows outside.
/// Errors: bad_passphrase.
expected<secret_value> slip39_decrypt(byte_view encrypted, std::string_view passphrase,
                                      const slip39_set& set);

} // namespace quorate::wallet
