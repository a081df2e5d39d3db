#include "core/ledger/account.hpp"

#include <algorithm>

namespace quorate::ledger {

namespace {

auto place_of(const std::vector<balance>& balances, asset_id asset) noexcept {
  return std::lower_bound(balances.begin(), balances.end(), asset,
                          [](const balance& b, asset_id a) { return b.asset < a; });
}

} // namespace

const balance* account::find(asset_id asset) const noexcept {
  const auto place = place_of(balances, asset);
  return place != balances.end() && place->asset == asset ? &*place : nullptr;
}

balance& account::at(asset_id asset) {
  const auto place = place_of(balances, asset);
  if (place != balances.end() && place->asset == asset)
    return balances[static_cast<std::size_t>(place - balances.begin())];
  QUORATE_CHECK(balances.size() < limits::assets_per_account_max);
  return *balances.insert(place, balance{asset, {}, {}});
}

std::vector<hold>::iterator account::find_hold(const operation_id& hold_id) noexcept {
  const auto place =
      std::lower_bound(holds.begin(), holds.end(), hold_id,
                       [](const hold& h, const operation_id& i) { return h.id < i; });
  return place != holds.end() && place->id == hold_id ? place : holds.end();
}

const stored_reply* account::find_reply(account_sequence sequence) const noexcept {
  for (const auto& reply : replies)
    if (reply.sequence == sequence) return &reply;
  return nullptr;
}

void account::remember(const stored_reply& reply) {
  if (replies.size() == limits::replies_per_account) replies.erase(replies.begin());
  replies.push_back(reply);
}

void write(writer& w, const account& v) {
  write(w, v.id);
  write(w, v.last_sequence);
  w.u8(v.frozen ? 1 : 0);
  w.u64(v.freeze_counter);
  w.count(v.balances.size());
  for (const auto& b : v.balances) {
    write(w, b.asset);
    write(w, b.available);
    write(w, b.held);
  }
  w.count(v.holds.size());
  for (const auto& h : v.holds) {
    write(w, h.id);
    write(w, h.asset);
    write(w, h.units);
    w.u32(h.chain);
    w.blob(h.destination);
  }
  w.count(v.replies.size());
  for (const auto& reply : v.replies) {
    write(w, reply.sequence);
    write(w, reply.id);
    w.u16(reply.code);
    write(w, reply.height);
  }
  w.u8(v.log ? 1 : 0);
  if (v.log) write(w, *v.log);
}

void read(reader& r, account& v) {
  read(r, v.id);
  read(r, v.last_sequence);
  v.frozen = r.boolean();
  v.freeze_counter = r.u64();
  v.balances.resize(r.count(limits::assets_per_account_max, 36));
  for (std::size_t i = 0; i < v.balances.size(); ++i) {
    read(r, v.balances[i].asset);
    read(r, v.balances[i].available);
    read(r, v.balances[i].held);
    if (i > 0 && v.balances[i].asset <= v.balances[i - 1].asset) r.fail(errc::not_canonical);
  }
  v.holds.resize(r.count(limits::holds_per_account_max, 60));
  for (std::size_t i = 0; i < v.holds.size(); ++i) {
    read(r, v.holds[i].id);
    read(r, v.holds[i].asset);
    read(r, v.holds[i].units);
    v.holds[i].chain = r.u32();
    const auto destination = r.blob(limits::destination_bytes_max);
    v.holds[i].destination.assign(destination.begin(), destination.end());
    if (i > 0 && v.holds[i].id <= v.holds[i - 1].id) r.fail(errc::not_canonical);
  }
  v.replies.resize(r.count(limits::replies_per_account, 50));
  for (std::size_t i = 0; i < v.replies.size(); ++i) {
    read(r, v.replies[i].sequence);
    read(r, v.replies[i].id);
    v.replies[i].code = r.u16();
    read(r, v.replies[i].height);
    if (i > 0 && v.replies[i].sequence <= v.replies[i - 1].sequence) r.fail(errc::not_canonical);
  }
  v.log.reset();
  if (r.boolean()) {
    read(r, v.log.emplace());
    if (v.log->size == 0) r.fail(errc::not_canonical);
  }
}

} // namespace quorate::ledger
