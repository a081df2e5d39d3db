// The end of an epoch: a change of membership takes effect at a checkpoint.
//
// A change that is executed in (C1, C2], between two checkpoints, ends the epoch with the one after
// C2. A replica votes on nothing above that one before it knows the state at C2 (the horizon), so
// no quorum of the old configuration can order anything that belongs to the new one.
#include "core/base/planted.hpp"
#include "core/pbft/replica.hpp"

#include <algorithm>

namespace quorate::pbft {

sequence_number replica::horizon() const noexcept {
  if (planted(fault::horizon_ignored)) return sequence_number{~std::uint64_t{0}};
  return epoch_end_ ? *epoch_end_ : applied_checkpoint_.plus(2 * limits::checkpoint_interval);
}

bool replica::all_delivered() const noexcept {
  return ended_ || (epoch_end_ && delivered_ >= *epoch_end_);
}

// With nothing to order the end would never come: the primary fills up with null batches.
void replica::fill_up_epoch() {
  while (epoch_end_ && !work_waiting_ && !changing_ && voter_ && is_primary() && has_room())
    propose(null_body());
}

void replica::on(input::epoch_ended in) { consider_stable(in.what->certificate); }

void replica::consider_epoch_end() {
  if (ended_ || !epoch_end_ || stable_.sequence != *epoch_end_ || delivered_ != *epoch_end_ ||
      applied_checkpoint_ != *epoch_end_)
    return;
  ended_ = true;
  cancel(timer::request);
  cancel(timer::view_change);
  holder_.drop();
  emit(effect::epoch_ended{stable_});
}

// What it still does: telling others where it stands, and answering them.
void replica::on_after_end(input_event& in) {
  if (auto* fired = std::get_if<input::timer_fired>(&in)) {
    if (fired->which == timer::status) on_status_timer();
  } else if (auto* told = std::get_if<input::peer_status>(&in)) {
    peers_.insert_or_assign(told->from, told->what);
    send_again(told->from, told->what);
  } else if (auto* asked = std::get_if<input::peer_fetch>(&in)) {
    on(std::move(*asked));
  }
}

} // namespace quorate::pbft
