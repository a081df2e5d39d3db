// A transaction that takes the place of one that waits: what it keeps, pays and spends.
#include "core/chain/bitcoin/replacement.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

#include <random>
#include <set>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

/// `tx` with what its inputs spend, signed by key 1 for the first and so on.
transaction signed_tx(const transaction& tx, const std::vector<transaction>& funded,
                      std::span<const coin_kind> kinds) {
  psbt made = psbt::create(tx, psbt_version::v0).value();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto n = static_cast<std::uint8_t>(i + 1);
    BOOST_REQUIRE(made.put_previous(i, funded[i]));
    if (kinds[i] == coin_kind::p2sh_p2wpkh)
      BOOST_REQUIRE(made.put_input(i, psbt_input::redeem_script, p2wpkh_script(hash_of(n))));
    BOOST_REQUIRE(sign(made, secret_of(n)));
  }
  BOOST_REQUIRE(finalise(made).empty());
  return extract(made).value();
}

/// Spends 100,000 of each kind: 60,000 to a stranger, a fee of 1,000, and the rest to us.
struct sent {
  std::vector<coin_kind> kinds;
  spend_each each;
  sent_payment payment;

  explicit sent(std::vector<coin_kind> of = {coin_kind::p2wpkh}) : kinds(of), each(of) {
    sign_again(each.unsigned_psbt.unsigned_transaction());
    for (std::size_t i = 0; i < kinds.size(); ++i)
      payment.coins.push_back({payment.tx.inputs[i].previous, satoshi{100'000}, kinds[i]});
    payment.change = 1;
    payment.change_kind = coin_kind::p2tr;
  }

  void sign_again(const transaction& tx) { payment.tx = signed_tx(tx, each.funded, kinds); }

  weighed old() const { return {payment.tx, satoshi{1'000}, weight_of(payment.tx)}; }
};

replacement at(std::uint64_t rate, std::span<const coin> more = {}) {
  replacement result;
  result.rate = fee_rate{rate};
  result.more = more;
  return result;
}

coin coin_of(std::uint32_t index, std::uint64_t value, coin_kind kind = coin_kind::p2wpkh) {
  coin result{{{}, index}, satoshi{value}, kind};
  result.from.id.data[0] = 77;
  return result;
}

const std::vector<coin_kind> all_kinds{coin_kinds.begin(), coin_kinds.end()};
std::vector<coin_kind> just(coin_kind kind) { return {kind}; }

std::string error(const sent_payment& before, const replacement& wanted) {
  const auto plan = plan_replacement(before, wanted);
  return plan ? "none" : std::string{name(plan.error())};
}

/// What must hold of every plan.
void check_plan(const planned_replacement& plan, const sent_payment& before,
                const replacement& wanted) {
  const auto& tx = plan.tx;
  BOOST_TEST(tx.version == before.tx.version);
  BOOST_TEST(tx.lock_time == before.tx.lock_time);
  BOOST_REQUIRE(tx.inputs.size() == before.tx.inputs.size() + plan.more.size());
  std::uint64_t in = 0;
  std::uint64_t fee_before = 0;
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    const bool kept = i < before.coins.size();
    const coin& c = kept ? before.coins[i] : wanted.more[plan.more[i - before.coins.size()]];
    in += c.value.value;
    if (kept) fee_before += c.value.value;
    BOOST_TEST((tx.inputs[i].previous == c.from));
    BOOST_TEST(tx.inputs[i].sequence ==
               (kept ? before.tx.inputs[i].sequence : sequence_replaceable));
    BOOST_TEST(tx.inputs[i].unlocking_script.empty());
    BOOST_TEST(tx.inputs[i].witness.empty());
  }
  fee_before -= sum_of(before.tx.outputs)->value;
  auto others = before.tx.outputs;
  if (before.change) others.erase(others.begin() + static_cast<std::ptrdiff_t>(*before.change));
  auto kept = tx.outputs;
  if (plan.change) {
    const auto at = kept.begin() + static_cast<std::ptrdiff_t>(*plan.change);
    BOOST_TEST(at->value.value >= dust_limit(at->locking_script).value);
    BOOST_TEST(
        (at->locking_script == (before.change ? before.tx.outputs[*before.change].locking_script
                                              : wanted.change_script)));
    kept.erase(at);
  }
  BOOST_TEST((kept == others));
  BOOST_TEST(is_replaceable(tx));
  BOOST_TEST(in == sum_of(tx.outputs)->value + plan.fee.value);
  // Rules 3 and 4, and the rate that was asked for.
  const auto least =
      std::max(fee_for(wanted.rate, plan.weight).value,
               fee_before + before.descendants.fees.value + virtual_bytes(plan.weight));
  BOOST_TEST(plan.fee.value >= least);
  if (plan.change) BOOST_TEST(plan.fee.value == least);
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_replacement)

// What comes out is signed, weighs no more than was planned for, and nodes take it.
BOOST_AUTO_TEST_CASE(change_pays_for_it) {
  for (const auto& kinds : {just(coin_kind::p2wpkh), just(coin_kind::p2pkh), all_kinds}) {
    const sent one{kinds};
    for (const std::uint64_t rate : {10'000, 20'000}) {
      const auto plan = plan_replacement(one.payment, at(rate)).value();
      check_plan(plan, one.payment, at(rate));
      BOOST_TEST((plan.change == std::optional<std::size_t>{1}));
      BOOST_TEST((plan.tx.outputs[1].value < one.payment.tx.outputs[1].value));
      BOOST_TEST(plan.more.empty());
      const auto tx = signed_tx(plan.tx, one.each.funded, kinds);
      BOOST_TEST(weight_of(tx) <= plan.weight);
      const weighed after{tx, plan.fee, weight_of(tx)};
      BOOST_TEST(check_replacement(one.old(), {satoshi{1'000}, 1}, after, {}).has_value());
    }
  }
}

// A little more than before is not enough: the replacement pays for being relayed, too.
BOOST_AUTO_TEST_CASE(relaying_is_paid_for) {
  const sent one;
  const auto rate = rate_of(satoshi{1'000}, weight_of(one.payment.tx)).value;
  BOOST_TEST(error(one.payment, at(rate)) == "fee_too_low");
  const auto plan = plan_replacement(one.payment, at(rate + 1)).value();
  check_plan(plan, one.payment, at(rate + 1));
  BOOST_TEST(plan.fee.value == 1'000 + virtual_bytes(plan.weight));
}

// Rule 3 counts all that goes with it, and rule 5 how many.
BOOST_AUTO_TEST_CASE(what_spends_from_it_goes_with_it) {
  sent one;
  one.payment.descendants = {satoshi{7'000}, 99};
  const auto plan = plan_replacement(one.payment, at(10'000)).value();
  check_plan(plan, one.payment, at(10'000));
  BOOST_TEST(plan.fee.value == 8'000 + virtual_bytes(plan.weight));
  for (const std::size_t count : {std::size_t{100}, ~std::size_t{0}}) {
    one.payment.descendants.count = count;
    BOOST_TEST(error(one.payment, at(10'000)) == "replacement_refused");
  }
  one.payment.descendants = {satoshi{1'000'000'000}, 1};
  BOOST_TEST(error(one.payment, at(10'000)) == "fee_too_high");
  one.payment.descendants = {money_max, 1};
  BOOST_TEST(error(one.payment, at(10'000)) == "bad_amount");
  one.payment.descendants = {satoshi{~0ULL}, 1};
  BOOST_TEST(error(one.payment, at(10'000)) == "bad_amount");
}

// Around where the change goes, satoshi by satoshi of the rate.
BOOST_AUTO_TEST_CASE(change_that_would_be_dust_goes) {
  const sent one;
  std::set<bool> seen;
  for (std::uint64_t rate = 100'000; rate < 340'000; rate += 100) {
    const auto plan = plan_replacement(one.payment, at(rate));
    if (!plan) {
      BOOST_TEST((plan.error() == errc::not_enough_coins));
      const auto weight =
          frame_weight(1, 1) + input_weight(coin_kind::p2wpkh) + output_weight(p2wpkh_script({}));
      BOOST_TEST(fee_for(fee_rate{rate}, weight).value > 40'000);
      continue;
    }
    check_plan(*plan, one.payment, at(rate));
    seen.insert(plan->change.has_value());
    if (!plan->change) BOOST_TEST(plan->fee.value == 40'000);
  }
  BOOST_TEST(seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(more_coins_when_change_does_not_suffice) {
  const sent one;
  const outpoint own{id_of(one.payment.tx), 1};
  const std::vector<coin> coins{coin_of(0, 500), // costs more than it is worth
                                coin_of(1, 200'000),
                                coin_of(2, 900'000),
                                {own, satoshi{800'000}, coin_kind::p2tr}, // goes with it
                                coin_of(4, 300'000),
                                coin_of(5, 100'000)};
  const std::vector<outpoint> unconfirmed{coins[2].from, {{}, 9}};
  auto wanted = at(400'000, coins);
  wanted.unconfirmed = unconfirmed; // rule 2
  const auto plan = plan_replacement(one.payment, wanted).value();
  check_plan(plan, one.payment, wanted);
  BOOST_TEST((plan.more == std::vector<std::size_t>{4}));
  BOOST_TEST((plan.change == std::optional<std::size_t>{1}));
  wanted.rate = fee_rate{2'000'000};
  BOOST_TEST(
      (plan_replacement(one.payment, wanted).value().more == std::vector<std::size_t>{4, 1}));
  wanted.rate = fee_rate{90'000}; // none where change does
  BOOST_TEST(plan_replacement(one.payment, wanted).value().more.empty());
  wanted.rate = fee_rate{20'000'000};
  BOOST_TEST(error(one.payment, wanted) == "not_enough_coins");
}

BOOST_AUTO_TEST_CASE(without_change_before) {
  sent one;
  auto tx = one.each.unsigned_psbt.unsigned_transaction();
  tx.outputs.resize(1);
  tx.outputs[0].value = satoshi{99'000};
  tx.lock_time = 800'000;
  one.sign_again(tx);
  one.payment.change.reset();
  const std::vector<coin> coins{coin_of(1, 100'000)};
  auto wanted = at(20'000, coins);
  BOOST_TEST(error(one.payment, wanted) == "bad_change_script");
  wanted.change_script = bytes{0x6a};
  BOOST_TEST(error(one.payment, wanted) == "bad_change_script");
  wanted.change_script = script_of(coin_kind::p2tr, 101);
  const auto plan = plan_replacement(one.payment, wanted).value();
  check_plan(plan, one.payment, wanted);
  BOOST_TEST((plan.change == std::optional<std::size_t>{1}));
  wanted.more = {};
  BOOST_TEST(error(one.payment, wanted) == "not_enough_coins");
}

// What pays to ourselves alone has no output but change, and keeps it.
BOOST_AUTO_TEST_CASE(an_output_is_left) {
  sent one;
  auto tx = one.each.unsigned_psbt.unsigned_transaction();
  tx.outputs.erase(tx.outputs.begin());
  tx.outputs[0].value = satoshi{99'000};
  one.sign_again(tx);
  one.payment.change = 0;
  for (std::uint64_t rate = 800'000; rate < 1'000'000; rate += 1'000) {
    const auto plan = plan_replacement(one.payment, at(rate));
    if (plan)
      check_plan(*plan, one.payment, at(rate));
    else
      BOOST_TEST((plan.error() == errc::not_enough_coins));
    if (plan) BOOST_TEST(plan->tx.outputs.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(change_stays_in_its_place) {
  sent one;
  auto tx = one.each.unsigned_psbt.unsigned_transaction();
  std::swap(tx.outputs[0], tx.outputs[1]);
  one.sign_again(tx);
  one.payment.change = 0;
  const auto plan = plan_replacement(one.payment, at(20'000)).value();
  check_plan(plan, one.payment, at(20'000));
  BOOST_TEST((plan.change == std::optional<std::size_t>{0}));
  BOOST_TEST((plan.tx.outputs[1] == tx.outputs[1]));
}

// Rule 1. A sequence that asks for it is kept beside one that does not.
BOOST_AUTO_TEST_CASE(sequences) {
  sent one{{coin_kind::p2wpkh, coin_kind::p2tr}};
  auto tx = one.each.unsigned_psbt.unsigned_transaction();
  tx.inputs[0].sequence = sequence_final;
  tx.inputs[1].sequence = 144; // a relative lock time
  one.sign_again(tx);
  check_plan(plan_replacement(one.payment, at(20'000)).value(), one.payment, at(20'000));
  tx.inputs[1].sequence = sequence_not_replaceable;
  one.sign_again(tx);
  BOOST_TEST(error(one.payment, at(20'000)) == "not_replaceable");
}

BOOST_AUTO_TEST_CASE(refusals) {
  const sent one;
  const auto with = [&](auto change) {
    auto before = one.payment;
    change(before);
    return error(before, at(20'000));
  };
  BOOST_TEST(with([](auto&) {}) == "none");
  BOOST_TEST(with([](auto& b) { b.coins[0].from.index ^= 1; }) == "wrong_previous");
  BOOST_TEST(with([](auto& b) { b.coins.clear(); }) == "wrong_previous");
  BOOST_TEST(with([](auto& b) { b.coins.push_back(b.coins[0]); }) == "wrong_previous");
  BOOST_TEST(with([](auto& b) { b.tx.inputs[0].witness.clear(); }) == "missing_signatures");
  BOOST_TEST(with([](auto& b) { b.coins[0].value = satoshi{98'000}; }) == "bad_amount");
  BOOST_TEST(with([](auto& b) { b.coins[0].value = satoshi{~0ULL}; }) == "bad_amount");
  BOOST_TEST(with([](auto& b) { b.tx.outputs[1].locking_script = {0x6a}; }) == "bad_change_script");
  BOOST_TEST(with([](auto& b) {
               b.tx.inputs.push_back(b.tx.inputs[0]);
               b.coins.push_back(b.coins[0]);
             }) == "input_repeated");
  BOOST_TEST(error(one.payment, at(999)) == "fee_too_low");
  BOOST_TEST(error(one.payment, at(rate_max.value + 1)) == "fee_too_high");
  std::vector<coin> coins{coin_of(1, 1'000), coin_of(1, 2'000)};
  BOOST_TEST(error(one.payment, at(20'000, coins)) == "input_repeated");
  coins = {one.payment.coins[0]};
  BOOST_TEST(error(one.payment, at(20'000, coins)) == "input_repeated");
  coins = {coin_of(1, money_max.value)};
  BOOST_TEST(error(one.payment, at(20'000, coins)) == "bad_amount");
  coins.clear(); // each is worth 1,000 more than it costs to spend
  for (std::uint32_t i = 0; i < 2'000; ++i)
    coins.push_back(coin_of(i, 1'361'000));
  BOOST_TEST(error(one.payment, at(20'000'000, coins)) == "over_limit");
  for (auto& c : coins)
    c.value = satoshi{1'359'000}; // each costs more than it is worth: none is looked at
  BOOST_TEST(error(one.payment, at(20'000'000, coins)) == "not_enough_coins");
  coins.resize(bitcoin::limits::coins_max + 1);
  BOOST_TEST(error(one.payment, at(20'000, coins)) == "over_limit");
}

// A replacement that was paid less than the relay minimum before still pays that minimum.
BOOST_AUTO_TEST_CASE(rates_below_the_minimum) {
  sent one;
  auto tx = one.each.unsigned_psbt.unsigned_transaction();
  tx.outputs[1].value = satoshi{39'990};
  one.sign_again(tx);
  BOOST_TEST(error(one.payment, at(999)) == "fee_too_low");
  check_plan(plan_replacement(one.payment, at(1'000)).value(), one.payment, at(1'000));
}

BOOST_AUTO_TEST_CASE(random_wallets) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  const sent one{all_kinds};
  std::size_t planned = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<coin> coins;
    for (std::uint32_t i = 0; i < random() % 30; ++i)
      coins.push_back(coin_of(i, 1 + random() % (1ULL << (8 + random() % 16)),
                              coin_kinds[random() % coin_kinds.size()]));
    auto before = one.payment;
    before.descendants = {satoshi{random() % 50'000}, random() % 100};
    const auto wanted = at(3'000 + random() % (1ULL << (10 + random() % 12)), coins);
    const auto plan = plan_replacement(before, wanted);
    if (!plan) {
      BOOST_TEST((plan.error() == errc::not_enough_coins));
      continue;
    }
    ++planned;
    check_plan(*plan, before, wanted);
    BOOST_TEST((plan_replacement(before, wanted)->tx == plan->tx));
  }
  BOOST_TEST(planned > 100);
}

BOOST_AUTO_TEST_SUITE_END()
