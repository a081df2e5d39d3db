// Keys from files of other Ethereum wallets: the Web3 Secret Storage Definition, version 3.
#pragma once

#include "core/crypto/secp256k1_key.hpp"

namespace quorate::wallet {

/// The longest file that is read; those in use have about 500 bytes.
inline constexpr std::size_t ethereum_keystore_bytes_max = 16 * 1024;
/// PBKDF2's iterations, some 5 s. Files in use have 262,144.
inline constexpr std::uint64_t ethereum_keystore_iterations_max = 10'000'000;

/// Decrypts the key of `json`: AES-128-CTR under scrypt or PBKDF2-HMAC-SHA-256, with the Keccak MAC
/// that the format has. The password is taken as the bytes that it is.
/// Errors: over_limit for a longer file; bad_keystore for a field that is missing or malformed, a
///   name that an object has twice, or an address that is not the key's; unsupported_keystore for
///   another version, cipher, key derivation or key length; kdf_parameters for costs above the
///   limits; decryption_failed for a wrong password or changed bytes; bad_secret_key.
expected<ec_secret_key> import_ethereum_keystore(std::string_view json, byte_view password);

} // namespace quorate::wallet
