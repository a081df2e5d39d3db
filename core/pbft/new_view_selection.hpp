// What a new view must begin with, as a pure function of the view changes it is built from.
#pragma once

#include "core/pbft/message.hpp"

namespace quorate::pbft {

/// One sequence number that the new view proposes again; the null digest fills a gap.
struct re_proposal {
  sequence_number sequence;
  digest batch;
  friend bool operator==(const re_proposal&, const re_proposal&) = default;
};

/// The start of a new view.
struct selection {
  checkpoint_certificate stable;      ///< the highest among the view changes: min-s
  std::vector<re_proposal> proposals; ///< every sequence in (min-s, max-s], rising
};

/// Selects for each sequence above the highest stable checkpoint the batch prepared in the highest
/// view; a null request where none is. Every correct replica computes the same.
/// @pre the view changes were verified, and there is at least one.
/// Source: OSDI '99, section 4.4.
selection select(const std::vector<view_change>& view_changes);

} // namespace quorate::pbft
