#include "core/audit/replay.hpp"

namespace quorate::audit {

outcome replay::keep_for(const std::function<outcome(const node_lookup&)>& prove) {
  return prove([this](node_place place) -> expected<digest> {
    wanted_.insert(place);
    return digest{};
  });
}

outcome replay::add(const digest& leaf_hash) {
  compare(); // the heads of the size so far: the first time, of no entries
  QUORATE_ASSIGN(const auto made, frontier_.append(leaf_hash));
  for (const auto& node : made)
    if (wanted_.contains(node.place)) kept_.insert({node.place, node.hash});
  return {};
}

void replay::compare() {
  while (!expected_.empty() && expected_.begin()->first <= frontier_.size()) {
    const auto& [size, root] = *expected_.begin();
    if (log_head{size, root} != frontier_.head()) forked_ = true;
    expected_.erase(expected_.begin());
  }
}

outcome replay::check() const {
  auto rest = *this;
  rest.compare();
  if (rest.forked_) return errc::log_forked;
  if (!rest.expected_.empty()) return errc::log_set_back;
  return {};
}

node_lookup replay::nodes() const {
  return [this](node_place place) -> expected<digest> {
    const auto found = kept_.find(place);
    if (found == kept_.end()) return errc::not_found;
    return found->second;
  };
}

} // namespace quorate::audit
