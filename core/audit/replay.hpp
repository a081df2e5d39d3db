// Going through a log once, entry after entry, with memory for its frontier and what was asked for.
#pragma once

#include "core/audit/merkle_log.hpp"

#include <map>
#include <set>

namespace quorate::audit {

/// Before the first entry: expect() and keep_for(). Then add() for each. Then the rest.
class replay {
public:
  /// A head that the log has to have, of whatever size.
  void expect(const log_head& head) { expected_.insert({head.size, head.root}); }

  /// Keeps the subtrees that `prove` looks up, so that it can be called with nodes() at the end.
  /// @param prove  of entries that the log may or may not have in the end. Errors: as prove.
  outcome keep_for(const std::function<outcome(const node_lookup&)>& prove);

  /// Errors (state unchanged): log_full.
  outcome add(const digest& leaf_hash);

  log_head head() const { return frontier_.head(); }

  /// Errors: log_forked for a head that the log has not got; log_set_back for one of more entries.
  outcome check() const;

  /// Of what was kept. Errors: not_found.
  node_lookup nodes() const;

private:
  void compare();

  log_frontier frontier_;
  std::set<std::pair<std::uint64_t, digest>> expected_; ///< not reached yet
  bool forked_ = false;
  std::set<node_place> wanted_;
  std::map<node_place, digest> kept_;
};

} // namespace quorate::audit
