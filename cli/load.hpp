// Load on a cluster: logical clients, each with one operation under way or on a schedule.
#pragma once

#include "cli/client_setup.hpp"
#include "cli/latencies.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace quorate::cli {

enum class authentication { schnorr, batch, none };

struct load_options {
  authentication auth = authentication::schnorr;
  std::size_t clients = 100;
  std::size_t legs = 100;          ///< of a batch
  std::size_t payload_bytes = 250; ///< of a no-op
  std::size_t outstanding_per_client = 1;
  std::uint64_t operations_most = 0; ///< stop after so many; 0: until stop()
  double rate = 0;                   ///< operations/s on a schedule (open loop); 0: closed loop
};

/// What a load saw. Times run from when an operation was due, not from when it left.
struct load_result {
  std::uint64_t submitted = 0;
  std::uint64_t committed = 0; ///< operations with a verified receipt and code 0
  std::uint64_t legs = 0;      ///< transfers in them; a no-op counts one
  std::uint64_t rejected = 0;  ///< with a receipt that says no
  std::uint64_t failed = 0;    ///< without a receipt
  std::map<std::string, std::uint64_t> errors;
  latencies times;
};

class load {
public:
  /// Reads where the accounts stand. Throws std::runtime_error.
  load(client& cluster, const client_setup& setup, load_options options);
  ~load();
  load(const load&) = delete;
  load& operator=(const load&) = delete;

  void start();
  /// No new operations; waits for those under way.
  void stop(std::chrono::seconds patience);
  bool finished() const;
  load_result result() const;
  std::uint64_t committed_legs() const noexcept { return committed_legs_.load(); }
  std::uint64_t completed() const noexcept { return completed_.load(); }
  /// Called with each group of receipts, on the client's thread.
  std::function<void(std::size_t)> on_receipts;
  /// How many operations each account sent, by index.
  std::vector<std::uint64_t> sent() const;

private:
  using clock = std::chrono::steady_clock;
  struct under_way {
    std::size_t client = 0;
    clock::time_point due;
  };

  void run();
  void run_schedule();
  ledger::signed_operation next_operation(std::size_t client);
  void submit(const std::vector<std::size_t>& who, const std::vector<clock::time_point>& due);
  void on_done(const std::vector<submitted>& all);

  client& cluster_;
  load_options options_;
  std::vector<signing_key> keys_;
  std::vector<account_sequence> next_;
  std::vector<std::uint64_t> sent_;
  std::uint64_t noop_counter_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<ledger::operation_id, under_way> open_;
  std::vector<std::size_t> free_; ///< clients that may send
  load_result result_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> committed_legs_{0};
  std::atomic<std::uint64_t> completed_{0};
  std::thread thread_;
};

} // namespace quorate::cli
