// Where a client finds nodes: those of its configuration and those that registered, and which of
// them to take first.
//
// Pure, and trusts no node: what one hands over counts by its members' signatures, and never takes
// back what was known before. A node can leave things out; they stay known for 30 s.
#pragma once

#include "core/registry/registration.hpp"

#include <map>

namespace quorate::registry {

/// An address that a client can connect to.
struct place {
  endpoint where;
  std::optional<digest>
      tls_key; ///< which certificate key to find there; none: any of the authority
  friend bool operator==(const place&, const place&) = default;
};

/// After a failure a node is tried last for so long, doubled by each further one up to the second;
/// after a good while it starts over.
inline constexpr std::uint64_t avoid_first_ms = 5'000;
inline constexpr std::uint64_t avoid_most_ms = 60'000;

/// Which node is the best one:
///
/// 1. one that did not just fail; of those that did, the one whose failure is longest ago;
/// 2. one that is registered with the client's region, then any other registered one, then one that
///    only the configuration knows (its registration expired, or it is a member no more);
/// 3. with a region, the one with the lowest hash of (client's salt, node): many clients spread
///    evenly, and a node that comes or goes moves only its own share of them. Without one, the
///    configuration's order.
class directory {
public:
  /// @param configured  at least one.
  /// @param region  that of the client; empty: it has none, and stays where it is while it can.
  /// @param salt  any number of the client's own.
  directory(std::vector<place> configured, std::string region, std::uint64_t salt);

  /// Takes what a node handed over, as of the newest epoch that the client trusts.
  /// Older entries than those that are known are passed over: nodes hear of news one by one.
  /// @returns how many entries were refused: wrong_epoch, unknown_signer, bad_label, bad_signature.
  std::size_t learn(const std::vector<signed_registration>& answer,
                    const pbft::configuration& newest, monotonic_ms now);

  /// The best one.
  place best(monotonic_ms now) const;
  /// The best one if it is a reason to leave `current`: of a better kind by rule 2, or before it by
  /// rule 3 for a client that has a region; and it did not just fail.
  std::optional<place> better_than(const place& current, monotonic_ms now) const;

  void failed(const place& where, monotonic_ms now);
  /// It did what it is there for: its failures are forgotten.
  void served(const place& where);

  /// The labels of a node that is registered.
  std::optional<labels> labels_of(const place& where, monotonic_ms now) const;
  /// The registrations that count at `now`, rising by replica.
  std::vector<registration> live(monotonic_ms now) const;

private:
  enum class kind : std::uint8_t { own_region, registered, configured };
  struct rank;
  struct entry {
    registration what;
    monotonic_ms risen; ///< when its counter last rose
  };
  struct failure {
    std::uint32_t count = 0;
    monotonic_ms until;
  };

  outcome take(const signed_registration& one, const pbft::configuration& newest, monotonic_ms now);
  std::vector<place> candidates(monotonic_ms now) const;
  const entry* find(const place& where, monotonic_ms now) const;
  rank rank_of(const place& where, monotonic_ms now) const;

  std::vector<place> configured_;
  std::string region_;
  std::uint64_t salt_;
  std::map<replica_id, entry> entries_;                               ///< at most one a member
  std::map<std::pair<std::string, std::uint16_t>, failure> failures_; ///< of candidates
};

} // namespace quorate::registry
