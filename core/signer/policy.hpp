// What one key signs: judged in the signer once more, whatever the cluster thought of it.
#pragma once

#include "core/signer/reading.hpp"
#include "core/signer/request.hpp"
#include "core/signer/spend_window.hpp"

namespace quorate::signer {

// --- limits ----------------------------------------------------------------------------------
/// Of one key, each. More: the configuration is refused.
inline constexpr std::size_t destinations_max = 4096;
inline constexpr std::size_t orderers_max = 256;
inline constexpr std::size_t asset_limits_max = 64;
inline constexpr std::size_t quiet_hours_max = 16;

inline constexpr std::uint16_t minutes_per_day = 24 * 60;

/// How long an order may wait for its signature, unless the configuration says otherwise: longer
/// than any client waits, and short against what may change behind an order's back.
inline constexpr std::uint64_t order_age_ms_default = std::uint64_t{3600} * 1000;
/// The longest that can be configured, besides no limit at all: as of a window.
inline constexpr std::uint64_t order_age_ms_max = window_ms_max;

/// A part of every day, UTC, in which nothing is signed.
/// Invariant: both below minutes_per_day, and not equal. Goes over midnight when from > to.
struct quiet_hours {
  std::uint16_t from_minute = 0; ///< the first that is quiet
  std::uint16_t to_minute = 0;   ///< the first that is not any more
  friend bool operator==(const quiet_hours&, const quiet_hours&) = default;

  /// @param time  of a block; never a clock's.
  bool contains(block_time_ms time) const noexcept;
};

/// How much of one asset. Its window has everything that the key pays in that unit: payments, and
/// the fees of whatever else it signs.
struct asset_limit {
  asset_id asset;       ///< the ledger's number, which orders name
  std::string unit;     ///< as reading::unit: what the number means on the chain
  std::string fee_unit; ///< as reading::fee_unit
  amount operation_max;
  amount window_max;
  std::uint64_t window_ms = 0; ///< 1 to window_ms_max; slides with the time of the blocks
  amount fee_max;              ///< of one operation, in fee_unit
  friend bool operator==(const asset_limit&, const asset_limit&) = default;
};

/// How much in fees of a unit that no asset has. Without it, transactions that pay nothing could
/// spend on fees what the key has.
struct fee_limit {
  std::string unit; ///< as reading::fee_unit
  amount window_max;
  std::uint64_t window_ms = 0; ///< as asset_limit::window_ms
  friend bool operator==(const fee_limit&, const fee_limit&) = default;
};

/// Whether readings of that network can pay in the unit, written like this: "sat"; "wei", or a
/// token's contract with the checksum of EIP-55; a denomination.
bool is_unit(const network& where, std::string_view unit);
/// Whether they can pay fees in it: "sat", "wei", or a denomination.
bool is_fee_unit(const network& where, std::string_view unit);

/// Empty lists allow nothing.
struct key_policy {
  network where;
  std::vector<ledger::account_id> orderers; ///< accounts that may order signatures, rising
  std::vector<std::string> destinations;    ///< as reading::payments write them, rising
  std::vector<asset_limit> assets;          ///< rising by asset, no unit twice
  std::vector<fee_limit> fees;              ///< rising by unit, which no asset has
  std::size_t approvals_needed = 0;         ///< k of the approvers
  std::vector<public_key> approvers;        ///< n, rising
  std::vector<quiet_hours> quiet;
  /// From the order's block to the newest one that was proven to the signer. 0: for ever.
  std::uint64_t order_age_max_ms = order_age_ms_default;

  /// Errors: not_canonical for lists that do not rise or quiet hours that are none; over_limit;
  ///   bad_threshold when more approvals are needed than there are approvers; bad_unit for a unit
  ///   or a fee's that the network has not got; unit_repeated for two limits of one unit;
  ///   fees_unlimited when the unit of an asset's fees has neither an asset nor a limit.
  outcome validate() const;
  /// Whether the approvers' keys are of this suite, the cluster's. Errors: bad_public_key.
  outcome check_approvers(crypto_suite suite) const;
  /// Null when there is none.
  const asset_limit* find(asset_id asset) const noexcept;
};

/// What signing an order counts for in the window of a unit.
struct spend {
  std::string unit;
  amount units;
  std::uint64_t window_ms = 0;
  friend bool operator==(const spend&, const spend&) = default;
};

/// Whether the key may sign what was read from the order's transaction.
///
/// The present is the newest block time that was proven, so that an order which was kept back is
/// judged by when it is brought and not by when it was given. A signer to whom nothing newer was
/// ever shown knows no later time than the order's own.
/// @param cluster  whose order it is.
/// @param seen  the latest block time that was proven to the signer, the order's own included.
/// @param spent  what was signed up to now, among others by the order's key.
/// @returns one spend, or a second one for fees of another unit than the payments'.
/// Errors: orderer_not_allowed; amount_mismatch unless the order states exactly the payments that
///   the transaction makes; asset_not_allowed, also when the transaction pays in another unit than
///   the asset's; destination_not_allowed; fee_too_high; over_operation_limit; over_window_limit;
///   over_fee_window; fees_unlimited under a policy that is not valid;
///   too_few_approvals, and bad_signature for any that is not valid; quiet_hours; expired;
///   order_too_old.
expected<std::vector<spend>> judge(const key_policy& policy, const ledger::trusted_epochs& cluster,
                                   const committed_order& order, const reading& of,
                                   block_time_ms seen, const spend_windows& spent);

} // namespace quorate::signer
