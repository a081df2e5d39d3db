// What the signer says of itself to the nodes, in canonical bytes.
#pragma once

#include "core/audit/merkle_log.hpp"
#include "core/base/errc.hpp"
#include "core/lease/terms.hpp"
#include "core/ledger/operation.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::signer {

/// Not proven: for operators, and so that a node knows which epochs to show.
struct status_answer {
  configuration_epoch epoch;
  lease::fencing_token token;
  audit::log_head log;
  ledger::account_id account; ///< into which the log's heads go; zero: into none
  std::vector<std::pair<std::string, std::uint64_t>> counters; ///< at most counters_max
  bool locked = false; ///< its secrets were wiped: it signs nothing until it is started again
  /// Why it signs nothing (log_anchor.hpp): not_anchored, log_set_back or log_forked; none when the
  /// ledger has a head of its log since it was started.
  std::optional<errc> unanchored;
  friend bool operator==(const status_answer&, const status_answer&) = default;
};
inline constexpr std::size_t counters_max = 512;
inline constexpr std::size_t counter_name_max = 128; ///< bytes that are read

/// Epoch u64, token (u64, u64, u64), head, account 32, counters (each a blob and u64), locked u8,
/// number of the errc or zero u16.
void write(writer& w, const status_answer& v);
/// Errors: truncated; over_limit; bad_enum; not_canonical unless names are is_counter_name().
void read(reader& r, status_answer& v);

} // namespace quorate::signer
