#include "core/mempool/mempool.hpp"

#include "core/ledger/batch.hpp"

#include <algorithm>

namespace quorate::mempool {

namespace {

// Kinds on the wire, as operation_body numbers them from 1.
template <class Body>
constexpr std::uint8_t kind_number() {
  std::uint8_t number = 0;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((std::is_same_v<std::variant_alternative_t<I, ledger::operation_body>, Body>
          ? void(number = static_cast<std::uint8_t>(I + 1))
          : void()),
     ...);
  }
  (std::make_index_sequence<std::variant_size_v<ledger::operation_body>>{});
  return number;
}

bool is_unsigned_noop(const ledger::operation& op) noexcept { return op.account.is_zero(); }

} // namespace

expected<peeked> peek(byte_view encoded) {
  constexpr std::size_t header = 1 + 1 + 32 + 8 + 8;
  if (encoded.size() < header + signature::size) return errc::truncated;
  if (encoded.size() > limits::operation_bytes_max) return errc::over_limit;
  reader r{encoded};
  peeked seen;
  r.u8();
  seen.kind = r.u8();
  read(r, seen.account);
  read(r, seen.sequence);
  read(r, seen.valid_until);
  seen.size = encoded.size();
  return seen;
}

lane lane_of(std::uint8_t kind) noexcept {
  if (kind == kind_number<ledger::noop>()) return lane::noops;
  if (kind == kind_number<ledger::withdrawal_request>()) return lane::withdrawals;
  if (kind == kind_number<ledger::transfer>() || kind == kind_number<ledger::transfer_batch>())
    return lane::transfers;
  return lane::control;
}

mempool::mempool(mempool_limits limits, std::uint64_t salt)
    : limits_(limits), hash_{salt}, accounts_(16, hash_), by_id_(16, hash_),
      noops_in_flight_(16, hash_), recent_noops_(16, hash_) {}

mempool::account_queue& mempool::queue_of(const ledger::account_id& account) {
  return accounts_[account];
}

void mempool::set_applied(const ledger::account_id& account, account_sequence last) {
  auto& queue = queue_of(account);
  queue.known = true;
  queue.applied = std::max(queue.applied, last);
  while (!queue.operations.empty() && queue.operations.begin()->first <= queue.applied)
    drop(queue, queue.operations.begin());
  recount(account, queue);
}

outcome mempool::room_for(lane in, std::size_t size) const {
  const auto place = static_cast<std::size_t>(in);
  const std::size_t percent = limits_.lane_percent[place];
  if (by_id_.size() >= limits_.operations_max || bytes_ + size > limits_.bytes_max)
    return errc::busy;
  if (lane_operations_[place] >= limits_.operations_max * percent / 100 ||
      lane_bytes_[place] + size > limits_.bytes_max / 100 * percent)
    return errc::busy;
  return {};
}

outcome mempool::precheck(const peeked& op, const ledger::operation_id& id,
                          block_time_ms now) const {
  if (by_id_.contains(id)) return errc::duplicate;
  if (op.valid_until.value != 0 && op.valid_until < now) return errc::expired;
  if (op.account.is_zero()) {
    if (recent_noops_.contains(id)) return errc::duplicate;
    return room_for(lane_of(op.kind), op.size);
  }
  const auto place = accounts_.find(op.account);
  const bool known = place != accounts_.end() && place->second.known;
  // A key without an account can only open itself, and only as its first operation.
  if (!known && (op.kind != kind_number<ledger::open_account>() || op.sequence.value != 1))
    return errc::no_such_account;
  const auto applied = known ? place->second.applied : account_sequence{};
  if (op.sequence <= applied) return errc::sequence_replayed;
  if (op.sequence.value > applied.value + limits::replies_per_account) return errc::too_far_ahead;
  if (place != accounts_.end() && place->second.operations.contains(op.sequence))
    return errc::duplicate;
  return room_for(lane_of(op.kind), op.size);
}

outcome mempool::admit(ledger::operation_ptr op, block_time_ms now) {
  const auto& o = op->op();
  const auto kind = static_cast<std::uint8_t>(o.body.index() + 1);
  QUORATE_TRY(
      precheck({kind, o.account, o.sequence, o.valid_until, op->encoded().size()}, op->id(), now));
  const lane in = lane_of(kind);
  account_for(op, in, true);
  if (is_unsigned_noop(o)) {
    if (notes_due_) due_changes_.push_back({op, in, true});
    noops_.push_back(std::move(op));
    return {};
  }
  auto& queue = queue_of(o.account);
  const auto account = o.account;
  const auto sequence = o.sequence;
  queue.operations.emplace(sequence, waiting{std::move(op), in, false});
  recount(account, queue);
  return {};
}

void mempool::account_for(const ledger::operation_ptr& op, lane in, bool added) {
  const auto place = static_cast<std::size_t>(in);
  const auto size = op->encoded().size();
  if (added) {
    by_id_.emplace(op->id(), op);
    ++lane_operations_[place];
    lane_bytes_[place] += size;
    bytes_ += size;
  } else {
    --lane_operations_[place];
    lane_bytes_[place] -= size;
    bytes_ -= size;
    by_id_.erase(op->id());
  }
}

void mempool::drop(account_queue& queue, std::map<account_sequence, waiting>::iterator at) {
  account_for(at->second.op, at->second.in, false);
  queue.operations.erase(at);
}

// Counts what has no gap before it, and lists the account for its turn when it has something.
void mempool::recount(const ledger::account_id& account, account_queue& queue) {
  executable_ -= queue.executable;
  takeable_ -= queue.takeable;
  queue.executable = 0;
  queue.takeable = 0;
  auto next = queue.applied.next();
  for (auto at = queue.operations.begin(); at != queue.operations.end() && at->first == next;
       ++at, next = next.next()) {
    ++queue.executable;
    queue.takeable += at->second.in_flight ? 0 : 1;
  }
  executable_ += queue.executable;
  takeable_ += queue.takeable;
  list(account, queue);
  if (notes_due_) note_due(queue);
  // A key that never had an account and has nothing waiting leaves no trace.
  if (!queue.known && queue.operations.empty() && !queue.listed) accounts_.erase(account);
}

void mempool::note_due(account_queue& queue) {
  const waiting* first = queue.executable > 0 ? &queue.operations.begin()->second : nullptr;
  const auto op = first == nullptr ? nullptr : first->op;
  const auto before = std::exchange(queue.due, op);
  if (before == op) return;
  if (before) due_changes_.push_back({before, lane::transfers, false});
  if (op) due_changes_.push_back({op, first->in, true});
}

mempool::waiting* mempool::next_of(account_queue& queue) {
  auto next = queue.applied.next();
  for (auto at = queue.operations.begin(); at != queue.operations.end() && at->first == next;
       ++at, next = next.next())
    if (!at->second.in_flight) return &at->second;
  return nullptr;
}

void mempool::list(const ledger::account_id& account, account_queue& queue) {
  if (queue.listed || queue.takeable == 0) return;
  queue.listed = true;
  turns_[static_cast<std::size_t>(next_of(queue)->in)].push_back(account);
}

std::vector<ledger::operation_ptr> mempool::take(std::size_t operations_max,
                                                 std::size_t bytes_max) {
  std::vector<ledger::operation_ptr> out;
  std::size_t bytes_left = bytes_max;
  for (bool progress = true; progress && out.size() < operations_max;) {
    const auto before = out.size();
    for (std::size_t i = 0; i < lane_count; ++i)
      take_from_lane(static_cast<lane>(i), out,
                     std::min(operations_max, out.size() + limits_.lane_weight[i]), bytes_left);
    progress = out.size() > before;
  }
  return out;
}

void mempool::take_from_lane(lane from, std::vector<ledger::operation_ptr>& out,
                             std::size_t operations_max, std::size_t& bytes_left) {
  auto& turns = turns_[static_cast<std::size_t>(from)];
  while (out.size() < operations_max && !turns.empty()) {
    const auto account = turns.front();
    auto& queue = queue_of(account);
    waiting* next = next_of(queue);
    if (next != nullptr && next->in == from) {
      const auto size = ledger::batch_bytes_of(next->op->encoded().size());
      if (size > bytes_left) return;
      bytes_left -= size;
      next->in_flight = true;
      out.push_back(next->op);
    }
    turns.pop_front();
    queue.listed = false;
    recount(account, queue);
  }
  while (from == lane::noops && out.size() < operations_max && !noops_.empty()) {
    const auto size = ledger::batch_bytes_of(noops_.front()->encoded().size());
    if (size > bytes_left) return;
    bytes_left -= size;
    noops_in_flight_.emplace(noops_.front()->id(), noops_.front());
    out.push_back(std::move(noops_.front()));
    noops_.pop_front();
  }
}

ledger::operation_ptr mempool::find(const ledger::operation_id& id) const {
  const auto place = by_id_.find(id);
  return place == by_id_.end() ? nullptr : place->second;
}

void mempool::mark_in_flight(const std::vector<ledger::operation_ptr>& operations) {
  bool any_noop = false;
  for (const auto& op : operations) {
    const auto& o = op->op();
    if (is_unsigned_noop(o)) {
      if (by_id_.contains(op->id())) any_noop |= noops_in_flight_.emplace(op->id(), op).second;
      continue;
    }
    const auto place = accounts_.find(o.account);
    if (place == accounts_.end()) continue;
    const auto at = place->second.operations.find(o.sequence);
    if (at == place->second.operations.end() || at->second.op->id() != op->id()) continue;
    at->second.in_flight = true;
    recount(o.account, place->second);
  }
  if (any_noop)
    std::erase_if(noops_, [this](const auto& op) { return noops_in_flight_.contains(op->id()); });
}

void mempool::return_in_flight() {
  for (auto& [id, op] : noops_in_flight_)
    noops_.push_back(op);
  noops_in_flight_.clear();
  std::vector<ledger::account_id> changed;
  for (auto& [account, queue] : accounts_) {
    bool any = false;
    for (auto& [sequence, one] : queue.operations)
      any |= std::exchange(one.in_flight, false);
    if (any) changed.push_back(account);
  }
  // In order of keys: the order of a salted table must not decide whose turn it is.
  std::sort(changed.begin(), changed.end());
  for (const auto& account : changed)
    recount(account, queue_of(account));
}

void mempool::on_applied(
    const std::vector<ledger::operation_id>& ids, const std::vector<ledger::operation_id>& noops,
    const std::vector<std::pair<ledger::account_id, account_sequence>>& sequences) {
  bool waiting_noops = false;
  for (const auto& id : ids) {
    const auto place = by_id_.find(id);
    if (place == by_id_.end()) continue;
    const auto op = place->second;
    if (!is_unsigned_noop(op->op())) {
      // Refused without using its sequence, such as an operation of an account that is not there.
      auto& queue = queue_of(op->op().account);
      const auto at = queue.operations.find(op->op().sequence);
      if (at != queue.operations.end() && at->second.op->id() == id) drop(queue, at);
      recount(op->op().account, queue);
      continue;
    }
    waiting_noops |= noops_in_flight_.erase(id) == 0;
    if (notes_due_) due_changes_.push_back({op, lane::noops, false});
    account_for(op, lane::noops, false);
  }
  for (const auto& id : noops)
    remember_noop(id);
  if (waiting_noops)
    std::erase_if(noops_, [this](const auto& op) { return !by_id_.contains(op->id()); });
  for (const auto& [account, last] : sequences)
    set_applied(account, last);
}

void mempool::remember_noop(const ledger::operation_id& id) {
  if (!recent_noops_.insert(id).second) return;
  recent_noops_order_.push_back(id);
  if (recent_noops_order_.size() <= limits_.recent_noops_max) return;
  recent_noops_.erase(recent_noops_order_.front());
  recent_noops_order_.pop_front();
}

std::size_t mempool::drop_expired(block_time_ms now) {
  std::size_t dropped = 0;
  std::vector<ledger::account_id> changed;
  for (auto& [account, queue] : accounts_) {
    for (auto at = queue.operations.begin(); at != queue.operations.end();) {
      const auto until = at->second.op->op().valid_until;
      const auto next = std::next(at);
      if (until.value != 0 && until < now && !at->second.in_flight) {
        drop(queue, at);
        ++dropped;
        changed.push_back(account);
      }
      at = next;
    }
  }
  for (const auto& account : changed)
    if (accounts_.contains(account)) recount(account, queue_of(account));
  return dropped;
}

std::size_t mempool::fill_percent() const noexcept {
  auto most =
      std::max(by_id_.size() * 100 / limits_.operations_max, bytes_ * 100 / limits_.bytes_max);
  for (std::size_t i = 0; i < lane_count; ++i) {
    const std::size_t share = limits_.lane_percent[i];
    if (share == 0) continue;
    most = std::max({most, lane_operations_[i] * 10'000 / (limits_.operations_max * share),
                     lane_bytes_[i] * 10'000 / (limits_.bytes_max * share)});
  }
  return most;
}

std::uint32_t mempool::retry_after_ms() const noexcept {
  const auto percent =
      std::max(by_id_.size() * 100 / limits_.operations_max, bytes_ * 100 / limits_.bytes_max);
  return static_cast<std::uint32_t>(50 + percent * 10);
}

} // namespace quorate::mempool
