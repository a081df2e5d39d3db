#include "core/registry/table.hpp"

namespace quorate::registry {

outcome table::step(const verified_registration& in, monotonic_ms now) {
  if (!entries_.empty() && entries_.begin()->second.what.what.epoch != in->epoch)
    return errc::wrong_epoch;
  const auto known = entries_.find(in->replica);
  if (known != entries_.end() && in->at <= known->second.what.what.at)
    return errc::stale_registration;
  entries_.insert_or_assign(in->replica, entry{in.proof(), now});
  return {};
}

std::vector<signed_registration> table::live(monotonic_ms now) const {
  std::vector<signed_registration> found;
  for (const auto& [replica, one] : entries_)
    if (is_live(one.received, now)) found.push_back(one.what);
  return found;
}

} // namespace quorate::registry
