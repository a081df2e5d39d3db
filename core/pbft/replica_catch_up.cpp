// Telling where we stand, sending again what others lack, and fetching what we missed.
//
// Nothing here has authority: what is sent again are statements made before, and what is fetched
// proves itself (a body by its digest, a block by 2f+1 commits).
#include "core/base/planted.hpp"
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

void replica::on_status_timer() {
  const bool stalled = delivered_ == delivered_at_tick_;
  delivered_at_tick_ = delivered_;
  emit(effect::broadcast{own_status(stalled)});
  if (changing_ && left_) emit(effect::broadcast{*left_});
  if (stalled) {
    fetched_until_ = delivered_; // whatever was asked for has had its time
    fetch_missing_blocks();
  }
  arm(timer::status, options_.status_interval_ms);
}

status replica::own_status(bool with_needs) const {
  const auto highest = slots_.empty() ? delivered_ : slots_.rbegin()->first;
  return {view_,
          changing_,
          suspects_ != suspicion::none,
          delivered_,
          stable_.sequence,
          highest,
          with_needs ? needs() : std::vector<slot_need>{},
          config_.epoch()};
}

// Up to the highest sequence that anyone in this view claims to have accepted: a replica also asks
// for a pre-prepare of which it has seen no trace itself.
std::vector<slot_need> replica::needs() const {
  std::vector<slot_need> missing;
  if (changing_) return missing;
  sequence_number highest = slots_.empty() ? delivered_ : slots_.rbegin()->first;
  for (const auto& [from, peer] : peers_)
    if (is_here(peer)) highest = std::max(highest, peer.highest);
  highest = std::min({highest, high_watermark(), delivered_.plus(needs_max)});
  for (auto next = delivered_.next(); next <= highest; next = next.next()) {
    const auto at = slots_.find(next);
    const bool proposal = at == slots_.end() || !at->second.has_accepted_body();
    if (at == slots_.end() || !at->second.committed) missing.push_back({next, proposal});
  }
  return missing;
}

// In this view of this epoch.
bool replica::is_here(const status& peer) const noexcept {
  return peer.epoch == config_.epoch() && peer.view == view_;
}

// f+1 peers have delivered more, so one correct one has: it is not the primary that is late.
bool replica::others_are_ahead() const noexcept {
  const auto ahead = std::count_if(peers_.begin(), peers_.end(), [this](const auto& peer) {
    return config_.is_voter(peer.first) && peer.second.delivered > delivered_;
  });
  return static_cast<std::size_t>(ahead) >= config_.weak_quorum();
}

void replica::on(input::peer_status in) {
  // Anyone the shell has a link to, members of other epochs too: it gives nothing but hints.
  if (in.from == self_) return;
  if (!peers_.contains(in.from) && peers_.size() >= 2 * limits::replicas_max) return;
  peers_.insert_or_assign(in.from, in.what);
  heard_from(in.from);
  leave_if_enough_suspect();
  if (!remembers_ && config_.is_voter(in.from) && in.what.epoch == config_.epoch())
    first_claims_.try_emplace(in.from, in.what);
  consider_voting();
  send_again(in.from, in.what);
  if (in.what.delivered.value > delivered_.value + options_.pipeline_depth) fetch_missing_blocks();
}

void replica::send_again(replica_id to, const status& what) {
  if (planted(fault::nothing_sent_again)) return;
  if (what.epoch < config_.epoch() || (ended_ && what.epoch == config_.epoch()))
    emit(effect::serve_epoch_end{to, what.epoch});
  if (what.epoch != config_.epoch() || ended_) return;
  const bool behind = what.view < view_ || (what.view == view_ && what.changing && !changing_);
  if (behind && changing_ && left_) emit(effect::send{to, *left_});
  if (behind && !changing_ && entered_) emit(effect::send{to, *entered_});
  if (voter_)
    for (const auto& [sequence, own] : own_checkpoints_)
      if (sequence > what.stable && sequence <= what.delivered) emit(effect::send{to, own});
  if (!is_current(what.view) || what.changing) return;
  for (const auto& need : what.needs) {
    if (need.sequence <= delivered_) {
      emit(effect::serve_blocks{to, need.sequence, 1});
      continue;
    }
    const auto found = slots_.find(need.sequence);
    if (found == slots_.end()) continue;
    const slot& at = found->second;
    if (!at.accepted) continue;
    if (need.proposal && at.body) emit(effect::send{to, proposal{*at.accepted, at.body}});
    // On an old disk there are votes of a view that was left since, which is forgotten.
    if (!voter_) continue;
    if (const auto* own = at.prepares.find(self_))
      emit(effect::send{to, prepare{at.accepted->on, {self_, own->sig}}});
    if (const auto* own = at.commits.find(self_))
      emit(effect::send{to, commit{at.accepted->on, {self_, own->sig}}});
  }
}

void replica::on(input::peer_fetch in) {
  if (in.from == self_ || planted(fault::nothing_sent_again)) return;
  if (const auto* blocks = std::get_if<fetch_blocks>(&in.what)) {
    if (blocks->from <= delivered_)
      emit(effect::serve_blocks{in.from, blocks->from, blocks->count});
    return;
  }
  const auto& wanted = std::get<fetch_body>(in.what);
  if (wanted.sequence <= delivered_) {
    emit(effect::serve_blocks{in.from, wanted.sequence, 1});
    return;
  }
  const auto found = slots_.find(wanted.sequence);
  if (found == slots_.end()) return;
  if (auto body = found->second.find_body(wanted.batch)) {
    emit(effect::send{in.from, batch_body{wanted.sequence, std::move(body)}});
  }
}

void replica::on(input::body_received in) {
  const auto found = slots_.find(in.sequence);
  if (found == slots_.end()) return;
  slot& at = found->second;
  if (!at.accepted || at.accepted->on.batch != in.batch || at.has_accepted_body() || at.delivered)
    return;
  at.body = std::move(in.body);
  emit(effect::persist_slot{record_of(at), at.body});
  send_prepare(at);
  advance(in.sequence, at);
}

void replica::on(input::block_received in) {
  const auto sequence = in.what->certificate.on.sequence;
  if (sequence <= delivered_ || sequence.value > delivered_.value + 2 * blocks_max) return;
  if (sequence > horizon()) return; // whose quorum decides there is not known yet
  slot& at = slots_[sequence];
  if (!at.committed) {
    at.committed = in.what->certificate;
    at.committed_body = in.what->body;
  } else if (!at.committed_body && !at.delivered) {
    at.committed_body = in.what->body;
  }
  deliver_ready();
  if (delivered_ >= fetched_until_) fetch_missing_blocks();
}

// One chunk at a time, from each peer that has it in turn, so that a silent or lying one costs one
// status interval.
void replica::fetch_missing_blocks() {
  if (delivered_ < fetched_until_ || delivered_ >= horizon()) return;
  const auto has_more = [this](const auto& peer) { return peer.second.delivered > delivered_; };
  auto source = std::find_if(peers_.upper_bound(last_source_), peers_.end(), has_more);
  if (source == peers_.end()) source = std::find_if(peers_.begin(), peers_.end(), has_more);
  if (source == peers_.end()) return;
  last_source_ = source->first;
  fetched_until_ = std::min({source->second.delivered, delivered_.plus(blocks_max), horizon()});
  const auto count = static_cast<std::uint16_t>(
      std::min<std::uint64_t>(blocks_max, horizon().value - delivered_.value));
  emit(effect::send{last_source_, fetch_blocks{delivered_.next(), count}});
}

// A replica whose disk was lost may have voted for anything up to the high watermark of then. Among
// 2f+1 peers is a correct one that had reached the stable checkpoint of then, so once a checkpoint
// a whole window above all of theirs is stable, no vote can contradict a forgotten one. What a peer
// claims counts only when this replica has got as far itself: a lie of one must not stop it.
void replica::consider_voting() {
  if (remembers_ || !config_.is_voter(self_)) return;
  if (!votes_after_) {
    std::size_t proven = 0;
    sequence_number highest;
    for (const auto& [from, claim] : first_claims_) {
      if (claim.delivered > delivered_ || claim.view.value > view_.value + limits::view_lead_max)
        continue;
      ++proven;
      highest = std::max(highest, claim.delivered);
      votes_from_ = std::max(votes_from_, claim.view.plus(2));
    }
    if (proven < config_.quorum()) return;
    votes_after_ = highest.plus(limits::watermark_window);
  }
  if (stable_.sequence < *votes_after_ || delivered_ < stable_.sequence) return;
  if (is_bound()) return; // looked at again with each status
  remembers_ = true;
  voter_ = true;
  // It may also have left views and forgotten it: by its own timer at most the view after one that
  // a correct peer was in. A vote there would contradict that VIEW-CHANGE, so it goes on to the
  // next and waits for the others.
  if (view_ < votes_from_) leave_for(votes_from_);
}

} // namespace quorate::pbft
