// One membership: which replicas order, and how many make a quorum.
#pragma once

#include "core/base/cluster.hpp"
#include "core/base/limits.hpp"
#include "core/base/planted.hpp"
#include "core/base/strong.hpp"
#include "core/crypto/schnorr.hpp"

namespace quorate::pbft {

/// The replicas of one epoch. A quorum is always counted in one configuration.
/// Invariant: 4 <= n <= replicas_max, n = 3f+1, keys distinct.
class configuration {
public:
  /// @param keys  in the order of genesis; a replica_id is an index into it.
  /// Errors: bad_certificate when the count is not 3f+1 within the limit, or a key repeats;
  ///   bad_public_key.
  static expected<configuration> make(cluster_id cluster, configuration_epoch epoch,
                                      const std::vector<public_key>& keys);

  const cluster_id& cluster() const noexcept { return cluster_; }
  configuration_epoch epoch() const noexcept { return epoch_; }

  std::size_t n() const noexcept { return keys_.size(); }
  /// f: replicas that may be faulty in any way.
  std::size_t faulty_max() const noexcept { return (n() - 1) / 3; }
  /// 2f+1: any two meet in a correct replica.
  std::size_t quorum() const noexcept {
    return 2 * faulty_max() + (planted(fault::quorum_of_2f) ? 0 : 1);
  }
  /// f+1: at least one of them is correct.
  std::size_t weak_quorum() const noexcept { return faulty_max() + 1; }

  /// Source: Castro & Liskov, OSDI '99, section 4: p = v mod |R|.
  replica_id primary(view_number view) const noexcept {
    return {static_cast<std::uint16_t>(view.value % n())};
  }

  bool contains(replica_id id) const noexcept { return id.value < n(); }
  /// @pre contains(id).
  const verifying_key& key(replica_id id) const noexcept { return keys_[id.value]; }
  const std::vector<verifying_key>& keys() const noexcept { return keys_; }
  /// The replica with this key, if it is one.
  std::optional<replica_id> find(const public_key& key) const noexcept;

private:
  cluster_id cluster_;
  configuration_epoch epoch_;
  std::vector<verifying_key> keys_;
};

/// SHA-256 of the public key.
node_id id_of(const public_key& key) noexcept;

} // namespace quorate::pbft
