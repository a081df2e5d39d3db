#include "actors/mempool/mempool_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"
#include "actors/mempool/check_jobs.hpp"
#include "core/ledger/batch.hpp"
#include "core/mempool/mempool.hpp"
#include "core/mempool/primary_monitor.hpp"

#include <openssl/rand.h>

#include <unordered_set>

namespace quorate {

namespace {

constexpr std::uint64_t housekeeping_ms = 500;
constexpr std::uint64_t forward_again_after_ms = 1000;
constexpr std::size_t forward_again_max = 1000;
/// How far a proposed block time may be from this node's clock. Bounds what a faulty primary can
/// do to expiries; a node whose clock is further off than this refuses to vote until it is set.
constexpr std::uint64_t block_time_slack_ms = 10'000;
/// Operations that one worker takes at a time: large enough to outweigh the message, small enough
/// to spread a batch over the workers.
constexpr std::size_t chunk_operations = 32;

/// Another node may be full when this one is at half: what clients gave to whom differs.
constexpr std::size_t crowded_percent = 50;
constexpr std::size_t relayed_max = 64;

mempool::monitor_options monitor_options_of(const mempool_setup& setup) {
  mempool::monitor_options options;
  options.request_timeout_ms = setup.request_timeout_ms;
  options.arrival_slack_ms = forward_again_after_ms + housekeeping_ms;
  options.tick_ms = housekeeping_ms;
  options.batch_operations_max = setup.batch_operations_max;
  options.batch_bytes_max = setup.batch_bytes_max;
  options.watched_max = setup.limits.operations_max;
  // In line before it is at most what a mempool holds, while its lane has a turn of all turns.
  std::uint64_t all_turns = 0;
  for (auto weight : setup.limits.lane_weight)
    all_turns += weight;
  const auto fewest =
      *std::min_element(setup.limits.lane_weight.begin(), setup.limits.lane_weight.end());
  options.overtaken_max = setup.limits.operations_max * all_turns / std::max<int>(fewest, 1);
  return options;
}

std::uint64_t random_salt() {
  std::uint64_t salt = 0;
  QUORATE_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&salt), sizeof salt) == 1);
  return salt;
}

class mempool_shell : public mempool_actor::base {
public:
  mempool_shell(caf::actor_config& config, mempool_setup setup,
                std::shared_ptr<const mempool_wiring> wiring)
      : mempool_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)),
        pool_(setup_.limits, random_salt()), monitor_(monitor_options_of(setup_)) {
    pool_.note_due_changes();
    for (const auto& [account, last] : setup_.sequences)
      pool_.set_applied(account, last);
    setup_.sequences.clear();
  }

  behavior_type make_behavior() override {
    set_robust_handlers(this, "mempool");
    tick();
    return {
        [this](local::operation_bundle& in) { on_bundle(in); },
        [this](local::proposal_check& in) { on_proposal(std::move(in.what)); },
        [this](local::batch_wanted) {
          batch_wanted_ = true;
          give_batch_if_due();
        },
        [this](local::operations_in_flight& in) {
          monitor_.proposed(monotonic_now().value);
          pool_.mark_in_flight(*in.operations);
          tell_monitor();
        },
        [this](local::view_notice in) {
          monitor_.restart(monotonic_now().value);
          view_ = in.view;
          in_view_ = !in.changing;
          pool_.return_in_flight();
          batches_in_flight_ = 0;
          if (in.changing) batch_wanted_ = false;
          give_batch_if_due();
          tell_monitor();
        },
        [this](local::applied_notice& in) {
          monitor_.executed(*in.ids, in.load, monotonic_now().value);
          pool_.on_applied(*in.ids, *in.noops, *in.sequences);
          if (batches_in_flight_ > 0) --batches_in_flight_;
          give_batch_if_due();
          tell_work();
          judge_primary();
        },
        [this](local::timer_tick) { tick(); },
        [this](local::describe_request) { return std::uint64_t{pool_.size()}; },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    wiring_.reset();
    setup_.workers.clear();
  }

private:
  void on_bundle(local::operation_bundle& in) {
    check_in_progress job;
    job.operations = std::move(in.operations);
    job.reply_tag = in.reply_tag;
    job.from_client = in.reply_tag != 0;
    job.admissions.resize(job.operations->size());
    auto which = std::make_shared<std::vector<std::uint32_t>>();
    const auto now = wall_now();
    for (std::size_t i = 0; i < job.operations->size(); ++i) {
      const auto refusal = precheck((*job.operations)[i], now, which->size());
      if (!refusal)
        which->push_back(static_cast<std::uint32_t>(i));
      else
        job.admissions[i] = admission_of(*refusal);
      if (refusal == errc::duplicate && job.from_client) forward_as_own((*job.operations)[i]);
    }
    job.which = std::move(which);
    start(std::move(job));
  }

  std::optional<errc> precheck(const bytes& encoded, block_time_ms now, std::size_t before) const {
    const auto seen = mempool::peek(encoded);
    if (!seen) return seen.error();
    if (jobs_.under_check() + before >= check_jobs::operations_max) return errc::busy;
    const auto id = ledger::id_of_encoded(setup_.authoriser->cluster(), encoded);
    const auto cheap = pool_.precheck(*seen, id, now);
    if (!cheap) return cheap.error();
    return std::nullopt;
  }

  // Known from another node, whose client now waits here. That node may have restarted, and as the
  // primary it knows of the operation only when somebody tells it again.
  void forward_as_own(const bytes& encoded) {
    auto op = pool_.find(ledger::id_of_encoded(setup_.authoriser->cluster(), encoded));
    if (!op || !local_ids_.insert(op->id()).second) return;
    local_.push_back({monotonic_now().value, op->id()});
    fresh_.push_back(std::move(op));
  }

  protocol::admission admission_of(errc e) const {
    return {static_cast<std::uint16_t>(e), e == errc::busy ? pool_.retry_after_ms() : 0};
  }

  void start(check_in_progress job) {
    const auto operations = job.operations;
    const auto which = job.which;
    const std::size_t chunks = (which->size() + chunk_operations - 1) / chunk_operations;
    job.chunks_left = chunks;
    const auto id = jobs_.add(std::move(job));
    if (chunks == 0) {
      finish(id);
      return;
    }
    for (std::size_t begin = 0; begin < which->size(); begin += chunk_operations) {
      const auto end = std::min(begin + chunk_operations, which->size());
      const auto& worker = setup_.workers[next_worker_++ % setup_.workers.size()];
      request(worker, caf::infinite, local::check_job{id, operations, which, begin, end})
          .then([this](local::checked_operations& found) { on_checked(found); });
    }
  }

  void on_checked(local::checked_operations& found) {
    auto* job = jobs_.find(found.job);
    if (job == nullptr) return;
    const auto now = wall_now();
    for (std::size_t i = 0; i < found.results->size(); ++i) {
      auto& checked = (*found.results)[i];
      const auto place = (*job->which)[found.begin + i];
      if (job->proposal) {
        if (checked)
          job->resolved[place] = std::move(*checked);
        else
          job->refused = true;
      } else if (!checked) {
        job->admissions[place] = admission_of(checked.error());
      } else {
        admit(*job, place, std::move(*checked), now);
      }
    }
    if (--job->chunks_left == 0) finish(found.job);
  }

  void admit(check_in_progress& job, std::size_t place, ledger::operation_ptr op,
             block_time_ms now) {
    const auto id = op->id();
    const auto admitted = pool_.admit(op, now);
    if (!admitted) {
      job.admissions[place] = admission_of(admitted.error());
      return;
    }
    if (job.from_client) {
      fresh_.push_back(op);
      local_.push_back({monotonic_now().value, id});
      local_ids_.insert(id);
    }
  }

  void finish(std::uint64_t id) {
    auto job = jobs_.take(id);
    if (job.proposal) {
      pass_on(job);
      return;
    }
    forward(std::exchange(fresh_, {}));
    if (job.from_client)
      send(
          wiring_->gateway,
          local::admissions{job.reply_tag, std::make_shared<const std::vector<protocol::admission>>(
                                               std::move(job.admissions))});
    give_batch_if_due();
    tell_work();
    tell_monitor();
  }

  void forward(const std::vector<ledger::operation_ptr>& operations) {
    if (operations.empty() || wiring_->links.empty()) return;
    std::vector<byte_view> views;
    views.reserve(operations.size());
    for (const auto& op : operations)
      views.emplace_back(op->encoded());
    auto items = std::make_shared<const std::vector<local::shared_bytes>>(
        1, std::make_shared<const bytes>(protocol::encode_forwarded(views)));
    for (const auto& link : wiring_->links)
      send(link, local::link_items{items});
  }

  // A backup checks every operation of a proposal that it has not checked before.
  void on_proposal(std::shared_ptr<const pbft::verified<pbft::proposal>> what) {
    if ((*what)->body->empty()) { // null: takes its sequence number and does nothing
      send(wiring_->replica,
           local::checked_proposal{std::move(what),
                                   std::make_shared<const std::vector<ledger::operation_ptr>>()});
      return;
    }
    const auto view = ledger::read_batch(*(*what)->body);
    if (!view || !is_acceptable(view->time)) {
      log::warn("mempool", "refused a proposal: its batch does not decode, or its time is more "
                           "than 10 s from this node's clock");
      return;
    }
    check_in_progress job;
    job.proposal = std::move(what);
    job.resolved.resize(view->operations.size());
    auto unknown = std::make_shared<std::vector<bytes>>();
    auto which = std::make_shared<std::vector<std::uint32_t>>();
    for (std::size_t i = 0; i < view->operations.size(); ++i) {
      const auto encoded = view->operations[i];
      if (encoded.size() <= signature::size) return;
      auto known = pool_.find(ledger::id_of_encoded(setup_.authoriser->cluster(), encoded));
      // The id does not cover the signature, so the bytes are compared whole.
      if (known && std::equal(encoded.begin(), encoded.end(), known->encoded().begin(),
                              known->encoded().end())) {
        job.resolved[i] = std::move(known);
        continue;
      }
      which->push_back(static_cast<std::uint32_t>(i));
    }
    if (!which->empty()) {
      unknown->resize(view->operations.size());
      for (const auto place : *which)
        (*unknown)[place].assign(view->operations[place].begin(), view->operations[place].end());
    }
    job.operations = std::move(unknown);
    job.which = std::move(which);
    start(std::move(job));
  }

  static bool is_acceptable(block_time_ms proposed) {
    const auto now = wall_now().value;
    return proposed.value <= now + block_time_slack_ms &&
           now <= proposed.value + block_time_slack_ms;
  }

  void pass_on(check_in_progress& job) {
    if (job.refused) {
      log::warn("mempool", "refused a proposal: an operation in it is not validly signed");
      return;
    }
    send(wiring_->replica,
         local::checked_proposal{
             std::move(job.proposal),
             std::make_shared<const std::vector<ledger::operation_ptr>>(std::move(job.resolved))});
  }

  // Adaptive: alone when nothing is under way, in company under load.
  void give_batch_if_due() {
    if (!batch_wanted_ || pool_.takeable() == 0) return;
    if (batches_in_flight_ > 0 && pool_.takeable() < setup_.batch_min_in_flight) return;
    auto operations = pool_.take(setup_.batch_operations_max, setup_.batch_bytes_max - 64);
    if (operations.empty()) return;
    batch_wanted_ = false;
    ++batches_in_flight_;
    send(wiring_->replica,
         local::batch_offer{
             std::make_shared<const std::vector<ledger::operation_ptr>>(std::move(operations))});
  }

  void tell_work() {
    const bool waiting = pool_.executable() > 0;
    if (waiting == told_waiting_) return;
    told_waiting_ = waiting;
    send(wiring_->replica, local::work_notice{waiting});
  }

  // What clients gave to this node and nobody ordered yet may have been lost on the way.
  void tick() {
    delayed_send(this, std::chrono::milliseconds(housekeeping_ms), local::timer_tick{});
    if (setup_.health)
      setup_.health->set_load(static_cast<std::uint16_t>(10 * pool_.fill_percent()));
    const auto now = monotonic_now().value;
    std::vector<ledger::operation_ptr> again;
    while (!local_.empty() && local_.front().at + forward_again_after_ms <= now &&
           again.size() < forward_again_max) {
      const auto id = local_.front().id;
      local_.pop_front();
      if (auto op = pool_.find(id)) {
        again.push_back(std::move(op));
        local_.push_back({now, id});
      } else {
        local_ids_.erase(id);
      }
    }
    forward(again);
    pool_.drop_expired(wall_now());
    tell_work();
    // One that is cut off sees nobody order anything: that measures itself, and no primary.
    if (setup_.health && !setup_.health->serves(monotonic_now()))
      monitor_.restart(monotonic_now().value);
    judge_primary();
    relay_overdue();
  }

  // The primary may not know of what waits so long: whoever forwarded it may be gone.
  // Source: OSDI '99, section 4.4: a backup relays what a primary does not order.
  void relay_overdue() {
    std::vector<ledger::operation_ptr> late;
    for (const auto& id : monitor_.overdue(monotonic_now().value, relayed_max))
      if (auto op = pool_.find(id)) late.push_back(std::move(op));
    forward(late);
  }

  void tell_monitor() {
    const auto now = monotonic_now().value;
    const auto wall = wall_now().value;
    for (const auto& change : pool_.take_due_changes()) {
      const auto& op = change.op->op();
      if (!change.is_due) {
        monitor_.gone(change.op->id());
        continue;
      }
      // A node whose clock is ahead drops it sooner.
      auto expires = mempool::primary_monitor::never;
      if (const auto until = op.valid_until.value; until != 0)
        expires = until > wall + block_time_slack_ms ? now + until - wall - block_time_slack_ms : 0;
      const auto queue = op.account.is_zero() ? mempool::unsigned_noops_queue
                                              : static_cast<std::size_t>(change.in);
      monitor_.became_due(change.op->id(), queue, now, expires);
    }
    if (pool_.fill_percent() >= crowded_percent) monitor_.crowded(now);
  }

  void judge_primary() {
    tell_monitor();
    const auto why = monitor_.judge(monotonic_now().value);
    if (why && in_view_) send(wiring_->replica, local::unfair_notice{view_, *why});
  }

  struct local_operation {
    std::uint64_t at = 0;
    ledger::operation_id id;
  };

  mempool_setup setup_;
  std::shared_ptr<const mempool_wiring> wiring_;
  mempool::mempool pool_;
  check_jobs jobs_;
  std::vector<ledger::operation_ptr> fresh_;
  std::deque<local_operation> local_; ///< forwarded again until they leave the pool
  std::unordered_set<ledger::operation_id> local_ids_;
  std::size_t next_worker_ = 0;
  std::size_t batches_in_flight_ = 0;
  bool batch_wanted_ = false;
  bool told_waiting_ = false;
  mempool::primary_monitor monitor_;
  view_number view_;
  bool in_view_ = false; ///< it has begun, and was not left
};

} // namespace

mempool_actor spawn_mempool(caf::actor_system& system, mempool_setup setup,
                            std::shared_ptr<const mempool_wiring> wiring) {
  return system.spawn<mempool_shell>(std::move(setup), std::move(wiring));
}

} // namespace quorate
