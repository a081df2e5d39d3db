// Who belongs to the cluster, as the ledger keeps it: now, and from the end of this epoch on.
#pragma once

#include "core/ledger/genesis.hpp"
#include "core/pbft/configuration.hpp"

namespace quorate::ledger {

struct member_record {
  replica_id id;
  public_key key;
  bool voter = true;    ///< false: on probation
  digest tls_key;       ///< SHA-256 of its certificate's key; zero for members of genesis
  std::string endpoint; ///< "host:port"; empty for members of genesis, which every node knows
  friend bool operator==(const member_record&, const member_record&) = default;
};

/// The members of one epoch, rising by id.
struct membership_epoch {
  configuration_epoch epoch;
  sequence_number after; ///< in force above this sequence number
  std::vector<member_record> members;
  friend bool operator==(const membership_epoch&, const membership_epoch&) = default;

  /// Null when there is none.
  const member_record* find(replica_id id) const noexcept;
};

/// A leaf of the state tree.
struct membership {
  membership_epoch current;
  std::optional<membership_epoch> pending; ///< decided, not in force yet; at most one
  replica_id next_id;                      ///< ids are never given twice
  friend bool operator==(const membership&, const membership&) = default;

  /// Those who order `sequence`, as far as this state tells.
  const membership_epoch& at(sequence_number sequence) const noexcept;

  /// The same as seen from `sequence`: what is in force there is current.
  membership as_of(sequence_number sequence) const;

  /// What `change`, executed at `height`, makes of the current members, whose keys are of `suite`.
  /// Errors: change_pending; wrong_epoch; no_such_member; member_exists; bad_public_key;
  ///   too_few_replicas; over_limit.
  expected<membership_epoch> changed(const change_membership& change, sequence_number height,
                                     crypto_suite suite) const;
};

membership membership_of(const genesis& g);

/// The last sequence number of the epoch in which a change is executed at `height`: the checkpoint
/// after the next one. Until the next, no replica votes above it (core/pbft/replica_epoch.cpp).
sequence_number end_of_epoch(sequence_number height) noexcept;

/// @param start_state  the hash of the block summary of `of.after`; zero for genesis.
/// @pre `of` is valid, as any that changed() gave for this suite.
pbft::configuration configuration_of(const cluster_id& cluster, const membership_epoch& of,
                                     const digest& start_state, crypto_suite suite);

/// The state tree's key of the membership.
digest membership_key();

void write(writer& w, const membership& v);
void read(reader& r, membership& v);

} // namespace quorate::ledger
