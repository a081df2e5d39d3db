#include "config/metrics_config.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace quorate::config {

namespace {

std::optional<in_addr> as_ipv4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ? std::optional{address} : std::nullopt;
}

std::optional<in6_addr> as_ipv6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1 ? std::optional{address} : std::nullopt;
}

} // namespace

bool is_loopback(const std::string& address) {
  if (const auto four = as_ipv4(address)) return ntohl(four->s_addr) >> 24 == 127;
  const auto six = as_ipv6(address);
  return six && IN6_IS_ADDR_LOOPBACK(&*six);
}

std::optional<metrics_config> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  metrics_config place;
  const auto* first = text.data() + colon + 1;
  const auto* last = text.data() + text.size();
  const auto read = std::from_chars(first, last, place.port);
  if (read.ec != std::errc{} || read.ptr != last || place.port == 0) return std::nullopt;
  place.address = text.substr(0, colon);
  if (as_ipv4(place.address)) return place;
  if (place.address.size() < 2 || place.address.front() != '[' || place.address.back() != ']')
    return std::nullopt;
  place.address = place.address.substr(1, place.address.size() - 2);
  return as_ipv6(place.address) ? std::optional{place} : std::nullopt;
}

void read_metrics(toml_table root, std::optional<metrics_config>& metrics) {
  auto t = root.table("metrics");
  std::string listen;
  bool allow_remote = false;
  t.text("listen", listen);
  t.boolean("allow_remote", allow_remote);
  t.finish();
  if (listen.empty()) {
    if (allow_remote) t.complain("allow_remote", "`allow_remote` says nothing without `listen`");
    return;
  }
  auto place = parse_listen(listen);
  if (!place)
    return t.complain("listen", "`listen` has to be an address and a port, as \"127.0.0.1:9464\" "
                                "or \"[::1]:9464\"");
  if (!allow_remote && !is_loopback(place->address))
    return t.complain("listen",
                      "other machines reach `listen`, where nothing is encrypted and nobody is "
                      "asked who he is: take 127.0.0.1 or [::1], or set `allow_remote = true` "
                      "where the network itself lets only your Prometheus in");
  place->allow_remote = allow_remote;
  metrics = std::move(place);
}

std::string to_string(const metrics_config& place) {
  const auto host = as_ipv4(place.address) ? place.address : "[" + place.address + "]";
  return host + ":" + std::to_string(place.port);
}

} // namespace quorate::config
