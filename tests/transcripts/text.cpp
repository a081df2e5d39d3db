#include "tests/transcripts/text.hpp"

namespace quorate::transcripts {

using namespace quorate::pbft;

namespace {

std::string text(view_number v) { return "v" + std::to_string(v.value); }
std::string text(sequence_number n) { return "n" + std::to_string(n.value); }
std::string text(replica_id r) { return std::to_string(r.value); }

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts)
    all += (all.empty() ? "" : ", ") + part;
  return all;
}

// The view in which each is prepared stands behind it: the selection rests on it.
std::string text(const std::vector<prepared_certificate>& prepared, const names& called) {
  std::vector<std::string> parts;
  for (const auto& p : prepared)
    parts.push_back(text(p.header.on.sequence) + " " + called.of(p.header.on.batch) + " in " +
                    text(p.header.on.view));
  return parts.empty() ? "nothing prepared" : "prepared " + joined(parts);
}

struct message_text {
  const names& called;

  std::string operator()(const proposal& m) const {
    return "PRE-PREPARE " + text_of(m.header.on, called);
  }
  std::string operator()(const prepare& m) const { return "PREPARE " + text_of(m.on, called); }
  std::string operator()(const commit& m) const { return "COMMIT " + text_of(m.on, called); }
  std::string operator()(const checkpoint& m) const {
    return "CHECKPOINT " + text(m.sequence) + " " + called.of(m.state);
  }
  std::string operator()(const view_change& m) const {
    return "VIEW-CHANGE " + text(m.new_view) + ", stable " + text(m.stable.sequence) + ", " +
           text(m.prepared, called);
  }
  std::string operator()(const new_view& m) const {
    std::vector<vote_signature> from;
    for (const auto& change : m.view_changes)
      from.push_back(change.vote);
    std::vector<std::string> again;
    for (const auto& header : m.re_proposals)
      again.push_back(text(header.on.sequence) + " " + called.of(header.on.batch));
    return "NEW-VIEW " + text(m.view) + ", V " + text_of(from) + ", O {" + joined(again) + "}";
  }
  std::string operator()(const status& m) const {
    std::vector<std::string> needs;
    for (const auto& need : m.needs)
      needs.push_back(text(need.sequence) + (need.proposal ? " with body" : ""));
    if (needs.size() > 3) needs = {needs.front(), "…", needs.back()};
    return "STATUS " + text(m.view) + (m.changing ? " (changing)" : "") +
           (m.suspects ? " (suspects its primary)" : "") + ", delivered " + text(m.delivered) +
           ", stable " + text(m.stable) + ", highest " + text(m.highest) +
           (needs.empty() ? "" : ", needs " + joined(needs));
  }
  std::string operator()(const fetch_blocks& m) const {
    return "FETCH-BLOCKS " + std::to_string(m.count) + " from " + text(m.from);
  }
  std::string operator()(const fetch_body& m) const {
    return "FETCH-BODY " + text(m.sequence) + " " + called.of(m.batch);
  }
  std::string operator()(const batch_body& m) const {
    return "BODY " + text(m.sequence) + " " + text_of(*m.body);
  }
  std::string operator()(const committed_block& m) const {
    return "BLOCK " + text_of(m.certificate.on, called) + ", commits " +
           text_of(m.certificate.commits);
  }
  std::string operator()(const epoch_end& m) const {
    return "EPOCH-END " + std::to_string(m.certificate.epoch.value) + " at " +
           text(m.certificate.sequence);
  }
  std::string operator()(const lease_request& m) const {
    return "LEASE-REQUEST " + text(m.view) + ", " + std::to_string(m.counter) + ", for " +
           std::to_string(m.lease_ms) + " ms";
  }
  std::string operator()(const lease_grant& m) const {
    return "LEASE-GRANT " + text(m.view) + ", " + std::to_string(m.counter);
  }
};

struct effect_text {
  const names& called;

  std::string operator()(const effect::send&) const { return {}; }
  std::string operator()(const effect::broadcast&) const { return {}; }
  std::string operator()(const effect::persist_slot& e) const {
    const auto& on = e.record.accepted.on;
    auto line = "persist slot " + text(on.sequence) + ": accepted " + called.of(on.batch) + " in " +
                text(on.view);
    if (e.record.prepared)
      line += ", prepared " + called.of(e.record.prepared->header.on.batch) + " in " +
              text(e.record.prepared->header.on.view);
    return line + (e.body ? " (with body)" : "");
  }
  std::string operator()(const effect::persist_view& e) const {
    return "persist view: " + text(e.record.view) + (e.record.changing ? ", not yet begun" : "");
  }
  std::string operator()(const effect::persist_block& e) const {
    return "persist block " + text(e.record.certificate.on.sequence) +
           (e.body ? " (with body)" : "");
  }
  std::string operator()(const effect::persist_checkpoint& e) const {
    return "persist stable checkpoint " + text(e.certificate.sequence) + " " +
           called.of(e.certificate.state) + ", votes " + text_of(e.certificate.votes);
  }
  std::string operator()(const effect::persist_promise& e) const {
    return "persist promise " + to_string(e.record.token) + " until " +
           std::to_string(e.record.until.value) + " ms";
  }
  std::string operator()(const effect::lease_held& e) const {
    return "hold lease " + to_string(e.what.token) + " until " +
           std::to_string(e.what.until.value) + " ms";
  }
  std::string operator()(const effect::arm_timer& e) const {
    return "arm " + text_of(e.which) + " timer: " + std::to_string(e.after_ms) + " ms";
  }
  std::string operator()(const effect::cancel_timer& e) const {
    return "cancel " + text_of(e.which) + " timer";
  }
  std::string operator()(const effect::deliver& e) const {
    return "deliver " + text(e.certificate.on.sequence) + " " + called.of(e.certificate.on.batch) +
           ", commits " + text_of(e.certificate.commits);
  }
  std::string operator()(const effect::want_batch& e) const {
    return "want a batch (" + std::to_string(e.in_flight) + " under way)";
  }
  std::string operator()(const effect::refuse_batch& e) const {
    return "refuse batch " + text_of(*e.body);
  }
  std::string operator()(const effect::serve_blocks& e) const {
    return "serve " + text(e.to) + " blocks from " + text(e.from) + ", at most " +
           std::to_string(e.count);
  }
  std::string operator()(const effect::serve_epoch_end& e) const {
    return "tell " + text(e.to) + " how epoch " + std::to_string(e.epoch.value) + " ended";
  }
  std::string operator()(const effect::epoch_ended& e) const {
    return "end epoch " + std::to_string(e.certificate.epoch.value) + " at " +
           text(e.certificate.sequence);
  }
  std::string operator()(const effect::view_entered& e) const {
    return (e.changing ? "leave for " : "enter ") + text(e.view) + ", primary " + text(e.primary);
  }
  std::string operator()(const effect::report& e) const {
    return "report " + text(e.what.culprit) + ": " + std::string(name(e.what.what)) + ", " +
           text_of(e.what.first, called) + " and " + text_of(e.what.second, called);
  }
  std::string operator()(const effect::halt&) const {
    return "halt: the own state contradicts a stable checkpoint";
  }
};

} // namespace

names::names() {
  call(null_digest(), "null");
  call(digest{}, "genesis");
}

body_ptr names::body(const std::string& name) {
  if (name == "null") return null_body();
  auto made = std::make_shared<const bytes>(name.begin(), name.end());
  call(digest_of_body(*made), name);
  return made;
}

digest names::batch(const std::string& name) { return digest_of_body(*body(name)); }

std::string names::of(const digest& what) const {
  const auto found = names_.find(what);
  return found == names_.end() ? "?" : found->second;
}

std::string text_of(byte_view body) {
  return body.empty() ? "null" : std::string{body.begin(), body.end()};
}

std::string text_of(const ballot& on, const names& called) {
  return text(on.view) + " " + text(on.sequence) + " " + called.of(on.batch);
}

std::string text_of(const message& what, const names& called) {
  return std::visit(message_text{called}, what);
}

std::string text_of(const std::vector<vote_signature>& votes) {
  std::string all;
  for (const auto& vote : votes)
    all += (all.empty() ? "" : " ") + text(vote.replica);
  return "{" + all + "}";
}

std::string text_of(timer which) {
  switch (which) {
  case timer::request:
    return "request";
  case timer::view_change:
    return "view_change";
  case timer::status:
    return "status";
  case timer::silence:
    return "silence";
  case timer::renewal:
    return "renewal";
  case timer::promise:
    return "promise";
  }
  return "?";
}

std::string text_of(const effect_event& what, const names& called) {
  return std::visit(effect_text{called}, what);
}

std::string kind_name(const message& what) { return std::string{kind_of(what)}; }

} // namespace quorate::transcripts
