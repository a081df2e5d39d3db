#include "core/pbft/evidence.hpp"

namespace quorate::pbft {

std::string_view name(evidence::kind what) noexcept {
  switch (what) {
  case evidence::kind::two_pre_prepares:
    return "two_pre_prepares";
  case evidence::kind::two_prepares:
    return "two_prepares";
  case evidence::kind::two_commits:
    return "two_commits";
  case evidence::kind::two_checkpoints:
    return "two_checkpoints";
  }
  return "unknown";
}

} // namespace quorate::pbft
