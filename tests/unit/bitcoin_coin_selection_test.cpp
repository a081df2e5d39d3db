// Coin selection, fees, dust and replacement.
#include "core/chain/bitcoin/coin_selection.hpp"
#include "core/chain/bitcoin/script.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

/// The x of secp256k1's generator: a key that is a point.
const digest generator_x =
    *fixed_from_hex<digest>("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

bytes script_of(coin_kind kind) {
  switch (kind) {
  case coin_kind::p2pkh:
    return p2pkh_script({});
  case coin_kind::p2sh_p2wpkh:
    return p2sh_script({});
  case coin_kind::p2wpkh:
    return p2wpkh_script({});
  case coin_kind::p2tr:
    return witness_script(1, generator_x.view());
  }
  return {};
}

constexpr std::array kinds{coin_kind::p2pkh, coin_kind::p2sh_p2wpkh, coin_kind::p2wpkh,
                           coin_kind::p2tr};

coin coin_of(std::uint32_t index, std::uint64_t value, coin_kind kind = coin_kind::p2wpkh) {
  return {{transaction_id{}, index}, satoshi{value}, kind};
}

payment pay(std::uint64_t value, std::uint64_t rate) {
  payment result;
  result.outputs = {{satoshi{value}, p2wpkh_script({})}};
  result.rate = fee_rate{rate};
  result.change_script = p2wpkh_script({});
  return result;
}

/// What must hold of every plan, whatever was chosen.
void check_plan(const planned_payment& plan, const std::vector<coin>& coins,
                const payment& wanted) {
  BOOST_REQUIRE(plan.coins.size() == plan.tx.inputs.size());
  std::uint64_t in = 0;
  std::size_t weight = frame_weight(coins.size(), wanted.outputs.size() + 1);
  std::set<std::size_t> distinct{plan.coins.begin(), plan.coins.end()};
  BOOST_TEST(distinct.size() == plan.coins.size());
  for (std::size_t i = 0; i < plan.coins.size(); ++i) {
    in += coins[plan.coins[i]].value.value;
    weight += input_weight(coins[plan.coins[i]].kind);
    BOOST_TEST((plan.tx.inputs[i].previous == coins[plan.coins[i]].from));
  }
  for (const auto& output : plan.tx.outputs) {
    weight += output_weight(output.locking_script);
    BOOST_TEST(output.value.value >= dust_limit(output.locking_script).value);
  }
  BOOST_TEST(plan.weight == weight);
  BOOST_TEST(in == sum_of(plan.tx.outputs)->value + plan.fee.value);
  const auto least = fee_for(wanted.rate, plan.weight).value;
  BOOST_TEST(plan.fee.value >= least);
  BOOST_TEST(plan.tx.outputs.size() == wanted.outputs.size() + plan.change.has_value());
  // Above the rate only what change would have cost, or what would have been no change.
  const auto change =
      fee_for(wanted.rate, output_weight(wanted.change_script) + input_weight(wanted.change_kind));
  const auto spare = change.value + dust_limit(wanted.change_script).value + 2;
  BOOST_TEST(plan.fee.value <= least + (plan.change ? 0 : spare));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_coin_selection)

// Source: Bitcoin Core, policy GetDustThreshold, at 3000 sat/kvB.
BOOST_AUTO_TEST_CASE(dust_limits) {
  BOOST_TEST(dust_limit(p2pkh_script({})).value == 546);
  BOOST_TEST(dust_limit(p2sh_script({})).value == 540);
  BOOST_TEST(dust_limit(p2wpkh_script({})).value == 294);
  BOOST_TEST(dust_limit(p2wsh_script({})).value == 330);
  BOOST_TEST(dust_limit(witness_script(1, digest{}.view())).value == 330);
  BOOST_TEST(dust_limit(bytes{0x6a, 1, 7}).value == 0);
}

BOOST_AUTO_TEST_CASE(fees_round_up) {
  BOOST_TEST(fee_for(fee_rate{1000}, 4).value == 1);
  BOOST_TEST(fee_for(fee_rate{1000}, 5).value == 2);
  BOOST_TEST(fee_for(fee_rate{1}, 400).value == 1);
  BOOST_TEST(fee_for(fee_rate{0}, 400).value == 0);
  BOOST_TEST(rate_of(satoshi{110}, 440).value == 1000);
}

// An exact set is found where there is one, and then nothing comes back.
BOOST_AUTO_TEST_CASE(exact_sets_need_no_change) {
  std::vector<coin> coins;
  for (std::uint32_t i = 0; i < 20; ++i)
    coins.push_back(coin_of(i, 10'000 + (std::uint64_t{1} << i) * 100));
  const auto wanted = pay(0, 2'000);
  payment exact = wanted;
  const auto inputs = 3 * input_weight(coin_kind::p2wpkh);
  const std::size_t weight =
      frame_weight(coins.size(), 2) + output_weight(exact.outputs[0].locking_script) + inputs;
  exact.outputs[0].value = satoshi{coins[3].value.value + coins[9].value.value +
                                   coins[17].value.value - fee_for(exact.rate, weight).value - 10};
  const auto plan = plan_payment(coins, exact, {}).value();
  check_plan(plan, coins, exact);
  BOOST_TEST(!plan.change.has_value());
  BOOST_TEST((std::set<std::size_t>{plan.coins.begin(), plan.coins.end()} ==
              std::set<std::size_t>{3, 9, 17}));
}

BOOST_AUTO_TEST_CASE(random_wallets) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  std::size_t planned = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<coin> coins;
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < 1 + random() % 60; ++i) {
      coins.push_back(
          coin_of(i, 1 + random() % (1ULL << (8 + random() % 24)), kinds[random() % kinds.size()]));
      sum += coins.back().value.value;
    }
    auto wanted = pay(546 + random() % (sum + sum / 4 + 1), 1'000 + random() % 49'000);
    const auto kind = kinds[random() % kinds.size()];
    wanted.outputs[0].locking_script = script_of(kinds[random() % kinds.size()]);
    wanted.change_script = script_of(kind);
    wanted.change_kind = kind;
    digest entropy;
    for (auto& byte : entropy.data)
      byte = static_cast<std::uint8_t>(random());
    const auto plan = plan_payment(coins, wanted, entropy);
    if (!plan) {
      BOOST_TEST(name(plan.error()) == "not_enough_coins");
      // Refused only when all coins worth their fee do not do.
      std::uint64_t in = 0;
      std::size_t weight =
          frame_weight(coins.size(), 2) + output_weight(wanted.outputs[0].locking_script);
      for (const auto& c : coins)
        if (c.value.value * 4'000 > wanted.rate.value * input_weight(c.kind)) {
          in += c.value.value;
          weight += input_weight(c.kind);
        }
      BOOST_TEST(in < wanted.outputs[0].value.value + fee_for(wanted.rate, weight).value + 2);
      ++refused;
      continue;
    }
    ++planned;
    check_plan(*plan, coins, wanted);
    BOOST_TEST((plan_payment(coins, wanted, entropy)->tx == plan->tx)); // the same call
  }
  BOOST_TEST(planned > 50);
  BOOST_TEST(refused > 5);
}

// Around the last satoshi that one coin can pay: the fee is never short, and at most one satoshi
// is kept back for rounding.
BOOST_AUTO_TEST_CASE(the_last_satoshi) {
  const std::vector<coin> coins{coin_of(0, 100'000)};
  const std::size_t weight =
      frame_weight(1, 2) + output_weight(p2wpkh_script({})) + input_weight(coin_kind::p2wpkh);
  for (std::uint64_t rate = 1'000; rate < 1'200; ++rate) {
    const auto most = 100'000 - fee_for(fee_rate{rate}, weight).value;
    for (std::uint64_t value = most - 4; value <= most + 3; ++value) {
      const auto plan = plan_payment(coins, pay(value, rate), {});
      if (plan) check_plan(*plan, coins, pay(value, rate));
      if (value > most) BOOST_TEST(!plan.has_value());
      if (value + 1 < most) BOOST_TEST(plan.has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(randomness_decides) {
  std::vector<coin> coins;
  for (std::uint32_t i = 0; i < 50; ++i)
    coins.push_back(coin_of(i, 100'000 + 7 * i));
  std::set<std::vector<std::size_t>> sets;
  std::set<std::size_t> places;
  for (std::uint8_t i = 0; i < 40; ++i) {
    const auto plan = plan_payment(coins, pay(333'333, 1'000), digest{{i}}).value();
    check_plan(plan, coins, pay(333'333, 1'000));
    sets.insert(plan.coins);
    BOOST_REQUIRE(plan.change.has_value());
    places.insert(*plan.change);
  }
  BOOST_TEST(sets.size() > 30);
  BOOST_TEST(places.size() == 2);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const std::vector<coin> coins{coin_of(0, 10'000)};
  BOOST_TEST((plan_payment(coins, pay(10'000, 1'000), {}).error() == errc::not_enough_coins));
  BOOST_TEST((plan_payment({}, pay(10'000, 1'000), {}).error() == errc::not_enough_coins));
  BOOST_TEST((plan_payment(coins, pay(293, 1'000), {}).error() == errc::dust));
  BOOST_TEST(
      (plan_payment(coins, pay(1'000, rate_max.value + 1), {}).error() == errc::fee_too_high));
  const std::vector<coin> too_much{coin_of(0, money_max.value), coin_of(1, 1)};
  BOOST_TEST((plan_payment(too_much, pay(1'000, 1'000), {}).error() == errc::bad_amount));
  const std::vector<coin> overflowing{coin_of(0, ~0ULL), coin_of(1, 10'000)};
  BOOST_TEST((plan_payment(overflowing, pay(1'000, 1'000), {}).error() == errc::bad_amount));
  auto too_many = pay(money_max.value, 1'000);
  too_many.outputs.push_back({satoshi{1'000}, p2wpkh_script({})});
  BOOST_TEST((plan_payment(coins, too_many, {}).error() == errc::bad_amount));
  too_many.outputs[1].value = satoshi{~0ULL - money_max.value + 1'000}; // the sum wraps around
  BOOST_TEST((plan_payment(coins, too_many, {}).error() == errc::bad_amount));
  // Many small coins make a transaction that nodes would not relay.
  for (const std::size_t coins_left : {2'000, 90'000}) {
    std::vector<coin> small(coins_left);
    for (std::uint32_t i = 0; i < small.size(); ++i)
      small[i] = coin_of(i, 1'000);
    const auto wanted = pay(coins_left * 800, 1'000);
    BOOST_TEST((plan_payment(small, wanted, {}).error() == errc::over_limit));
    small.push_back(coin_of(~0U, coins_left * 1'000)); // but not when one large coin does
    const auto plan = plan_payment(small, wanted, {}).value();
    BOOST_TEST(plan.coins.size() < 1'500U);
  }
}

// Change goes to nobody, to anybody, or to a script that is not known here.
// Coins that are brought together: what comes out is change, so there has to be some.
BOOST_AUTO_TEST_CASE(no_payment) {
  auto together = pay(0, 1'000);
  together.outputs.clear();
  const std::vector<coin> coins{coin_of(0, 10'000)};
  const auto plan = plan_payment(coins, together, {});
  BOOST_REQUIRE(plan);
  BOOST_TEST(plan->tx.outputs.size() == 1U);
  check_plan(*plan, coins, together);
  const std::vector<coin> small{coin_of(0, 300)};
  BOOST_TEST((plan_payment(small, together, {}).error() == errc::not_enough_coins));
}

BOOST_AUTO_TEST_CASE(change_scripts) {
  const std::vector<coin> coins{coin_of(0, 10'000)};
  const auto with = [&](bytes script) {
    auto wanted = pay(1'000, 1'000);
    wanted.change_script = std::move(script);
    const auto plan = plan_payment(coins, wanted, {});
    return plan ? "none" : std::string{name(plan.error())};
  };
  bytes point{0x02};
  point.insert(point.end(), generator_x.data.begin(), generator_x.data.end());
  bytes no_point(33); // x = 0 is on no point of the curve
  no_point[0] = 0x02;
  for (const auto kind : kinds)
    BOOST_TEST(with(script_of(kind)) == "none");
  BOOST_TEST(with(p2wsh_script({})) == "none");
  BOOST_TEST(with(p2pk_script(point)) == "none");
  const std::vector<bytes> bad{{},
                               {0x6a},
                               {0x6a, 1, 7},
                               {0x51}, // true: anybody's
                               witness_script(0, bytes(21)),
                               witness_script(1, bytes(20)),
                               witness_script(2, bytes(32)),
                               witness_script(1, digest{}.view()),
                               p2pk_script(no_point)};
  for (const auto& script : bad)
    BOOST_TEST(with(script) == "bad_change_script");
}

BOOST_AUTO_TEST_CASE(rates_that_are_not_relayed) {
  const std::vector<coin> coins{coin_of(0, 10'000)};
  BOOST_TEST(plan_payment(coins, pay(1'000, 1'000), {}).has_value());
  BOOST_TEST((plan_payment(coins, pay(1'000, 999), {}).error() == errc::fee_too_low));
  BOOST_TEST((plan_payment(coins, pay(1'000, 0), {}).error() == errc::fee_too_low));
  auto wanted = pay(1'000, 100);
  wanted.rate_min = fee_rate{100}; // nodes since Bitcoin Core 29.1
  const auto plan = plan_payment(coins, wanted, {}).value();
  check_plan(plan, coins, wanted);
  wanted.rate_min = fee_rate{101};
  BOOST_TEST((plan_payment(coins, wanted, {}).error() == errc::fee_too_low));
}

BOOST_AUTO_TEST_CASE(coins_count_once) {
  std::vector<coin> coins{coin_of(0, 10'000), coin_of(1, 9'000), coin_of(0, 10'000)};
  BOOST_TEST((plan_payment(coins, pay(1'000, 1'000), {}).error() == errc::input_repeated));
  coins[2].value = satoshi{1}; // another amount makes no other coin
  BOOST_TEST((plan_payment(coins, pay(1'000, 1'000), {}).error() == errc::input_repeated));
  coins[2].from.id.data[0] = 1;
  BOOST_TEST(plan_payment(coins, pay(1'000, 1'000), {}).has_value());
}

BOOST_AUTO_TEST_CASE(replacements) {
  transaction before;
  before.inputs = {{{{}, 0}, {}, sequence_replaceable, {}}, {{{}, 1}, {}, sequence_final, {}}};
  transaction after = before;
  after.inputs.push_back({{{}, 2}, {}, sequence_final, {}});
  const weighed old{before, satoshi{1'000}, 4'000};
  const eviction alone{satoshi{1'000}, 1};
  BOOST_TEST(replacement_fee_min(alone, 6'000)->value == 2'500);
  const auto refused = [&](satoshi fee, const eviction& evicted,
                           const std::vector<outpoint>& fresh) {
    const auto result = check_replacement(old, evicted, {after, fee, 6'000}, fresh);
    return !result && result.error() == errc::replacement_refused;
  };
  BOOST_TEST(!refused(satoshi{2'500}, alone, {}));
  BOOST_TEST(refused(satoshi{2'499}, alone, {}));                  // rules 3 and 4
  BOOST_TEST(refused(satoshi{2'500}, {satoshi{1'001}, 2}, {}));    // descendants count
  BOOST_TEST(!refused(satoshi{9'000}, {satoshi{1'001}, 100}, {})); // rule 5
  BOOST_TEST(refused(satoshi{9'000}, {satoshi{1'001}, 101}, {}));  //
  BOOST_TEST(refused(satoshi{9'000}, alone, {{{}, 2}}));           // rule 2
  BOOST_TEST(!refused(satoshi{9'000}, alone, {{{}, 1}}));          // it spent that before
  before.inputs[0].sequence = sequence_not_replaceable;            // rule 1
  BOOST_TEST(refused(satoshi{9'000}, alone, {}));
  before.inputs[0].sequence = sequence_replaceable;
  after.inputs.erase(after.inputs.begin(), after.inputs.begin() + 2); // no conflict at all
  BOOST_TEST(refused(satoshi{9'000}, alone, {}));
}

BOOST_AUTO_TEST_SUITE_END()
