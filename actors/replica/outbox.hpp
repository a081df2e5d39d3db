// What a replica wants to say, held back until the records it rests on are durable.
//
// Invariant: an item leaves only after every persist that was issued before it is on the disk.
#pragma once

#include "actors/local_messages.hpp"
#include "core/base/strong.hpp"

#include <deque>

namespace quorate {

class outbox {
public:
  struct item {
    std::uint64_t after_token = 0;
    std::optional<replica_id> to; ///< none: every peer
    local::shared_bytes encoded;
    std::optional<protocol::height_attestation> own_attestation; ///< also for the own gateway
  };

  /// Numbers the next persist; what is put in afterwards waits for it.
  std::uint64_t next_token() noexcept { return ++issued_; }

  void put(std::optional<replica_id> to, local::shared_bytes encoded) {
    items_.push_back({issued_, to, std::move(encoded), std::nullopt});
  }
  void put_attestation(const protocol::height_attestation& own, local::shared_bytes encoded) {
    items_.push_back({issued_, std::nullopt, std::move(encoded), own});
  }

  void mark_durable(std::uint64_t token) noexcept { durable_ = std::max(durable_, token); }

  /// Takes out what may leave now, in order.
  std::vector<item> take_ready() {
    std::vector<item> ready;
    while (!items_.empty() && items_.front().after_token <= durable_) {
      ready.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return ready;
  }

  std::size_t held_back() const noexcept { return items_.size(); }

private:
  std::deque<item> items_;
  std::uint64_t issued_ = 0;
  std::uint64_t durable_ = 0;
};

} // namespace quorate
