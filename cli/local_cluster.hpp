// Node processes on this machine, for demo and bench: started, killed, restarted, and always ended.
#pragma once

#include "cli/client_setup.hpp"

#include <filesystem>
#include <sys/types.h>
#include <vector>

namespace quorate::cli {

struct local_cluster_options {
  std::uint16_t nodes = 4;
  std::uint32_t accounts = 256;
  bool keep = false; ///< leave folder and logs behind
  crypto_suite identity_suite = crypto_suite::standard;
};

/// Throws std::runtime_error. Ends only processes that it started, by their id.
class local_cluster {
public:
  explicit local_cluster(const local_cluster_options& options);
  ~local_cluster();
  local_cluster(const local_cluster&) = delete;
  local_cluster& operator=(const local_cluster&) = delete;

  void start(std::size_t node);
  /// SIGKILL, and waits until it is gone.
  void kill(std::size_t node);
  /// Throws when not all became ready in time; names the logs.
  void wait_ready(unsigned seconds);

  std::size_t size() const noexcept { return processes_.size(); }
  const std::filesystem::path& folder() const noexcept { return folder_; }
  client_setup setup() const;

private:
  void stop_all() noexcept;

  local_cluster_options options_;
  std::filesystem::path folder_;
  std::vector<pid_t> processes_; ///< 0: not running
};

/// Whether SIGINT came since install_interrupt_flag(); long work looks and ends in order.
void install_interrupt_flag();
bool interrupted() noexcept;

} // namespace quorate::cli
