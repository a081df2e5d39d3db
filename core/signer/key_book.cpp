#include "core/signer/key_book.hpp"

#include "core/codec/utf8.hpp"

namespace quorate::signer {

namespace {

audit::event event_of(wallet::key_step step) {
  switch (step) {
  case wallet::key_step::create:
    return audit::event::key_created;
  case wallet::key_step::activate:
    return audit::event::key_activated;
  case wallet::key_step::rotate:
    return audit::event::key_rotated;
  case wallet::key_step::revoke:
    return audit::event::key_revoked;
  case wallet::key_step::destroy:
    return audit::event::key_destroyed;
  }
  QUORATE_CHECK(!"a step that is not defined");
  return {};
}

wallet::key_order order_of(const key_change& change, block_time_ms time) {
  wallet::key_order made;
  made.time = time;
  made.key = life_id(change.key);
  made.step = change.step;
  if (change.successor) made.successor = life_id(*change.successor);
  made.reason = change.reason;
  return made;
}

} // namespace

wallet::key_id life_id(const digest& key) {
  wallet::key_id id;
  std::copy_n(key.data.begin(), id.data.size(), id.data.begin());
  return id;
}

void write(writer& w, const key_record& v) {
  write(w, v.event);
  write(w, v.key);
  write(w, v.successor);
}

void read(reader& r, key_record& v) {
  read(r, v.event);
  read(r, v.key);
  read(r, v.successor);
  const auto& order = v.event.order;
  const bool fits =
      order.key == life_id(v.key) &&
      (order.successor ? *order.successor == life_id(v.successor) : v.successor.is_zero());
  if (!fits) r.fail(errc::not_canonical);
}

audit::entry entry_of(const key_record& of) {
  const auto& order = of.event.order;
  return {event_of(order.step), order.time, of.key, of.successor, {}, 0, order.reason};
}

expected<key_record> key_book::take(const key_change& change, block_time_ms time) {
  if (!is_utf8(change.reason)) return errc::bad_utf8;
  QUORATE_ASSIGN(auto event, lives_.apply(order_of(change, time)));
  names_.emplace(event.order.key, change.key);
  return key_record{std::move(event), change.key, change.successor.value_or(digest{})};
}

outcome key_book::check(const key_change& change, block_time_ms time) const {
  auto tried = *this;
  QUORATE_TRY(tried.take(change, time));
  return {};
}

outcome key_book::replay(const key_record& record) {
  QUORATE_TRY(lives_.replay(record.event));
  names_.emplace(record.event.order.key, record.key);
  return {};
}

std::optional<wallet::key_state> key_book::state(const digest& key) const {
  const auto known = lives_.state(life_id(key));
  if (!known) return std::nullopt;
  return *known;
}

std::optional<digest> key_book::successor(const digest& key) const {
  const auto next = lives_.successor(life_id(key));
  if (!next) return std::nullopt;
  return names_.at(*next);
}

std::vector<digest> key_book::keys() const {
  std::vector<digest> all;
  for (const auto& [id, name] : names_)
    all.push_back(name);
  return all;
}

outcome check_state(wallet::key_state state) {
  switch (state) {
  case wallet::key_state::active:
    return {};
  case wallet::key_state::created:
    return errc::key_not_active;
  case wallet::key_state::rotated:
    return errc::key_rotated;
  case wallet::key_state::revoked:
    return errc::key_revoked;
  case wallet::key_state::destroyed:
    return errc::key_destroyed;
  }
  return errc::key_not_active;
}

} // namespace quorate::signer
