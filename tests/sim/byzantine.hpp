// Replicas that lie: what they send instead of what a correct replica would.
#pragma once

#include "tests/sim/cluster.hpp"

namespace quorate::sim {

/// One way to lie. A liar has several.
enum class lie : std::uint8_t {
  equivocate,         ///< as primary: one batch to some, another to the rest
  vote_for_all,       ///< prepares and commits whatever any liar ever proposed
  silent,             ///< says nothing at all
  selective,          ///< talks to some replicas only
  withhold_bodies,    ///< lets few see its proposals, and gives no body away
  forge,              ///< statements and certificates in the name of others
  replay,             ///< its own old messages, and votes in other views
  corrupt_new_view,   ///< a NEW-VIEW that does not follow from its VIEW-CHANGEs
  hide_prepared,      ///< a VIEW-CHANGE without what it knows
  spam_views,         ///< VIEW-CHANGEs for views far ahead
  lie_in_status,      ///< claims of any height, and a flood of fetches
  unauthorised_batch, ///< as primary: operations that nobody signed
  wrong_checkpoint,   ///< signs states that nobody has
  starve,             ///< as primary: orders nothing of one client
  crawl,              ///< as primary: orders one operation now and then
};
inline constexpr std::size_t lie_count = 15;

std::string_view name(lie what) noexcept;

/// What all liars of a cluster know: every batch that one of them proposed.
struct plot {
  std::map<std::pair<view_number, sequence_number>, std::vector<pbft::ballot>> proposed;
};

/// What a liar that starves or crawls orders; null when it does neither.
std::function<void(std::vector<operation>&)> make_choice(cluster& world, std::size_t place,
                                                         const std::vector<lie>& ways);

/// A tamper function of replica `self` that lies in these ways. All but the cluster is its own.
tamper make_liar(cluster& world, std::shared_ptr<plot> shared, std::uint16_t self,
                 std::vector<lie> ways);

} // namespace quorate::sim
