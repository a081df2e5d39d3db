// Keys in an open keystore, in locked memory.
#pragma once

#include "actors/secrets/locked_pages.hpp"
#include "actors/signer/key_backend.hpp"
#include "core/wallet/keystore.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace quorate {

/// An open keystore with the pages that its secrets stand in.
class open_keys {
public:
  /// Reads the file and opens it with the password.
  /// @returns null with a sentence in `error`: what is wrong and what to do.
  static std::shared_ptr<open_keys> open(const std::filesystem::path& file, byte_view password,
                                         std::string& error);

  /// The key's backend, which keeps this open.
  /// @returns null with a sentence in `error` unless there is this very key.
  static std::unique_ptr<key_backend> backend(const std::shared_ptr<open_keys>& keys,
                                              const wallet::key_id& id,
                                              const ec_public_key& expected_key,
                                              std::string& error);

  /// Writes the keystore again without the secret of this key, under whatever id: all of the new
  /// file is on the disk before it takes the old one's place. A key that is not there is none: an
  /// attempt before may have come so far. @returns a sentence unless that is done.
  static std::optional<std::string> erase(const std::filesystem::path& file, byte_view password,
                                          const ec_public_key& key);

  /// Writes the keystore again with one more secp256k1 secret, in the same way.
  /// @returns a sentence unless that is done: also when this very key, or this id, is there.
  static std::optional<std::string> add(const std::filesystem::path& file, byte_view password,
                                        const wallet::key_id& id, const ec_secret_key& secret);

  /// The public key of a secp256k1 secret. Errors: no_such_key; unsupported_keystore for a secret
  /// of another kind; bad_secret_key.
  expected<ec_public_key> public_key(const wallet::key_id& id) const;

  /// Wipes all secrets: what signs says signer_locked from now on.
  void lock() noexcept;

  const wallet::keystore& keys() const noexcept { return *keys_; }

private:
  friend class keystore_backend;
  explicit open_keys(locked_pages pages) : pages_(std::move(pages)), arena_(pages_.memory()) {}
  expected<ec_secret_key> secret(const wallet::key_id& id) const;
  /// The id of this key; none when it is not there.
  std::optional<wallet::key_id> find(const ec_public_key& key) const;
  /// Opens the file, changes what is in it, and replaces it; the old file stands unless all of that
  /// is done. One process at a time. @param what  gives not_found when there is nothing to change
  static std::optional<std::string> change(const std::filesystem::path& file, byte_view password,
                                           const std::function<outcome(open_keys&)>& what);

  locked_pages pages_;
  secret_arena arena_;
  std::optional<wallet::keystore> keys_; ///< goes first: its secrets stand in the arena
  password_cost cost_;
  bool is_locked_ = false;
};

} // namespace quorate
