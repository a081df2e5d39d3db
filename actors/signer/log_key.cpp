#include "actors/signer/log_key.hpp"

#include "actors/secrets/locked_pages.hpp"
#include "config/testnet.hpp"

namespace quorate {

namespace {

struct kept_key {
  explicit kept_key(locked_pages from) : pages(std::move(from)), arena(pages.memory()) {}

  locked_pages pages;
  secret_arena arena;
  std::optional<secret_box<signing_key>> key; // goes first: it stands in the arena
};

/// Also when it moves, a key is wiped where it was.
outcome move_into(kept_key& place, const config::identity_secret& from) {
  const stack_wiper wiper;
  QUORATE_ASSIGN(auto key, signing_key::from_secret(from.secret, from.suite));
  QUORATE_ASSIGN(auto box, secret_box<signing_key>::make(place.arena, std::move(key)));
  place.key.emplace(std::move(box));
  return {};
}

} // namespace

std::shared_ptr<const signing_key> load_log_key(const std::filesystem::path& file,
                                                std::string& error) {
  const stack_wiper wiper;
  const auto secret = config::load_identity_secret(file, error);
  if (!secret) return nullptr;
  const auto refused = [&](errc why) {
    error = file.string() + ": " + std::string{explain(why)};
    return nullptr;
  };
  auto pages = locked_pages::map(sizeof(signing_key));
  if (!pages) return refused(pages.error());
  const auto made = std::make_shared<kept_key>(std::move(*pages));
  if (const auto done = move_into(*made, *secret); !done) return refused(done.error());
  return {made, &**made->key};
}

} // namespace quorate
