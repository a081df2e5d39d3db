// Recent blocks, the attestations gathered for them, and the receipts that can be cut from them.
#pragma once

#include "core/ledger/ledger_state.hpp"
#include "core/pbft/configuration.hpp"
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"

#include <map>
#include <memory>

namespace quorate {

/// Bounded: the last `blocks_kept` heights; of attestations that come ahead of the own block, one a
/// replica and height within the same span.
class receipt_book {
public:
  static constexpr std::size_t blocks_kept = 512;

  explicit receipt_book(std::shared_ptr<const pbft::configuration> config)
      : config_(std::move(config)) {}

  /// A block with its results; attestations that came earlier are checked now.
  void add_block(std::shared_ptr<const ledger::applied_block> block);

  /// Counts once its signature fits the own summary. Returns whether it was new and valid, or is
  /// kept for a block still to come.
  bool add_attestation(const protocol::height_attestation& a);

  /// The signature of one replica for a height, when it is here.
  std::optional<ledger::attestation> attestation_of(replica_id replica,
                                                    sequence_number height) const;

  struct page {
    std::shared_ptr<const ledger::applied_block> block;
    std::map<replica_id, ledger::attestation> attestations; ///< valid ones
    std::unique_ptr<merkle_tree> tree;                      ///< made when a path is needed
    bool complete = false;                                  ///< f+1 valid
    bool by_quorum = false;                                 ///< 2f+1 valid; sought for signers only
    bool quorum_wanted = false;

    /// Whether nothing more is wanted. What a signer is shown needs 2f+1, everything else f+1.
    bool is_settled() const noexcept {
      return by_quorum || (complete && !block->orders_signatures && !quorum_wanted);
    }
  };

  /// Null when it is not among the last blocks.
  page* find(sequence_number height);
  /// The same, and from now on 2f+1 attestations are wanted of it. Those that came after the
  /// f+1st were not kept: they have to be asked for again.
  page* want_quorum(sequence_number height);
  /// Summary with all attestations that are here, f+1 or more. @pre page.complete.
  ledger::attested_block attested(const page& p) const;
  /// @pre index < number of results.
  merkle_path path(page& p, std::uint32_t index) const;
  /// The results at `indices`, rising, with what proves them: all leaves when that is smaller than
  /// the paths.
  protocol::receipt_group group(page& p, const ledger::attested_block& attested,
                                const std::vector<std::uint32_t>& indices) const;

  /// Heights that became complete since the last call, rising; with orders of signatures in them,
  /// and where it was wanted, once more when 2f+1 have attested.
  std::vector<sequence_number> take_completed() { return std::exchange(completed_, {}); }
  sequence_number highest_complete() const noexcept { return highest_complete_; }
  /// Heights below `below` that lack attestations they need, rising, at most `most`.
  std::vector<sequence_number> incomplete(sequence_number below, std::size_t most) const;

private:
  void try_add(page& p, const ledger::attestation& a);

  std::shared_ptr<const pbft::configuration> config_;
  std::map<sequence_number, page> pages_;
  std::map<sequence_number, std::map<replica_id, ledger::attestation>> early_;
  std::vector<sequence_number> completed_;
  sequence_number highest_complete_;
};

} // namespace quorate
