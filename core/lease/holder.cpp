#include "core/lease/holder.hpp"

#include <algorithm>

namespace quorate::lease {

void holder::ask(const fencing_token& token, replica_id self, monotonic_ms now) {
  open_.push_back({token, now, {self}});
  if (open_.size() > rounds_max) open_.pop_front();
}

bool holder::take_grant(const fencing_token& token, replica_id from, monotonic_ms now) {
  const auto at = planted(fault::lease_grants_not_keyed)
                      ? (open_.empty() ? open_.end() : std::prev(open_.end()))
                      : std::find_if(open_.begin(), open_.end(),
                                     [&](const round& r) { return r.token == token; });
  if (at == open_.end()) return false;
  at->granted.insert(from);
  const std::size_t needed = quorum_ - (planted(fault::lease_grant_too_few) ? 1 : 0);
  if (at->granted.size() < needed) return false;
  const auto start = planted(fault::lease_from_receipt) ? now : at->asked;
  held_ = {at->token, start, start.plus(holding_length_ms(lease_ms_))};
  open_.erase(open_.begin(), std::next(at)); // later rounds go on; earlier ones say nothing new
  return true;
}

void holder::drop() {
  open_.clear();
  held_.reset();
}

} // namespace quorate::lease
