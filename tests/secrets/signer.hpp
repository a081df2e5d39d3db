// What a signer does with its keystore, and every secret that must stay where it belongs.
#pragma once

#include "actors/secrets/locked_pages.hpp"
#include "core/crypto/digests.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/sm2.hpp"
#include "core/crypto/taproot.hpp"
#include "core/wallet/keystore.hpp"
#include "tests/secrets/needles.hpp"

#include <secp256k1.h>

#include <sys/random.h>

namespace quorate::secrets {

class signer {
public:
  explicit signer(secret_arena& arena)
      : arena_(arena), password_(arena.allocate(24).value()), keys_(arena) {
    draw(password_.writable());
    file_ = make_file();
    add_needles_of_file();
  }

  /// Opens the keystore again, from its file. Before, no key is in memory.
  void unlock() { keys_ = wallet::open_keystore(file_, password_.view(), arena_).value(); }

  /// Afterwards no secret is in memory, not even the password.
  void lock() {
    keys_.clear();
    password_ = {};
  }

  /// Signs with keys of each kind in turn. @returns how many signatures verified.
  std::size_t sign(std::size_t count) {
    std::size_t verified = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::uint8_t>(i);
      verified += sign_one(i % kinds, sha256({byte_view{&number, 1}, file_})) ? 1 : 0;
    }
    return verified;
  }

  static constexpr std::size_t kinds = 5;

  /// Signs once and runs nothing after it.
  void sign_only(std::size_t kind) const {
    const digest message{};
    switch (kind) {
    case 0:
      return void(sign_ecdsa(chain_key(), message));
    case 1:
      return void(sign_taproot(chain_key(), message, {}));
    case 2:
      return void(sign_ed25519(ed25519_seed{key(ed25519_id).first<32>()}, message.view()));
    case 3:
      return void(sign_sm2(sm2_secret_key{key(sm2_id).first<32>()}, message.view()));
    default:
      return void(sign_recoverable(derived_key(), message));
    }
  }

  const needles& secrets() const noexcept { return needles_; }
  secret_buffer copy_of_a_secret() const { return arena_.copy_of(key(secp256k1_id)).value(); }

private:
  static constexpr std::uint8_t seed_id = 1;
  static constexpr std::uint8_t secp256k1_id = 2;
  static constexpr std::uint8_t ed25519_id = 3;
  static constexpr std::uint8_t sm2_id = 4;

  static void draw(std::span<std::uint8_t> out) {
    QUORATE_CHECK(::getrandom(out.data(), out.size(), 0) == static_cast<ssize_t>(out.size()));
  }

  static wallet::key_id id(std::uint8_t number) {
    wallet::key_id made;
    made.data[0] = number;
    return made;
  }

  byte_view key(std::uint8_t number) const { return keys_.secret(id(number)).value(); }

  void add(wallet::keystore& keys, std::uint8_t number, wallet::secret_kind kind,
           std::size_t size) {
    auto secret = arena_.allocate(size).value();
    draw(secret.writable());
    QUORATE_CHECK(keys.add(id(number), kind, secret.view()));
    needles_.add(secret.view());
  }

  bytes make_file() {
    using kind = wallet::secret_kind;
    wallet::keystore keys{arena_};
    add(keys, seed_id, kind::seed, 64);
    add(keys, secp256k1_id, kind::secp256k1, 32);
    add(keys, ed25519_id, kind::ed25519, 32);
    add(keys, sm2_id, kind::sm2, 32);
    needles_.add(password_.view());
    draw(how_.salt);
    draw(how_.nonce.data);
    how_.cost = scrypt_cost{1 << 14, 8, 1};
    return wallet::seal(keys, password_.view(), how_).value();
  }

  /// What stands for the secrets: the file's key, the scalar that Ed25519 makes of its seed.
  void add_needles_of_file() {
    unlock();
    needles_.add(key_from_password(how_.cost, password_.view(), how_.salt).value().view());
    auto expanded = sha512(key(ed25519_id));
    needles_.add(expanded.view());
    wipe(expanded.data.data(), digest_512::size);
    needles_.add(hmac_sha512(as_bytes("Bitcoin seed"), {key(seed_id)}).view());
    const stack_wiper wiper;
    secret_bytes<32> nonce; // of sign_only(0): with it, the signature gives the key away
    const digest message{};
    QUORATE_CHECK(secp256k1_nonce_function_rfc6979(nonce.data(), message.data.data(),
                                                   key(secp256k1_id).data(), nullptr, nullptr,
                                                   0) == 1);
    needles_.add(nonce.view());
    keys_.clear();
  }

  ec_secret_key chain_key() const { return ec_secret_key{key(secp256k1_id).first<32>()}; }

  /// As BIP-32 makes the master key of a seed.
  ec_secret_key derived_key() const {
    const auto master = hmac_sha512(as_bytes("Bitcoin seed"), {key(seed_id)});
    return ec_secret_key{master.view().first<32>()};
  }

  bool sign_one(std::size_t kind, const digest& message) const {
    switch (kind) {
    case 0:
      return bool(
          verify(*ec_public_key::of(chain_key()), message, *sign_ecdsa(chain_key(), message)));
    case 1:
      return bool(
          verify(*x_only_of(chain_key()), message, *sign_taproot(chain_key(), message, {})));
    case 2: {
      const ed25519_seed seed{key(ed25519_id).first<32>()};
      return bool(verify(public_key_of(seed), message.view(), sign_ed25519(seed, message.view())));
    }
    case 3: {
      const sm2_secret_key secret{key(sm2_id).first<32>()};
      return bool(
          verify(*sm2_public_key_of(secret), message.view(), *sign_sm2(secret, message.view())));
    }
    default:
      return *recover(message, *sign_recoverable(derived_key(), message)) ==
             *ec_public_key::of(derived_key());
    }
  }

  secret_arena& arena_;
  secret_buffer password_;
  needles needles_;
  wallet::keystore_sealing how_;
  bytes file_;
  wallet::keystore keys_;
};

} // namespace quorate::secrets
