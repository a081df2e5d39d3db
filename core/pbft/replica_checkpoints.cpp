// Stable checkpoints and the watermarks. Source: OSDI '99, section 4.3.
#include "core/pbft/replica.hpp"

namespace quorate::pbft {

namespace {

constexpr std::size_t own_checkpoints_kept = 4;

} // namespace

void replica::on(input::applied in) {
  if (in.sequence.value % limits::checkpoint_interval != 0) return;
  // Also when it is not sent (a learner), so that a differing stable checkpoint is noticed.
  const auto own = author_.make_checkpoint(in.sequence, in.state);
  own_checkpoints_.insert_or_assign(in.sequence, *own);
  if (own_checkpoints_.size() > own_checkpoints_kept)
    own_checkpoints_.erase(own_checkpoints_.begin());
  if (in.sequence <= stable_.sequence) return;
  if (voter_) {
    emit(effect::broadcast{*own});
    on_checkpoint(own);
  }
  if (stable_elsewhere_) consider_stable(*std::exchange(stable_elsewhere_, std::nullopt));
}

void replica::on_checkpoint(const verified<checkpoint>& m) {
  const auto sequence = m->sequence;
  if (sequence <= stable_.sequence || sequence.value % limits::checkpoint_interval != 0) return;
  // A replica that is behind takes votes above its window, but holds few heights of them.
  constexpr std::size_t heights_max = 2 * limits::watermark_window / limits::checkpoint_interval;
  if (!checkpoint_votes_.contains(sequence) && checkpoint_votes_.size() >= heights_max) {
    if (sequence < checkpoint_votes_.begin()->first) return;
    checkpoint_votes_.erase(checkpoint_votes_.begin());
  }
  auto& votes = checkpoint_votes_[sequence];
  const auto from = m->vote.replica;
  if (votes.add(from, m->state, m->vote.sig) == vote_set::verdict::conflicting) {
    const auto& first = *votes.find(from);
    report(evidence::kind::two_checkpoints, from, {{}, sequence, first.batch}, first.sig,
           {{}, sequence, m->state}, m->vote.sig);
    return;
  }
  if (const auto state = votes.with_quorum(config_.quorum()))
    consider_stable({sequence, *state, votes.take(*state, config_.quorum())});
}

// A certificate for a state that this replica has not reached is kept until it has.
void replica::consider_stable(const checkpoint_certificate& certificate) {
  if (certificate.sequence <= stable_.sequence) return;
  const auto own = own_checkpoints_.find(certificate.sequence);
  if (own == own_checkpoints_.end()) {
    const bool newer = !stable_elsewhere_ || certificate.sequence > stable_elsewhere_->sequence;
    if (newer) stable_elsewhere_ = certificate;
    return;
  }
  if (own->second.state != certificate.state) {
    halted_ = true;
    emit(effect::halt{"the state of this replica at " + std::to_string(certificate.sequence.value) +
                      " is " + to_hex(own->second.state) + ", but 2f+1 replicas signed " +
                      to_hex(certificate.state)});
    return;
  }
  make_stable(certificate);
}

void replica::make_stable(const checkpoint_certificate& certificate) {
  stable_ = certificate;
  emit(effect::persist_checkpoint{certificate});
  slots_.erase(slots_.begin(), slots_.upper_bound(certificate.sequence));
  checkpoint_votes_.erase(checkpoint_votes_.begin(),
                          checkpoint_votes_.upper_bound(certificate.sequence));
  if (stable_elsewhere_ && stable_elsewhere_->sequence <= certificate.sequence)
    stable_elsewhere_.reset();
  consider_voting();
  ask_for_batch();
}

} // namespace quorate::pbft
