#include "core/registry/directory.hpp"

#include "core/crypto/hash.hpp"
#include "core/registry/table.hpp"

#include <algorithm>

namespace quorate::registry {

namespace {

std::pair<std::string, std::uint16_t> key_of(const place& p) {
  return {p.where.host, p.where.port};
}

/// One node may have two addresses, but one certificate.
bool same_node(const place& a, const place& b) {
  return a.tls_key && b.tls_key ? a.tls_key == b.tls_key : a.where == b.where;
}

digest spread(std::uint64_t salt, const place& p) {
  static const hash_tag tag{"quorate/client-spread"};
  writer w;
  w.u64(salt);
  if (p.tls_key) return tag({w.view(), p.tls_key->view()});
  w.u16(p.where.port);
  return tag({w.view(), as_bytes(p.where.host)});
}

} // namespace

struct directory::rank {
  monotonic_ms avoided_until; ///< zero: not avoided
  kind what = kind::configured;
  digest order; ///< zero without a region
  friend auto operator<=>(const rank&, const rank&) = default;
};

directory::directory(std::vector<place> configured, std::string region, std::uint64_t salt)
    : configured_(std::move(configured)), region_(std::move(region)), salt_(salt) {
  QUORATE_CHECK(!configured_.empty());
}

std::size_t directory::learn(const std::vector<signed_registration>& answer,
                             const pbft::configuration& newest, monotonic_ms now) {
  // Whoever is a member no more speaks for nobody; a replica's id is never given twice.
  std::erase_if(entries_, [&](const auto& one) { return !newest.is_member(one.first); });
  std::size_t refused = 0;
  for (const auto& one : answer)
    if (!take(one, newest, now)) ++refused;
  const auto known = candidates(now);
  std::erase_if(failures_, [&](const auto& one) {
    return std::none_of(known.begin(), known.end(),
                        [&](const place& p) { return key_of(p) == one.first; });
  });
  return refused;
}

outcome directory::take(const signed_registration& one, const pbft::configuration& newest,
                        monotonic_ms now) {
  const auto known = entries_.find(one.what.replica);
  const bool is_known = known != entries_.end();
  if (is_known && one.what.at <= known->second.what.at) return {};
  QUORATE_ASSIGN(const auto checked, check(one, newest));
  // It started again since it failed: worth a try at once.
  if (!is_known || known->second.what.at.boot != checked->at.boot) {
    const place registered{checked->clients, checked->tls_key};
    failures_.erase(key_of(registered));
    for (const auto& p : configured_)
      if (same_node(p, registered)) failures_.erase(key_of(p));
  }
  entries_.insert_or_assign(checked->replica, entry{*checked, now});
  return {};
}

std::vector<place> directory::candidates(monotonic_ms now) const {
  auto all = configured_;
  for (const auto& [replica, one] : entries_) {
    const place registered{one.what.clients, one.what.tls_key};
    if (is_live(one.risen, now) && std::find(all.begin(), all.end(), registered) == all.end())
      all.push_back(registered);
  }
  return all;
}

const directory::entry* directory::find(const place& where, monotonic_ms now) const {
  for (const auto& [replica, one] : entries_)
    if (is_live(one.risen, now) && same_node(where, {one.what.clients, one.what.tls_key}))
      return &one;
  return nullptr;
}

directory::rank directory::rank_of(const place& where, monotonic_ms now) const {
  rank r;
  if (const auto f = failures_.find(key_of(where)); f != failures_.end() && now < f->second.until)
    r.avoided_until = f->second.until;
  const auto* known = find(where, now);
  const bool is_own = !region_.empty() && known != nullptr && known->what.tags.region == region_;
  r.what = is_own ? kind::own_region : known != nullptr ? kind::registered : kind::configured;
  if (!region_.empty()) r.order = spread(salt_, where);
  return r;
}

place directory::best(monotonic_ms now) const {
  const auto all = candidates(now);
  // Of equals the first: the configuration's own address goes before a registered one.
  return *std::min_element(all.begin(), all.end(), [&](const place& a, const place& b) {
    return rank_of(a, now) < rank_of(b, now);
  });
}

std::optional<place> directory::better_than(const place& current, monotonic_ms now) const {
  const auto candidate = best(now);
  if (same_node(candidate, current)) return std::nullopt;
  const auto its = rank_of(candidate, now);
  const auto own = rank_of(current, now);
  if (its.avoided_until.value != 0) return std::nullopt;
  if (std::tie(its.what, its.order) < std::tie(own.what, own.order)) return candidate;
  return std::nullopt;
}

void directory::failed(const place& where, monotonic_ms now) {
  auto& f = failures_[key_of(where)];
  if (now > f.until.plus(avoid_most_ms)) f.count = 0;
  const auto doubled = avoid_first_ms << std::min<std::uint32_t>(f.count, 8);
  f.until = now.plus(std::min(doubled, avoid_most_ms));
  ++f.count;
}

void directory::served(const place& where) { failures_.erase(key_of(where)); }

std::optional<labels> directory::labels_of(const place& where, monotonic_ms now) const {
  const auto* known = find(where, now);
  if (known == nullptr) return std::nullopt;
  return known->what.tags;
}

std::vector<registration> directory::live(monotonic_ms now) const {
  std::vector<registration> all;
  for (const auto& [replica, one] : entries_)
    if (is_live(one.risen, now)) all.push_back(one.what);
  return all;
}

} // namespace quorate::registry
