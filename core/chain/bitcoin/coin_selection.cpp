#include "core/chain/bitcoin/coin_selection.hpp"

#include "core/chain/bitcoin/change.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>
#include <numeric>

namespace quorate::bitcoin {

namespace {

// Values here are in 1/4000 satoshi, in which a rate times a weight is exact. All coins together
// are worth at most money_max, so sums fit.
using fine = std::int64_t;
static_assert(money_max.value * 4'000 + rate_max.value * 4 * limits::transaction_bytes_max <
              std::uint64_t{1} << 63);

fine to_fine(satoshi value) noexcept { return static_cast<fine>(value.value * 4'000); }
fine cost(fee_rate rate, std::size_t weight) noexcept {
  return static_cast<fine>(rate.value * weight);
}

using indices = std::vector<std::size_t>;

/// A coin that is worth more than it costs to spend.
struct candidate {
  std::size_t index = 0;
  fine worth = 0; ///< its value less the fee of its input
};

/// Depth first over sets of candidates, the largest first: each is in the set, or it is not.
class exact_search {
public:
  /// @param sorted  by worth, falling
  exact_search(std::span<const candidate> sorted, fine least, fine most)
      : sorted_(sorted), least_(least), best_excess_(most - least + 1) {
    for (const auto& c : sorted)
      left_ += c.worth;
  }

  /// The indices whose worth is from least to most, and closest to least; none when there is none
  /// or the steps are used up.
  indices run() {
    for (std::size_t step = 0; step < limits::coin_search_steps_max; ++step) {
      const bool too_much = sum_ > least_ && sum_ - least_ >= best_excess_;
      if (!too_much && sum_ >= least_) {
        best_ = chosen_;
        best_excess_ = sum_ - least_;
        if (best_excess_ == 0) break;
      }
      const bool leaf =
          too_much || sum_ >= least_ || sum_ + left_ < least_ || next_ == sorted_.size();
      if (!leaf)
        take();
      else if (!leave_last())
        break;
    }
    indices result;
    for (const auto at : best_)
      result.push_back(sorted_[at].index);
    return result;
  }

private:
  void take() {
    sum_ += sorted_[next_].worth;
    left_ -= sorted_[next_].worth;
    chosen_.push_back(next_++);
  }

  /// Goes back to the last one that is in the set, and on without it.
  bool leave_last() {
    if (chosen_.empty()) return false;
    const std::size_t last = chosen_.back();
    while (next_ > last + 1)
      left_ += sorted_[--next_].worth;
    sum_ -= sorted_[last].worth;
    chosen_.pop_back();
    // A set with an equal coin in the place of this one is no other set.
    while (next_ < sorted_.size() && sorted_[next_].worth == sorted_[last].worth)
      left_ -= sorted_[next_++].worth;
    return true;
  }

  std::span<const candidate> sorted_;
  fine least_;
  fine best_excess_;
  fine sum_ = 0;
  fine left_ = 0; ///< worth of those from next_ on
  std::size_t next_ = 0;
  indices chosen_; ///< places in sorted_
  indices best_;
};

/// Numbers from 32 random bytes.
class random_numbers {
public:
  explicit random_numbers(const digest& seed) noexcept : seed_(seed) {}

  /// 0 to n-1; the bias is below n / 2^64.
  std::size_t below(std::size_t n) noexcept {
    static const hash_tag tag{"quorate/coin-selection"};
    wire_writer w;
    w.u64(counter_++);
    const digest block = tag({seed_.view(), w.view()});
    return static_cast<std::size_t>(wire_reader{block.view()}.u64() % n);
  }

private:
  digest seed_;
  std::uint64_t counter_ = 0;
};

/// What the payment needs beside its inputs.
class needs {
public:
  static expected<needs> of(const payment& wanted, std::size_t coins) {
    if (wanted.rate < wanted.rate_min) return errc::fee_too_low;
    if (wanted.rate > rate_max) return errc::fee_too_high;
    QUORATE_TRY(check_change_script(wanted.change_script));
    for (const auto& output : wanted.outputs)
      if (output.value < dust_limit(output.locking_script)) return errc::dust;
    needs result;
    result.rate_ = wanted.rate;
    QUORATE_ASSIGN(result.paid_, sum_of(wanted.outputs));
    result.weight_ = frame_weight(coins, wanted.outputs.size() + 1);
    for (const auto& output : wanted.outputs)
      result.weight_ += output_weight(output.locking_script);
    if (result.weight_ > limits::standard_weight_max) return errc::over_limit;
    result.change_weight_ = output_weight(wanted.change_script);
    result.change_spending_ = input_weight(wanted.change_kind);
    // Change that costs more to spend than it is worth would be lost as well.
    result.change_least_ =
        std::max(dust_limit(wanted.change_script), fee_for(wanted.rate, result.change_spending_));
    return result;
  }

  std::size_t weight(bool with_change) const noexcept {
    return weight_ + (with_change ? change_weight_ : 0);
  }
  satoshi paid() const noexcept { return paid_; }
  satoshi change_least() const noexcept { return change_least_; }

  /// What the coins must be worth. The weight is rounded up to vbytes; the fee needs no rounding,
  /// since what is left of whole satoshi is a whole number of them.
  fine least(bool with_change) const noexcept {
    constexpr std::size_t rounding = 3;
    return to_fine(paid_) + cost(rate_, weight(with_change) + rounding);
  }
  fine least_with_change() const noexcept { return least(true) + to_fine(change_least_); }
  /// Giving away more than this costs more than change: its output now, its input later.
  fine most_without_change() const noexcept {
    return least(false) + cost(rate_, change_weight_ + change_spending_);
  }

private:
  fee_rate rate_;
  satoshi paid_;
  std::size_t weight_ = 0;
  std::size_t change_weight_ = 0;
  std::size_t change_spending_ = 0;
  satoshi change_least_;
};

/// A coin that counted twice would make a transaction that no node takes.
outcome check_distinct(std::span<const coin> coins) {
  std::vector<outpoint> all;
  all.reserve(coins.size());
  for (const auto& c : coins)
    all.push_back(c.from);
  std::ranges::sort(all);
  return std::ranges::adjacent_find(all) == all.end() ? outcome{} : errc::input_repeated;
}

expected<std::vector<candidate>> candidates_of(std::span<const coin> coins, fee_rate rate) {
  if (coins.size() > limits::coins_max) return errc::over_limit;
  QUORATE_TRY(check_distinct(coins));
  std::vector<candidate> result;
  satoshi sum{};
  for (std::size_t i = 0; i < coins.size(); ++i) {
    QUORATE_ASSIGN(sum, add(sum, coins[i].value));
    const fine worth = to_fine(coins[i].value) - cost(rate, input_weight(coins[i].kind));
    if (worth > 0) result.push_back({i, worth});
  }
  std::ranges::sort(result, [](const auto& a, const auto& b) {
    return a.worth != b.worth ? a.worth > b.worth : a.index < b.index;
  });
  return result;
}

/// The first of them that suffice, for change too unless they are all there are.
indices first_that_suffice(std::span<const candidate> order, const needs& need) {
  indices result;
  fine sum = 0;
  for (const auto& c : order) {
    sum += c.worth;
    result.push_back(c.index);
    if (sum >= need.least_with_change()) return result;
  }
  return sum >= need.least(false) ? result : indices{};
}

void shuffle(std::vector<candidate>& list, random_numbers& random) {
  for (std::size_t left = list.size(); left > 1; --left)
    std::swap(list[left - 1], list[random.below(left)]);
}

std::size_t weight_of_inputs(const indices& chosen, std::span<const coin> coins) {
  return std::transform_reduce(chosen.begin(), chosen.end(), std::size_t{0}, std::plus<>{},
                               [&](std::size_t i) { return input_weight(coins[i].kind); });
}

planned_payment assemble(indices chosen, std::span<const coin> coins, const payment& wanted,
                         const needs& need, random_numbers& random) {
  planned_payment plan;
  plan.coins = std::move(chosen);
  plan.tx.lock_time = wanted.lock_time;
  plan.tx.outputs = wanted.outputs;
  plan.weight = weight_of_inputs(plan.coins, coins);
  satoshi in{};
  for (const auto i : plan.coins) {
    in = in.plus(coins[i].value.value);
    plan.tx.inputs.push_back({coins[i].from,
                              {},
                              wanted.replaceable ? sequence_replaceable : sequence_not_replaceable,
                              {}});
  }
  const satoshi surplus{in.value - need.paid().value};
  const satoshi fee = fee_for(wanted.rate, plan.weight + need.weight(true));
  const bool change = surplus.value >= fee.value + need.change_least().value;
  plan.weight += need.weight(change);
  plan.fee = change ? fee : surplus;
  if (!change) return plan;
  plan.change = random.below(plan.tx.outputs.size() + 1);
  plan.tx.outputs.insert(plan.tx.outputs.begin() + static_cast<std::ptrdiff_t>(*plan.change),
                         {satoshi{surplus.value - fee.value}, wanted.change_script});
  return plan;
}

} // namespace

expected<planned_payment> plan_payment(std::span<const coin> coins, const payment& wanted,
                                       const digest& randomness) {
  QUORATE_ASSIGN(const needs need, needs::of(wanted, coins.size()));
  QUORATE_ASSIGN(auto candidates, candidates_of(coins, wanted.rate));
  random_numbers random{randomness};

  const auto exact = exact_search{candidates, need.least(false), need.most_without_change()}.run();
  const auto largest_first = first_that_suffice(candidates, need);
  if (largest_first.empty()) return errc::not_enough_coins;
  shuffle(candidates, random);
  // Drawn sets can be too heavy where a few large coins would do.
  for (const auto& chosen : {exact, first_that_suffice(candidates, need), largest_first}) {
    if (chosen.empty() ||
        weight_of_inputs(chosen, coins) + need.weight(true) > limits::standard_weight_max)
      continue;
    auto plan = assemble(chosen, coins, wanted, need, random);
    if (!plan.tx.outputs.empty()) return plan;
  }
  return wanted.outputs.empty() ? errc::not_enough_coins : errc::over_limit;
}

} // namespace quorate::bitcoin
