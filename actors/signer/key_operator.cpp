#include "actors/signer/key_operator.hpp"

#include "actors/fatal.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "actors/signer/signer_actor.hpp"
#include "actors/signer/token_backend.hpp"

#include <set>

namespace quorate {

key_operator::key_operator(const std::filesystem::path& config_file)
    : config_(load_signer_file(config_file)) {
  const auto genesis = load_signer_genesis(config_);
  store_ = open_signer_store(config_, ledger::id_of(genesis));
  signer::signer_setup setup;
  for (const auto& key : config_.keys)
    setup.keys.emplace(name_of(key), held_key_of(key));
  setup.find = [](const ledger::operation_id&) { return std::nullopt; }; // nobody is served
  auto stored = load_signer(*store_, setup.keys);
  auto made = signer::signer_core::restore(std::move(setup), genesis, std::move(stored));
  if (!made)
    fatal(exit_code::config_invalid, "the keys do not go with what is in the data directory: " +
                                         std::string{explain(made.error())});
  core_.emplace(std::move(*made));
}

const config::signer_key* key_operator::find(const digest& name) const {
  for (const auto& key : config_.keys)
    if (name_of(key) == name) return &key;
  return nullptr;
}

std::vector<key_line> key_operator::list() const {
  const auto known = core_->keys().keys();
  std::set<digest> names{known.begin(), known.end()};
  for (const auto& key : config_.keys)
    names.insert(name_of(key));
  std::vector<key_line> all;
  for (const auto& name : names)
    all.push_back({name, core_->keys().state(name), core_->keys().successor(name), find(name)});
  return all;
}

std::optional<std::string> key_operator::change(const signer::key_change& wanted,
                                                const signer_secrets& secrets) {
  const auto refused = [](const outcome& why) { return std::string{explain(why.error())}; };
  commit(core_->start()); // a key that was configured since the signer ran begins its life here
  if (const auto may = core_->may_change_key(wanted); !may) return refused(may);
  if (wanted.step == wallet::key_step::destroy) {
    const auto* key = find(wanted.key);
    if (key == nullptr)
      return "The key is not in the configuration, which says where its secret is: put it back.";
    if (auto error = destroy_secret(*key, secrets)) return error;
  }
  auto done = core_->change_key(wanted);
  if (!done) return refused(done.error());
  commit(std::move(*done));
  return std::nullopt;
}

std::optional<std::string> key_operator::destroy_secret(const config::signer_key& key,
                                                        const signer_secrets& secrets) const {
  const auto own = *ec_public_key::parse(key.public_key);
  if (!key.is_in_token()) return open_keys::erase(config_.keystore, secrets.password().view(), own);
  std::string error;
  const auto token = open_token::open(config_, secrets.pin(), open_token::said_by::person, error);
  return token ? token->destroy(key.token_id, own) : std::optional{error};
}

void key_operator::commit(signer::effects what) {
  for (const auto& one : what) {
    const auto* records = std::get_if<signer::effect::persist>(&one);
    QUORATE_CHECK(records != nullptr);
    store_->commit(records->records);
  }
}

} // namespace quorate
