// What a replica notices of others' contradictions beyond two votes in one slot. Nothing here
// changes what it counts: the first statement stands, and the report is for people.
#include "core/pbft/replica.hpp"

namespace quorate::pbft {

// Once for each contradiction, and a bounded number for each replica. A primary that is proven
// faulty is not waited for; the step that found it out ends first.
void replica::report(evidence e) {
  if (e.culprit == config_.primary(view_)) primary_is_proven_faulty_ = true;
  auto& of_culprit = reported_[e.culprit];
  if (of_culprit.reported.contains(e.id())) return;
  if (of_culprit.reported.size() >= limits::evidence_per_replica_max) {
    ++of_culprit.beyond_limit;
    return;
  }
  of_culprit.reported.insert(e.id());
  emit(effect::report{std::move(e)});
}

std::uint64_t replica::evidence_count() const noexcept {
  std::uint64_t count = 0;
  for (const auto& [culprit, of_culprit] : reported_)
    count += of_culprit.reported.size() + of_culprit.beyond_limit;
  return count;
}

// The latest of each replica is at hand, and those that the current view began with.
const view_change* replica::known_view_change(replica_id from, view_number view) const noexcept {
  const auto latest = view_changes_.find(from);
  if (latest != view_changes_.end() && latest->second.new_view == view) return &latest->second;
  if (!entered_ || entered_->view != view) return nullptr;
  for (const auto& m : entered_->view_changes)
    if (m.vote.replica == from) return &m;
  return nullptr;
}

// Of this view, or of the one in which the batch became final.
std::optional<commit> replica::known_commit(replica_id from, sequence_number sequence,
                                            const slot& at) const {
  if (const auto* vote = at.commits.find(from))
    return commit{ballot_here(sequence, vote->batch), {from, vote->sig}};
  if (!at.committed) return std::nullopt;
  for (const auto& vote : at.committed->commits)
    if (vote.replica == from) return commit{at.committed->on, vote};
  return std::nullopt;
}

void replica::look_for_contradiction(const view_change& m) {
  const auto from = m.vote.replica;
  if (from == self_) return;
  const auto* other = known_view_change(from, m.new_view);
  if (other != nullptr && (other->stable != m.stable || other->prepared != m.prepared))
    report({evidence::kind::two_view_changes, from, ballot_of(*other), other->vote.sig,
            ballot_of(m), m.vote.sig, std::nullopt});
  for (const auto& [sequence, at] : slots_) {
    const auto vote = known_commit(from, sequence, at);
    if (!vote || !leaves_out(m, vote->on)) continue;
    report_left_out(*vote, m);
    return; // one commit shows it as well as all of them
  }
}

void replica::look_for_contradiction(const commit& m) {
  const auto left = view_changes_.find(m.vote.replica);
  if (left != view_changes_.end() && leaves_out(left->second, m.on))
    report_left_out(m, left->second);
}

// Both were verified, so both are the primary's.
void replica::look_for_contradiction(const new_view& m) {
  if (!entered_ || entered_->view != m.view) return;
  if (entered_->view_changes == m.view_changes && entered_->re_proposals == m.re_proposals) return;
  report({evidence::kind::two_new_views, config_.primary(m.view), ballot_of(*entered_),
          entered_->sig, ballot_of(m), m.sig, std::nullopt});
}

void replica::report_left_out(const commit& vote, const view_change& m) {
  report({evidence::kind::commit_left_out, vote.vote.replica, vote.on, vote.vote.sig, ballot_of(m),
          m.vote.sig, m});
}

} // namespace quorate::pbft
