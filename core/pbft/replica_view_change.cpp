// Replacing a primary. Source: OSDI '99, section 4.4; liveness rules, section 4.5.2.
#include "core/base/planted.hpp"
#include "core/pbft/new_view_selection.hpp"
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

// From here on this replica takes nothing of the view it leaves, until a new view begins.
void replica::leave_for(view_number view, bool joining) {
  QUORATE_CHECK(view > view_ && voter_);
  if (is_bound() && !(joining && planted(fault::promise_ignored_on_join)))
    return wait_out_promise();
  request_expired_ = false;
  holder_.drop();
  view_ = view;
  changing_ = true;
  ++views_left_;
  batch_wanted_ = false;
  entered_.reset();
  left_ = *author_.sign(view_change{view, stable_, prepared_above_stable(), {}, {}});
  for (auto& [sequence, at] : slots_)
    at.leave_view();
  cancel(timer::request);
  cancel(timer::view_change);
  suspects_ = suspicion::none;
  emit(effect::view_entered{view_, config_.primary(view_), true});
  if (!planted(fault::view_not_durable))
    emit(effect::persist_view{{view_, true, left_, std::nullopt, config_.epoch()}});
  emit(effect::broadcast{*left_});
  view_changes_.insert_or_assign(self_, *left_);
  form_new_view_if_due();
}

std::vector<prepared_certificate> replica::prepared_above_stable() const {
  std::vector<prepared_certificate> proofs;
  for (const auto& [sequence, at] : slots_)
    if (at.prepared_proof && sequence > stable_.sequence && !planted(fault::prepared_hidden))
      proofs.push_back(*at.prepared_proof);
  return proofs;
}

void replica::on_view_change(const verified<view_change>& m) {
  if (m->new_view < view_) return;
  look_for_contradiction(*m);
  if (m->new_view == view_ && !changing_) return;
  if (m->new_view.value > view_.value + limits::view_lead_max) return;
  const auto from = m->vote.replica;
  if (from == self_) return; // own statements do not come from outside: an echo, or a stolen key
  const auto known = view_changes_.find(from);
  if (known != view_changes_.end() && known->second.new_view >= m->new_view) return;
  view_changes_.insert_or_assign(from, *m);
  if (!voter_) return;
  join_if_others_left();
  leave_if_enough_suspect();
  form_new_view_if_due();
}

// When f+1 others want higher views, at least one correct replica does: follow, without waiting for
// the own timer, to the lowest of the views that the f+1 furthest are in.
void replica::join_if_others_left() {
  if (planted(fault::never_join)) return;
  if (const auto theirs = view_that_others_left_for()) leave_for(*theirs, true);
}

std::optional<view_number> replica::view_that_others_left_for() const {
  std::vector<view_number> higher;
  for (const auto& [from, m] : view_changes_)
    if (from != self_ && m.new_view > view_) higher.push_back(m.new_view);
  const std::size_t needed = config_.weak_quorum() - (planted(fault::join_on_f) ? 1 : 0);
  if (higher.size() < needed) return std::nullopt;
  std::nth_element(higher.begin(), higher.begin() + static_cast<std::ptrdiff_t>(needed) - 1,
                   higher.end(), std::greater{});
  return higher[needed - 1];
}

// The time of an operation that waits is up. To leave alone would only cost the cluster a voter:
// one that left takes nothing of the view any more, also when it can hear the others again.
void replica::give_up_waiting() {
  request_expired_ = !others_are_ahead() && !is_out_of_touch();
  if (request_expired_)
    leave_for(view_.next());
  else
    restart_request_timer();
}

// With 2f+1 out of the old view the new primary's time starts to run; the primary itself begins.
// Those who have gone further count for the time as well: they will not come back to this view, and
// if they were not counted, too few might be left to ever go on (2f+1 split over two views).
void replica::form_new_view_if_due() {
  if (!changing_) return;
  std::vector<view_change> left;
  std::size_t gone = 0;
  for (const auto& [from, m] : view_changes_) {
    gone += m.new_view >= view_ ? 1 : 0;
    if (m.new_view == view_ && left.size() < config_.quorum()) left.push_back(m);
  }
  if (gone < config_.quorum()) return;
  if (!armed_[static_cast<std::size_t>(timer::view_change)] &&
      !planted(fault::new_primary_trusted)) {
    constexpr std::uint64_t doublings_max = 6;
    arm(timer::view_change, options_.view_timeout_ms << std::min(attempts_, doublings_max));
    ++attempts_;
  }
  if (!is_primary() || left.size() < config_.quorum()) return;
  new_view made{view_, std::move(left), {}, {}, {}};
  for (const auto& chosen : select(made.view_changes).proposals)
    made.re_proposals.push_back(author_.re_propose(ballot_here(chosen.sequence, chosen.batch)));
  const auto own = author_.sign(std::move(made));
  // Before the re-proposals are accepted, so that it is durable and sent ahead of the votes.
  emit(effect::persist_view{{view_, false, left_, *own, config_.epoch()}});
  emit(effect::broadcast{*own});
  enter(*own);
}

void replica::on_new_view(const verified<new_view>& m) {
  if (!is_ahead(m->view)) return look_for_contradiction(*m);
  for (const auto& change : m->view_changes)
    look_for_contradiction(change);
  if (m->view > view_) {
    for (auto& [sequence, at] : slots_)
      at.leave_view();
    ++views_left_;
    left_.reset();
  }
  emit(effect::persist_view{{m->view, false, left_, *m, config_.epoch()}});
  enter(*m);
}

void replica::enter(const new_view& m) {
  view_ = m.view;
  changing_ = false;
  entered_ = m;
  next_sequence_ = std::max(delivered_, stable_.sequence).next();
  batch_wanted_ = false;
  request_expired_ = false;
  holder_.drop();
  granter_->release(); // 2f+1 left: no lease of an earlier view is held any more
  cancel(timer::view_change);
  cancel(timer::promise);
  std::erase_if(view_changes_, [this](const auto& e) { return e.second.new_view <= view_; });
  emit(effect::view_entered{view_, config_.primary(view_), false});
  accept_re_proposals(m);
  trust_new_primary();
  if (voter_) join_if_others_left(); // f+1 may have gone further while a promise bound this replica
  if (changing_) return;
  replay_early();
  restart_request_timer();
  ask_for_lease();
  ask_for_batch();
}

void replica::accept_re_proposals(const new_view& m) {
  const auto chosen = select(m.view_changes);
  consider_stable(chosen.stable);
  if (halted_) return;
  raise_floor(chosen.stable.sequence); // decided: this view proposes nothing there
  for (const auto& header : m.re_proposals) {
    const auto sequence = header.on.sequence;
    next_sequence_ = std::max(next_sequence_, sequence.next());
    const auto opened = open_slot(sequence);
    if (opened == nullptr) continue; // decided: it is fetched with its proof where it is missing
    slot& at = *opened;
    if (!at.accepted) accept(at, header, at.delivered ? nullptr : at.find_body(header.on.batch));
    if (!at.has_accepted_body() && !at.delivered)
      emit(effect::broadcast{fetch_body{sequence, header.on.batch}});
    send_prepare(at);
  }
  for (const auto& header : m.re_proposals)
    if (const auto at = slots_.find(header.on.sequence); at != slots_.end())
      advance(at->first, at->second);
}

void replica::replay_early() {
  auto kept = std::exchange(early_, {});
  for (auto& [from, queue] : kept) {
    for (auto& early : queue) {
      if (early.view > view_)
        early_[from].push_back(std::move(early));
      else if (early.view == view_)
        std::visit([this](auto& what) { on(std::move(what)); }, early.what);
    }
  }
}

} // namespace quorate::pbft
