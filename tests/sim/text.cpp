#include "tests/sim/text.hpp"

namespace quorate::sim {

namespace {

using namespace quorate::pbft;

std::string number(std::uint64_t n) { return std::to_string(n); }

struct details {
  std::string operator()(const proposal& m) const {
    return text_of(m.header.on) + ", " + number(m.body->size()) + " bytes";
  }
  std::string operator()(const prepare& m) const { return text_of(m.on); }
  std::string operator()(const commit& m) const { return text_of(m.on); }
  std::string operator()(const checkpoint& m) const {
    return "at " + number(m.sequence.value) + ", state " + short_hex(m.state);
  }
  std::string operator()(const view_change& m) const {
    return "to view " + number(m.new_view.value) + ", stable " + number(m.stable.sequence.value) +
           ", prepared" + list(m.prepared, [](const auto& p) { return p.header.on; });
  }
  std::string operator()(const new_view& m) const {
    return "view " + number(m.view.value) + ", proposes again" +
           list(m.re_proposals, [](const auto& p) { return p.on; });
  }
  std::string operator()(const status& m) const {
    return "view " + number(m.view.value) + (m.changing ? " (left)" : "") + ", delivered " +
           number(m.delivered.value) + ", stable " + number(m.stable.value) + ", highest " +
           number(m.highest.value) + ", needs " + number(m.needs.size());
  }
  std::string operator()(const fetch_blocks& m) const {
    return number(m.count) + " from " + number(m.from.value);
  }
  std::string operator()(const fetch_body& m) const {
    return "of " + number(m.sequence.value) + ", batch " + short_hex(m.batch);
  }
  std::string operator()(const batch_body& m) const { return "of " + number(m.sequence.value); }
  std::string operator()(const committed_block& m) const { return text_of(m.certificate.on); }
  std::string operator()(const epoch_end& m) const {
    return "of epoch " + number(m.certificate.epoch.value) + " at " +
           number(m.certificate.sequence.value);
  }

  std::string operator()(const lease_request& m) const {
    return "view " + number(m.view.value) + ", counter " + number(m.counter) + ", for " +
           number(m.lease_ms) + " ms";
  }
  std::string operator()(const lease_grant& m) const {
    return "view " + number(m.view.value) + ", counter " + number(m.counter);
  }

  template <class List, class Get>
  static std::string list(const List& from, Get get) {
    std::string text;
    for (const auto& each : from)
      text += " " + number(get(each).sequence.value) + ":" + short_hex(get(each).batch) + "@" +
              number(get(each).view.value);
    return text.empty() ? " nothing" : text;
  }
};

} // namespace

std::string short_hex(const digest& of) { return to_hex(of).substr(0, 8); }

std::string text_of(const ballot& on) {
  return "view " + number(on.view.value) + " sequence " + number(on.sequence.value) + " batch " +
         (on.batch == null_digest() ? "null" : short_hex(on.batch));
}

std::string text_of(const message& what) {
  return std::string{kind_of(what)} + " " + std::visit(details{}, what);
}

std::string text_of(const evidence& what) {
  return std::string{name(what.what)} + " of replica " + number(what.culprit.value) + ": " +
         text_of(what.first) + " and " + text_of(what.second);
}

bool carries_signature(const input_event& in) noexcept {
  return !std::holds_alternative<input::peer_status>(in) &&
         !std::holds_alternative<input::peer_fetch>(in);
}

} // namespace quorate::sim
