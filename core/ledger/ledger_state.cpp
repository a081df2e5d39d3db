// Blocks: order, results, roots, what goes to disk. The operations are in ledger_operations.cpp.
#include "core/ledger/ledger_state.hpp"

#include "core/base/planted.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::ledger {

namespace {

/// The first byte of a stored record tells what it is.
enum class record_kind : std::uint8_t { account = 1, supply = 2, credited = 3, membership = 4 };

digest supply_key(asset_id asset) {
  static const hash_tag tag{"quorate/state/supply"};
  return tag(encode(asset));
}

bytes account_record(const account& value) {
  writer w{512};
  w.u8(static_cast<std::uint8_t>(record_kind::account));
  write(w, value);
  return std::move(w).take();
}

bytes supply_record(asset_id asset, amount units) {
  writer w;
  w.u8(static_cast<std::uint8_t>(record_kind::supply));
  write(w, asset);
  write(w, units);
  return std::move(w).take();
}

bytes membership_record(const membership& value) {
  writer w{2048};
  w.u8(static_cast<std::uint8_t>(record_kind::membership));
  write(w, value);
  return std::move(w).take();
}

bytes credited_record() { return {static_cast<std::uint8_t>(record_kind::credited)}; }

digest result_root(const std::vector<operation_result>& results) {
  std::vector<digest> leaves;
  leaves.reserve(results.size());
  for (const auto& one : results)
    leaves.push_back(merkle_leaf(encode(one)));
  return merkle_tree{std::move(leaves)}.root();
}

} // namespace

digest state_key(const account_id& id) {
  static const hash_tag tag{"quorate/state/account"};
  return tag(id.view());
}

digest state_value_hash(const account& value) { return state_record_hash(account_record(value)); }

digest state_record_hash(byte_view record) {
  static const hash_tag tag{"quorate/state/value"};
  return tag(record);
}

digest state_value_hash(const membership& value) {
  return state_record_hash(membership_record(value));
}

ledger_state::ledger_state(const genesis& g, empty)
    : administrators_(g.administrators.keys), self_open_(g.self_open), suite_(g.identity_suite) {}

ledger_state::ledger_state(const genesis& g) : ledger_state(g, empty{}) {
  for (const auto& asset : g.assets) {
    supply_[asset.id] = amount{};
    supply_touched_.insert(asset.id);
  }
  for (const auto& initial : g.balances) {
    account* holder = find_mutable(initial.account);
    if (holder == nullptr) holder = &create(initial.account);
    QUORATE_CHECK(raise_supply(initial.asset, initial.units));
    holder->at(initial.asset).available = initial.units;
    touch(*holder);
  }
  membership_ = membership_of(g);
  touch_membership();
  hash_touched();
  last_.state_root = tree_.root();
}

expected<ledger_state> ledger_state::restore(const genesis& g, const block_summary& last,
                                             const std::vector<std::pair<digest, bytes>>& records) {
  ledger_state restored{g, empty{}};
  for (const auto& [key, record] : records) {
    reader r{record};
    switch (static_cast<record_kind>(r.u8())) {
    case record_kind::account: {
      account value;
      read(r, value);
      restored.accounts_.insert_or_assign(key, std::move(value));
      break;
    }
    case record_kind::supply: {
      asset_id asset;
      amount units;
      read(r, asset);
      read(r, units);
      restored.supply_[asset] = units;
      break;
    }
    case record_kind::credited:
      restored.credited_.insert(key);
      break;
    case record_kind::membership:
      read(r, restored.membership_);
      break;
    }
    QUORATE_TRY(r.finish());
    restored.tree_.set(key, state_record_hash(record));
  }
  if (restored.tree_.root() != last.state_root) return errc::bad_proof;
  restored.last_ = last;
  return restored;
}

applied_block ledger_state::apply(const ordered_batch& batch) {
  QUORATE_CHECK(batch.height == last_.height.next());
  begin_epoch_if_due(batch.height);
  applied_block block;
  block.summary.height = batch.height;
  block.summary.previous = last_.height.value == 0 ? digest{} : hash(last_);
  block.summary.batch_digest = batch.batch_digest;
  block.summary.time = std::max(batch.time, last_.time);
  block.results.reserve(batch.operations.size());
  for (const auto& op : batch.operations) {
    block.results.push_back(execute(*op, batch.height, block.summary.time, block.touched));
    if (block.results.back().code == 0 && std::holds_alternative<signing_order>(op->op().body))
      block.orders_signatures = true;
  }
  hash_touched();
  block.summary.result_root = result_root(block.results);
  block.summary.state_root = tree_.root();
  last_ = block.summary;
  return block;
}

// Encoding and hashing an account once a block, however often the block touches it.
void ledger_state::hash_touched() {
  for (const auto& key : touched_) {
    tree_.set(key, state_record_hash(account_record(accounts_.at(key))));
    dirty_.insert(key);
  }
  touched_.clear();
  for (const auto asset : supply_touched_) {
    tree_.set(supply_key(asset), state_record_hash(supply_record(asset, supply_.at(asset))));
    dirty_.insert(supply_key(asset));
  }
  supply_touched_.clear();
  if (std::exchange(membership_touched_, false)) {
    tree_.set(membership_key(), state_record_hash(membership_record(membership_)));
    dirty_.insert(membership_key());
  }
}

void ledger_state::touch_membership() { membership_touched_ = true; }

void ledger_state::begin_epoch_if_due(sequence_number height) {
  if (!membership_.pending || height <= membership_.pending->after) return;
  membership_ = membership_.as_of(height);
  touch_membership();
}

const account* ledger_state::find(const account_id& id) const noexcept {
  const auto place = accounts_.find(state_key(id));
  return place == accounts_.end() ? nullptr : &place->second;
}

account* ledger_state::find_mutable(const account_id& id) noexcept {
  const auto place = accounts_.find(state_key(id));
  return place == accounts_.end() ? nullptr : &place->second;
}

account& ledger_state::create(const account_id& id) {
  account fresh;
  fresh.id = id;
  const auto [place, is_new] = accounts_.emplace(state_key(id), std::move(fresh));
  QUORATE_CHECK(is_new);
  return place->second;
}

void ledger_state::touch(const account& changed) { touched_.insert(state_key(changed.id)); }

state_proof ledger_state::prove(const account_id& id) const { return tree_.prove(state_key(id)); }

std::optional<stored_reply> ledger_state::reply(const account_id& id,
                                                account_sequence sequence) const {
  const auto* owner = find(id);
  const auto* stored = owner == nullptr ? nullptr : owner->find_reply(sequence);
  if (stored == nullptr) return std::nullopt;
  if (planted(fault::reply_cache_forgotten) && stored->height < height()) return std::nullopt;
  return *stored;
}

std::vector<std::pair<account_id, account_sequence>> ledger_state::sequences() const {
  std::vector<std::pair<account_id, account_sequence>> all;
  all.reserve(accounts_.size());
  for (const auto& [key, value] : accounts_)
    all.emplace_back(value.id, value.last_sequence);
  return all;
}

std::vector<state_record> ledger_state::take_dirty() {
  std::map<digest, asset_id> supplies;
  for (const auto& [asset, units] : supply_)
    supplies.emplace(supply_key(asset), asset);
  std::vector<state_record> records;
  records.reserve(dirty_.size());
  for (const auto& key : dirty_) {
    if (const auto place = accounts_.find(key); place != accounts_.end())
      records.push_back({key, account_record(place->second)});
    else if (const auto supply = supplies.find(key); supply != supplies.end())
      records.push_back({key, supply_record(supply->second, supply_.at(supply->second))});
    else if (key == membership_key())
      records.push_back({key, membership_record(membership_)});
    else
      records.push_back({key, credited_record()});
  }
  dirty_.clear();
  return records;
}

std::vector<std::pair<digest, bytes>> ledger_state::records() const {
  std::vector<std::pair<digest, bytes>> all;
  all.reserve(accounts_.size() + supply_.size() + credited_.size());
  for (const auto& [key, value] : accounts_)
    all.emplace_back(key, account_record(value));
  for (const auto& [asset, units] : supply_)
    all.emplace_back(supply_key(asset), supply_record(asset, units));
  for (const auto& key : credited_)
    all.emplace_back(key, credited_record());
  all.emplace_back(membership_key(), membership_record(membership_));
  std::sort(all.begin(), all.end());
  return all;
}

outcome ledger_state::check_conservation() const {
  std::map<asset_id, amount> counted;
  for (const auto& [key, value] : accounts_) {
    std::map<asset_id, amount> held;
    for (const auto& h : value.holds) {
      QUORATE_ASSIGN(held[h.asset], add(held[h.asset], h.units));
    }
    for (const auto& b : value.balances) {
      if (held[b.asset] != b.held) return errc::amount_overflow;
      QUORATE_ASSIGN(const amount both, add(b.available, b.held));
      QUORATE_ASSIGN(counted[b.asset], add(counted[b.asset], both));
    }
  }
  for (const auto& [asset, units] : supply_)
    if (counted[asset] != units) return errc::amount_overflow;
  return {};
}

} // namespace quorate::ledger
