// What each operation does: everything is checked first, then changed, so that a failure changes
// nothing.
#include "core/base/planted.hpp"
#include "core/crypto/hash.hpp"
#include "core/ledger/ledger_state.hpp"

#include <algorithm>

namespace quorate::ledger {

namespace {

digest credited_key(const credit& body) {
  static const hash_tag tag{"quorate/state/credited"};
  writer w;
  w.u32(body.chain);
  write(w, body.transaction);
  w.blob(body.locator);
  return tag(w.view());
}

std::uint16_t code_of(const outcome& done) noexcept {
  return done ? std::uint16_t{0} : static_cast<std::uint16_t>(done.error());
}

} // namespace

operation_result ledger_state::execute(const authorised_operation& op, sequence_number height,
                                       block_time_ms time, std::vector<account_id>& touched) {
  const auto& o = op.op();
  operation_result given{op.id(), o.account, o.sequence, height, 0};
  if (is_unsigned(op.signed_op())) return given;

  account* signer = find_mutable(o.account);
  const auto last = signer == nullptr ? account_sequence{} : signer->last_sequence;
  if (o.sequence != last.next() && !(o.sequence <= last && planted(fault::replies_forgotten))) {
    given.code = static_cast<std::uint16_t>(o.sequence <= last ? errc::sequence_replayed
                                                               : errc::sequence_gap);
    return given;
  }
  const bool late = o.valid_until.value != 0 && o.valid_until < time;
  if (signer == nullptr) {
    // Only opening itself is open to a key without an account.
    const auto* open = std::get_if<open_account>(&o.body);
    given.code = late ? static_cast<std::uint16_t>(errc::expired)
                      : code_of(open == nullptr ? outcome{errc::no_such_account}
                                                : run(*open, nullptr, o.account));
    signer = find_mutable(o.account);
    if (signer == nullptr) return given;
  } else {
    given.code = late ? static_cast<std::uint16_t>(errc::expired)
                      : code_of(run_body(o.body, *signer, op.id()));
  }
  signer->last_sequence = o.sequence;
  signer->remember({o.sequence, op.id(), given.code, height});
  touch(*signer);
  if (touched.empty() || touched.back() != o.account) touched.push_back(o.account);
  return given;
}

outcome ledger_state::run_body(const operation_body& body, account& signer,
                               const operation_id& id) {
  return std::visit(
      [&](const auto& what) -> outcome {
        using kind = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<kind, noop>)
          return {};
        else if constexpr (std::is_same_v<kind, open_account>)
          return run(what, &signer, signer.id);
        else if constexpr (std::is_same_v<kind, withdrawal_request>)
          return run(what, signer, id);
        else if constexpr (requires { run(what, signer); })
          return run(what, signer);
        else
          return run(what);
      },
      body);
}

outcome ledger_state::run(const open_account& body, account* signer, const account_id& signer_id) {
  const bool opens_itself = signer_id == body.account;
  const bool is_administrator =
      std::find(administrators_.begin(), administrators_.end(), signer_id) != administrators_.end();
  if (!(opens_itself && self_open_) && !is_administrator) return errc::not_authorised;
  if (signer != nullptr && signer->frozen) return errc::account_frozen;
  if (find(body.account) != nullptr) return errc::account_exists;
  if (accounts_.size() >= limits::accounts_max) return errc::too_many_accounts;
  if (!verifying_key::parse(suite_, body.account)) return errc::bad_public_key;
  touch(create(body.account));
  return {};
}

outcome ledger_state::check_receiver(const account& to, asset_id asset, amount units) const {
  const auto* held = to.find(asset);
  if (held == nullptr)
    return to.balances.size() < limits::assets_per_account_max ? outcome{}
                                                               : outcome{errc::too_many_assets};
  QUORATE_TRY(add(held->available, units));
  return {};
}

outcome ledger_state::run(const transfer& body, account& signer) {
  if (body.units.is_zero()) return errc::amount_zero;
  if (signer.frozen) return errc::account_frozen;
  if (!supply_.contains(body.asset)) return errc::no_such_asset;
  if (body.to == signer.id) return errc::self_transfer;
  account* to = find_mutable(body.to);
  if (to == nullptr) return errc::no_such_account;
  const auto* from = signer.find(body.asset);
  if (from == nullptr) return errc::insufficient_funds;
  QUORATE_ASSIGN(const amount rest, subtract(from->available, body.units));
  QUORATE_TRY(check_receiver(*to, body.asset, body.units));
  if (!planted(fault::receiver_paid_only)) signer.at(body.asset).available = rest;
  balance& receiving = to->at(body.asset);
  receiving.available = *add(receiving.available, body.units);
  touch(*to);
  return {};
}

// All or nothing: the sums are checked before the first leg moves. A receiver's overflow cannot
// happen (no balance exceeds the supply), and room for new assets is counted over all legs.
outcome ledger_state::run(const transfer_batch& body, account& signer) {
  if (signer.frozen) return errc::account_frozen;
  std::map<asset_id, amount> needed;
  std::map<digest, std::set<asset_id>> new_assets;
  for (const auto& leg : body.legs) {
    if (leg.units.is_zero()) return errc::amount_zero;
    if (!supply_.contains(leg.asset)) return errc::no_such_asset;
    if (leg.to == signer.id) return errc::self_transfer;
    const account* to = find(leg.to);
    if (to == nullptr) return errc::no_such_account;
    if (to->find(leg.asset) == nullptr) {
      auto& fresh = new_assets[state_key(leg.to)];
      fresh.insert(leg.asset);
      if (to->balances.size() + fresh.size() > limits::assets_per_account_max)
        return errc::too_many_assets;
    }
    QUORATE_ASSIGN(needed[leg.asset], add(needed[leg.asset], leg.units));
  }
  for (const auto& [asset, units] : needed) {
    const auto* from = signer.find(asset);
    if (from == nullptr || from->available < units) return errc::insufficient_funds;
  }
  for (const auto& [asset, units] : needed) {
    balance& from = signer.at(asset);
    from.available = *subtract(from.available, units);
  }
  for (const auto& leg : body.legs) {
    account& to = *find_mutable(leg.to);
    balance& receiving = to.at(leg.asset);
    receiving.available = *add(receiving.available, leg.units);
    touch(to);
  }
  return {};
}

outcome ledger_state::run(const credit& body) {
  if (body.units.is_zero()) return errc::amount_zero;
  if (!supply_.contains(body.asset)) return errc::no_such_asset;
  const auto key = credited_key(body);
  if (credited_.contains(key)) return errc::already_credited;
  account* to = find_mutable(body.to);
  if (to == nullptr) return errc::no_such_account;
  QUORATE_TRY(check_receiver(*to, body.asset, body.units));
  QUORATE_TRY(raise_supply(body.asset, body.units));
  balance& receiving = to->at(body.asset);
  receiving.available = *add(receiving.available, body.units);
  touch(*to);
  credited_.insert(key);
  static const hash_tag value_tag{"quorate/state/value"};
  tree_.set(key, value_tag(bytes{3})); // the record of a credited deposit
  dirty_.insert(key);
  return {};
}

outcome ledger_state::run(const withdrawal_request& body, account& signer, const operation_id& id) {
  if (body.units.is_zero()) return errc::amount_zero;
  if (signer.frozen) return errc::account_frozen;
  if (!supply_.contains(body.asset)) return errc::no_such_asset;
  if (signer.holds.size() >= limits::holds_per_account_max) return errc::too_many_holds;
  if (signer.find_hold(id) != signer.holds.end()) return errc::hold_exists;
  const auto* from = signer.find(body.asset);
  if (from == nullptr) return errc::insufficient_funds;
  QUORATE_ASSIGN(const amount rest, subtract(from->available, body.units));
  QUORATE_ASSIGN(const amount held, add(from->held, body.units));
  balance& own = signer.at(body.asset);
  own.available = rest;
  own.held = held;
  const auto place =
      std::lower_bound(signer.holds.begin(), signer.holds.end(), id,
                       [](const hold& h, const operation_id& other) { return h.id < other; });
  signer.holds.insert(place, hold{id, body.asset, body.units, body.chain, body.destination});
  return {};
}

outcome ledger_state::run(const withdrawal_release& body) {
  account* owner = find_mutable(body.owner);
  if (owner == nullptr) return errc::no_such_account;
  const auto place = owner->find_hold(body.hold);
  if (place == owner->holds.end()) return errc::no_such_hold;
  balance& own = owner->at(place->asset);
  if (!body.settled) QUORATE_TRY(add(own.available, place->units));
  own.held = *subtract(own.held, place->units);
  if (body.settled)
    lower_supply(place->asset, place->units);
  else
    own.available = *add(own.available, place->units);
  owner->holds.erase(place);
  touch(*owner);
  return {};
}

outcome ledger_state::run(const set_frozen& body) {
  account* owner = find_mutable(body.account);
  if (owner == nullptr) return errc::no_such_account;
  if (body.counter != owner->freeze_counter + 1) return errc::not_authorised;
  owner->freeze_counter = body.counter;
  owner->frozen = body.frozen;
  touch(*owner);
  return {};
}

// One change at a time: the next one is taken when this one is in force.
outcome ledger_state::run(const change_membership& body) {
  QUORATE_ASSIGN(auto next, membership_.changed(body, last_.height.next(), suite_));
  if (body.what == membership_change::add) membership_.next_id = membership_.next_id.next();
  membership_.pending = std::move(next);
  touch_membership();
  return {};
}

// Nothing moves: the result, under the block's roots, is all that a signer asks for.
outcome ledger_state::run(const signing_order& body, account& signer) {
  if (signer.frozen) return errc::account_frozen;
  if (!supply_.contains(body.asset)) return errc::no_such_asset;
  return {};
}

// The ledger holds no log and needs none: that the new head only adds to the old one is proven.
outcome ledger_state::run(const audit_head& body, account& signer) {
  if (signer.frozen) return errc::account_frozen;
  const auto before = signer.log.value_or(audit::log_frontier{}.head());
  if (body.head.size < before.size) return errc::log_set_back;
  if (!audit::verify_consistency(before, body.head, body.proof)) return errc::log_forked;
  signer.log = body.head;
  return {};
}

outcome ledger_state::raise_supply(asset_id asset, amount units) {
  const auto place = supply_.find(asset);
  if (place == supply_.end()) return errc::no_such_asset;
  QUORATE_ASSIGN(place->second, add(place->second, units));
  supply_touched_.insert(asset);
  return {};
}

void ledger_state::lower_supply(asset_id asset, amount units) {
  amount& supply = supply_.at(asset);
  supply = *subtract(supply, units);
  supply_touched_.insert(asset);
}

} // namespace quorate::ledger
