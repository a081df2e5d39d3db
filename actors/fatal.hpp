// fatal: what the environment does to us and cannot be survived ends the process at once.
//
// Not for broken invariants of ours (core/base/check.hpp), and not for anything a peer or a user
// sends (errc). A failed write is the model case: nobody can know what reached the disk, so the
// only safe thing is to stop, restart, and read what is really there.
#pragma once

#include <string_view>

namespace quorate {

/// Exit codes of fatal(). Supervisors and runbooks match on them: append only, never reuse.
enum class exit_code : int {
  internal = 70,              ///< an error that no other number fits
  storage_write_failed = 71,  ///< a write, sync or map of the data directory failed (space, device)
  storage_corrupt = 72,       ///< what is on disk is not what was written
  data_directory_in_use = 73, ///< another process runs on the same data directory
  config_invalid = 74,        ///< a configuration that no node can run with
  storage_mismatch = 75,      ///< data of another cluster, node or format version
  storage_unavailable = 76,   ///< the data directory cannot be opened or read (permissions, device)
  state_diverged = 77,        ///< its ledger contradicts itself, or what was certified is no batch
  not_a_member = 78,          ///< the cluster went on without this node
  token_stalled = 79,         ///< a call into the token's module lasted longer than it may
};

/// The stable lower-case name, e.g. "storage_write_failed".
std::string_view name(exit_code code) noexcept;

/// One sentence on what the operator should do.
std::string_view advice(exit_code code) noexcept;

/// Prints one line to stderr (what, why, what to do) and leaves with _exit(code): no destructor
/// and no atexit handler runs, so nothing else is written or sent.
[[noreturn]] void fatal(exit_code code, std::string_view reason) noexcept;

} // namespace quorate
