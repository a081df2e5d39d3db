// Each operation's success and each of its errors, with the state left as it was.
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::testing;
using ledger::transfer;

BOOST_FIXTURE_TEST_SUITE(ledger_operations, ledger_fixture)

BOOST_AUTO_TEST_CASE(transfer_moves_units) {
  BOOST_TEST(run(alice, transfer{{1}, bob.key(), amount{10}}) == 0);
  BOOST_TEST(balance(alice, 1) == 990U);
  BOOST_TEST(balance(bob, 1) == 110U);
  BOOST_TEST(state.check_conservation().has_value());
}

BOOST_AUTO_TEST_CASE(transfer_refuses) {
  BOOST_TEST(run(alice, transfer{{1}, bob.key(), amount{}}) == number(errc::amount_zero));
  BOOST_TEST(run(alice, transfer{{9}, bob.key(), amount{1}}) == number(errc::no_such_asset));
  BOOST_TEST(run(alice, transfer{{1}, alice.key(), amount{1}}) == number(errc::self_transfer));
  BOOST_TEST(run(alice, transfer{{1}, carol.key(), amount{1}}) == number(errc::no_such_account));
  BOOST_TEST(run(alice, transfer{{1}, bob.key(), amount{1001}}) ==
             number(errc::insufficient_funds));
  BOOST_TEST(run(bob, transfer{{2}, alice.key(), amount{1}}) == number(errc::insufficient_funds));
  BOOST_TEST(balance(alice, 1) == 1000U);
  BOOST_TEST(state.find(alice.key())->last_sequence.value == 5U); // failures use their sequence
}

BOOST_AUTO_TEST_CASE(sequence_runs_once_and_in_order) {
  const auto first = signed_by(alice, transfer{{1}, bob.key(), amount{1}});
  BOOST_TEST(run(first) == 0);
  const auto root = state.last().state_root;
  BOOST_TEST(run(first) == number(errc::sequence_replayed));
  BOOST_TEST(run(signed_by(alice, transfer{{1}, bob.key(), amount{1}}, 3)) ==
             number(errc::sequence_gap));
  BOOST_TEST((state.last().state_root == root));
  const auto reply = state.reply(alice.key(), {1});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->code == 0);
  BOOST_TEST(reply->height.value == 1U);
  BOOST_TEST((reply->id == ledger::id_of(authoriser.cluster(), first.op)));
}

BOOST_AUTO_TEST_CASE(twice_in_one_block_runs_once) {
  const auto op = signed_by(alice, transfer{{1}, bob.key(), amount{1}});
  const auto block = apply({op, op});
  BOOST_TEST(block.results[0].code == 0);
  BOOST_TEST(block.results[1].code == number(errc::sequence_replayed));
  BOOST_TEST(balance(bob, 1) == 101U);
}

BOOST_AUTO_TEST_CASE(stored_replies_are_bounded) {
  for (int i = 0; i < 20; ++i)
    run(alice, transfer{{1}, bob.key(), amount{1}});
  BOOST_TEST(state.find(alice.key())->replies.size() == limits::replies_per_account);
  BOOST_TEST(!state.reply(alice.key(), {4}));
  BOOST_TEST(state.reply(alice.key(), {5}).has_value());
}

BOOST_AUTO_TEST_CASE(expired_operation_uses_its_sequence) {
  time = 5000;
  BOOST_TEST(run(signed_by(alice, transfer{{1}, bob.key(), amount{1}}, {}, 4999)) ==
             number(errc::expired));
  BOOST_TEST(run(signed_by(alice, transfer{{1}, bob.key(), amount{1}}, {}, 5000)) == 0);
}

BOOST_AUTO_TEST_CASE(block_time_never_goes_back) {
  time = 5000;
  run(alice, transfer{{1}, bob.key(), amount{1}});
  time = 10;
  run(alice, transfer{{1}, bob.key(), amount{1}});
  BOOST_TEST(state.last().time.value == 5000U);
}

BOOST_AUTO_TEST_CASE(batch_is_all_or_nothing) {
  ledger::transfer_batch batch{{{{1}, bob.key(), amount{600}}, {{1}, admin.key(), amount{401}}}};
  BOOST_TEST(run(alice, batch) == number(errc::insufficient_funds));
  BOOST_TEST(balance(alice, 1) == 1000U);
  batch.legs[1].units = amount{400};
  batch.legs.push_back({{2}, bob.key(), amount{500}});
  BOOST_TEST(run(alice, batch) == 0);
  BOOST_TEST(balance(alice, 1) == 0U);
  BOOST_TEST(balance(bob, 1) == 700U);
  BOOST_TEST(balance(bob, 2) == 500U);
  BOOST_TEST(state.check_conservation().has_value());
}

BOOST_AUTO_TEST_CASE(opening_accounts) {
  BOOST_TEST(run(signed_by(carol, ledger::open_account{carol.key()}, 1)) == 0);
  BOOST_TEST(run(carol, ledger::open_account{carol.key()}) == number(errc::account_exists));
  const auto dave = key_named("dave");
  BOOST_TEST(run(carol, ledger::open_account{dave.key()}) == number(errc::not_authorised));
  BOOST_TEST(run(admin, ledger::open_account{dave.key()}) == 0);
  BOOST_TEST(state.find(dave.key()) != nullptr);
}

BOOST_AUTO_TEST_CASE(credit_needs_a_quorum_and_counts_once) {
  ledger::credit deposit{{1}, bob.key(), amount{50}, 0, sha256(as_bytes("tx")), {0}, {}};
  const auto good = approved(deposit, {{0, &attester0}, {2, &attester2}});
  BOOST_TEST(run(alice, good) == 0);
  BOOST_TEST(balance(bob, 1) == 150U);
  BOOST_TEST(run(alice, good) == number(errc::already_credited));
  const auto one = signed_by(alice, approved(deposit, {{0, &attester0}}));
  BOOST_TEST((authoriser.check(encode(one)).error() == errc::not_authorised));
  const auto forged = signed_by(alice, approved(deposit, {{0, &attester0}, {1, &attester2}}));
  BOOST_TEST((authoriser.check(encode(forged)).error() == errc::bad_signature));
  BOOST_TEST(state.check_conservation().has_value());
}

BOOST_AUTO_TEST_CASE(withdrawal_is_held_then_settled_or_returned) {
  const auto request = signed_by(alice, ledger::withdrawal_request{{1}, amount{300}, 0, {1, 2}});
  BOOST_TEST(run(request) == 0);
  const auto hold = ledger::id_of(authoriser.cluster(), request.op);
  BOOST_TEST(balance(alice, 1) == 700U);
  BOOST_TEST((state.find(alice.key())->find({1})->held == amount{300}));
  const auto second = signed_by(alice, ledger::withdrawal_request{{1}, amount{100}, 0, {1, 2}});
  BOOST_TEST(run(second) == 0);
  const auto settle = [&](const ledger::operation_id& id, bool settled) {
    return approved(ledger::withdrawal_release{alice.key(), id, settled, {}},
                    {{0, &attester0}, {1, &attester1}});
  };
  BOOST_TEST(run(bob, settle(hold, true)) == 0);
  BOOST_TEST(run(bob, settle(hold, true)) == number(errc::no_such_hold));
  BOOST_TEST(run(bob, settle(ledger::id_of(authoriser.cluster(), second.op), false)) == 0);
  BOOST_TEST(balance(alice, 1) == 700U);
  BOOST_TEST(state.find(alice.key())->find({1})->held.is_zero());
  BOOST_TEST(state.check_conservation().has_value());
}

BOOST_AUTO_TEST_CASE(frozen_account_receives_but_does_not_send) {
  const auto freeze = [&](bool frozen, std::uint64_t counter) {
    return approved(ledger::set_frozen{alice.key(), frozen, counter, {}}, {{0, &admin}});
  };
  BOOST_TEST(run(bob, freeze(true, 1)) == 0);
  BOOST_TEST(run(alice, transfer{{1}, bob.key(), amount{1}}) == number(errc::account_frozen));
  BOOST_TEST(run(alice, ledger::withdrawal_request{{1}, amount{1}, 0, {1}}) ==
             number(errc::account_frozen));
  BOOST_TEST(run(bob, transfer{{1}, alice.key(), amount{1}}) == 0);
  BOOST_TEST(run(bob, freeze(false, 2)) == 0);
  BOOST_TEST(run(bob, freeze(true, 1)) == number(errc::not_authorised)); // an old approval again
  BOOST_TEST(run(alice, transfer{{1}, bob.key(), amount{1}}) == 0);
}

BOOST_AUTO_TEST_CASE(unsigned_noop_changes_nothing_but_the_results) {
  const auto root = state.last().state_root;
  BOOST_TEST(run({{{}, {}, {}, ledger::noop{{1, 2, 3}}}, {}}) == 0);
  BOOST_TEST((state.last().state_root == root));
}

BOOST_AUTO_TEST_CASE(authoriser_refuses) {
  auto op = signed_by(alice, transfer{{1}, bob.key(), amount{1}});
  op.op.sequence = {7};
  BOOST_TEST((authoriser.check(encode(op)).error() == errc::bad_signature));
  auto other = genesis;
  other.unsigned_noops = false;
  const ledger::authoriser strict{other};
  const ledger::signed_operation noop{{{}, {}, {}, ledger::noop{{1}}}, {}};
  BOOST_TEST((strict.check(encode(noop)).error() == errc::unsigned_not_allowed));
  // The same operation, signed for another cluster.
  BOOST_TEST((strict.check(encode(signed_by(alice, transfer{{1}, bob.key(), amount{1}}))).error() ==
              errc::bad_signature));
}

BOOST_AUTO_TEST_SUITE_END()
