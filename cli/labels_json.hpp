// The labels of a node as JSON, the same wherever they are shown.
#pragma once

#include "core/registry/labels.hpp"

#include <nlohmann/json.hpp>

namespace quorate::cli {

inline nlohmann::json labels_to_json(const registry::labels& l) {
  return {
      {"region", l.region}, {"environment", l.environment}, {"role", l.role}, {"canary", l.canary}};
}

} // namespace quorate::cli
