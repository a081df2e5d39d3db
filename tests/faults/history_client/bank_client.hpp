// One user: transfers and reads within a small group of accounts, one operation at a time.
#pragma once

#include "actors/client/client.hpp"
#include "tests/faults/history_client/history.hpp"

#include <atomic>
#include <optional>
#include <random>
#include <vector>

namespace quorate::faults {

/// An account of the test network.
struct bank_account {
  std::uint32_t index = 0;
  signing_key key;
};

struct bank_options {
  std::uint32_t process = 0;              ///< names this user in the history
  std::vector<const bank_account*> own;   ///< signs for one after the other of these
  std::vector<const bank_account*> group; ///< pays to and reads these; holds `own`
  std::uint64_t patience_ms = 10'000;     ///< then an operation's outcome is unknown
  std::uint64_t units_max = 0;            ///< of one transfer; large enough that some must fail
  std::uint64_t seed = 0;
};

/// Invariant: one operation is under way at a time. An account of which an operation's outcome is
/// unknown is never used again, since nobody can tell its next sequence number.
class bank_client {
public:
  /// @param cluster, log  outlive this.
  bank_client(client& cluster, history& log, bank_options options);

  /// Until `stop` is set, or every own account has an operation of unknown outcome.
  void run(const std::atomic<bool>& stop);

  /// Reads the own accounts once more, each until it succeeds or `seconds` are over.
  /// @returns whether every read succeeded.
  bool read_back(unsigned seconds);

private:
  void transfer();
  void read(const bank_account& account);
  void peek(const bank_account& account);
  bool read_at(const bank_account& account, sequence_number at_least, nlohmann::json line);
  std::optional<sequence_number> order(ledger::operation_body body, nlohmann::json line);
  submitted submit(const ledger::signed_operation& operation);
  const bank_account& any_of_group();

  client& cluster_;
  history& log_;
  bank_options options_;
  std::mt19937_64 random_;
  std::size_t current_ = 0; ///< of options_.own
  account_sequence next_{1};
  std::uint64_t barriers_ = 0;
};

} // namespace quorate::faults
