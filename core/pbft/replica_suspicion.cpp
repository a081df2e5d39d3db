// Giving up on a primary before the request timer does: it is silent, unreachable or unfair.
//
// A suspicion alone does nothing but tell the others. Only when f+1 replicas, this one among them,
// suspect the primary of one view, or have left that view, does this one leave it: a replica whose
// own link is bad must not cost the cluster a voter, and f liars cannot depose a primary that
// correct replicas hear.
#include "core/pbft/replica.hpp"

#include <algorithm>
#include <utility>

namespace quorate::pbft {

void replica::on(input::link_changed in) {
  if (!config_.is_voter(in.peer) || in.peer == self_) return;
  if (in.up) {
    lost_links_.erase(in.peer);
    return;
  }
  lost_links_.insert(in.peer);
  if (in.peer == config_.primary(view_)) suspect_primary(suspicion::unheard);
}

void replica::on(input::primary_unfair in) {
  // What is delivered far behind the others was ordered long ago: that measures this replica.
  if (in.view != view_ || others_are_ahead()) return;
  found_unfair_ = now_;
  suspect_primary(suspicion::unfair);
}

// Whoever measures says so again while it lasts. A finding that nobody shared and that is not
// repeated is over: this replica would withhold its promise for the rest of the view. While a
// promise binds it stands: others may have left for it.
void replica::forget_old_unfairness() {
  const std::uint64_t stands = 2 * options_.request_timeout_ms;
  if (suspects_ == suspicion::unfair && !is_bound() && now_.value - found_unfair_.value >= stands)
    suspects_ = suspicion::none;
}

// Armed once for many messages: when it fires, what is left of the last one's time is waited for,
// and never less than a part of an interval, because a timer may fire a little early.
void replica::on_silence_timer() {
  forget_old_unfairness();
  const std::uint64_t patience = options_.silence_ms;
  const std::uint64_t silent = now_.value - heard_of_primary_.value;
  if (silent >= patience) suspect_primary(suspicion::unheard);
  const std::uint64_t least = options_.status_interval_ms / 10 + 1;
  arm(timer::silence,
      silent < patience ? std::max(patience - silent, least) : options_.status_interval_ms);
}

void replica::heard_from(replica_id from) {
  if (from != self_ && config_.is_voter(from)) heard_of_[from] = now_;
  if (from != config_.primary(view_)) return;
  heard_of_primary_ = now_;
  if (suspects_ == suspicion::unheard) suspects_ = suspicion::none;
}

// Those who told where they stand and do it no more. Who was never heard of counts for nothing: it
// may be about to begin.
bool replica::is_out_of_touch() const noexcept {
  const auto silent = std::count_if(heard_of_.begin(), heard_of_.end(), [this](const auto& peer) {
    return now_.value - peer.second.value >= options_.silence_ms;
  });
  return config_.n() - static_cast<std::size_t>(silent) < config_.quorum();
}

void replica::suspect_primary(suspicion why) {
  if (why <= suspects_ || changing_ || !voter_ || is_primary()) return;
  if (std::exchange(suspects_, why) != suspicion::none) return; // the others know
  emit(effect::broadcast{own_status(false)});
  leave_if_enough_suspect();
}

void replica::leave_if_enough_suspect() {
  if (suspects_ == suspicion::none || changing_ || others_are_ahead()) return;
  const auto others = std::count_if(peers_.begin(), peers_.end(), [this](const auto& peer) {
    if (!config_.is_voter(peer.first)) return false;
    const auto gone = view_changes_.find(peer.first);
    if (gone != view_changes_.end() && gone->second.new_view > view_) return true;
    return is_here(peer.second) && peer.second.suspects && !peer.second.changing;
  });
  if (static_cast<std::size_t>(others) + 1 >= config_.weak_quorum()) leave_for(view_.next());
}

void replica::trust_new_primary() {
  suspects_ = suspicion::none;
  heard_of_primary_ = now_;
}

} // namespace quorate::pbft
