// Changes of membership that were approved elsewhere.
#pragma once

#include "cli/approvals.hpp"

namespace quorate::cli {

struct change_options {
  std::string config;
  std::uint32_t from = 0;
  std::uint64_t probation_s = 5;
  std::uint64_t wait_s = 120;
  std::string output = "table";
};

/// Submits the change with the administrators' approvals, and waits for its epoch.
/// @returns an exit code. Throws std::runtime_error, and refusal for approvals that are not enough
///   or a change that another one overtook.
int submit_change(const change_options& o, const approval::reviewed& what,
                  const std::vector<approval_file>& given);

} // namespace quorate::cli
