// A key pair that was made in a token and never leaves it.
//
// The token is trusted to keep the private key, and with nothing else: its public key is checked to
// be a point, and each signature is verified against it before anybody sees it. A token that is
// broken, confused or replaced can refuse to sign; it cannot have a false signature sent.
#pragma once

#include "actors/hsm/session_pool.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"

#include <variant>

namespace quorate::hsm {

enum class key_kind { secp256k1, ed25519 };

/// What is known of a key without its private part.
struct key_description {
  bytes id;          ///< CKA_ID, 1 to 64 bytes
  std::string label; ///< CKA_LABEL; what is not printable ASCII there is '?' here
  std::variant<ec_public_key, ed25519_public_key> public_key;

  key_kind kind() const noexcept {
    return std::holds_alternative<ec_public_key>(public_key) ? key_kind::secp256k1
                                                             : key_kind::ed25519;
  }
};

/// May be used from any thread. Calls block while the token signs, and up to the pool's time-out
/// for a session.
class token_key {
public:
  static constexpr std::size_t id_bytes_max = 64;
  static constexpr std::size_t label_bytes_max = 64;
  /// Longer messages: over_limit. Tokens may take less (hsm_unsupported).
  static constexpr std::size_t message_bytes_max = 64 * 1024;
  /// Keys that list() gives; more in one token: over_limit.
  static constexpr std::size_t keys_max = 1'024;

  /// Makes a key pair in the token: sensitive, not extractable, private, for signing only. It signs
  /// once, over fixed bytes, before anyone learns its public key; a pair that fails is destroyed.
  /// @param id  1 to 64 bytes; @param label  0 to 64 bytes of printable ASCII
  /// Errors: over_limit; bad_label; key_exists; those of find() and the sign_… functions.
  static expected<token_key> create(std::shared_ptr<session_pool> pool, key_kind kind, byte_view id,
                                    std::string_view label);

  /// Errors: over_limit; no_such_key unless the token has one private key of this id, and a public
  ///   key beside it; hsm_unguarded_key when it is not sensitive or may be extracted;
  ///   hsm_unsupported for another curve or a key that may not sign; bad_public_key; those of
  ///   session_pool::run().
  static expected<token_key> find(std::shared_ptr<session_pool> pool, byte_view id);

  /// The keys that find() would give, in the order of their ids; others are passed over.
  /// Errors: over_limit; those of session_pool::run().
  static expected<std::vector<key_description>> list(const std::shared_ptr<session_pool>& pool);

  /// Private keys of this id, usable or not. Errors: over_limit; those of session_pool::run().
  static expected<std::size_t> count(const std::shared_ptr<session_pool>& pool, byte_view id);

  token_key(token_key&&) noexcept;
  token_key& operator=(token_key&&) noexcept;
  ~token_key();

  const key_description& description() const noexcept;

  /// Destroys the private key, and the public ones of its id. There is no way back.
  /// Errors: no_such_key when it is gone already; those of session_pool::run(), with which a public
  ///   key may be left.
  outcome destroy() const;

  /// Signs the 32-byte `message`. The signature is in low-s form, whatever the token made, and
  /// recovers to this key.
  /// Errors: hsm_unsupported for an Ed25519 key; hsm_false_answer when what the token gave does not
  ///   verify; those of session_pool::run().
  expected<recoverable_signature> sign_ecdsa(const digest& message) const;

  /// Signs up to 64 KiB (RFC 8032, the pure variant).
  /// Errors: hsm_unsupported for a secp256k1 key; over_limit; hsm_false_answer when what the token
  ///   gave does not verify; those of session_pool::run().
  expected<ed25519_signature> sign_ed25519(byte_view message) const;

private:
  struct state;
  explicit token_key(std::unique_ptr<state> s) noexcept;

  std::unique_ptr<state> state_;
};

} // namespace quorate::hsm
