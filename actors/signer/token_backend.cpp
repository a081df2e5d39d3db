#include "actors/signer/token_backend.hpp"

#include "actors/fatal.hpp"
#include "actors/log.hpp"
#include "actors/signer/pin_mark.hpp"

namespace quorate {

namespace {

/// The signer asks for one signature at a time; the other one is for a session that is being lost.
constexpr std::size_t sessions = 2;

/// What the signer's clients learn: that it does not sign now, or that the token is not to be
/// believed. Which of many reasons it was is for the operator.
errc refuse(byte_view id, errc why) {
  log::error("signer", "key " + to_hex(id) + " in the token: " + std::string{explain(why)});
  return why == errc::hsm_false_answer ? errc::signature_failed : errc::key_unavailable;
}

} // namespace

class token_backend : public key_backend {
public:
  token_backend(std::shared_ptr<open_token> token, hsm::token_key key)
      : token_(std::move(token)), key_(std::move(key)) {}

  expected<recoverable_signature> sign_ecdsa(const digest& message) override {
    if (!key_) return errc::signer_locked;
    auto made = key_->sign_ecdsa(message);
    if (!made) return refuse(key_->description().id, made.error());
    return made;
  }

  // BIP-341 signs by a tweaked key, which only who has the key can make.
  expected<taproot_signature> sign_taproot(const digest&, const digest&) override {
    return errc::taproot_not_allowed;
  }

  expected<ed25519_signature> sign_ed25519(byte_view) override {
    return errc::unsupported_keystore;
  }

  void lock() noexcept override {
    key_.reset();
    token_->lock();
  }

private:
  std::shared_ptr<open_token> token_;
  std::optional<hsm::token_key> key_; ///< none when locked
};

open_token::open_token(std::chrono::seconds call_timeout)
    : watch_(call_timeout, [](const std::string& what) { fatal(exit_code::token_stalled, what); }) {
}

std::shared_ptr<open_token> open_token::open(const config::signer_config& c,
                                             wallet::secret_text pin, said_by by,
                                             std::string& error) {
  const auto& which = *c.token;
  const auto refused = [&](const std::string& why) {
    error = "the token \"" + which.label + "\" of " + which.module.string() + ": " + why;
    return nullptr;
  };
  const pin_mark mark{c};
  const bool by_process = by == said_by::process;
  if (const auto doubted = by_process ? mark.refusal() : std::nullopt) return refused(*doubted);
  const std::shared_ptr<open_token> made{
      new open_token{std::chrono::seconds(which.call_timeout_s)}};
  auto loaded = hsm::module::load(which.module.string());
  if (!loaded) return refused(std::string{explain(loaded.error())});
  hsm::pool_options options;
  options.token_label = which.label;
  options.sessions_max = sessions;
  options.heed_wrong_pins = by_process;
  // Also when a person has said it: the next start would say the same.
  options.on_pin_refused = [mark, label = which.label] {
    if (const auto unkept = mark.leave(label)) log::error("signer", *unkept);
  };
  auto pool = hsm::session_pool::open(*loaded, options, std::move(pin));
  if (!pool) return refused(std::string{explain(pool.error())});
  made->pool_ = std::move(*pool);
  return made;
}

std::unique_ptr<key_backend> open_token::backend(const std::shared_ptr<open_token>& token,
                                                 byte_view id, const ec_public_key& expected_key,
                                                 std::string& error) {
  const auto refused = [&](std::string_view why) {
    error = "key " + to_hex(id) + " in the token: " + std::string{why};
    return nullptr;
  };
  auto found = hsm::token_key::find(token->pool_, id);
  if (!found) return refused(explain(found.error()));
  const auto* own = std::get_if<ec_public_key>(&found->description().public_key);
  if (own == nullptr) return refused("it is no key on secp256k1, which is what chains take");
  if (!(*own == expected_key)) return refused("its public key is not the configured one");
  return std::make_unique<token_backend>(token, std::move(*found));
}

std::optional<std::string> open_token::destroy(byte_view id, const ec_public_key& expected_key) {
  const auto refused = [&](std::string_view why) {
    return "key " + to_hex(id) + " in the token: " + std::string{why};
  };
  const auto all = hsm::token_key::list(pool_);
  if (!all) return refused(explain(all.error()));
  for (const auto& about : *all) {
    const auto* own = std::get_if<ec_public_key>(&about.public_key);
    if (own == nullptr || !(*own == expected_key)) continue;
    const auto found = hsm::token_key::find(pool_, about.id);
    const auto done = found ? found->destroy() : outcome{found.error()};
    return done ? std::nullopt : std::optional{refused(explain(done.error()))};
  }
  const auto left = hsm::token_key::count(pool_, id);
  if (!left) return refused(explain(left.error()));
  if (*left > 0) return refused("it is not the configured one, so it is not destroyed");
  return std::nullopt;
}

} // namespace quorate
