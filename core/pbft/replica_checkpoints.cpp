// Stable checkpoints and the watermarks. Source: OSDI '99, section 4.3.
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

namespace {

constexpr std::size_t own_checkpoints_kept = 4;

} // namespace

void replica::on(input::applied in) {
  const bool is_checkpoint = in.sequence.value % limits::checkpoint_interval == 0;
  const bool learnt_end = in.epoch_end && !epoch_end_;
  if (learnt_end) epoch_end_ = in.epoch_end;
  if (is_checkpoint) {
    applied_checkpoint_ = std::max(applied_checkpoint_, in.sequence);
    vote_for_checkpoint(in.sequence, in.state);
  }
  if (halted_ || !(is_checkpoint || learnt_end)) return;
  // The horizon moved, or the epoch is to be filled up.
  if (!armed_[static_cast<std::size_t>(timer::request)]) restart_request_timer();
  ask_for_batch();
  fetch_missing_blocks();
  consider_epoch_end();
}

void replica::vote_for_checkpoint(sequence_number sequence, const digest& state) {
  // Also when it is not sent (a learner), so that a differing stable checkpoint is noticed.
  const auto own = author_.make_checkpoint(sequence, state);
  own_checkpoints_.insert_or_assign(sequence, *own);
  if (own_checkpoints_.size() > own_checkpoints_kept)
    own_checkpoints_.erase(own_checkpoints_.begin());
  if (sequence < stable_.sequence) return;
  if (sequence == stable_.sequence && state != stable_.state) return halt_over(state, stable_);
  if (!voter_) return;
  emit(effect::broadcast{*own});
  on_checkpoint(own);
}

void replica::on_checkpoint(const verified<checkpoint>& m) {
  const auto sequence = m->sequence;
  if (sequence <= stable_.sequence || sequence.value % limits::checkpoint_interval != 0) return;
  const auto from = m->vote.replica;
  make_room_for_checkpoint_vote(from);
  auto& votes = checkpoint_votes_[sequence];
  if (votes.add(from, m->state, m->vote.sig) == vote_set::verdict::conflicting) {
    const auto& first = *votes.find(from);
    report({evidence::kind::two_checkpoints,
            from,
            {{}, sequence, first.batch, m->epoch},
            first.sig,
            {{}, sequence, m->state, m->epoch},
            m->vote.sig,
            std::nullopt});
    return;
  }
  if (const auto state = votes.with_quorum(config_.quorum()))
    consider_stable({sequence, *state, votes.take(*state, config_.quorum()), config_.epoch()});
}

// A replica that is behind takes votes above its window, but holds the highest few of each replica
// only. The limit is a replica's own: nobody can push out the votes of others.
void replica::make_room_for_checkpoint_vote(replica_id from) {
  constexpr std::size_t heights_max = 2 * limits::watermark_window / limits::checkpoint_interval;
  const auto has_vote = [from](const auto& entry) { return entry.second.contains(from); };
  const auto held = std::count_if(checkpoint_votes_.begin(), checkpoint_votes_.end(), has_vote);
  if (static_cast<std::size_t>(held) < heights_max) return;
  const auto lowest = std::find_if(checkpoint_votes_.begin(), checkpoint_votes_.end(), has_vote);
  lowest->second.remove(from);
  if (lowest->second.empty()) checkpoint_votes_.erase(lowest);
}

// A certificate counts at once, also for a state that this replica has not reached: what it proves
// is decided whatever this replica knows. The own state is compared as soon as there is one.
void replica::consider_stable(const checkpoint_certificate& certificate) {
  if (certificate.sequence <= stable_.sequence) return;
  const auto own = own_checkpoints_.find(certificate.sequence);
  if (own != own_checkpoints_.end() && own->second.state != certificate.state)
    return halt_over(own->second.state, certificate);
  stable_ = certificate;
  next_sequence_ = std::max(next_sequence_, stable_.sequence.next());
  emit(effect::persist_checkpoint{certificate});
  checkpoint_votes_.erase(checkpoint_votes_.begin(),
                          checkpoint_votes_.upper_bound(certificate.sequence));
  raise_floor(std::min(stable_.sequence, delivered_));
  drop_votes_of_others_below_stable();
  ask_for_batch();
  consider_epoch_end();
}

// A replica that stays behind while stable checkpoints go on would otherwise keep every slot that
// it ever opened: what is below needs its block, and nobody's vote. Own votes stay, so that none is
// given twice.
void replica::drop_votes_of_others_below_stable() {
  std::erase_if(slots_, [this](const auto& entry) {
    const auto& [sequence, at] = entry;
    return sequence > delivered_ && !in_window(sequence) && !at.accepted && !at.prepared_proof &&
           !at.committed;
  });
}

void replica::raise_floor(sequence_number to) {
  floor_ = std::max(floor_, to);
  slots_.erase(slots_.begin(), slots_.upper_bound(floor_));
}

void replica::halt_over(const digest& own, const checkpoint_certificate& stable) {
  halted_ = true;
  holder_.drop();
  emit(effect::halt{"the state of this replica at " + std::to_string(stable.sequence.value) +
                    " is " + to_hex(own) + ", but 2f+1 replicas signed " + to_hex(stable.state)});
}

} // namespace quorate::pbft
