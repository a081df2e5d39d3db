// What a key signs and what it does not, by its policy.
#include "core/chain/evm/contract.hpp"
#include "tests/unit/signer_fixture.hpp"

#include <cctype>

using namespace quorate;
using namespace quorate::testing;

namespace {

constexpr std::uint64_t hour = 3'600'000;

/// A signer whose policy is changed before it starts.
struct policy_world : signer_world {
  evm::address contract = evm::address_of(*ec_public_key::of(chain_secret("token")));

  /// Pays units of the token to the shop.
  ledger::signing_order token_order(std::uint64_t units, std::uint64_t nonce = 0) const {
    const auto function = *evm::abi::parse_function("transfer(address,uint256)");
    auto tx = paying(contract, 0, nonce);
    tx.data = *evm::abi::encode_call_json(function, "[\"" + to_string(shop) + "\", \"" +
                                                        std::to_string(units) + "\"]");
    auto made = order(tx);
    made.asset = {1};
    made.payments = {{to_string(shop), amount{units}}};
    return made;
  }
  signer::asset_limit token_limit() const {
    return {{1}, to_string(contract), "wei", amount{700}, amount{700}, hour, amount{gas_wei}};
  }
  /// No asset but the token, and so much for its fees in an hour.
  auto token_alone(std::uint64_t fees) const {
    return [this, fees](signer::key_policy& p) {
      p.assets = {token_limit()};
      p.fees = {{"wei", amount{fees}, hour}};
    };
  }

  void with(const std::function<void(signer::key_policy&)>& change) {
    auto p = policy();
    change(p);
    BOOST_REQUIRE(p.validate().has_value());
    crash(p);
  }

  /// The next block is of that time of the day after the first.
  void at(unsigned hour_of_day, unsigned minute) {
    time = noon + 12 * hour + hour_of_day * hour + minute * 60'000ULL;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(signer_policy, policy_world)

// What counts is what the transaction does, whatever the committed order says of it.
BOOST_AUTO_TEST_CASE(the_order_has_to_state_what_the_transaction_does) {
  auto less = order(500);
  less.payments[0].units = amount{499};
  BOOST_TEST(refusal(commit(less)) == "amount_mismatch");
  auto elsewhere = order(paying(stranger, 500));
  elsewhere.payments[0].destination = to_string(shop);
  BOOST_TEST(refusal(commit(elsewhere)) == "amount_mismatch");
  auto silent = order(500);
  silent.payments.clear();
  BOOST_TEST(refusal(commit(silent)) == "amount_mismatch");
  auto other_asset = order(500);
  other_asset.asset = {1};
  BOOST_TEST(refusal(commit(other_asset)) == "asset_not_allowed");
  sign(commit(order(500)));
}

BOOST_AUTO_TEST_CASE(destinations) {
  BOOST_TEST(refusal(commit(order(paying(stranger, 1)))) == "destination_not_allowed");
  with([&](auto& p) { p.destinations.clear(); });
  BOOST_TEST(refusal(commit(order(1))) == "destination_not_allowed");
}

BOOST_AUTO_TEST_CASE(who_may_order) {
  BOOST_TEST(refusal(commit(signed_by(bob, order(1), next(bob).value + 1))) ==
             "orderer_not_allowed");
  with([&](auto& p) { p.orderers = {carol.key()}; });
  BOOST_TEST(refusal(commit(order(1))) == "orderer_not_allowed");
}

BOOST_AUTO_TEST_CASE(one_operation) {
  BOOST_TEST(refusal(commit(order(501))) == "over_operation_limit");
  auto dear = paying(shop, 1);
  dear.max_fee_per_gas = 1001;
  BOOST_TEST(refusal(commit(order(dear))) == "fee_too_high");
  sign(commit(order(500)));
}

// An hour slides with the time of blocks; a spend counts for it and at most a 64th longer.
BOOST_AUTO_TEST_CASE(a_sliding_window) {
  sign(commit(order(500)));
  time += hour / 2;
  sign(commit(order(400, 1)));
  BOOST_TEST(refusal(commit(order(101, 2))) == "over_window_limit");
  time += hour / 2 - 1;
  BOOST_TEST(refusal(commit(order(101, 2))) == "over_window_limit");
  crash();
  BOOST_TEST(refusal(commit(order(101, 2))) == "over_window_limit");
  time += hour / 64 + 1;
  sign(commit(order(101, 2)));
  BOOST_TEST(refusal(commit(order(500, 3))) == "over_window_limit");
}

// An order that was kept back is counted when it comes, so that waiting gains nothing.
BOOST_AUTO_TEST_CASE(orders_kept_back) {
  with([](auto& p) { p.order_age_max_ms = 0; });
  const auto early = commit(order(500));
  time += 2 * hour;
  sign(commit(order(500, 1)));
  sign(early);
  BOOST_TEST(refusal(commit(order(1, 2))) == "over_window_limit");
}

BOOST_AUTO_TEST_CASE(an_order_that_expired) {
  const auto op = signed_by(alice, order(1), {}, noon + 1000);
  const auto request = commit(op);
  time += 2000;
  sign(commit(order(1, 1)));
  BOOST_TEST(refusal(request) == "expired");
}

// Nobody has to write an end into an order for it to have one.
BOOST_AUTO_TEST_CASE(an_order_that_waited_too_long) {
  const auto roomy = [](auto& p) { p.assets[0].window_max = amount::max(); };
  with(roomy);
  const auto in_time = commit(order(1));
  const auto late = commit(order(1, 1));
  time += hour;
  sign(commit(order(1, 2)));
  sign(in_time); // an hour is not too long
  ++time;
  BOOST_TEST(refusal(commit(order(paying(stranger, 1)))) == "destination_not_allowed");
  BOOST_TEST(refusal(late) == "order_too_old"); // also by what a refused order proves
  with(roomy);                                  // it was durable
  BOOST_TEST(refusal(late) == "order_too_old");
  sign(in_time); // was decided, and is not judged again
  with([&](auto& p) { roomy(p), p.order_age_max_ms = hour + 1; });
  sign(late);
  const auto very_late = commit(order(1, 3));
  with([&](auto& p) { roomy(p), p.order_age_max_ms = 0; });
  time += 30 * 24 * hour;
  sign(commit(order(1, 4)));
  sign(very_late);
}

BOOST_AUTO_TEST_CASE(approvals_by_two_of_three) {
  with([&](auto& p) {
    p.approvals_needed = 2;
    p.approvers = {approver0.key(), approver1.key(), approver2.key()};
    std::ranges::sort(p.approvers);
  });
  BOOST_TEST(refusal(commit(order(1))) == "too_few_approvals");
  BOOST_TEST(refusal(commit(approved(order(1), {&approver0}))) == "too_few_approvals");
  BOOST_TEST(refusal(commit(approved(order(1), {&approver0, &bob}))) == "too_few_approvals");
  sign(commit(approved(order(1), {&approver0, &approver2})));
  // Of an order of another amount, and of an earlier operation of the same account.
  auto other = order(2, 1);
  other.approvals = approved(order(1, 1), {&approver0, &approver1}).approvals;
  BOOST_TEST(refusal(commit(other)) == "bad_signature");
  const auto earlier = approved(order(3, 1), {&approver0, &approver1});
  run_noop();
  BOOST_TEST(refusal(commit(earlier)) == "bad_signature");
  auto bent = approved(order(3, 1), {&approver0, &approver1, &approver2});
  bent.approvals[2].sig.data[5] ^= 1;
  BOOST_TEST(refusal(commit(bent)) == "bad_signature"); // also beyond the threshold
}

BOOST_AUTO_TEST_CASE(quiet_hours_are_of_the_block) {
  with([](auto& p) { p.quiet = {{22 * 60, 6 * 60}}; }); // over midnight
  at(0, 0);
  BOOST_TEST(refusal(commit(order(1))) == "quiet_hours");
  at(5, 59);
  BOOST_TEST(refusal(commit(order(1))) == "quiet_hours");
  at(6, 0);
  sign(commit(order(1)));
  at(21, 59);
  sign(commit(order(1, 1)));
  at(22, 0);
  BOOST_TEST(refusal(commit(order(1, 2))) == "quiet_hours");
}

// No order has to show that it is night: a node that brings the head of the log does.
BOOST_AUTO_TEST_CASE(quiet_hours_begin_with_any_newer_block) {
  with([](auto& p) { p.quiet = {{22 * 60, 6 * 60}}; });
  at(21, 59);
  const auto kept = commit(order(1));
  at(22, 0);
  run_noop();
  BOOST_TEST(refusal(shown()) == "duplicate"); // it has nothing new to bring
  BOOST_TEST(refusal(kept) == "quiet_hours");
  at(30, 0);
  run_noop();
  BOOST_TEST(refusal(shown()) == "none"); // the refusal is new
  BOOST_TEST(refusal(kept) == "order_too_old");
}

// Ordered by day and brought by night: it would be signed by night.
BOOST_AUTO_TEST_CASE(quiet_hours_are_of_the_newest_block) {
  const auto nights = [](auto& p) {
    p.quiet = {{22 * 60, 6 * 60}};
    p.order_age_max_ms = 0;
  };
  with(nights);
  at(21, 59);
  const auto kept = commit(order(1));
  at(27, 0);
  BOOST_TEST(refusal(commit(order(1, 1))) == "quiet_hours");
  BOOST_TEST(refusal(kept) == "quiet_hours");
  with(nights);
  BOOST_TEST(refusal(kept) == "quiet_hours");
  at(30, 0);
  sign(commit(order(1, 2)));
  sign(kept);
}

BOOST_AUTO_TEST_CASE(hours_within_a_day) {
  const signer::quiet_hours night{60, 120};
  const auto minute = [](std::uint64_t m) { return block_time_ms{m * 60'000}; };
  BOOST_TEST(!night.contains(minute(59)));
  BOOST_TEST(night.contains(minute(60)));
  BOOST_TEST(night.contains(minute(119)));
  BOOST_TEST(!night.contains(minute(120)));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_here) {
  auto o = order(1);
  o.key.data[0] ^= 1;
  BOOST_TEST(refusal(commit(o)) == "no_such_key");
  BOOST_TEST(last_entry().time.value == time); // it was proven
}

BOOST_AUTO_TEST_CASE(another_network) {
  auto tx = paying(shop, 1);
  tx.chain_id = 5;
  auto o = order(1);
  o.transaction = evm::signing_payload(tx);
  BOOST_TEST(refusal(commit(o)) == "wrong_chain_id");
  o = order(1);
  o.chain = ledger::signing_chain::cosmos;
  BOOST_TEST(refusal(commit(o)) == "wrong_network");
}

BOOST_AUTO_TEST_CASE(a_token_has_a_limit_of_its_own) {
  auto o = token_order(700);
  BOOST_TEST(refusal(commit(o)) == "asset_not_allowed");
  with([&](auto& p) { p.assets.insert(p.assets.begin(), token_limit()); });
  sign(commit(o));
  BOOST_TEST(refusal(commit(o)) == "over_window_limit"); // the same again is another order
  sign(commit(order(500, 1)));                           // and counts for another asset
  auto tx = *evm::decode_unsigned(o.transaction, 1);
  tx.value = 1;
  o.transaction = evm::signing_payload(tx);
  BOOST_TEST(refusal(commit(o)) == "unclear_transaction");
}

// Transfers of nothing cost gas all the same, as often as they are ordered.
BOOST_AUTO_TEST_CASE(fees_count_in_the_window_of_their_unit) {
  const auto both = [&](auto& p) {
    p.assets.insert(p.assets.begin(), token_limit());
    p.assets[1].window_max = amount{3 * gas_wei + 10};
  };
  with(both);
  sign(commit(token_order(0)));
  sign(commit(order(10, 1)));
  sign(commit(token_order(0, 2)));
  BOOST_TEST(refusal(commit(token_order(0, 3))) == "over_window_limit");
  with(both); // it was durable
  BOOST_TEST(refusal(commit(token_order(0, 3))) == "over_window_limit");
  BOOST_TEST(refusal(commit(order(1, 3))) == "over_window_limit"); // one window for both
  time += hour + hour / 64 + 1;
  sign(commit(token_order(0, 3)));
}

BOOST_AUTO_TEST_CASE(fees_of_a_unit_that_is_no_asset) {
  with(token_alone(2 * gas_wei));
  const auto first = commit(token_order(1));
  sign(first);
  sign(commit(token_order(1, 1)));
  sign(first); // decided before: counted once
  BOOST_TEST(refusal(commit(token_order(1, 2))) == "over_fee_window");
  with(token_alone(2 * gas_wei));
  sign(first); // also over a restart
  BOOST_TEST(refusal(commit(token_order(1, 2))) == "over_fee_window");
  // A refused order counts for nothing, in neither of the two windows.
  with(token_alone(3 * gas_wei));
  BOOST_TEST(refusal(commit(token_order(700, 2))) == "over_window_limit");
  sign(commit(token_order(698, 2)));
  BOOST_TEST(refusal(commit(token_order(0, 3))) == "over_fee_window");
  time += hour + hour / 64 + 1;
  sign(commit(token_order(700, 3)));
}

// What was paid is paid, under whichever limit it counted.
BOOST_AUTO_TEST_CASE(windows_are_of_units) {
  with(token_alone(2 * gas_wei));
  sign(commit(token_order(0)));
  sign(commit(token_order(0, 1)));
  with([](auto& p) { p.assets[0].asset = {1}; });
  auto o = order(1000, 2);
  o.asset = {1};
  BOOST_TEST(refusal(commit(o)) == "over_operation_limit");
  o = order(500, 2);
  o.asset = {1};
  BOOST_TEST(refusal(commit(o)) == "over_window_limit");
}

// An earlier version kept a window under its asset's number.
BOOST_AUTO_TEST_CASE(windows_of_an_earlier_version) {
  const auto name = signer::name_of(key);
  signer::spend_window before;
  before.add(amount{1000 + gas_wei}, {time}, hour);
  disk[{table::meta, signer::window_key_before(name, {2})}] = encode(before);
  crash();
  BOOST_TEST(refusal(commit(order(1))) == "over_window_limit");
  time += hour + hour / 64 + 1;
  sign(commit(order(500)));
  // From now on the new one is read, and the old one is not counted twice.
  disk[{table::meta, signer::window_key_before(name, {2})}] = encode(signer::spend_window{});
  crash();
  sign(commit(order(500, 1)));
  BOOST_TEST(refusal(commit(order(1, 2))) == "over_window_limit");
}

// Only the genesis tells which curve they have to be on.
BOOST_AUTO_TEST_CASE(approvers_are_of_the_suite_of_the_cluster) {
  auto p = policy();
  p.approvers = {approver0.key()};
  BOOST_TEST(p.check_approvers(suite).has_value());
  p.approvers.insert(p.approvers.begin(), public_key{});
  BOOST_TEST(p.validate().has_value());
  BOOST_TEST((p.check_approvers(suite).error() == errc::bad_public_key));
  signer::signer_setup setup;
  setup.keys.emplace(signer::name_of(key), signer::held_key{key, p});
  setup.find = [](const ledger::operation_id&) { return std::nullopt; };
  const auto made = signer::signer_core::restore(std::move(setup), genesis, {});
  BOOST_TEST((!made && made.error() == errc::bad_public_key));
}

BOOST_AUTO_TEST_CASE(policies_that_are_none) {
  const auto bad = [&](auto change) {
    auto p = policy();
    change(p);
    const auto valid = p.validate();
    return valid ? "none" : std::string{name(valid.error())};
  };
  BOOST_TEST(bad([](auto& p) { p.approvals_needed = 1; }) == "bad_threshold");
  BOOST_TEST(bad([](auto& p) { p.destinations = {"b", "a"}; }) == "not_canonical");
  BOOST_TEST(bad([](auto& p) { p.destinations = {"a", "a"}; }) == "not_canonical");
  BOOST_TEST(bad([](auto& p) { p.quiet = {{60, 60}}; }) == "not_canonical");
  BOOST_TEST(bad([](auto& p) { p.quiet = {{0, 24 * 60}}; }) == "not_canonical");
  BOOST_TEST(bad([](auto& p) { p.assets[0].window_ms = 0; }) == "over_limit");
  BOOST_TEST(bad([](auto& p) { p.assets.push_back(p.assets[0]); }) == "not_canonical");
  BOOST_TEST(bad([](auto& p) { p.order_age_max_ms = signer::order_age_ms_max + 1; }) ==
             "over_limit");
  BOOST_TEST(bad(token_alone(1)) == "none");
  BOOST_TEST(bad([&](auto& p) { token_alone(1)(p), p.fees.clear(); }) == "fees_unlimited");
  BOOST_TEST(bad([&](auto& p) { token_alone(1)(p), p.fees[0].window_ms = 0; }) == "over_limit");
  BOOST_TEST(bad([&](auto& p) { token_alone(1)(p), p.fees[0].unit = "gas"; }) == "bad_unit");
  BOOST_TEST(bad([&](auto& p) { p.fees = {{"wei", amount{1}, hour}}; }) == "unit_repeated");
}

// Under two numbers one unit would have two windows, and the key would sign twice as much of it.
BOOST_AUTO_TEST_CASE(units_of_a_policy) {
  const auto of = [&](const signer::network& where,
                      const std::vector<std::pair<std::string, std::string>>& units) {
    auto p = policy();
    p.where = where;
    const auto limit = p.assets[0];
    p.assets.clear();
    for (const auto& [unit, fee_unit] : units) {
      p.assets.push_back(limit);
      p.assets.back().asset = {static_cast<std::uint32_t>(p.assets.size())};
      p.assets.back().unit = unit;
      p.assets.back().fee_unit = fee_unit;
    }
    const auto valid = p.validate();
    return valid ? "none" : std::string{name(valid.error())};
  };
  const signer::network ethereum = signer::evm_network{1};
  const signer::network bitcoin = signer::bitcoin_network{};
  const signer::network hub = signer::cosmos_network{"cosmoshub-4", "cosmos"};
  const auto token = to_string(shop);
  const auto other_token = to_string(stranger);
  BOOST_TEST(of(ethereum, {{"wei", "wei"}, {token, "wei"}, {other_token, "wei"}}) == "none");
  BOOST_TEST(of(ethereum, {{"wei", "wei"}, {"wei", "wei"}}) == "unit_repeated");
  BOOST_TEST(of(ethereum, {{token, "wei"}, {"wei", "wei"}, {token, "wei"}}) == "unit_repeated");
  BOOST_TEST(of(bitcoin, {{"sat", "sat"}}) == "none");
  BOOST_TEST(of(bitcoin, {{"sat", "sat"}, {"sat", "sat"}}) == "unit_repeated");
  BOOST_TEST(of(hub, {{"uatom", "uatom"}, {"ibc/0A1B", "uatom"}}) == "none");
  BOOST_TEST(of(hub, {{"ibc/0A1B", "uatom"}}) == "fees_unlimited");
  BOOST_TEST(of(hub, {{"uatom", "uatom"}, {"ujuno", "ujuno"}}) == "none");

  auto no_checksum = token;
  std::ranges::transform(no_checksum, no_checksum.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& bad : {std::string{"eth"}, std::string{"sat"}, std::string{}, no_checksum})
    BOOST_TEST(of(ethereum, {{bad, "wei"}}) == "bad_unit");
  BOOST_TEST(of(ethereum, {{"wei", token}}) == "bad_unit"); // no token pays for gas
  BOOST_TEST(of(bitcoin, {{"wei", "sat"}}) == "bad_unit");
  BOOST_TEST(of(bitcoin, {{"sat", "btc"}}) == "bad_unit");
  BOOST_TEST(of(hub, {{"x", "uatom"}}) == "bad_unit");
  BOOST_TEST(of(hub, {{"uatom", token + "!"}}) == "bad_unit");
}

BOOST_AUTO_TEST_SUITE_END()

// However it is used, a window counts every spend at least as long as it has to.
BOOST_AUTO_TEST_CASE(a_spend_window_never_forgets_too_early) {
  for (const std::uint64_t length : {1ULL, 63ULL, 64ULL, 100ULL, 3'600'000ULL}) {
    signer::spend_window window;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> spends;
    std::uint64_t now = 1'700'000'000'000;
    for (std::uint64_t i = 0; i < 500; ++i) {
      now += (i * i * 7919) % (length / 3 + 2);
      std::uint64_t exact = 0;
      for (const auto& [at, units] : spends)
        if (at + length > now) exact += units;
      const auto counted = window.with({}, {now}, length);
      BOOST_REQUIRE(counted);
      BOOST_REQUIRE(*counted >= amount{exact});
      window.add(amount{i}, {now}, length);
      spends.emplace_back(now, i);
      const auto again = decode<signer::spend_window>(encode(window));
      BOOST_REQUIRE(again && *again == window);
    }
    const auto later = window.with({}, {now + length + length / 64 + 2}, length);
    BOOST_TEST((later && later->is_zero()));
  }
}
