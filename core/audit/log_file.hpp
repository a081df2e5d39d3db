// An exported audit log: one line that says whose it is, then a line an entry, in order. Lines are
// of lower-case hex digits, so that the file survives mail and can be compared with common tools.
#pragma once

#include "core/audit/entry.hpp"
#include "core/base/cluster.hpp"
#include "core/crypto/identity.hpp"

namespace quorate::audit {

/// Whose log it is. It is what the file says: a reader compares it with what is expected.
struct log_owner {
  cluster_id cluster;
  public_key account; ///< of the ledger, into which the log's heads go
  friend bool operator==(const log_owner&, const log_owner&) = default;
};

/// No line is longer. Longer: bad_log_file.
inline constexpr std::size_t log_line_max = 1024;

/// "quorate-audit-log 1 CLUSTER ACCOUNT", without a line end.
std::string to_line(const log_owner& owner);
/// The hex digits of the entry's canonical bytes, without a line end.
std::string to_line(const entry& e);

/// Errors: bad_log_file; bad_version for a file of another version.
expected<log_owner> parse_owner(std::string_view line);
/// Errors: bad_log_file; those of reading an entry.
expected<entry> parse_entry(std::string_view line);

} // namespace quorate::audit
