#include "core/signer/policy.hpp"

#include "core/chain/cosmos/message.hpp"
#include "core/chain/evm/address.hpp"

#include <algorithm>

namespace quorate::signer {

namespace {

template <class T, class By = std::identity>
bool rises(const std::vector<T>& list, By by = {}) {
  return std::ranges::adjacent_find(list, std::ranges::greater_equal{}, by) == list.end();
}

template <class T>
bool contains(const std::vector<T>& rising, const T& what) {
  return std::ranges::binary_search(rising, what);
}

/// All payments, and the fee where it is of the same unit.
expected<amount> units_of(const reading& of) {
  amount sum = of.fee_unit == of.unit ? of.fee : amount{};
  for (const auto& payment : of.payments) {
    QUORATE_ASSIGN(sum, add(sum, payment.units));
  }
  return sum;
}

outcome check_limits(const asset_limit& limit, amount units, block_time_ms seen,
                     const spend_window& spent) {
  if (units > limit.operation_max) return errc::over_operation_limit;
  const auto with = spent.with(units, seen, limit.window_ms);
  if (!with || *with > limit.window_max) return errc::over_window_limit;
  return {};
}

// Every approval that is shown has to be valid: one form of the truth.
outcome check_approvals(const key_policy& policy, const cluster_id& cluster,
                        const committed_order& order) {
  const auto& given = order.order().approvals;
  if (given.size() < policy.approvals_needed) return errc::too_few_approvals;
  const auto statement = approval_statement(cluster, order.operation());
  for (const auto& one : given) {
    if (!contains(policy.approvers, one.approver)) return errc::too_few_approvals;
    QUORATE_TRY(verify(one.approver, statement, one.sig));
  }
  return {};
}

outcome check_time(const key_policy& policy, const committed_order& order, block_time_ms seen) {
  const auto now = std::max(order.block_time(), seen);
  for (const auto& hours : policy.quiet)
    if (hours.contains(now)) return errc::quiet_hours;
  const auto valid_until = order.operation().valid_until;
  if (valid_until.value != 0 && valid_until < now) return errc::expired;
  if (policy.order_age_max_ms != 0 &&
      now.value - order.block_time().value > policy.order_age_max_ms)
    return errc::order_too_old;
  return {};
}

outcome check_units(const key_policy& policy) {
  std::vector<std::string_view> units;
  for (const auto& one : policy.assets) {
    if (!is_unit(policy.where, one.unit) || !is_fee_unit(policy.where, one.fee_unit))
      return errc::bad_unit;
    units.push_back(one.unit);
  }
  std::ranges::sort(units);
  if (!rises(units)) return errc::unit_repeated;
  return {};
}

} // namespace

bool is_unit(const network& where, std::string_view unit) {
  if (is_fee_unit(where, unit)) return true;
  return std::holds_alternative<evm_network>(where) &&
         evm::parse_address(unit, evm::checksum::required).has_value();
}

bool is_fee_unit(const network& where, std::string_view unit) {
  if (std::holds_alternative<bitcoin_network>(where)) return unit == "sat";
  if (std::holds_alternative<evm_network>(where)) return unit == "wei";
  return chain::cosmos::is_denomination(unit);
}

bool quiet_hours::contains(block_time_ms time) const noexcept {
  const auto minute = time.value / 60'000 % minutes_per_day;
  if (from_minute < to_minute) return from_minute <= minute && minute < to_minute;
  return minute >= from_minute || minute < to_minute;
}

outcome key_policy::validate() const {
  if (destinations.size() > destinations_max || orderers.size() > orderers_max ||
      assets.size() > asset_limits_max || quiet.size() > quiet_hours_max ||
      approvers.size() > limits::approvals_max)
    return errc::over_limit;
  if (!rises(destinations) || !rises(orderers) || !rises(approvers) ||
      !rises(assets, &asset_limit::asset))
    return errc::not_canonical;
  if (order_age_max_ms > order_age_ms_max) return errc::over_limit;
  if (approvals_needed > approvers.size()) return errc::bad_threshold;
  for (const auto& key : approvers)
    QUORATE_TRY(verifying_key::parse(key));
  for (const auto& one : assets)
    if (one.window_ms == 0 || one.window_ms > window_ms_max) return errc::over_limit;
  QUORATE_TRY(check_units(*this));
  for (const auto& one : quiet)
    if (one.from_minute >= minutes_per_day || one.to_minute >= minutes_per_day ||
        one.from_minute == one.to_minute)
      return errc::not_canonical;
  return {};
}

const asset_limit* key_policy::find(asset_id asset) const noexcept {
  const auto found = std::ranges::lower_bound(assets, asset, {}, &asset_limit::asset);
  return found == assets.end() || found->asset != asset ? nullptr : &*found;
}

expected<allowance> judge(const key_policy& policy, const cluster_id& cluster,
                          const committed_order& order, const reading& of, block_time_ms seen,
                          const spend_window& spent) {
  const auto& o = order.operation();
  if (!contains(policy.orderers, o.account)) return errc::orderer_not_allowed;
  if (order.order().payments != of.payments) return errc::amount_mismatch;
  const auto* limit = policy.find(order.order().asset);
  if (limit == nullptr || limit->unit != of.unit) return errc::asset_not_allowed;
  for (const auto& payment : of.payments)
    if (!contains(policy.destinations, payment.destination)) return errc::destination_not_allowed;
  if (limit->fee_unit != of.fee_unit || of.fee > limit->fee_max) return errc::fee_too_high;
  QUORATE_ASSIGN(const amount units, units_of(of));
  QUORATE_TRY(check_limits(*limit, units, seen, spent));
  QUORATE_TRY(check_approvals(policy, cluster, order));
  QUORATE_TRY(check_time(policy, order, seen));
  return allowance{limit, units};
}

} // namespace quorate::signer
