// A proposal in words: only what approvals cover, and what was read out of the proposal itself.
#pragma once

#include "core/approval/proposal.hpp"

namespace quorate::approval {

/// Lines of printable ASCII. @pre it is a signing_order, and `of` what its transaction does.
std::string words_of_order(const proposal& what, const digest& statement,
                           const signer::reading& of);

/// Lines of printable ASCII. @pre it is a change_membership.
std::string words_of_change(const proposal& what, const digest& statement);

/// "2026-11-21 21:44:52 UTC"; from the year 10000 on "… ms since 1970".
std::string words_of_time(block_time_ms time);

} // namespace quorate::approval
