#include "core/signer/signer_core.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::signer {

digest name_of(const ec_public_key& key) { return sha256(key.compressed().view()); }

// --- start -----------------------------------------------------------------------------------

expected<signer_core> signer_core::restore(signer_setup setup, const ledger::genesis& genesis,
                                           std::optional<stored> first) {
  QUORATE_CHECK(setup.find);
  QUORATE_CHECK(!setup.log_key || setup.find_node);
  if (setup.keys.size() > keys_max) return errc::over_limit;
  for (const auto& [name, held] : setup.keys) {
    QUORATE_CHECK(name == name_of(held.key));
    QUORATE_TRY(held.policy.validate());
  }
  signer_core made{std::move(setup), genesis};
  if (first) QUORATE_TRY(made.load(std::move(*first)));
  made.durable_head_ = made.log_.head();
  return made;
}

outcome signer_core::load(stored from) {
  for (const auto& proof : from.epochs)
    QUORATE_TRY(trusted_.extend(proof));
  // An epoch that was seen and is not proven any more: records are missing.
  if (trusted_.newest() != from.state.epoch || from.state.token.epoch > from.state.epoch)
    return errc::wrong_epoch;
  QUORATE_ASSIGN(
      log_, audit::log_frontier::restore(from.state.log_size, std::move(from.state.log_roots)));
  fence_ = lease::fence{from.state.token};
  seen_ = from.state.seen;
  if (from.key_steps.size() != from.state.key_steps) return errc::sequence_gap;
  for (const auto& record : from.key_steps)
    QUORATE_TRY(book_.replay(record));
  windows_ = std::move(from.windows);
  return {};
}

effects signer_core::start() {
  std::vector<record> records;
  for (const auto& [name, held] : setup_.keys) {
    if (book_.state(name)) continue;
    using wallet::key_step;
    QUORATE_CHECK(take({key_step::create, name, {}, "held by this signer from now on"}, records));
    if (!held.standby)
      QUORATE_CHECK(take({key_step::activate, name, {}, "by its configuration"}, records));
  }
  if (records.empty()) return {};
  return {persist(std::move(records))};
}

expected<effects> signer_core::change_key(const key_change& change) {
  std::vector<record> records;
  QUORATE_TRY(take(change, records));
  return effects{persist(std::move(records))};
}

outcome signer_core::take(const key_change& change, std::vector<record>& to) {
  QUORATE_ASSIGN(const auto taken, book_.take(change, seen_));
  to.push_back(record_of(taken));
  append(entry_of(taken), to);
  return {};
}

// --- questions -------------------------------------------------------------------------------

effects signer_core::on_question(asker from, byte_view encoded) {
  if (waiting_.size() + jobs_.size() >= jobs_max) return turn_away(from);
  auto asked = decode<question>(encoded);
  if (asked) return std::visit([&](auto& what) { return on(from, std::move(what)); }, *asked);
  // It may have been meant as a request: a try like any other.
  ++counters_.requests;
  return refuse(from, {audit::event::signature_refused, {}, {}, {}, {}, 0, {}}, asked.error());
}

effects signer_core::turn_away(asker from) {
  ++counters_.busy;
  return {effect::reply{from, refused_answer{errc::busy}}};
}

effects signer_core::on(asker from, const status_question&) {
  return {effect::reply{from, status()}};
}

effects signer_core::on(asker from, const epochs_shown& shown) {
  std::vector<record> records;
  outcome done;
  for (const auto& proof : shown.proofs) {
    done = trusted_.extend(proof);
    if (!done) break;
    records.push_back(record_of(proof));
  }
  // What was proven stays proven, whatever comes behind it.
  effects out;
  if (!records.empty()) out.emplace_back(persist(std::move(records)));
  const answer what = done ? answer{status()} : answer{refused_answer{done.error()}};
  if (out.empty())
    out.emplace_back(effect::reply{from, what});
  else
    waiting_.push_back({last_token_, effect::reply{from, what}});
  return out;
}

effects signer_core::on(asker from, const head_wanted& wanted) {
  auto made = bring(wanted);
  return {effect::reply{from, made ? answer{head_answer{std::move(*made)}}
                                   : answer{refused_answer{made.error()}}}};
}

// Whoever asks may lie about what the ledger has. Then the ledger refuses the operation: what it
// says is that one head continues another, and that is looked up here, not believed.
expected<ledger::signed_operation> signer_core::bring(const head_wanted& wanted) const {
  if (!setup_.log_key) return errc::no_such_key;
  const auto account = setup_.log_key->key();
  ledger::operation op{account, wanted.sequence, {}, ledger::open_account{account}};
  if (wanted.known) {
    const auto& known = *wanted.known;
    if (known.size > durable_head_.size) return errc::log_set_back;
    QUORATE_ASSIGN(const auto own, audit::head_of(known.size, setup_.find_node));
    if (own != known) return errc::log_forked;
    if (known == durable_head_) return errc::duplicate;
    QUORATE_ASSIGN(auto proof,
                   audit::prove_consistency(known.size, durable_head_.size, setup_.find_node));
    op.body = ledger::audit_head{durable_head_, std::move(proof)};
  }
  return ledger::sign(trusted_.cluster(), std::move(op), *setup_.log_key);
}

effects signer_core::on(asker from, signing_request request) {
  ++counters_.requests;
  attempt made;
  made.entry.what = audit::event::signature_made;
  const auto done = consider(std::move(request), made);
  if (!done) return refuse(from, std::move(made.entry), done.error());
  return accept(from, std::move(made));
}

// What is proven is taken over also when the request is refused in the end: an order of a new view
// for a key that is not held here is as good a proof of that view as any.
outcome signer_core::consider(signing_request request, attempt& made) {
  made.entry.request.data = ledger::id_of(request.cluster, request.operation).data;
  if (const auto* order = std::get_if<ledger::signing_order>(&request.operation.body))
    made.entry.key = order->key;
  QUORATE_ASSIGN(const auto order, prove(std::move(request), trusted_));
  made.entry.time = order.block_time();
  QUORATE_TRY(fence_.admit(order.token()));
  seen_ = std::max(seen_, order.block_time());
  const auto held = setup_.keys.find(order.order().key);
  if (held == setup_.keys.end()) return why_not_held(order.order().key);
  const auto& policy = held->second.policy;
  if (order.order().chain != chain_of(policy.where)) return errc::wrong_network;
  QUORATE_ASSIGN(auto of,
                 read_transaction(order.order().transaction, policy.where, held->second.key));
  made.entry.subject = of.signed_digest();
  QUORATE_TRY(check_life(order.order().key, of));
  QUORATE_TRY(decide(order, of, made));
  made.wanted = std::move(of.wanted);
  return {};
}

// Asked also for what was decided before: a revoked key signs nothing, not even once more.
outcome signer_core::check_life(const digest& key, const reading& of) const {
  const auto may = check_state(*book_.state(key));
  if (may || may.error() != errc::key_rotated) return may;
  const auto next = setup_.keys.find(*book_.successor(key));
  const auto& where = setup_.keys.at(key).policy.where;
  if (next == setup_.keys.end() || !pays_only_to(of, where, next->second.key)) return may;
  return {};
}

errc signer_core::why_not_held(const digest& key) const {
  const auto known = book_.state(key);
  const auto may = known ? check_state(*known) : outcome{};
  return may ? errc::no_such_key : may.error();
}

outcome signer_core::decide(const committed_order& order, const reading& of, attempt& made) {
  if (const auto before = known(order.id())) {
    if (before->signed_digest != made.entry.subject || before->key != made.entry.key)
      return errc::other_digest;
    made.entry.note = "again";
    return {};
  }
  const auto& key = order.order().key;
  const auto& policy = setup_.keys.at(key).policy;
  const auto found = windows_.find({key, order.order().asset});
  auto window = found == windows_.end() ? spend_window{} : found->second;
  QUORATE_ASSIGN(const auto allowed, judge(policy, trusted_.cluster(), order, of, seen_, window));
  window.add(allowed.units, seen_, allowed.limit->window_ms);
  made.decided = decision{made.entry.subject, key, order.block_time(), log_.size()};
  made.records.push_back(record_of(order.id(), *made.decided));
  made.records.push_back(record_of(key, order.order().asset, window));
  windows_.insert_or_assign({key, order.order().asset}, std::move(window));
  return {};
}

std::optional<decision> signer_core::known(const ledger::operation_id& id) const {
  const auto found = undurable_.find(id);
  return found == undurable_.end() ? setup_.find(id) : found->second;
}

// --- effects ---------------------------------------------------------------------------------

effects signer_core::accept(asker from, attempt made) {
  ++(made.decided ? counters_.signed_new : counters_.signed_again);
  const auto number = ++last_job_;
  const effect::make make{number, made.entry.key, made.wanted};
  auto out = log_and_hold(made.entry, std::move(made.records), {0, make});
  if (made.decided) {
    const ledger::operation_id id{made.entry.request.data};
    undurable_.emplace(id, *made.decided);
    undurable_order_.emplace_back(last_token_, id);
  }
  jobs_.emplace(number, job{from, std::move(made.entry), std::move(made.wanted)});
  return out;
}

effects signer_core::refuse(asker from, audit::entry entry, errc why) {
  ++counters_.refused[why];
  entry.what = audit::event::signature_refused;
  entry.reason = static_cast<std::uint16_t>(why);
  const bool unproven = entry.time.value == 0;
  return log_and_hold(entry, {}, {0, effect::reply{from, refused_answer{why}, unproven}});
}

effects signer_core::log_and_hold(const audit::entry& entry, std::vector<record> records,
                                  waiting then) {
  append(entry, records);
  effects out{persist(std::move(records))};
  then.token = last_token_;
  waiting_.push_back(std::move(then));
  return out;
}

// Entries are bounded by log_full only, at 2^48 of them: no disk holds as many.
void signer_core::append(const audit::entry& entry, std::vector<record>& to) {
  to.push_back(record_of(log_.size(), entry));
  const auto nodes = log_.append(audit::leaf_of(entry));
  QUORATE_CHECK(nodes);
  for (const auto& node : *nodes)
    to.push_back(record_of(node));
}

effect::persist signer_core::persist(std::vector<record> records) {
  records.push_back(record_of(signer_state{fence_.highest(), trusted_.newest(), seen_, log_.size(),
                                           log_.roots(), book_.steps()}));
  heads_.emplace_back(++last_token_, log_.head());
  return {last_token_, std::move(records)};
}

effects signer_core::on_durable(std::uint64_t token) {
  effects out;
  while (!waiting_.empty() && waiting_.front().token <= token) {
    std::visit([&out](auto& what) { out.emplace_back(std::move(what)); }, waiting_.front().what);
    waiting_.pop_front();
  }
  while (!undurable_order_.empty() && undurable_order_.front().first <= token) {
    undurable_.erase(undurable_order_.front().second);
    undurable_order_.pop_front();
  }
  while (!heads_.empty() && heads_.front().first <= token) {
    durable_head_ = heads_.front().second;
    heads_.pop_front();
  }
  return out;
}

// --- signatures ------------------------------------------------------------------------------

effects signer_core::on_made(std::uint64_t number,
                             const expected<std::vector<chain_signature>>& made) {
  const auto found = jobs_.find(number);
  if (found == jobs_.end()) return {};
  auto done = std::move(found->second);
  jobs_.erase(found);
  const auto valid = made ? check(done, *made) : outcome{made.error()};
  if (!valid) {
    done.entry.note = "decided before, and may be asked for again";
    return refuse(done.from, std::move(done.entry), valid.error());
  }
  return {effect::reply{done.from,
                        signed_answer{{done.entry.request.data}, done.entry.subject, *made}}};
}

// A backend is a device of others: what it gives is looked at before it leaves.
outcome signer_core::check(const job& done, const std::vector<chain_signature>& made) const {
  if (made.size() != done.wanted.size()) return errc::signature_failed;
  const auto& key = setup_.keys.at(done.entry.key).key;
  for (std::size_t i = 0; i < made.size(); ++i)
    if (!chain::verify(done.wanted[i], key, made[i])) return errc::signature_failed;
  return {};
}

status_answer signer_core::status() const {
  status_answer s{trusted_.newest(), fence_.highest(), durable_head_, {}, {}};
  if (setup_.log_key) s.account = setup_.log_key->key();
  const auto add = [&s](std::string name, std::uint64_t value) {
    s.counters.emplace_back(std::move(name), value);
  };
  add("requests", counters_.requests);
  add("signed", counters_.signed_new);
  add("signed_again", counters_.signed_again);
  add("busy", counters_.busy);
  std::uint64_t refused = 0;
  for (const auto& [why, count] : counters_.refused) {
    add("refused_" + std::string{name(why)}, count);
    refused += count;
  }
  add("refused", refused);
  return s;
}

} // namespace quorate::signer
