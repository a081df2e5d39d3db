// One sequence number in the current view: the accepted pre-prepare and the votes on it.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/durable.hpp"
#include "core/pbft/evidence.hpp"
#include "core/pbft/verifier.hpp"

#include <map>

namespace quorate::pbft {

/// Votes of one phase on one (view, sequence), by proven signer. A replica has one vote; only those
/// for one digest make a quorum.
class vote_set {
public:
  struct entry {
    digest batch;
    signature sig;
  };

  enum class verdict : std::uint8_t { added, repeated, conflicting };

  verdict add(replica_id from, const digest& batch, const signature& sig);
  std::size_t count(const digest& batch) const noexcept;
  /// A digest with at least `quorum` votes, if there is one.
  std::optional<digest> with_quorum(std::size_t quorum) const;
  /// The first `most` votes for a digest, rising by replica.
  std::vector<vote_signature> take(const digest& batch, std::size_t most) const;
  const entry* find(replica_id from) const noexcept;
  bool contains(replica_id from) const noexcept { return find(from) != nullptr; }
  void remove(replica_id from) { votes_.erase(from); }
  bool empty() const noexcept { return votes_.empty(); }
  void clear() noexcept { votes_.clear(); }

private:
  std::map<replica_id, entry> votes_;
};

/// Invariants:
/// - `accepted` never changes within a view: one pre-prepare is voted for at each (view, sequence).
/// - `prepared_proof` is of the highest view in which this replica saw 2f prepares.
/// - `committed` never changes once set: a final batch is final in every view.
struct slot {
  std::optional<pre_prepare> accepted; ///< of the current view
  body_ptr body;                       ///< of accepted; null while it is being fetched
  vote_set prepares;                   ///< of the current view, backups only
  vote_set commits;                    ///< of the current view
  bool prepare_sent = false;           ///< in the current view
  bool commit_sent = false;

  std::optional<prepared_certificate> prepared_proof;
  body_ptr prepared_body;
  std::optional<commit_certificate> committed;
  body_ptr committed_body;
  bool delivered = false; ///< its bodies are on disk and no longer here

  /// Forgets the votes of the view that ends; keeps what is prepared or committed.
  void leave_view();

  /// The body of a batch, from wherever this slot has it; null when nowhere.
  body_ptr find_body(const digest& batch) const;

  /// Whether the accepted batch may be voted for: its body is here, or was delivered before. Never
  /// one that differs from a final batch.
  bool has_accepted_body() const noexcept;

  /// Whether the committed body went to disk with a slot record (or is null and needs none).
  bool body_was_stored() const noexcept;

  /// Drops the bodies once the ledger and the disk have them.
  void mark_delivered();
};

} // namespace quorate::pbft
