// Clients that ask, ask again, and believe a result only when f+1 replicas give it.
#pragma once

#include "core/ledger/account.hpp"
#include "tests/sim/operations.hpp"

#include <map>

namespace quorate::sim {

class cluster;

/// One account's owner. Keeps a few operations under way, in order.
class client {
public:
  /// @param window  operations under way at once; below replies_per_account, so that a retry of
  ///   any of them still finds its stored reply
  client(cluster& world, std::size_t account, std::size_t window)
      : world_(world), account_(account), window_(window) {}

  /// Wants this many more operations done.
  void ask_for(std::uint64_t count);
  void on_reply(replica_id from, const ledger::stored_reply& reply);

  bool is_content() const noexcept { return done_ == wanted_; }
  std::uint64_t done() const noexcept { return done_; }

private:
  void send_next();
  void send(account_sequence sequence);
  void retry_later(account_sequence sequence);

  cluster& world_;
  std::size_t account_;
  std::size_t window_;
  std::uint64_t wanted_ = 0; ///< sequences 1 to this
  std::uint64_t sent_ = 0;
  std::uint64_t done_ = 0; ///< all up to this have a result
  std::map<account_sequence, std::map<replica_id, ledger::stored_reply>> heard_; ///< not done
};

} // namespace quorate::sim
