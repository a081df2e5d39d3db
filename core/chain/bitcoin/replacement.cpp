#include "core/chain/bitcoin/replacement.hpp"

#include "core/chain/bitcoin/change.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

outcome check_sent(const sent_payment& before) {
  const auto& inputs = before.tx.inputs;
  QUORATE_CHECK(!before.change || *before.change < before.tx.outputs.size());
  if (!is_replaceable(before.tx)) return errc::not_replaceable;
  const bool named = std::ranges::equal(
      before.coins, inputs, {}, [](const coin& c) { return c.from; },
      [](const transaction_input& input) { return input.previous; });
  if (!named) return errc::wrong_previous;
  const bool all_signed = std::ranges::none_of(inputs, [](const transaction_input& input) {
    return input.unlocking_script.empty() && input.witness.empty();
  });
  return all_signed ? outcome{} : errc::missing_signatures;
}

/// Errors: over_limit; bad_amount; input_repeated.
outcome check_coins(std::span<const coin> before, std::span<const coin> more) {
  if (before.size() + more.size() > limits::coins_max) return errc::over_limit;
  std::vector<outpoint> all;
  satoshi sum{};
  for (const auto& coins : {before, more}) {
    for (const auto& c : coins) {
      QUORATE_ASSIGN(sum, add(sum, c.value));
      all.push_back(c.from);
    }
  }
  std::ranges::sort(all);
  return std::ranges::adjacent_find(all) == all.end() ? outcome{} : errc::input_repeated;
}

expected<satoshi> fee_of(const sent_payment& before) {
  QUORATE_ASSIGN(const satoshi out, sum_of(before.tx.outputs));
  satoshi in{};
  for (const auto& c : before.coins)
    in = in.plus(c.value.value);
  if (out > in) return errc::bad_amount;
  return satoshi{in.value - out.value};
}

/// The coins that are worth more than they cost to spend and that may be spent, the most worth
/// first. What `before` pays to us goes with it, so it is no coin here.
std::vector<std::size_t> usable(const transaction_id& before, const replacement& wanted) {
  std::vector<outpoint> unconfirmed{wanted.unconfirmed.begin(), wanted.unconfirmed.end()};
  std::ranges::sort(unconfirmed);
  // In 1/4000 satoshi, in which the fee of an input is exact; below 2^63 by check_coins().
  const auto worth = [&](std::size_t i) {
    const auto& c = wanted.more[i];
    return static_cast<std::int64_t>(c.value.value * 4'000) -
           static_cast<std::int64_t>(wanted.rate.value * input_weight(c.kind));
  };
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < wanted.more.size(); ++i) {
    const auto& from = wanted.more[i].from;
    if (worth(i) > 0 && from.id != before && !std::ranges::binary_search(unconfirmed, from))
      result.push_back(i);
  }
  std::ranges::stable_sort(result, std::ranges::greater{}, worth);
  return result;
}

/// The replacement while coins are added to it.
class draft {
public:
  draft(const sent_payment& before, const eviction& evicted, const replacement& wanted,
        bytes change_script)
      : before_(before), evicted_(evicted), wanted_(wanted),
        change_script_(std::move(change_script)) {
    plan_.tx = before.tx;
    for (auto& input : plan_.tx.inputs)
      input.unlocking_script.clear(), input.witness.clear();
    if (before.change)
      plan_.tx.outputs.erase(plan_.tx.outputs.begin() +
                             static_cast<std::ptrdiff_t>(*before.change));
    for (const auto& c : before.coins)
      count(c);
    for (const auto& output : plan_.tx.outputs) {
      paid_ = paid_.plus(output.value.value);
      outputs_weight_ += output_weight(output.locking_script);
    }
    // Change that costs more to spend than it is worth would be lost as well.
    change_least_ = std::max(dust_limit(change_script_),
                             fee_for(wanted.rate, input_weight(before.change_kind)));
  }

  void add(std::size_t index) {
    const auto& c = wanted_.more[index];
    plan_.more.push_back(index);
    plan_.tx.inputs.push_back({c.from, {}, sequence_replaceable, {}});
    count(c);
  }

  /// Whether the coins suffice, with change or without; then the plan is complete.
  /// Errors: over_limit; fee_too_high; bad_amount.
  expected<bool> try_finish() {
    const satoshi surplus{in_.value - paid_.value};
    for (const bool change : {true, false}) {
      if (!change && plan_.tx.outputs.empty()) return false; // a transaction has an output
      const std::size_t weight = weight_with(change);
      if (weight > limits::standard_weight_max) return errc::over_limit;
      QUORATE_ASSIGN(const satoshi fee, fee_at(weight));
      if (surplus.value < fee.value + (change ? change_least_.value : 0)) continue;
      plan_.weight = weight;
      plan_.fee = change ? fee : surplus;
      if (change) put_change(satoshi{surplus.value - fee.value});
      return true;
    }
    return false;
  }

  planned_replacement take() && { return std::move(plan_); }

private:
  void count(const coin& c) {
    in_ = in_.plus(c.value.value);
    inputs_weight_ += input_weight(c.kind);
  }

  std::size_t weight_with(bool change) const {
    const std::size_t outputs = plan_.tx.outputs.size() + (change ? 1 : 0);
    return frame_weight(plan_.tx.inputs.size(), outputs) + inputs_weight_ + outputs_weight_ +
           (change ? output_weight(change_script_) : 0);
  }

  expected<satoshi> fee_at(std::size_t weight) const {
    QUORATE_ASSIGN(const satoshi least, replacement_fee_min(evicted_, weight));
    if (least > fee_for(rate_max, weight)) return errc::fee_too_high;
    return std::max(least, fee_for(wanted_.rate, weight));
  }

  /// Where it was. Change that was not there before is known for what it is wherever it stands, so
  /// it comes last.
  void put_change(satoshi value) {
    auto& outputs = plan_.tx.outputs;
    plan_.change = before_.change.value_or(outputs.size());
    outputs.insert(outputs.begin() + static_cast<std::ptrdiff_t>(*plan_.change),
                   {value, change_script_});
  }

  const sent_payment& before_;
  const eviction evicted_;
  const replacement& wanted_;
  const bytes change_script_;
  planned_replacement plan_; ///< without change until it is complete
  satoshi in_;
  satoshi paid_;
  satoshi change_least_;
  std::size_t inputs_weight_ = 0;
  std::size_t outputs_weight_ = 0;
};

} // namespace

expected<planned_replacement> plan_replacement(const sent_payment& before,
                                               const replacement& wanted) {
  QUORATE_TRY(check_sent(before));
  QUORATE_TRY(check_coins(before.coins, wanted.more));
  QUORATE_ASSIGN(const satoshi fee_before, fee_of(before));
  const weighed old{before.tx, fee_before, weight_of(before.tx)};
  if (wanted.rate > rate_max) return errc::fee_too_high;
  if (wanted.rate < relay_rate_min || wanted.rate <= rate_of(old.fee, old.weight))
    return errc::fee_too_low;
  const bytes& change_script =
      before.change ? before.tx.outputs[*before.change].locking_script : wanted.change_script;
  QUORATE_TRY(check_change_script(change_script));
  if (before.descendants.count >= evicted_max) return errc::replacement_refused;
  QUORATE_ASSIGN(const satoshi fees, add(fee_before, before.descendants.fees));
  const eviction evicted{fees, 1 + before.descendants.count};

  draft made{before, evicted, wanted, change_script};
  const auto more = usable(id_of(before.tx), wanted);
  for (std::size_t next = 0;; ++next) {
    QUORATE_ASSIGN(const bool suffices, made.try_finish());
    if (suffices) break;
    if (next == more.size()) return errc::not_enough_coins;
    made.add(more[next]);
  }
  auto plan = std::move(made).take();
  QUORATE_TRY(
      check_replacement(old, evicted, {plan.tx, plan.fee, plan.weight}, wanted.unconfirmed));
  return plan;
}

} // namespace quorate::bitcoin
