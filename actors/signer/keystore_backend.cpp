#include "actors/signer/keystore_backend.hpp"

#include "actors/secrets/os_random.hpp"

#include <fstream>

namespace quorate {

namespace {

std::optional<bytes> read_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return std::nullopt;
  bytes content(wallet::keystore_file_bytes_max + 1);
  in.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  return content;
}

/// Mixed into the nonce: a fault that is injected into one of two signatures over one message would
/// give the key away if their nonces were equal.
expected<nonce_entropy> entropy() {
  nonce_entropy drawn{};
  if (!os_random(drawn)) return errc::key_unavailable;
  return drawn;
}

} // namespace

/// The secret is copied onto the stack for one call, and wiped with all that the call left there.
class keystore_backend : public key_backend {
public:
  keystore_backend(std::shared_ptr<open_keys> keys, const wallet::key_id& id)
      : keys_(std::move(keys)), id_(id) {}

  expected<recoverable_signature> sign_ecdsa(const digest& message) override {
    const stack_wiper wiper;
    QUORATE_ASSIGN(const auto secret, keys_->secret(id_));
    QUORATE_ASSIGN(const auto drawn, entropy());
    return sign_recoverable(secret, message, &drawn);
  }

  expected<taproot_signature> sign_taproot(const digest& message, const digest& tweak) override {
    const stack_wiper wiper;
    QUORATE_ASSIGN(const auto secret, keys_->secret(id_));
    QUORATE_ASSIGN(const auto key, taproot_signing_key::tweaked(secret, tweak.data));
    QUORATE_ASSIGN(const auto drawn, entropy());
    return key.sign(message, drawn);
  }

  expected<ed25519_signature> sign_ed25519(byte_view) override {
    return errc::unsupported_keystore;
  }

  void lock() noexcept override { keys_->lock(); }

private:
  std::shared_ptr<open_keys> keys_;
  wallet::key_id id_;
};

std::shared_ptr<open_keys> open_keys::open(const std::filesystem::path& file, byte_view password,
                                           std::string& error) {
  const auto content = read_file(file);
  if (!content) {
    error = file.string() + ": cannot read the keystore; check that it exists and may be read";
    return nullptr;
  }
  auto pages = locked_pages::map();
  if (!pages) {
    error = std::string{explain(pages.error())};
    return nullptr;
  }
  std::shared_ptr<open_keys> made{new open_keys{std::move(*pages)}};
  auto opened = wallet::open_keystore(*content, password, made->arena_);
  if (!opened) {
    error = file.string() + ": " + std::string{explain(opened.error())};
    return nullptr;
  }
  made->keys_.emplace(std::move(*opened));
  made->cost_ = *wallet::cost_of(*content);
  return made;
}

void open_keys::lock() noexcept {
  keys_->clear();
  is_locked_ = true;
}

expected<ec_secret_key> open_keys::secret(const wallet::key_id& id) const {
  if (is_locked_) return errc::signer_locked;
  QUORATE_ASSIGN(const auto kind, keys_->kind(id));
  if (kind != wallet::secret_kind::secp256k1) return errc::unsupported_keystore;
  QUORATE_ASSIGN(const auto raw, keys_->secret(id));
  return ec_secret_key{raw.first<ec_secret_key::size()>()};
}

expected<ec_public_key> open_keys::public_key(const wallet::key_id& id) const {
  const stack_wiper wiper;
  QUORATE_ASSIGN(const auto own, secret(id));
  return ec_public_key::of(own);
}

std::unique_ptr<key_backend> open_keys::backend(const std::shared_ptr<open_keys>& keys,
                                                const wallet::key_id& id,
                                                const ec_public_key& expected_key,
                                                std::string& error) {
  const auto own = keys->public_key(id);
  if (!own || !(*own == expected_key)) {
    error = "key " + to_hex(id) + ": " +
            std::string{own ? "its public key is not the configured one" : explain(own.error())};
    return nullptr;
  }
  return std::make_unique<keystore_backend>(keys, id);
}

} // namespace quorate
