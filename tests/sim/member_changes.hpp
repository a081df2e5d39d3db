// Changes of membership, drawn at random from what is allowed.
#pragma once

#include "core/ledger/membership.hpp"
#include "core/ledger/operation.hpp"

#include <optional>
#include <random>

namespace quorate::sim {

class cluster;

/// A change that `members` could go through next; none when the draw hits one that is not possible.
std::optional<ledger::change_membership>
draw_change(cluster& world, const ledger::membership& members, std::mt19937_64& draws);

/// For the report: "add", "promote", …
std::string name_of(ledger::membership_change what);

} // namespace quorate::sim
