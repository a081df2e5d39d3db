// Exported audit logs, read line by line.
#pragma once

#include "core/audit/log_file.hpp"
#include "core/audit/proof.hpp"

#include <functional>
#include <optional>
#include <string>

namespace quorate::cli {

/// Where an exported log is malformed, and how.
struct log_fault {
  std::uint64_t line = 0; ///< from 1
  errc why{};
};

/// Reads an exported log from end to end; `owner` is told first, then every entry.
/// Throws std::runtime_error when the file cannot be read.
std::optional<log_fault>
read_log(const std::string& file, const std::function<void(const audit::log_owner&)>& owner,
         const std::function<outcome(std::uint64_t index, const audit::entry&)>& entry);

/// Says what is wrong with it on standard error. @returns refused.
int complain(const std::string& file, const log_fault& fault);

} // namespace quorate::cli
