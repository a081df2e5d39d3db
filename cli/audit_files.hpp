// Files of the audit log: exported logs, heads that the ledger attests, proofs.
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

/// One line of hex digits. Throws std::runtime_error when it cannot be written, or is there.
void write_hex_file(const std::string& file, byte_view content);

/// Throws std::runtime_error when it cannot be read. Errors: bad_hex, also for more than
/// `bytes_max` bytes.
expected<bytes> read_hex_file(const std::string& file, std::size_t bytes_max);

/// Opens a file that is not there yet. Throws std::runtime_error.
class new_file {
public:
  explicit new_file(const std::string& file);
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  /// Throws std::runtime_error.
  void line(const std::string& text);
  /// All of it is on the disk. Throws std::runtime_error.
  void finish();

private:
  [[noreturn]] void fail() const;
  std::string name_;
  std::FILE* file_ = nullptr;
};

} // namespace quorate::cli
