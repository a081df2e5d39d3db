// One membership: which replicas order, and how many make a quorum.
//
// Each epoch has one, and is one run of PBFT of its own: it begins with the state that the epoch
// before ended with, in view 0, as the first one begins with genesis.
#pragma once

#include "core/base/cluster.hpp"
#include "core/base/limits.hpp"
#include "core/base/planted.hpp"
#include "core/base/strong.hpp"
#include "core/crypto/identity.hpp"

namespace quorate::pbft {

/// One replica of a configuration.
struct member {
  replica_id id;
  public_key key;
  bool voter = true; ///< false: on probation; it hears everything and has no vote
  friend bool operator==(const member&, const member&) = default;
};

/// Where an epoch begins: behind this sequence number, in this state. Zero for genesis.
struct epoch_start {
  sequence_number sequence;
  digest state; ///< hash of the block summary of `sequence`
  friend bool operator==(const epoch_start&, const epoch_start&) = default;
};

/// The replicas of one epoch. A quorum is always counted in one configuration.
/// Invariant: 4 <= voters, members <= replicas_max; ids rise, keys are distinct.
class configuration {
public:
  /// @param members  rising by id.
  /// @param suite  of the members' keys.
  /// Errors: bad_certificate when the counts or the order are wrong or a key repeats;
  ///   bad_public_key.
  static expected<configuration> make(cluster_id cluster, configuration_epoch epoch,
                                      std::vector<member> members, epoch_start start,
                                      crypto_suite suite);
  /// All of them voters, with their places as ids: the configuration of genesis.
  static expected<configuration> make(cluster_id cluster, configuration_epoch epoch,
                                      const std::vector<public_key>& keys, crypto_suite suite);

  const cluster_id& cluster() const noexcept { return cluster_; }
  configuration_epoch epoch() const noexcept { return epoch_; }
  const epoch_start& start() const noexcept { return start_; }

  /// Those that vote.
  std::size_t n() const noexcept { return voters_.size(); }
  /// f: voters that may be faulty in any way.
  std::size_t faulty_max() const noexcept { return (n() - 1) / 3; }
  /// Any two quorums meet in f+1 voters, so in a correct one; n - f correct voters are enough for
  /// one. 2f+1 when n = 3f+1.
  std::size_t quorum() const noexcept {
    return (n() + faulty_max()) / 2 + (planted(fault::quorum_of_2f) ? 0 : 1);
  }
  /// f+1: at least one of them is correct.
  std::size_t weak_quorum() const noexcept { return faulty_max() + 1; }

  /// Source: Castro & Liskov, OSDI '99, section 4: p = v mod |R|.
  replica_id primary(view_number view) const noexcept { return voters_[view.value % n()]; }

  bool is_voter(replica_id id) const noexcept;
  bool is_member(replica_id id) const noexcept;
  const std::vector<member>& members() const noexcept { return members_; }
  /// @pre is_member(id).
  const verifying_key& key(replica_id id) const noexcept;
  /// The replica with this key, if it is one.
  std::optional<replica_id> find(const public_key& key) const noexcept;

private:
  std::optional<std::size_t> place_of(replica_id id) const noexcept;

  cluster_id cluster_;
  configuration_epoch epoch_;
  epoch_start start_;
  std::vector<member> members_;
  std::vector<verifying_key> keys_; ///< parsed, in the order of members_
  std::vector<replica_id> voters_;
};

/// SHA-256 of the public key.
node_id id_of(const public_key& key) noexcept;

} // namespace quorate::pbft
