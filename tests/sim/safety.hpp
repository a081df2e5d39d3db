// The judge: sees everything that correct replicas do and throws at the first contradiction.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/message.hpp"
#include "tests/sim/disk.hpp"

#include <map>
#include <stdexcept>

namespace quorate::sim {

struct safety_violation : std::logic_error {
  using std::logic_error::logic_error;
};

/// Replicas are told apart by the node that runs them; a node stays the same over restarts.
class safety {
public:
  explicit safety(const pbft::configuration& config) : config_(config) {}

  /// A message leaves a correct node. Throws when it contradicts an earlier one of that node, or
  /// when the node's disk would not remember it.
  void leaving(std::size_t node, const pbft::message& what, const disk& kept);

  /// A correct node delivers. Throws unless it is the next in order, proven, and the batch that all
  /// others have at this sequence.
  void delivered(std::size_t node, sequence_number after, const pbft::commit_certificate& block,
                 byte_view body);

  /// A correct node has this state after `n`. Throws unless all others have the same.
  void reached(std::size_t node, sequence_number n, const digest& state);

  const std::map<sequence_number, digest>& history() const noexcept { return batches_; }

private:
  enum class kind : std::uint8_t { pre_prepare, prepare, commit };
  struct said {
    std::map<std::tuple<kind, view_number, sequence_number>, digest> votes;
    std::map<sequence_number, digest> checkpoints;
    std::map<view_number, digest> view_changes;
    std::map<view_number, digest> new_views;
    view_number left; ///< highest view of a view change
  };

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

  const pbft::configuration& config_;
  std::map<std::size_t, said> said_;
  std::map<sequence_number, digest> batches_;
  std::map<sequence_number, digest> states_;
};

} // namespace quorate::sim
