// Leases: a primary asks every voter to stay in its view for a while; 2f+1 promises make a lease.
//
// A promise only ever delays a VIEW-CHANGE, by one lease at most: a replica that has a reason to
// leave renews nothing, so its promise runs out and it goes.
#include "core/base/planted.hpp"
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

void replica::on(input::lease_message in) {
  std::visit(
      [this](const auto& m) {
        if constexpr (requires { m->lease_ms; })
          on_lease_request(m);
        else
          on_lease_grant(m);
      },
      in.what);
}

// The own promise comes first and is on the disk before the request leaves: a primary whose disk
// stalls asks nobody, and loses its lease.
void replica::ask_for_lease() {
  if (options_.lease_ms == 0) return;
  arm(timer::renewal, options_.lease_ms / lease::renewals_per_lease);
  if (!is_primary() || !may_promise_in(view_)) return;
  const auto& last = granter_->last();
  const bool first = last.epoch != config_.epoch() || last.view != view_;
  const lease::fencing_token token{config_.epoch(), view_, first ? 1 : last.counter + 1};
  const auto own = granter_->grant(token, options_.lease_ms, now_);
  if (!own) return;
  emit(effect::persist_promise{*own});
  holder_.ask(token, self_, now_);
  lease_request m{view_, token.counter, static_cast<std::uint32_t>(options_.lease_ms), {}, {}};
  emit(effect::broadcast{*author_.sign(m)});
}

void replica::on_lease_request(const verified<lease_request>& m) {
  if (m->vote.replica == self_ || options_.lease_ms == 0) return;
  if (is_current(m->view)) heard_from(m->vote.replica);
  if (!may_promise_in(m->view)) return;
  const auto made = granter_->grant({m->epoch, m->view, m->counter}, m->lease_ms, now_);
  if (!made) return;
  if (!planted(fault::promise_not_durable)) emit(effect::persist_promise{*made});
  emit(effect::send{m->vote.replica, *author_.sign(lease_grant{m->view, m->counter, {}, {}})});
}

void replica::on_lease_grant(const verified<lease_grant>& m) {
  if (!is_current(m->view) || !is_primary()) return;
  if (holder_.take_grant({m->epoch, m->view, m->counter}, m->vote.replica, now_))
    emit(effect::lease_held{*holder_.lease()});
}

// Not in the last view, not for a primary that is to be replaced, and not once all that this epoch
// orders is delivered: from there on 2f+1 may agree on its end, and the next epoch grants to
// others.
bool replica::may_promise_in(view_number view) const {
  if (!voter_ || ended_ || wants_to_leave()) return false;
  if (all_delivered() && !planted(fault::lease_over_epochs)) return false;
  if (planted(fault::promise_while_leaving) && changing_ && view.next() == view_) return true;
  return is_current(view);
}

bool replica::is_bound() const noexcept {
  return now_ < granter_->bound_until() && !planted(fault::promise_ignored);
}

// Why it wants to leave is looked at again then: it may have passed.
void replica::wait_out_promise() {
  if (!armed_[static_cast<std::size_t>(timer::promise)])
    arm(timer::promise, granter_->bound_until().value - now_.value);
}

void replica::on_promise_over() {
  if (changing_ || !voter_) return;
  if (request_expired_)
    give_up_waiting();
  else
    leave_if_enough_suspect();
  if (!changing_) join_if_others_left();
}

lease_view replica::describe_lease() const noexcept {
  lease_view own{config_.epoch(), view_, changing_, voter_, holder_.lease(), {}, {}};
  if (!granter_) return own;
  own.bound_until = granter_->bound_until();
  own.grants_from = granter_->grants_from();
  return own;
}

bool replica::wants_to_leave() const {
  if (planted(fault::promise_for_ever)) return false;
  return request_expired_ || suspects_ != suspicion::none || view_that_others_left_for();
}

} // namespace quorate::pbft
