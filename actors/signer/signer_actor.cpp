#include "actors/signer/signer_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/fatal.hpp"
#include "actors/handlers.hpp"
#include "actors/secrets/locked_stack.hpp"
#include "actors/secrets/os_random.hpp"
#include "actors/transport/identity.hpp"
#include "core/signer/patience.hpp"

#include <map>

namespace quorate {

namespace {

[[noreturn]] void refuse_disk(const std::string& why) {
  fatal(exit_code::storage_corrupt, "the signer's store: " + why);
}

template <class T>
std::optional<T> load(const lmdb_store& store, table where, const bytes& key) {
  const auto raw = store.get(where, key);
  if (!raw) refuse_disk(raw.error().reason);
  if (!*raw) return std::nullopt;
  auto value = decode<T>(**raw);
  if (!value) refuse_disk("a record does not decode: " + std::string{name(value.error())});
  return std::move(*value);
}

/// The first 16 digits of what its certificate's key is called elsewhere (`tls_key_sha256`).
std::string name_of(const transport::host_part& node) { return to_hex(byte_view{node}.first(8)); }

class signer_shell : public signer_actor::base {
public:
  using promise = caf::typed_response_promise<wire::signer_answer>;

  signer_shell(caf::actor_config& config, signer_parts parts)
      : signer_actor::base(config), parts_(std::move(parts)) {
    auto stored = load_signer(*parts_.store, parts_.keys);
    signer::signer_setup setup;
    setup.keys = parts_.keys;
    setup.find = [this](const ledger::operation_id& id) {
      return load<signer::decision>(*parts_.store, table::decisions,
                                    {id.data.begin(), id.data.end()});
    };
    setup.log_key = parts_.log_key;
    setup.find_node = [this](audit::node_place place) -> expected<digest> {
      auto found = load<digest>(*parts_.store, table::audit_nodes, signer::node_key(place));
      if (!found) return errc::not_found;
      return *found;
    };
    auto made = signer::signer_core::restore(std::move(setup), parts_.genesis, std::move(stored));
    if (!made)
      fatal(exit_code::config_invalid,
            "the signer cannot start with its keys and what is in its data directory: " +
                std::string{explain(made.error())});
    core_.emplace(std::move(*made));
  }

  behavior_type make_behavior() override {
    set_robust_handlers(this, "signer");
    if (const auto locked = lock_own_stack(); !locked)
      fatal(exit_code::config_invalid, explain(locked.error()));
    run(core_->start());
    serve();
    return {
        [this](const wire::signer_question& in) { return on_question(in.bytes); },
        [this](durable in) { run(core_->on_durable(in.token)); },
        [this](local::lock_signer) { lock(); },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override { parts_.storage = nullptr; }

private:
  promise on_question(const bytes& in) {
    const auto sender = current_sender();
    auto answer = make_response_promise<promise>();
    // Its certificate's key: a process id of CAF's is whatever the other end says.
    const auto named = sender ? transport::host_part_of(sender->node()) : std::nullopt;
    const auto from = named.value_or(transport::host_part{}); // zeros: of this process
    const bool is_taken = patience_with_[from].takes(monotonic_now());
    asked_.emplace(++last_asker_, asked{answer, is_taken ? std::optional{from} : std::nullopt});
    run(is_taken ? core_->on_question({last_asker_, name_of(from)}, in)
                 : core_->turn_away(last_asker_));
    return answer;
  }

  void serve() {
    digest drawn;
    if (!os_random(drawn.data))
      fatal(exit_code::config_invalid, "the system gives no random bytes");
    run(core_->serve(drawn));
  }

  void lock() {
    core_->lock();
    for (auto& [name, backend] : parts_.backends)
      backend->lock();
    parts_.log_key.reset();
    log::warn("signer",
              "locked: the keys of the keystore, the token's PIN and the key of the audit "
              "log were wiped; nothing is signed, and no head of the log goes into the "
              "ledger, until it is started again. Its TLS key is still in memory: it "
              "answers nodes with it");
  }

  void run(signer::effects all) {
    for (auto& one : all)
      std::visit([this](auto& what) { run(what); }, one);
  }

  void run(signer::effect::persist& what) {
    send(parts_.storage, persist_request{what.token, std::make_shared<const std::vector<record>>(
                                                         std::move(what.records))});
  }

  void run(signer::effect::make& what) { run(core_->on_made(what.job, make(what))); }

  void run(signer::effect::reply& what) {
    const auto found = asked_.find(what.to);
    if (found == asked_.end()) return;
    if (found->second.from) patience_with_[*found->second.from].settle(what.is_charged);
    if (const auto* no = std::get_if<signer::refused_answer>(&what.what))
      tell(no->why);
    else if (const auto* yes = std::get_if<signer::signed_answer>(&what.what))
      log::info("signer",
                "signed " + to_hex(yes->signed_digest) + " for operation " + to_hex(yes->id));
    found->second.answer.deliver(wire::signer_answer{encode(what.what)});
    asked_.erase(found);
  }

  static void tell(errc why) {
    const auto text = "refused: " + std::string{explain(why)};
    if (why == errc::duplicate) // the ledger has the head that a node asked for
      log::debug("signer", text);
    else if (why == errc::log_set_back || why == errc::log_forked)
      log::error("signer",
                 text + " Nothing is signed with this data directory: put back the newest.");
    else
      log::warn("signer", text);
  }

  expected<std::vector<signer::chain_signature>> make(const signer::effect::make& what) {
    auto& backend = *parts_.backends.at(what.key);
    std::vector<signer::chain_signature> made;
    for (const auto& one : what.wanted) {
      if (one.taproot_tweak) {
        QUORATE_ASSIGN(const auto sig, backend.sign_taproot(one.message, *one.taproot_tweak));
        made.push_back({sig.data, {}});
      } else {
        QUORATE_ASSIGN(const auto sig, backend.sign_ecdsa(one.message));
        made.push_back({sig.compact.data, sig.recovery_id});
      }
    }
    return made;
  }

  struct asked {
    promise answer;
    std::optional<transport::host_part> from; ///< whose patience it has
  };

  signer_parts parts_;
  std::optional<signer::signer_core> core_;
  std::uint64_t last_asker_ = 0;
  std::map<signer::asker, asked> asked_; ///< bounded by the core's jobs_max
  /// Bounded by the certificates that may connect.
  std::map<transport::host_part, signer::patience> patience_with_;
};

} // namespace

std::optional<signer::stored> load_signer(const lmdb_store& store,
                                          const std::map<digest, signer::held_key>& keys) {
  auto state = load<signer::signer_state>(store, table::meta, signer::state_key());
  if (!state) return std::nullopt;
  signer::stored from{std::move(*state), {}, {}, {}};
  for (std::uint64_t number = 1; number <= from.state.key_steps; ++number) {
    auto step = load<signer::key_record>(store, table::meta, signer::key_step_key(number));
    if (!step) refuse_disk("step " + std::to_string(number) + " in the lives of its keys is gone");
    from.key_steps.push_back(std::move(*step));
  }
  for (configuration_epoch e = genesis_epoch.next(); e <= from.state.epoch; e = e.next()) {
    auto proof = load<ledger::epoch_proof>(store, table::meta, signer::epoch_key(e));
    if (!proof) refuse_disk("the proof of epoch " + std::to_string(e.value) + " is gone");
    from.epochs.push_back(std::move(*proof));
  }
  const auto find = [&store](const bytes& key) {
    return load<signer::spend_window>(store, table::meta, key);
  };
  for (const auto& [name, held] : keys)
    signer::load_windows(name, held.policy, find, from.windows);
  return from;
}

signer::key_book load_key_book(const lmdb_store& store) {
  signer::key_book book;
  if (const auto from = load_signer(store, {}))
    for (const auto& step : from->key_steps)
      if (const auto done = book.replay(step); !done)
        refuse_disk("the lives of its keys: " + std::string{explain(done.error())});
  return book;
}

signer_actor spawn_signer(caf::actor_system& system, signer_parts parts) {
  QUORATE_CHECK(parts.store && parts.storage);
  for (const auto& [name, held] : parts.keys)
    QUORATE_CHECK(parts.backends.contains(name));
  return system.spawn<signer_shell, caf::detached>(std::move(parts));
}

} // namespace quorate
