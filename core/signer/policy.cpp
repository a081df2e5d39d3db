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

expected<amount> sum_of(const reading& of) {
  amount sum{};
  for (const auto& payment : of.payments) {
    QUORATE_ASSIGN(sum, add(sum, payment.units));
  }
  return sum;
}

/// The window in which fees of a unit count; `over` tells that they do not fit into it.
struct fee_window {
  amount most;
  std::uint64_t window_ms = 0;
  errc over{};
};

expected<fee_window> fee_window_of(const key_policy& policy, std::string_view unit) {
  for (const auto& one : policy.assets)
    if (one.unit == unit) return fee_window{one.window_max, one.window_ms, errc::over_window_limit};
  for (const auto& one : policy.fees)
    if (one.unit == unit) return fee_window{one.window_max, one.window_ms, errc::over_fee_window};
  return errc::fees_unlimited;
}

bool fits(const spend& what, const digest& key, amount most, block_time_ms seen,
          const spend_windows& spent) {
  const auto found = spent.find({key, what.unit});
  const auto& before = found == spent.end() ? spend_window{} : found->second;
  const auto with = before.with(what.units, seen, what.window_ms);
  return with && *with <= most;
}

/// What it costs, in the window of each unit. Fees of the payments' own unit go with them.
expected<std::vector<spend>> check_spends(const key_policy& policy, const asset_limit& limit,
                                          const digest& key, const reading& of, block_time_ms seen,
                                          const spend_windows& spent) {
  const bool one_unit = of.fee_unit == of.unit;
  QUORATE_ASSIGN(auto units, sum_of(of));
  if (one_unit) {
    QUORATE_ASSIGN(units, add(units, of.fee));
  }
  if (units > limit.operation_max) return errc::over_operation_limit;
  std::vector<spend> all{{of.unit, units, limit.window_ms}};
  if (!fits(all[0], key, limit.window_max, seen, spent)) return errc::over_window_limit;
  if (one_unit) return all;
  QUORATE_ASSIGN(const auto fees, fee_window_of(policy, of.fee_unit));
  all.push_back({of.fee_unit, of.fee, fees.window_ms});
  if (!fits(all[1], key, fees.most, seen, spent)) return fees.over;
  return all;
}

// Every approval that is shown has to be valid: one form of the truth.
outcome check_approvals(const key_policy& policy, const ledger::trusted_epochs& cluster,
                        const committed_order& order) {
  const auto& given = order.order().approvals;
  if (given.size() < policy.approvals_needed) return errc::too_few_approvals;
  const auto statement = approval_statement(cluster.cluster(), order.operation());
  for (const auto& one : given) {
    if (!contains(policy.approvers, one.approver)) return errc::too_few_approvals;
    QUORATE_TRY(verify(cluster.suite(), one.approver, statement, one.sig));
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

bool is_window(std::uint64_t ms) noexcept { return ms != 0 && ms <= window_ms_max; }

outcome check_units(const key_policy& policy) {
  std::vector<std::string_view> units;
  for (const auto& one : policy.assets) {
    if (!is_unit(policy.where, one.unit) || !is_fee_unit(policy.where, one.fee_unit))
      return errc::bad_unit;
    units.push_back(one.unit);
  }
  for (const auto& one : policy.fees) {
    if (!is_fee_unit(policy.where, one.unit)) return errc::bad_unit;
    units.push_back(one.unit);
  }
  std::ranges::sort(units);
  if (!rises(units)) return errc::unit_repeated;
  for (const auto& one : policy.assets)
    if (!std::ranges::binary_search(units, one.fee_unit)) return errc::fees_unlimited;
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
      assets.size() > asset_limits_max || fees.size() > asset_limits_max ||
      quiet.size() > quiet_hours_max || approvers.size() > limits::approvals_max)
    return errc::over_limit;
  if (!rises(destinations) || !rises(orderers) || !rises(approvers) ||
      !rises(assets, &asset_limit::asset) || !rises(fees, &fee_limit::unit))
    return errc::not_canonical;
  if (order_age_max_ms > order_age_ms_max) return errc::over_limit;
  if (approvals_needed > approvers.size()) return errc::bad_threshold;
  for (const auto& one : assets)
    if (!is_window(one.window_ms)) return errc::over_limit;
  for (const auto& one : fees)
    if (!is_window(one.window_ms)) return errc::over_limit;
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

outcome key_policy::check_approvers(crypto_suite suite) const {
  for (const auto& key : approvers)
    QUORATE_TRY(verifying_key::parse(suite, key));
  return {};
}

expected<std::vector<spend>> judge(const key_policy& policy, const ledger::trusted_epochs& cluster,
                                   const committed_order& order, const reading& of,
                                   block_time_ms seen, const spend_windows& spent) {
  const auto& o = order.operation();
  if (!contains(policy.orderers, o.account)) return errc::orderer_not_allowed;
  if (order.order().payments != of.payments) return errc::amount_mismatch;
  const auto* limit = policy.find(order.order().asset);
  if (limit == nullptr || limit->unit != of.unit) return errc::asset_not_allowed;
  for (const auto& payment : of.payments)
    if (!contains(policy.destinations, payment.destination)) return errc::destination_not_allowed;
  if (limit->fee_unit != of.fee_unit || of.fee > limit->fee_max) return errc::fee_too_high;
  QUORATE_ASSIGN(auto spends, check_spends(policy, *limit, order.order().key, of, seen, spent));
  QUORATE_TRY(check_approvals(policy, cluster, order));
  QUORATE_TRY(check_time(policy, order, seen));
  return spends;
}

} // namespace quorate::signer
