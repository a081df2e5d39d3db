// What a Byzantine replica says in place of what its honest half wanted to say.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/verifier.hpp"
#include "core/protocol/peer.hpp"

#include <memory>

namespace quorate::faults {

/// Turns honest items into lies that carry this replica's own valid signatures.
///
/// As primary it proposes two batches for each sequence number: one to f of the backups and another
/// to the rest, and then to each the other one. Its votes are for two digests, its checkpoints for
/// two states, its VIEW-CHANGE hides what was prepared, its attestations do not verify.
class liar {
public:
  /// @param key  of `self` in `configuration`.
  liar(std::shared_ptr<const pbft::configuration> configuration,
       std::shared_ptr<const signing_key> key, replica_id self)
      : configuration_(std::move(configuration)), key_(std::move(key)), self_(self),
        author_(*configuration_, self, *key_) {}

  /// What `to` is told. @param item  one encoded item of a frame.
  std::vector<bytes> tell(replica_id to, const bytes& item) const;

private:
  std::vector<protocol::frame_item> bend(replica_id to, const protocol::frame_item& item) const;
  std::vector<pbft::message> bend_message(replica_id to, const pbft::message& m) const;
  bool is_in_other_half(replica_id to) const;
  pbft::proposal other_proposal(const pbft::proposal& m) const;

  std::shared_ptr<const pbft::configuration> configuration_;
  std::shared_ptr<const signing_key> key_;
  replica_id self_;
  pbft::author author_;
};

} // namespace quorate::faults
