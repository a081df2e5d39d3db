#include "core/chain/evm/json.hpp"

#include <set>

namespace quorate::evm {

namespace {

// Looks on while the library reads.
class observer {
public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (static_cast<std::size_t>(depth) > json_depth_max) fail(errc::too_deep);
    if (event == json::parse_event_t::object_start) names_.emplace_back();
    if (event == json::parse_event_t::object_end) names_.pop_back();
    if (event == json::parse_event_t::key &&
        !names_.back().insert(parsed.get_ref<const std::string&>()).second)
      fail(errc::bad_json);
    return true;
  }

  outcome result() const {
    if (error_) return *error_;
    return {};
  }

private:
  void fail(errc e) {
    if (!error_) error_ = e;
  }

  std::vector<std::set<std::string>> names_; // of each object that is open
  std::optional<errc> error_;
};

} // namespace

expected<json> parse_json(std::string_view text) {
  if (text.size() > json_bytes_max) return errc::over_limit;
  observer seen;
  auto parsed = json::parse(
      text.begin(), text.end(),
      [&](int depth, json::parse_event_t event, json& value) { return seen(depth, event, value); },
      false);
  QUORATE_TRY(seen.result());
  if (parsed.is_discarded()) return errc::bad_json;
  return parsed;
}

const json* member(const json& from, const char* name) {
  if (!from.is_object()) return nullptr;
  const auto found = from.find(name);
  return found == from.end() ? nullptr : &*found;
}

expected<std::string> string_member(const json& from, const char* name) {
  const auto* found = member(from, name);
  if (found == nullptr || !found->is_string()) return errc::bad_json;
  return found->get<std::string>();
}

expected<const json*> array_member(const json& from, const char* name) {
  const auto* found = member(from, name);
  if (found == nullptr || !found->is_array()) return errc::bad_json;
  return found;
}

} // namespace quorate::evm
