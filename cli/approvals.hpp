// Proposals and approvals as files of one line of hex digits, and what is said of them.
#pragma once

#include "core/approval/approval.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace quorate::cli {

/// Reads a proposal and what it does. Throws std::runtime_error when the file cannot be read, and
/// refusal, which names the file, for anything that is no honest proposal.
approval::reviewed read_proposal(const std::string& file);

/// Writes the proposal into a new file and says how to go on. @returns ok. Throws as read_proposal.
int propose(approval::proposal what, const std::string& file, const std::string& output);

/// What it does, for programs.
nlohmann::json told(const approval::reviewed& what);

/// An approval, and the file that it is in.
struct approval_file {
  std::string file;
  approval::approval what;
};

/// Reads approvals of this proposal, each of another approver, in a cluster of this suite. Throws
/// std::runtime_error when a file cannot be read, and refusal, which names it, for one that does
/// not fit.
std::vector<approval_file> read_approvals(const std::vector<std::string>& files,
                                          const approval::reviewed& of, crypto_suite suite);

/// Throws refusal, which names the client's TOML file, when a proposal is of another cluster.
void require_cluster(const cluster_id& proposed, const cluster_id& own, const std::string& config);

} // namespace quorate::cli
