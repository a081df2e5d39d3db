// Integers that mean one thing: a view is not a sequence number, and neither is a height.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace quorate {

/// An unsigned integer with a meaning. No arithmetic but next() and distance, so that a mixture of
/// two kinds does not compile.
template <class Tag, class Rep = std::uint64_t>
struct strong {
  using rep = Rep;
  Rep value{};

  friend auto operator<=>(const strong&, const strong&) = default;
  friend bool operator==(const strong&, const strong&) = default;

  strong next() const noexcept { return {static_cast<Rep>(value + 1)}; }
  strong plus(Rep n) const noexcept { return {static_cast<Rep>(value + n)}; }
};

/// PBFT view, from 0. Its primary is replica (view mod n).
using view_number = strong<struct view_tag>;
/// PBFT sequence number, from 1; also the height of the block that it orders. 0 is genesis.
using sequence_number = strong<struct sequence_tag>;
/// Counts configurations (memberships), from 1.
using configuration_epoch = strong<struct epoch_tag>;
/// The configuration that genesis defines.
inline constexpr configuration_epoch genesis_epoch{1};
/// A replica, for as long as it is a member: 0 to n-1 in genesis; never given to another one later.
using replica_id = strong<struct replica_tag, std::uint16_t>;
/// Counts the operations of one account, from 1.
using account_sequence = strong<struct account_sequence_tag>;
/// An asset of the ledger, as genesis numbers them.
using asset_id = strong<struct asset_tag, std::uint32_t>;
/// Milliseconds since the Unix epoch, as agreed in a block. Never a clock that was read here.
using block_time_ms = strong<struct block_time_tag>;
/// Milliseconds of a monotonic clock that counts suspend; only differences mean anything.
using monotonic_ms = strong<struct monotonic_tag>;

} // namespace quorate

template <class Tag, class Rep>
struct std::hash<quorate::strong<Tag, Rep>> {
  std::size_t operator()(const quorate::strong<Tag, Rep>& id) const noexcept {
    return std::hash<Rep>{}(id.value);
  }
};
