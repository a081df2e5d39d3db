// Between the directory's places (core) and the transport's targets.
#pragma once

#include "actors/transport/transport.hpp"
#include "core/registry/directory.hpp"

namespace quorate {

inline registry::place place_of(const transport::target& t) {
  registry::place p{{t.host, t.port}, std::nullopt};
  if (t.pin) p.tls_key = digest{*t.pin};
  return p;
}

inline std::vector<registry::place> places_of(const std::vector<transport::target>& targets) {
  std::vector<registry::place> places;
  for (const auto& each : targets)
    places.push_back(place_of(each));
  return places;
}

inline transport::target target_of(const registry::place& p) {
  transport::target t{p.where.host, p.where.port, std::nullopt};
  if (p.tls_key) t.pin = p.tls_key->data;
  return t;
}

inline std::string name_of(const registry::place& p) {
  return p.where.host + ":" + std::to_string(p.where.port);
}

} // namespace quorate
