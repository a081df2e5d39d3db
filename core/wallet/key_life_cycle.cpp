#include "core/wallet/key_life_cycle.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate::wallet {

namespace {

/// Whether `step` leads on from `from`. Creation, which starts from nothing, is not asked here.
bool is_allowed(key_step step, key_state from) noexcept {
  switch (step) {
  case key_step::create:
    return false;
  case key_step::activate:
    return from == key_state::created;
  case key_step::rotate:
    return from == key_state::active;
  case key_step::revoke:
    return from == key_state::created || from == key_state::active || from == key_state::rotated;
  case key_step::destroy:
    return from == key_state::created || from == key_state::rotated || from == key_state::revoked;
  }
  return false;
}

key_state state_after(key_step step) noexcept {
  switch (step) {
  case key_step::create:
    return key_state::created;
  case key_step::activate:
    return key_state::active;
  case key_step::rotate:
    return key_state::rotated;
  case key_step::revoke:
    return key_state::revoked;
  case key_step::destroy:
    return key_state::destroyed;
  }
  QUORATE_CHECK(!"a step that is not defined");
  return {};
}

} // namespace

std::string_view name(key_state state) noexcept {
  switch (state) {
  case key_state::created:
    return "created";
  case key_state::active:
    return "active";
  case key_state::rotated:
    return "rotated";
  case key_state::revoked:
    return "revoked";
  case key_state::destroyed:
    return "destroyed";
  }
  return "unknown";
}

std::string_view name(key_step step) noexcept {
  switch (step) {
  case key_step::create:
    return "create";
  case key_step::activate:
    return "activate";
  case key_step::rotate:
    return "rotate";
  case key_step::revoke:
    return "revoke";
  case key_step::destroy:
    return "destroy";
  }
  return "unknown";
}

void write(writer& w, const key_event& event) {
  w.u64(event.number);
  write(w, event.order.time);
  write(w, event.order.actor);
  write(w, event.order.key);
  w.u8(static_cast<std::uint8_t>(event.order.step));
  if (event.order.step == key_step::rotate) write(w, event.order.successor.value_or(key_id{}));
  w.blob(as_bytes(event.order.reason));
}

void read(reader& r, key_event& event) {
  event.number = r.u64();
  read(r, event.order.time);
  read(r, event.order.actor);
  read(r, event.order.key);
  const auto step = r.u8();
  if (step < 1 || step > 5) return r.fail(errc::bad_enum);
  event.order.step = static_cast<key_step>(step);
  event.order.successor.reset();
  if (event.order.step == key_step::rotate) read(r, event.order.successor.emplace());
  const auto reason = r.blob(key_reason_bytes_max);
  event.order.reason.assign(reason.begin(), reason.end());
}

outcome key_life_cycle::check(const key_order& order) const {
  if (order.reason.size() > key_reason_bytes_max) return errc::over_limit;
  if (order.time < last_time_) return errc::bad_block_time;
  if (order.successor.has_value() != (order.step == key_step::rotate)) return errc::bad_key_step;
  const auto found = lives_.find(order.key);
  if (order.step == key_step::create) {
    if (found != lives_.end()) return errc::key_exists;
    if (lives_.size() >= keys_max) return errc::over_limit;
    return {};
  }
  if (found == lives_.end()) return errc::no_such_key;
  if (!is_allowed(order.step, found->second.state)) return errc::bad_key_step;
  if (!order.successor) return {};
  if (!lives_.contains(*order.successor)) return errc::no_such_key;
  if (!is_in(*order.successor, key_state::created)) return errc::bad_key_step;
  return {};
}

expected<key_event> key_life_cycle::apply(key_order order) {
  QUORATE_TRY(check(order));
  auto& changed = lives_[order.key];
  changed.state = state_after(order.step);
  if (order.successor) {
    changed.successor = order.successor; // and stays known when the key is revoked or destroyed
    lives_[*order.successor].state = key_state::active;
  }
  last_time_ = order.time;
  return key_event{++events_, std::move(order)};
}

outcome key_life_cycle::replay(const key_event& event) {
  if (event.number != events_ + 1) return errc::sequence_gap;
  QUORATE_TRY(apply(event.order));
  return {};
}

expected<key_state> key_life_cycle::state(const key_id& key) const {
  const auto found = lives_.find(key);
  if (found == lives_.end()) return errc::no_such_key;
  return found->second.state;
}

bool key_life_cycle::is_in(const key_id& key, key_state state) const {
  const auto found = lives_.find(key);
  return found != lives_.end() && found->second.state == state;
}

bool key_life_cycle::may_sign(const key_id& key) const { return is_in(key, key_state::active); }

bool key_life_cycle::may_sweep(const key_id& key) const {
  return is_in(key, key_state::active) || is_in(key, key_state::rotated);
}

expected<key_id> key_life_cycle::successor(const key_id& key) const {
  const auto found = lives_.find(key);
  if (found == lives_.end() || !found->second.successor) return errc::no_such_key;
  return *found->second.successor;
}

} // namespace quorate::wallet
