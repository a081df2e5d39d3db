#include "core/signer/signer_core.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::signer {

std::uint64_t signer_counters::unproven() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [node, count] : unproven_by)
    sum += count;
  return sum;
}

digest name_of(const ec_public_key& key) { return sha256(key.compressed().view()); }

// --- start -----------------------------------------------------------------------------------

expected<signer_core> signer_core::restore(signer_setup setup, const ledger::genesis& genesis,
                                           std::optional<stored> first) {
  QUORATE_CHECK(setup.find);
  QUORATE_CHECK(!setup.log_key || setup.find_node);
  if (setup.keys.size() > keys_max) return errc::over_limit;
  if (setup.log_key && setup.log_key->suite() != genesis.identity_suite)
    return errc::bad_secret_key;
  for (const auto& [name, held] : setup.keys) {
    QUORATE_CHECK(name == name_of(held.key));
    QUORATE_TRY(held.policy.validate());
    QUORATE_TRY(held.policy.check_approvers(genesis.identity_suite));
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

effects signer_core::serve(const digest& drawn) {
  std::vector<record> records;
  anchor_.begin(log_.size());
  audit::entry entry{audit::event::signer_started, seen_, {}, drawn, {}, 0, {}};
  append(entry, records);
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

effects signer_core::on_question(const asking& by, byte_view encoded) {
  if (waiting_.size() + jobs_.size() >= jobs_max) return turn_away(by.from);
  auto asked = decode<question>(encoded);
  if (asked) return std::visit([&](auto& what) { return on(by, std::move(what)); }, *asked);
  // It may have been meant as a request: a try like any other.
  ++counters_.requests;
  return refuse_unproven(by, {}, asked.error());
}

effects signer_core::turn_away(asker from) {
  ++counters_.busy;
  return {effect::reply{from, refused_answer{errc::busy}}};
}

effects signer_core::on(const asking& by, const status_question&) {
  return {effect::reply{by.from, status()}};
}

effects signer_core::on(const asking& by, const epochs_shown& shown) {
  std::vector<record> records;
  outcome done;
  for (const auto& proof : shown.proofs) {
    // Another node was quicker.
    if (proof.value.pending->epoch <= trusted_.newest()) continue;
    done = trusted_.extend(proof);
    if (!done) break;
    records.push_back(record_of(proof));
  }
  // What was proven stays proven, whatever comes behind it.
  effects out;
  if (!records.empty()) out.emplace_back(persist(std::move(records)));
  if (done) {
    hold(effect::reply{by.from, status()}, out);
    return out;
  }
  audit::entry entry;
  entry.note = "a change of the members";
  for (auto& one : refuse_unproven(by, std::move(entry), done.error()))
    out.push_back(std::move(one));
  return out;
}

effects signer_core::on(const asking& by, const head_wanted& wanted) {
  if (!log_account_) return {effect::reply{by.from, refused_answer{errc::no_such_key}}};
  if (wanted.account) {
    const auto proven = check_log_account(*wanted.account, *log_account_, trusted_);
    if (!proven) {
      audit::entry entry;
      entry.note = "what the ledger has of this log";
      return refuse_unproven(by, std::move(entry), proven.error());
    }
    // Durable with the next record: until then nothing that left depends on it.
    seen_ = std::max(seen_, wanted.account->block.summary.time);
  }
  auto made = bring(wanted.account ? &*wanted.account->value : nullptr);
  return {effect::reply{by.from, made ? answer{head_answer{std::move(*made)}}
                                      : answer{refused_answer{made.error()}}}};
}

// Of what was proven. An older state proves as well, and gives an operation that the ledger had.
expected<ledger::signed_operation> signer_core::bring(const ledger::account* account) {
  const auto id = *log_account_;
  ledger::operation op{id, account_sequence{1}, {}, ledger::open_account{id}};
  if (account != nullptr) {
    const auto known = account->log.value_or(audit::log_frontier{}.head());
    QUORATE_TRY(anchor_.compare(known, durable_head_, setup_.find_node));
    if (known == durable_head_) return errc::duplicate;
    QUORATE_ASSIGN(auto proof,
                   audit::prove_consistency(known.size, durable_head_.size, setup_.find_node));
    op.sequence = account->last_sequence.next();
    op.body = ledger::audit_head{durable_head_, std::move(proof)};
  }
  if (!setup_.log_key) return errc::signer_locked;
  return ledger::sign(trusted_.cluster(), std::move(op), *setup_.log_key);
}

effects signer_core::on(const asking& by, signing_request request) {
  ++counters_.requests;
  // No lie, and not for this log to say: its entries may not be the newest.
  if (const auto why = anchor_.missing(); why && !is_locked_) {
    ++counters_.refused[*why];
    return {effect::reply{by.from, refused_answer{*why}}};
  }
  audit::entry entry;
  entry.request.data = ledger::id_of(request.cluster, request.operation).data;
  if (const auto* order = std::get_if<ledger::signing_order>(&request.operation.body))
    entry.key = order->key;
  const auto order = prove(std::move(request), trusted_);
  if (!order) return refuse_unproven(by, std::move(entry), order.error());
  entry.time = order->block_time();
  const auto before = std::pair{fence_.highest(), seen_};
  // A node that shows an older view than the signer has seen could do so for ever.
  if (const auto fresh = fence_.admit(order->token()); !fresh)
    return refuse_unproven(by, std::move(entry), fresh.error());
  // What is proven is taken over also when the request is refused in the end: an order of a new
  // view for a key that is not held here is as good a proof of that view as any.
  seen_ = std::max(seen_, order->block_time());
  const bool has_moved = std::pair{fence_.highest(), seen_} != before;
  attempt made{by.from, std::move(entry), known(order->id()).value_or(decision{}), has_moved, {},
               {}};
  const auto done = consider(*order, made);
  return done ? accept(std::move(made)) : refuse(std::move(made), done.error());
}

outcome signer_core::consider(const committed_order& order, attempt& made) {
  const auto& name = order.order().key;
  if (is_locked_) return errc::signer_locked;
  const auto held = setup_.keys.find(name);
  if (held == setup_.keys.end()) return why_not_held(name);
  const auto& policy = held->second.policy;
  if (order.order().chain != chain_of(policy.where)) return errc::wrong_network;
  QUORATE_ASSIGN(auto of,
                 read_transaction(order.order().transaction, policy.where, held->second.key));
  made.entry.subject = of.signed_digest();
  QUORATE_TRY(check_life(name, of));
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
  const auto& key = order.order().key;
  const auto& policy = setup_.keys.at(key).policy;
  const auto& before = made.known;
  if (before.signed_digest) {
    if (*before.signed_digest != made.entry.subject || before.key != key) return errc::other_digest;
    if (!before.signatures.empty()) return {};
    // Its signature never left, so it is judged as things are now; its units were counted then.
    const auto still = judge(policy, trusted_, order, of, seen_, {});
    return still ? outcome{} : still.error();
  }
  QUORATE_ASSIGN(const auto spends, judge(policy, trusted_, order, of, seen_, windows_));
  for (const auto& one : spends) {
    auto& window = windows_[{key, one.unit}];
    window.add(one.units, seen_, one.window_ms);
    made.records.push_back(record_of(key, one.unit, window));
  }
  return {};
}

std::optional<decision> signer_core::known(const ledger::operation_id& id) const {
  const auto found = undurable_.find(id);
  return found == undurable_.end() ? setup_.find(id) : found->second.second;
}

void signer_core::remember(const ledger::operation_id& id, decision what, std::vector<record>& to) {
  const auto token = last_token_ + 1;
  to.push_back(record_of(id, what));
  undurable_.insert_or_assign(id, std::pair{token, std::move(what)});
  undurable_order_.emplace_back(token, id);
}

// --- effects ---------------------------------------------------------------------------------

effects signer_core::accept(attempt made) {
  auto& known = made.known;
  const bool is_new = !known.signed_digest;
  ++(is_new ? counters_.signed_new : counters_.signed_again);
  const ledger::operation_id id{made.entry.request.data};
  if (!known.signatures.empty())
    return leave(effect::reply{made.from, signed_answer{id, made.entry.subject, known.signatures}},
                 made.has_moved);
  const auto number = ++last_job_;
  effect::make make{number, made.entry.key, made.wanted};
  jobs_.emplace(number, job{made.from, made.entry, std::move(made.wanted)});
  if (!is_new) return leave(std::move(make), made.has_moved);
  made.entry.what = audit::event::signature_made;
  known = {made.entry.subject, made.entry.key, made.entry.time, log_.size(), 0, {}};
  remember(id, std::move(known), made.records);
  return log_and_hold(made.entry, std::move(made.records), std::move(make));
}

// Once in the log for each reason, however often the request is brought.
effects signer_core::refuse(attempt made, errc why) {
  ++counters_.refused[why];
  const auto reason = static_cast<std::uint16_t>(why);
  const effect::reply reply{made.from, refused_answer{why}};
  auto& known = made.known;
  if (known.refused == reason) return leave(reply, made.has_moved);
  made.entry.what = audit::event::signature_refused;
  made.entry.reason = reason;
  if (!known.signed_digest) known.key = made.entry.key;
  known.time = made.entry.time;
  known.entry = log_.size();
  known.refused = reason;
  std::vector<record> records;
  remember({made.entry.request.data}, std::move(known), records);
  return log_and_hold(made.entry, std::move(records), reply);
}

effects signer_core::refuse_unproven(const asking& by, audit::entry entry, errc why) {
  ++counters_.refused[why];
  ++counters_.unproven_by[by.node];
  entry.note += (entry.note.empty() ? "brought by " : "; brought by ") + by.node;
  entry.what = audit::event::signature_refused;
  entry.reason = static_cast<std::uint16_t>(why);
  return log_and_hold(entry, {}, effect::reply{by.from, refused_answer{why}, true});
}

effects signer_core::leave(leaving what, bool has_moved) {
  effects out;
  if (has_moved) out.emplace_back(persist({}));
  hold(std::move(what), out);
  return out;
}

void signer_core::hold(leaving what, effects& out) {
  if (durable_token_ != last_token_)
    waiting_.push_back({last_token_, std::move(what)});
  else
    std::visit([&out](auto& one) { out.emplace_back(std::move(one)); }, what);
}

effects signer_core::log_and_hold(const audit::entry& entry, std::vector<record> records,
                                  leaving then) {
  append(entry, records);
  effects out{persist(std::move(records))};
  hold(std::move(then), out);
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
  durable_token_ = std::max(durable_token_, token);
  while (!waiting_.empty() && waiting_.front().token <= token) {
    std::visit([&out](auto& what) { out.emplace_back(std::move(what)); }, waiting_.front().what);
    waiting_.pop_front();
  }
  while (!undurable_order_.empty() && undurable_order_.front().first <= token) {
    const auto found = undurable_.find(undurable_order_.front().second);
    // It may have changed once more since.
    if (found != undurable_.end() && found->second.first <= token) undurable_.erase(found);
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
  const ledger::operation_id id{done.entry.request.data};
  auto decided = known(id);
  QUORATE_CHECK(decided && decided->signed_digest);
  auto valid = made ? check(done, *made) : outcome{made.error()};
  // Meanwhile it was proven that another log goes on.
  if (const auto why = anchor_.missing()) valid = *why;
  if (!valid) {
    done.entry.note = "decided before, and may be asked for again";
    return refuse({done.from, std::move(done.entry), std::move(*decided), false, {}, {}},
                  valid.error());
  }
  std::vector<record> records;
  if (decided->signatures.empty()) { // else it was asked for twice at the same time
    decided->signatures = *made;
    decided->refused = 0;
    remember(id, *decided, records);
  }
  effects out;
  if (!records.empty()) out.emplace_back(persist(std::move(records)));
  hold(effect::reply{done.from, signed_answer{id, done.entry.subject, decided->signatures}}, out);
  return out;
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
  status_answer s{trusted_.newest(), fence_.highest(), durable_head_, {}, {},
                  is_locked_,        anchor_.missing()};
  if (log_account_) s.account = *log_account_;
  const auto add = [&s](std::string name, std::uint64_t value) {
    s.counters.emplace_back(std::move(name), value);
  };
  add("requests", counters_.requests);
  add("signed", counters_.signed_new);
  add("signed_again", counters_.signed_again);
  add("busy", counters_.busy);
  add("unproven", counters_.unproven());
  for (const auto& [node, count] : counters_.unproven_by)
    add("unproven_by_" + node, count);
  std::uint64_t refused = 0;
  for (const auto& [why, count] : counters_.refused) {
    add("refused_" + std::string{name(why)}, count);
    refused += count;
  }
  add("refused", refused);
  return s;
}

} // namespace quorate::signer
