#include "core/registry/labels.hpp"

#include "core/base/limits.hpp"

#include <algorithm>

namespace quorate::registry {

namespace {

constexpr std::string_view canary_text = "true";

struct named_text {
  std::string_view name;
  std::string labels::*text;
};
constexpr named_text texts[] = {
    {"region", &labels::region}, {"environment", &labels::environment}, {"role", &labels::role}};

/// "region=eu-west" and so on, for each label that says something.
std::vector<std::string> pairs_of(const labels& l) {
  std::vector<std::string> pairs;
  for (const auto& [name, text] : texts)
    if (!(l.*text).empty()) pairs.push_back(std::string{name} + "=" + l.*text);
  if (l.canary) pairs.push_back("canary=" + std::string{canary_text});
  return pairs;
}

outcome set(labels& l, std::string_view name, std::string_view value) {
  if (name == "canary") {
    if (value != canary_text || l.canary) return errc::bad_label;
    l.canary = true;
    return {};
  }
  for (const auto& [known, text] : texts) {
    if (name != known) continue;
    if (!is_label(value) || !(l.*text).empty()) return errc::bad_label;
    l.*text = value;
    return {};
  }
  return errc::bad_label;
}

} // namespace

bool is_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= limits::label_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

std::vector<std::string> to_uris(const labels& l) {
  auto uris = pairs_of(l);
  for (auto& uri : uris)
    uri.insert(0, label_uri_prefix);
  return uris;
}

expected<labels> labels_from_uris(const std::vector<std::string>& uris) {
  labels found;
  for (std::string_view uri : uris) {
    if (!uri.starts_with(label_uri_prefix)) continue;
    uri.remove_prefix(label_uri_prefix.size());
    const auto equals = uri.find('=');
    if (equals == std::string_view::npos) return errc::bad_label;
    QUORATE_TRY(set(found, uri.substr(0, equals), uri.substr(equals + 1)));
  }
  return found;
}

std::string to_string(const labels& l) {
  std::string all;
  for (const auto& pair : pairs_of(l))
    all += (all.empty() ? "" : " ") + pair;
  return all.empty() ? "none" : all;
}

void write(writer& w, const labels& v) {
  for (const auto& [name, text] : texts)
    w.blob(as_bytes(v.*text));
  w.u8(v.canary ? 1 : 0);
}

void read(reader& r, labels& v) {
  for (const auto& [name, text] : texts) {
    const auto from = r.blob(limits::label_bytes_max);
    (v.*text).assign(from.begin(), from.end());
    if (!from.empty() && !is_label(v.*text)) r.fail(errc::bad_label);
  }
  v.canary = r.boolean();
}

} // namespace quorate::registry
