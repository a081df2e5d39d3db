#include "core/ledger/membership.hpp"

#include "core/codec/text.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::ledger {

namespace {

constexpr std::size_t member_bytes_min = 2 + 32 + 1 + 32 + 4;
constexpr std::size_t voters_min = 4;

void write(writer& w, const membership_epoch& v) {
  write(w, v.epoch);
  write(w, v.after);
  w.count(v.members.size());
  for (const auto& each : v.members) {
    write(w, each.id);
    write(w, each.key);
    w.u8(each.voter ? 1 : 0);
    write(w, each.tls_key);
    w.blob(as_bytes(each.endpoint));
  }
}

void read(reader& r, membership_epoch& v) {
  read(r, v.epoch);
  read(r, v.after);
  v.members.resize(r.count(limits::replicas_max, member_bytes_min));
  for (auto& each : v.members) {
    read(r, each.id);
    read(r, each.key);
    each.voter = r.boolean();
    read(r, each.tls_key);
    each.endpoint = read_printable(r, limits::endpoint_bytes_max);
  }
}

member_record* find_in(membership_epoch& of, replica_id id) {
  const auto place = std::find_if(of.members.begin(), of.members.end(),
                                  [id](const auto& m) { return m.id == id; });
  return place == of.members.end() ? nullptr : &*place;
}

outcome put(membership_epoch& into, const change_membership& change, crypto_suite suite) {
  for (const auto& each : into.members)
    if (each.key == change.key) return errc::member_exists;
  QUORATE_TRY(verifying_key::parse(suite, change.key));
  auto* known = find_in(into, change.member);
  if (known == nullptr) {
    into.members.push_back({change.member, change.key, false, change.tls_key, change.endpoint});
  } else {
    known->key = change.key;
    known->tls_key = change.tls_key;
    known->endpoint = change.endpoint;
  }
  return {};
}

outcome give_vote(membership_epoch& into, replica_id to) {
  auto* known = find_in(into, to);
  if (known == nullptr) return errc::no_such_member;
  if (known->voter) return errc::member_exists;
  known->voter = true;
  return {};
}

outcome take_out(membership_epoch& into, replica_id who) {
  return std::erase_if(into.members, [who](const auto& m) { return m.id == who; }) == 1
             ? outcome{}
             : outcome{errc::no_such_member};
}

outcome apply(membership_epoch& into, const change_membership& change, replica_id next_id,
              crypto_suite suite) {
  switch (change.what) {
  case membership_change::add:
    if (change.member != next_id) return errc::no_such_member;
    return put(into, change, suite);
  case membership_change::promote:
    return give_vote(into, change.member);
  case membership_change::remove:
    return take_out(into, change.member);
  case membership_change::replace: {
    const auto* leaving = into.find(change.member);
    if (leaving == nullptr || !leaving->voter) return errc::no_such_member;
    QUORATE_TRY(give_vote(into, change.successor));
    return take_out(into, change.member);
  }
  case membership_change::rotate:
    if (into.find(change.member) == nullptr) return errc::no_such_member;
    return put(into, change, suite);
  }
  return errc::bad_enum;
}

} // namespace

const member_record* membership_epoch::find(replica_id id) const noexcept {
  const auto place =
      std::find_if(members.begin(), members.end(), [id](const auto& m) { return m.id == id; });
  return place == members.end() ? nullptr : &*place;
}

const membership_epoch& membership::at(sequence_number sequence) const noexcept {
  return pending && sequence > pending->after ? *pending : current;
}

membership membership::as_of(sequence_number sequence) const {
  membership seen = *this;
  if (!pending || sequence <= pending->after) return seen;
  seen.current = *pending;
  seen.pending.reset();
  return seen;
}

expected<membership_epoch> membership::changed(const change_membership& change,
                                               sequence_number height, crypto_suite suite) const {
  if (pending) return errc::change_pending;
  if (change.epoch != current.epoch.next()) return errc::wrong_epoch;
  auto next = current;
  next.epoch = change.epoch;
  next.after = end_of_epoch(height);
  QUORATE_TRY(apply(next, change, next_id, suite));
  if (next.members.size() > limits::replicas_max) return errc::over_limit;
  const auto voters = std::count_if(next.members.begin(), next.members.end(),
                                    [](const auto& m) { return m.voter; });
  if (static_cast<std::size_t>(voters) < voters_min) return errc::too_few_replicas;
  return next;
}

membership membership_of(const genesis& g) {
  membership made;
  made.current.epoch = genesis_epoch;
  for (const auto& key : g.replicas) {
    made.current.members.push_back({made.next_id, key, true, {}, {}});
    made.next_id = made.next_id.next();
  }
  return made;
}

sequence_number end_of_epoch(sequence_number height) noexcept {
  constexpr auto interval = limits::checkpoint_interval;
  const auto intervals = (height.value + interval - 1) / interval;
  return {(intervals + 1) * interval};
}

pbft::configuration configuration_of(const cluster_id& cluster, const membership_epoch& of,
                                     const digest& start_state, crypto_suite suite) {
  std::vector<pbft::member> members;
  for (const auto& each : of.members)
    members.push_back({each.id, each.key, each.voter});
  auto made = pbft::configuration::make(cluster, of.epoch, std::move(members),
                                        {of.after, start_state}, suite);
  QUORATE_CHECK(made);
  return std::move(*made);
}

digest membership_key() {
  static const hash_tag tag{"quorate/state/membership"};
  return tag(byte_view{});
}

void write(writer& w, const membership& v) {
  write(w, v.current);
  w.u8(v.pending ? 1 : 0);
  if (v.pending) write(w, *v.pending);
  write(w, v.next_id);
}

void read(reader& r, membership& v) {
  read(r, v.current);
  if (r.boolean()) read(r, v.pending.emplace());
  read(r, v.next_id);
}

} // namespace quorate::ledger
