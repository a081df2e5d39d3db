// The three phases. Source: OSDI '99, section 4.2.
#include "core/base/planted.hpp"
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

void replica::on(input::batch_ready in) {
  batch_wanted_ = false;
  if (changing_ || !is_primary() || !voter_ || !has_room()) {
    emit(effect::refuse_batch{std::move(in.body)});
    return;
  }
  propose(std::move(in.body));
  ask_for_batch();
}

bool replica::has_room() const noexcept {
  return next_sequence_ <= high_watermark() &&
         next_sequence_.value <= delivered_.value + options_.pipeline_depth;
}

void replica::propose(body_ptr body) {
  const auto on = ballot_here(next_sequence_, digest_of_body(*body));
  next_sequence_ = next_sequence_.next();
  slot& at = slots_[on.sequence];
  const auto made = author_.propose(on, std::move(body));
  accept(at, made->header, made->body);
  emit(effect::broadcast{*made});
  advance(on.sequence, at);
}

void replica::on(input::proposed in) {
  const ballot& on = in.what->header.on;
  if (is_ahead(on.view)) {
    keep_early(config_.primary(on.view), std::move(in));
    return;
  }
  if (!is_current(on.view)) return;
  heard_from(config_.primary(view_));
  if (on.sequence.value > delivered_.value + limits::proposals_ahead_max) return;
  const auto opened = open_slot(on.sequence);
  if (opened == nullptr) return;
  slot& at = *opened;
  if (!at.accepted) {
    accept(at, in.what->header, at.delivered ? nullptr : in.what->body);
    send_prepare(at);
  } else if (at.accepted->on.batch != on.batch && planted(fault::second_pre_prepare)) {
    at.prepare_sent = false;
    at.prepares.remove(self_);
    accept(at, in.what->header, in.what->body);
    send_prepare(at);
  } else if (at.accepted->on.batch != on.batch) {
    report({evidence::kind::two_pre_prepares, config_.primary(view_), at.accepted->on,
            at.accepted->sig, on, in.what->header.sig, std::nullopt});
    return;
  } else if (!at.has_accepted_body() && !at.delivered) {
    at.body = in.what->body;
    emit(effect::persist_slot{record_of(at), at.body});
    send_prepare(at);
  }
  advance(on.sequence, at);
}

void replica::accept(slot& at, const pre_prepare& header, body_ptr body) {
  at.accepted = header;
  at.body = std::move(body);
  if (!planted(fault::accept_not_durable)) emit(effect::persist_slot{record_of(at), at.body});
  if (!armed_[static_cast<std::size_t>(timer::request)]) restart_request_timer();
}

slot_record replica::record_of(const slot& at) const { return {*at.accepted, at.prepared_proof}; }

// A backup says that it accepted; the primary's pre-prepare says so already.
void replica::send_prepare(slot& at) {
  if (is_primary() || !voter_ || at.prepare_sent || !at.has_accepted_body()) return;
  const auto own = author_.make_prepare(at.accepted->on);
  at.prepare_sent = true;
  if (at.prepares.add(self_, own->on.batch, own->vote.sig) == vote_set::verdict::conflicting)
    return;
  emit(effect::broadcast{*own});
  if (planted(fault::commit_without_prepared))
    emit(effect::broadcast{*author_.make_commit(at.accepted->on)});
}

void replica::on(input::voted in) {
  const auto handle = [&](const auto& vote) {
    using vote_type = std::decay_t<decltype(*vote)>;
    if constexpr (std::is_same_v<vote_type, checkpoint>) {
      if (vote->vote.replica != self_) on_checkpoint(vote);
    } else if constexpr (std::is_same_v<vote_type, view_change>) {
      on_view_change(vote);
    } else if constexpr (std::is_same_v<vote_type, new_view>) {
      on_new_view(vote);
    } else {
      // Own statements do not come from outside: it is an echo, or somebody has the key.
      if (vote->vote.replica == self_) return;
      heard_from(vote->vote.replica);
      if (is_ahead(vote->on.view)) {
        keep_early(vote->vote.replica, input::voted{vote});
      } else if (is_current(vote->on.view)) {
        if constexpr (std::is_same_v<vote_type, prepare>)
          on_prepare(vote);
        else
          on_commit(vote);
      }
    }
  };
  std::visit(handle, in.what);
}

void replica::on_prepare(const verified<prepare>& m) {
  const auto at = open_slot(m->on.sequence);
  if (at == nullptr) return;
  count_vote(*at, at->prepares, evidence::kind::two_prepares, m->on, m->vote);
}

void replica::on_commit(const verified<commit>& m) {
  const auto at = open_slot(m->on.sequence);
  if (at == nullptr) return;
  look_for_contradiction(*m);
  count_vote(*at, at->commits, evidence::kind::two_commits, m->on, m->vote);
}

// The first vote of a replica stands; one for another batch is evidence and nothing else.
void replica::count_vote(slot& at, vote_set& votes, evidence::kind if_conflicting, const ballot& on,
                         const vote_signature& vote) {
  switch (votes.add(vote.replica, on.batch, vote.sig)) {
  case vote_set::verdict::added:
    advance(on.sequence, at);
    break;
  case vote_set::verdict::repeated:
    break;
  case vote_set::verdict::conflicting: {
    const auto& first = *votes.find(vote.replica);
    report({if_conflicting, vote.replica, ballot_here(on.sequence, first.batch), first.sig, on,
            vote.sig, std::nullopt});
    break;
  }
  }
}

void replica::advance(sequence_number sequence, slot& at) {
  advance_to_prepared(at);
  advance_to_committed(sequence, at);
  deliver_ready();
}

// prepared(m, v, n, i): the pre-prepare and 2f matching prepares of distinct backups. The
// certificate is on disk before the commit that follows from it leaves.
void replica::advance_to_prepared(slot& at) {
  if (at.commit_sent || !voter_ || !at.has_accepted_body()) return;
  const ballot& on = at.accepted->on;
  // 2f when n = 3f+1; the pre-prepare is one more.
  const std::size_t needed =
      config_.quorum() - 1 - (planted(fault::prepared_with_2f_less_1) ? 1 : 0);
  if (at.prepares.count(on.batch) < needed) return;
  at.prepared_proof = prepared_certificate{*at.accepted, at.prepares.take(on.batch, needed)};
  at.prepared_body = at.body;
  const auto own = author_.make_commit(on);
  if (planted(fault::commit_before_durable)) emit(effect::broadcast{*own});
  emit(effect::persist_slot{record_of(at), nullptr});
  at.commit_sent = true;
  at.commits.add(self_, on.batch, own->vote.sig);
  emit(effect::broadcast{*own});
}

// 2f+1 commits prove that f+1 correct replicas have it prepared and durable, so it is final here
// too, even when this replica has not seen the prepares itself.
void replica::advance_to_committed(sequence_number sequence, slot& at) {
  if (at.committed) return;
  const auto batch = at.commits.with_quorum(config_.quorum());
  if (!batch) return;
  auto body = at.find_body(*batch);
  if (!body) return; // asked for with the next status
  at.committed =
      commit_certificate{ballot_here(sequence, *batch), at.commits.take(*batch, config_.n())};
  at.committed_body = std::move(body);
}

// In order, without gaps, each once.
void replica::deliver_ready() {
  bool progress = false;
  for (auto next = slots_.find(delivered_.next());
       next != slots_.end() && next->second.committed && next->second.committed_body;
       next = slots_.find(delivered_.next())) {
    slot& at = next->second;
    delivered_ = next->first;
    progress = true;
    const bool is_checkpoint = delivered_.value % limits::checkpoint_interval == 0;
    if (!is_checkpoint || !planted(fault::checkpoint_not_stored))
      emit(effect::persist_block{{*at.committed},
                                 at.body_was_stored() ? nullptr : at.committed_body});
    emit(effect::deliver{*at.committed, at.committed_body});
    at.mark_delivered();
    // Far behind the others a whole history passes through here: only the window is kept.
    if (delivered_.value > stable_.sequence.value + limits::watermark_window) slots_.erase(next);
  }
  if (!progress) return;
  raise_floor(planted(fault::slots_dropped_early) ? delivered_
                                                  : std::min(stable_.sequence, delivered_));
  attempts_ = 0;
  request_expired_ = false;
  next_sequence_ = std::max(next_sequence_, delivered_.next());
  restart_request_timer();
  ask_for_batch();
  consider_epoch_end();
}

void replica::ask_for_batch() {
  if (changing_ || !voter_ || !is_primary()) return;
  fill_up_epoch();
  if (batch_wanted_ || !has_room()) return;
  batch_wanted_ = true;
  emit(effect::want_batch{next_sequence_.value - delivered_.value - 1});
}

} // namespace quorate::pbft
