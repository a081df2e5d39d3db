#include "actors/node/places.hpp"

#include "core/base/bytes.hpp"

#include <algorithm>
#include <charconv>

namespace quorate {

namespace {

/// None for a member of genesis, or for an endpoint whose port is no port.
std::optional<node_place> place_of(const ledger::member_record& member) {
  const auto colon = member.endpoint.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  node_place place{member.endpoint.substr(0, colon), 0, {}};
  const char* end = member.endpoint.data() + member.endpoint.size();
  const auto parsed = std::from_chars(member.endpoint.data() + colon + 1, end, place.port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  std::copy(member.tls_key.data.begin(), member.tls_key.data.end(), place.pin.begin());
  return place;
}

} // namespace

node_place place_of(const config::node_address& address) {
  node_place place{address.host, address.port, {}};
  const auto raw = from_hex(address.tls_key_sha256);
  QUORATE_CHECK(raw && raw->size() == place.pin.size());
  std::copy(raw->begin(), raw->end(), place.pin.begin());
  return place;
}

std::map<replica_id, node_place> places_of(const std::vector<node_place>& configured,
                                           const ledger::membership& members) {
  std::map<replica_id, node_place> places;
  for (std::uint16_t i = 0; i < configured.size(); ++i) {
    const replica_id id{i};
    const bool is_member =
        members.current.find(id) || (members.pending && members.pending->find(id));
    if (is_member || id >= members.next_id) places.emplace(id, configured[i]);
  }
  const auto add = [&places](const ledger::membership_epoch& epoch) {
    for (const auto& member : epoch.members)
      if (const auto place = place_of(member)) places.insert_or_assign(member.id, *place);
  };
  add(members.current);
  if (members.pending) add(*members.pending);
  return places;
}

} // namespace quorate
