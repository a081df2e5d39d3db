// The judge: sees everything that correct replicas do and throws at the first contradiction.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/message.hpp"
#include "core/pbft/replica.hpp"
#include "tests/sim/disk.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace quorate::sim {

struct safety_violation : std::logic_error {
  using std::logic_error::logic_error;
};

/// Replicas are told apart by the node that runs them; a node stays the same over restarts.
class safety {
public:
  explicit safety(const pbft::configuration& config) { epochs_.emplace(config.epoch(), config); }

  /// A node runs this replica. Not needed where both have the same number.
  void joined(std::size_t node, replica_id as) { replicas_.insert_or_assign(node, as); }

  /// A message leaves a correct node. Throws when it contradicts an earlier one of that node, or
  /// when the node's disk would not remember it.
  void leaving(std::size_t node, const pbft::message& what, const disk& kept);

  /// A correct node delivers. Throws unless it is the next in order, proven, and the batch that all
  /// others have at this sequence.
  void delivered(std::size_t node, sequence_number after, const pbft::commit_certificate& block,
                 byte_view body);

  /// A correct node crashed, and has the blocks up to `kept` on its disk. What it alone had
  /// delivered above was decided nowhere: neither a vote nor a reply left before it was durable.
  void crashed(std::size_t node, sequence_number kept);

  /// A correct node applied a block. Throws unless all others have the same state there, no
  /// operation was executed before, and, now and then, unless the money adds up.
  void applied(std::size_t node, const digest& state, const ledger::applied_block& block,
               const node_ledger& kept);

  /// A correct node has this state after `n`. Throws unless all others have the same.
  void reached(std::size_t node, sequence_number n, const digest& state);

  /// A correct node started, or took a step. Throws when its view or what it delivered goes back:
  /// within one life at all, over a crash behind what it made known. A learner has a new disk or an
  /// old one, and need not know what it said.
  /// Also throws when it is in another configuration than the ledger's at the end of the epoch
  /// before.
  void started(std::size_t node, const pbft::replica_view_of_itself& stands,
               const pbft::configuration& in);
  void stepped(std::size_t node, const pbft::replica_view_of_itself& stands);

  /// A correct node enters a view. Throws unless what it proposes again follows from its
  /// VIEW-CHANGEs.
  void entered(std::size_t node, const pbft::new_view& m);

  /// A correct node takes its epoch for ended. Throws unless it is, with the state of all.
  void ended(std::size_t node, const pbft::checkpoint_certificate& end);

  /// A correct node shows proof against a replica. Throws when it proves nothing, or when it is
  /// against a correct one.
  void accused(std::size_t node, const pbft::evidence& what, bool rightly);

  /// A client believes a result. Throws unless it is what was executed.
  void acknowledged(const ledger::stored_reply& reply);

  const std::map<sequence_number, digest>& history() const noexcept { return batches_; }

private:
  enum class kind : std::uint8_t { pre_prepare, prepare, commit };
  struct said {
    std::map<std::tuple<kind, view_number, sequence_number>, digest> votes;
    std::map<sequence_number, digest> checkpoints;
    std::map<view_number, digest> view_changes;
    std::map<view_number, digest> new_views;
    view_number left; ///< highest view of a view change
    bool learner = false;
    bool forgot = false;       ///< its disk was lost in this epoch: it need not know what it said
    view_number view;          ///< in its present life
    sequence_number delivered; ///< in its present life
  };
  struct executed {
    std::uint16_t code;
    sequence_number height;
  };

  replica_id replica_of(std::size_t node) const;
  /// Throws when there is no such epoch yet.
  const pbft::configuration& config_of(std::size_t node, configuration_epoch epoch) const;
  said& said_by(std::size_t node, configuration_epoch epoch) { return said_[{node, epoch}]; }
  /// Throws unless a quorum of its epoch's voters signed it: counted here once more, by nothing
  /// that core counts with.
  void proven(std::size_t node, const pbft::commit_certificate& block) const;
  /// Throws unless this epoch decides about `sequence`.
  void in_its_epoch(std::size_t node, configuration_epoch epoch, sequence_number sequence);
  void learn_membership(std::size_t node, sequence_number height, const digest& state,
                        const ledger::membership& members);

  void vote(std::size_t node, kind what, const pbft::ballot& on, const disk& kept);
  void on(std::size_t node, const pbft::proposal& m, const disk& kept);
  void on(std::size_t node, const pbft::prepare& m, const disk& kept);
  void on(std::size_t node, const pbft::commit& m, const disk& kept);
  void on(std::size_t node, const pbft::checkpoint& m, const disk& kept);
  void on(std::size_t node, const pbft::view_change& m, const disk& kept);
  void on(std::size_t node, const pbft::new_view& m, const disk& kept);
  /// Status, requests and answers say nothing that binds.
  template <class Other>
  void on(std::size_t, const Other&, const disk&) {}

  std::map<configuration_epoch, pbft::configuration> epochs_;
  std::map<configuration_epoch, sequence_number> ends_;  ///< the last sequence, once decided
  std::map<configuration_epoch, sequence_number> voted_; ///< the highest sequence voted on
  std::map<configuration_epoch, view_number> asked_for_; ///< the highest view
  std::map<std::size_t, replica_id> replicas_;
  std::map<std::size_t, configuration_epoch> epoch_of_; ///< the last that each node was in
  std::map<std::pair<std::size_t, configuration_epoch>, said> said_;
  std::map<sequence_number, digest> batches_;
  std::map<sequence_number, std::set<std::size_t>> delivered_by_;
  std::map<sequence_number, digest> states_;
  std::map<ledger::operation_id, executed> executed_;
};

} // namespace quorate::sim
