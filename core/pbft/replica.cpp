#include "core/pbft/replica.hpp"

#include "core/base/planted.hpp"

#include <algorithm>

namespace quorate::pbft {

namespace {

constexpr std::uint64_t backoff_doublings_max = 6;

} // namespace

replica::replica(const configuration& config, replica_id self, const signing_key& key,
                 replica_options options, const restored_state& from)
    : config_(config), self_(self), author_(config, self, key), options_(options),
      holder_(options.lease_ms, config.quorum()) {
  QUORATE_CHECK(!config.is_member(self) || config.key(self).key() == key.key());
  QUORATE_CHECK(options.pipeline_depth >= 1 &&
                options.pipeline_depth <= limits::proposals_ahead_max);
  QUORATE_CHECK(options.lease_ms == 0 || (options.lease_ms >= lease::lease_ms_min &&
                                          options.lease_ms <= lease::lease_ms_max));
  restore(from);
}

void replica::restore(const restored_state& from) {
  const auto& start = config_.start();
  if (from.view.epoch == config_.epoch()) {
    view_ = from.view.view;
    changing_ = from.view.changing;
    left_ = from.view.left;
    entered_ = from.view.entered;
  }
  if (changing_ && left_) view_changes_.emplace(self_, *left_);
  stable_ = from.stable;
  if (stable_.epoch != config_.epoch() || stable_.sequence <= start.sequence)
    stable_ = {start.sequence, start.state, {}, config_.epoch()};
  delivered_ = from.delivered;
  if (planted(fault::delivered_again) && delivered_ > stable_.sequence) --delivered_.value;
  delivered_at_tick_ = delivered_;
  applied_checkpoint_ = {delivered_.value - delivered_.value % limits::checkpoint_interval};
  epoch_end_ = from.epoch_end;
  promised_before_start_ = from.promised;
  boot_ = from.boot;
  remembers_ = from.remembers || planted(fault::learner_votes);
  voter_ = remembers_ && config_.is_voter(self_);
  floor_ = stable_.sequence;
  for (const auto& certificate : from.committed) {
    if (!in_window(certificate.on.sequence)) continue;
    slot& at = slots_[certificate.on.sequence];
    at.committed = certificate;
    at.mark_delivered();
  }
  next_sequence_ = std::max(delivered_, stable_.sequence).next();
  for (const auto& record : from.slots)
    restore_slot(record);
  // A checkpoint vote may have been lost with the crash; it is made again from the state. Also one
  // that is stable here, because a peer may still lack it.
  if (delivered_ > start.sequence && delivered_ == applied_checkpoint_ &&
      delivered_ >= stable_.sequence) {
    const auto own = author_.make_checkpoint(delivered_, from.delivered_state);
    own_checkpoints_.insert_or_assign(delivered_, *own);
    if (voter_ && delivered_ > stable_.sequence)
      checkpoint_votes_[delivered_].add(self_, from.delivered_state, own->vote.sig);
  }
}

void replica::restore_slot(const restored_state::slot& from) {
  const ballot& on = from.record.accepted.on;
  if (on.epoch != config_.epoch()) return;
  const auto opened = open_slot(on.sequence);
  if (opened == nullptr) return;
  slot& at = *opened;
  at.prepared_proof = from.record.prepared;
  at.prepared_body = from.prepared_body;
  if (on.view == view_ && !changing_) {
    at.accepted = from.record.accepted;
    at.body = from.accepted_body;
    next_sequence_ = std::max(next_sequence_, on.sequence.next());
    const bool prepared_here = at.prepared_proof && at.prepared_proof->header.on == on;
    if (prepared_here)
      for (const auto& vote : at.prepared_proof->prepares)
        at.prepares.add(vote.replica, on.batch, vote.sig);
    if (at.delivered) at.mark_delivered();
    if (voter_ && !is_primary() && at.has_accepted_body()) {
      at.prepares.add(self_, on.batch, author_.make_prepare(on)->vote.sig);
      at.prepare_sent = true;
    }
    if (voter_ && prepared_here) {
      at.commits.add(self_, on.batch, author_.make_commit(on)->vote.sig);
      at.commit_sent = true;
    }
  }
  if (at.delivered) at.mark_delivered();
}

effects replica::start(monotonic_ms now) {
  out_.clear();
  now_ = now;
  heard_of_primary_ = now;
  const bool nothing_forgotten = remembers_ || options_.lease_ms == 0;
  granter_.emplace(config_.epoch(), promised_before_start_, boot_, nothing_forgotten, now);
  // Whoever is past the view of a promise went when it was over, or saw proof that it was.
  if (remembers_ && granter_->last().view < view_) granter_->release();
  const auto own = own_checkpoints_.find(stable_.sequence);
  if (own != own_checkpoints_.end() && own->second.state != stable_.state) {
    halt_over(own->second.state, stable_);
    return std::move(out_);
  }
  arm(timer::status, options_.status_interval_ms);
  arm(timer::silence, options_.silence_ms);
  emit(effect::view_entered{view_, config_.primary(view_), changing_});
  if (changing_ && left_) emit(effect::broadcast{*left_});
  // The crash may have come after the NEW-VIEW was durable and before its re-proposals were.
  if (entered_ && !changing_) accept_re_proposals(*entered_);
  restart_request_timer();
  ask_for_lease();
  ask_for_batch();
  consider_epoch_end();
  return std::move(out_);
}

effects replica::step(input_event in, monotonic_ms now) {
  out_.clear();
  now_ = now;
  if (halted_) return {};
  if (ended_)
    on_after_end(in);
  else
    std::visit([this](auto& event) { on(std::move(event)); }, in);
  if (std::exchange(primary_is_proven_faulty_, false) && !halted_ && !ended_)
    suspect_primary(suspicion::proven_faulty);
  return std::move(out_);
}

void replica::on(input::timer_fired in) {
  armed_[static_cast<std::size_t>(in.which)] = false;
  switch (in.which) {
  case timer::request:
    if (!changing_ && voter_) give_up_waiting();
    break;
  case timer::view_change:
    if (changing_ && voter_) leave_for(view_.next());
    break;
  case timer::status:
    on_status_timer();
    break;
  case timer::silence:
    on_silence_timer();
    break;
  case timer::renewal:
    ask_for_lease();
    break;
  case timer::promise:
    on_promise_over();
    break;
  }
}

void replica::on(input::work_waiting in) {
  if (work_waiting_ == in.waiting) return;
  work_waiting_ = in.waiting;
  if (!in.waiting) request_expired_ = false;
  if (!armed_[static_cast<std::size_t>(timer::request)] || !in.waiting) restart_request_timer();
}

// Runs while this replica knows of an operation that is not delivered; starts afresh with each
// delivery. Source: OSDI '99, section 4.4, first paragraph.
void replica::restart_request_timer() {
  if (request_expired_) return; // it only waits until it may leave
  const bool proposals_open =
      std::any_of(slots_.upper_bound(delivered_), slots_.end(), [](const auto& entry) {
        return entry.second.accepted || entry.second.committed;
      });
  const bool epoch_open = epoch_end_ && delivered_ < *epoch_end_;
  const bool work = work_waiting_ && !planted(fault::primary_trusted);
  if (changing_ || !voter_ || ended_ || !(work || proposals_open || epoch_open))
    cancel(timer::request);
  else
    arm(timer::request, options_.request_timeout_ms << std::min(attempts_, backoff_doublings_max));
}

void replica::arm(timer which, std::uint64_t after_ms) {
  armed_[static_cast<std::size_t>(which)] = true;
  emit(effect::arm_timer{which, after_ms});
}

void replica::cancel(timer which) {
  if (!armed_[static_cast<std::size_t>(which)]) return;
  armed_[static_cast<std::size_t>(which)] = false;
  emit(effect::cancel_timer{which});
}

sequence_number replica::high_watermark() const noexcept {
  const auto high = std::min(stable_.sequence.plus(limits::watermark_window), horizon());
  return planted(fault::watermark_off_by_one) ? high.next() : high;
}

ballot replica::ballot_here(sequence_number sequence, const digest& batch) const {
  return {view_, sequence, batch, config_.epoch()};
}

// Low < sequence <= high. Source: OSDI '99, section 4.3. What is stable elsewhere and not delivered
// here stays open close to what is, because its last votes are mostly on their way already.
bool replica::in_window(sequence_number sequence) const noexcept {
  if (sequence <= floor_ || sequence > high_watermark()) return false;
  return sequence > stable_.sequence ||
         sequence.value <= delivered_.value + limits::proposals_ahead_max;
}

// Null for a sequence number that is not voted on: outside the window, or delivered and dropped.
slot* replica::open_slot(sequence_number sequence) {
  if (!in_window(sequence)) return nullptr;
  if (sequence <= delivered_ && !slots_.contains(sequence)) return nullptr;
  return &slots_[sequence];
}

bool replica::is_ahead(view_number view) const noexcept {
  return view > view_ || (view == view_ && changing_);
}

// The new primary's first messages and its NEW-VIEW travel on different links; what overtakes it is
// kept, up to a limit a replica, and the rest comes again on request.
void replica::keep_early(replica_id from, std::variant<input::proposed, input::voted> what) {
  auto& queue = early_[from];
  const bool is_proposal = std::holds_alternative<input::proposed>(what);
  const auto proposals = std::count_if(queue.begin(), queue.end(), [](const auto& early) {
    return std::holds_alternative<input::proposed>(early.what);
  });
  if (queue.size() >= limits::early_messages_max) return;
  if (is_proposal && proposals >= static_cast<std::ptrdiff_t>(options_.pipeline_depth)) return;
  const auto view_of = [](const auto& early) {
    if constexpr (std::is_same_v<std::decay_t<decltype(early)>, input::proposed>) {
      return early.what->header.on.view;
    } else {
      return std::visit(
          [](const auto& vote) {
            if constexpr (requires { vote->on; })
              return vote->on.view;
            else
              return view_number{};
          },
          early.what);
    }
  };
  const view_number view = std::visit(view_of, what);
  queue.push_back({view, std::move(what)});
}

std::optional<sequence_number> replica::voted_up_to() const noexcept {
  if (!voter_ || all_delivered()) return std::nullopt;
  auto highest = std::max(delivered_, stable_.sequence);
  for (auto at = slots_.rbegin(); at != slots_.rend() && at->first > highest; ++at)
    if (at->second.prepared_proof || at->second.commit_sent || at->second.committed)
      highest = at->first;
  return highest;
}

replica_view_of_itself replica::describe() const noexcept {
  const auto bodies = std::count_if(slots_.begin(), slots_.end(), [](const auto& entry) {
    return entry.second.body || entry.second.prepared_body || entry.second.committed_body;
  });
  replica_view_of_itself own;
  own.view = view_;
  own.changing = changing_;
  own.primary = config_.primary(view_);
  own.delivered = delivered_;
  own.stable = stable_.sequence;
  own.voter = voter_;
  own.remembers = remembers_;
  own.ended = ended_;
  own.epoch = config_.epoch();
  own.view_changes = views_left_;
  own.evidence_count = evidence_count();
  own.proposed = {next_sequence_.value - 1};
  own.slots = slots_.size();
  own.bodies = static_cast<std::size_t>(bodies);
  return own;
}

} // namespace quorate::pbft
