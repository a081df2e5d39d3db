// What an operator says of a node: where it runs, what for, as what, and whether it goes first.
//
// The same four stand in the node's configuration and, as URIs, in its certificate: whoever issues
// certificates decides which labels a node may carry.
#pragma once

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <string>

namespace quorate::registry {

/// Invariant of every value that was read or checked: each text is empty (not said) or is_label().
struct labels {
  std::string region;      ///< e.g. "eu-west": clients prefer nodes of their own
  std::string environment; ///< e.g. "production"
  std::string role;        ///< e.g. "replica"
  bool canary = false;     ///< gets changes before the others do
  friend bool operator==(const labels&, const labels&) = default;
};

/// 1 to limits::label_bytes_max of a-z, 0-9, '-' and '.'.
bool is_label(std::string_view text) noexcept;

/// What the entries of a certificate that are labels begin with (RFC 5280, section 4.2.1.6:
/// uniformResourceIdentifier).
inline constexpr std::string_view label_uri_prefix = "quorate:label:";

/// One URI for each label that says something: "quorate:label:region=eu-west". In one order.
std::vector<std::string> to_uris(const labels& l);

/// The labels among the URIs of a certificate; others do not concern us.
/// Errors: bad_label for a label that is not defined, is said twice, or is not is_label().
expected<labels> labels_from_uris(const std::vector<std::string>& uris);

/// For people: "region=eu-west role=replica"; "none" when nothing is said.
std::string to_string(const labels& l);

/// Errors of reading: those of the reader; bad_label.
void write(writer& w, const labels& v);
void read(reader& r, labels& v);

} // namespace quorate::registry
