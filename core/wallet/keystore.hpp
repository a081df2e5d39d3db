// The keystore: a wallet's secrets under one password, open in locked memory, closed as a file.
//
// The file, version 1, all in the canonical encoding:
//   "quorate-keystore" (16 bytes), version (u16), suite (u8),
//   cost: n (u64), r (u32), p (u32) of scrypt, or iterations (u64) of PBKDF2 with HMAC-SM3,
//   salt (32 bytes), nonce (12 bytes), ciphertext and tag (a blob).
// Everything before the blob is authenticated with it. Inside: a count (u32) of entries, ascending
// by id, each an id (16 bytes), a kind (u8) and the secret (a blob).
#pragma once

#include "core/crypto/secret_arena.hpp"
#include "core/crypto/suite.hpp"

#include <map>

namespace quorate::wallet {

/// The name of a key, drawn at random when it is made. Never used again for another one.
using key_id = fixed_bytes<struct key_id_tag, 16>;

/// What a secret is. Numbers stand in files: append only.
enum class secret_kind : std::uint8_t {
  entropy = 1,   ///< a mnemonic's: 16, 20, 24, 28 or 32 bytes
  seed = 2,      ///< of BIP-32 or SLIP-10: 16 to 64 bytes
  secp256k1 = 3, ///< 32 bytes
  ed25519 = 4,   ///< 32 bytes
  sm2 = 5,       ///< 32 bytes
};

/// Secrets of one keystore. More: over_limit.
inline constexpr std::size_t keystore_entries_max = 1024;
/// The longest secret, a seed.
inline constexpr std::size_t keystore_secret_bytes_max = 64;
/// A file with the most and longest secrets has some 87 KiB. Longer: over_limit.
inline constexpr std::size_t keystore_file_bytes_max = 96 * 1024;

/// Errors: bad_secret_key unless `secret` has a length and value that its kind allows.
outcome check_secret(secret_kind kind, byte_view secret);

/// How a file is made. Salt and nonce are drawn anew each time: nothing may repeat them.
struct keystore_sealing {
  password_cost cost; ///< also chooses the suite
  std::array<std::uint8_t, 32> salt{};
  aead_nonce nonce;
};

/// An open keystore. Secrets stand in the arena, and are wiped when they or the keystore go.
class keystore {
public:
  /// Empty. The arena outlives it.
  explicit keystore(secret_arena& arena) noexcept : arena_(&arena) {}

  /// Errors (unchanged then): key_exists; bad_secret_key; over_limit; secret_memory_full.
  outcome add(const key_id& id, secret_kind kind, byte_view secret);

  /// Wipes one secret. Seal again and overwrite the file to be rid of it. Errors: no_such_key.
  outcome erase(const key_id& id);

  /// Locks: wipes all secrets. What is left is an empty keystore.
  void clear() noexcept { entries_.clear(); }

  /// Where the secret stands; valid until it is erased, or the keystore cleared or moved into.
  /// Errors: no_such_key.
  expected<byte_view> secret(const key_id& id) const;
  /// Errors: no_such_key.
  expected<secret_kind> kind(const key_id& id) const;

  /// Ascending.
  std::vector<key_id> ids() const;
  std::size_t size() const noexcept { return entries_.size(); }

private:
  friend expected<bytes> seal(const keystore&, byte_view, const keystore_sealing&);
  struct entry {
    secret_kind kind;
    secret_buffer secret;
  };

  expected<secret_buffer> encoded() const;

  secret_arena* arena_;
  std::map<key_id, entry> entries_;
};

/// The file. Takes memory for a second copy of the secrets in the arena while it runs.
/// Errors: password_empty; kdf_parameters; secret_memory_full.
expected<bytes> seal(const keystore& keys, byte_view password, const keystore_sealing& how);

/// How a file was made, as it says itself: what to seal it with again.
/// Errors: those of open_keystore() for bytes that are no keystore or malformed outside.
expected<password_cost> cost_of(byte_view file);

/// Reads what seal() wrote.
/// Errors: bad_keystore for bytes that are no keystore; unsupported_keystore for another version;
///   over_limit, truncated, trailing_bytes, bad_enum, not_canonical for a malformed one;
///   kdf_parameters for costs above the limits; decryption_failed for a wrong password or changed
///   bytes; secret_memory_full.
expected<keystore> open_keystore(byte_view file, byte_view password, secret_arena& arena);

} // namespace quorate::wallet
