// Roots, proofs, receipts, restoring, and random histories.
#include "core/ledger/trust.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>

using namespace quorate;
using namespace quorate::testing;
using ledger::transfer;

namespace {

std::uint64_t seed() {
  const char* given = std::getenv("QUORATE_SEED");
  const auto value = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  BOOST_TEST_MESSAGE("replay with QUORATE_SEED=" << value);
  return value;
}

ledger::attested_block attest(const ledger_fixture& f, const ledger::block_summary& summary,
                              std::uint16_t replicas) {
  ledger::attested_block block{summary, {}};
  const auto statement = ledger::attestation_statement(f.authoriser.cluster(), {1}, summary);
  for (std::uint16_t i = 0; i < replicas; ++i)
    block.attestations.push_back({{i}, f.key_of_replica(i).sign(statement)});
  return block;
}

ledger::trusted_epochs trusted(const ledger_fixture& f) {
  return ledger::trusted_epochs{f.genesis};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_state, ledger_fixture)

BOOST_AUTO_TEST_CASE(same_batches_give_the_same_roots) {
  ledger_fixture other;
  for (int i = 0; i < 5; ++i) {
    const auto op = signed_by(alice, transfer{{1}, bob.key(), amount{1}});
    const auto a = apply({op});
    const auto b = other.apply({op});
    BOOST_TEST((a.summary == b.summary));
  }
}

BOOST_AUTO_TEST_CASE(receipt_proves_a_result_with_f_plus_one_attestations) {
  std::vector<ledger::signed_operation> operations;
  for (std::uint64_t i = 1; i <= 5; ++i)
    operations.push_back(signed_by(alice, transfer{{1}, bob.key(), amount{i}}, i));
  const auto block = apply(operations);
  std::vector<digest> leaves;
  for (const auto& one : block.results)
    leaves.push_back(merkle_leaf(encode(one)));
  const merkle_tree tree{leaves};
  BOOST_TEST((tree.root() == block.summary.result_root));
  ledger::receipt receipt{block.results[3], tree.path(3), attest(*this, block.summary, 2)};
  const auto id = block.results[3].id;
  BOOST_TEST(ledger::verify(receipt, id, trusted(*this)).has_value());

  BOOST_TEST((ledger::verify(receipt, block.results[2].id, trusted(*this)).error() ==
              errc::wrong_operation));
  auto forged = receipt;
  forged.result.code = 1;
  BOOST_TEST((ledger::verify(forged, id, trusted(*this)).error() == errc::bad_proof));
  auto few = receipt;
  few.block.attestations.pop_back();
  BOOST_TEST((ledger::verify(few, id, trusted(*this)).error() == errc::too_few_attestations));
  auto twice = few;
  twice.block.attestations.push_back(twice.block.attestations[0]);
  BOOST_TEST(!ledger::verify(twice, id, trusted(*this)));
  auto other_root = receipt;
  other_root.block.summary.state_root = sha256(as_bytes("another"));
  BOOST_TEST(
      (ledger::verify(other_root, id, trusted(*this)).error() == errc::too_few_attestations));
}

BOOST_AUTO_TEST_CASE(account_proofs_of_presence_and_absence) {
  const auto block = apply({signed_by(alice, transfer{{1}, bob.key(), amount{1}})});
  const auto proven = attest(*this, block.summary, 2);
  ledger::account_proof present{*state.find(bob.key()), state.prove(bob.key()), proven};
  BOOST_TEST(ledger::verify(present, bob.key(), trusted(*this)).has_value());
  auto richer = present;
  richer.value->at({1}).available = amount{1'000'000};
  BOOST_TEST((ledger::verify(richer, bob.key(), trusted(*this)).error() == errc::bad_proof));
  ledger::account_proof denied{std::nullopt, state.prove(bob.key()), proven};
  BOOST_TEST((ledger::verify(denied, bob.key(), trusted(*this)).error() == errc::bad_proof));
  ledger::account_proof absent{std::nullopt, state.prove(carol.key()), proven};
  BOOST_TEST(ledger::verify(absent, carol.key(), trusted(*this)).has_value());
  BOOST_TEST((ledger::verify(absent, bob.key(), trusted(*this)).error() == errc::bad_proof));
}

BOOST_AUTO_TEST_CASE(tree_does_not_depend_on_history) {
  std::mt19937_64 random{seed()};
  std::map<digest, digest> model;
  ledger::state_tree grown;
  for (int i = 0; i < 600; ++i) {
    const auto key = sha256(as_bytes(std::to_string(random() % 300)));
    const auto value = sha256(as_bytes(std::to_string(random())));
    model[key] = value;
    grown.set(key, value);
    if (i % 7 == 0) grown.root();
  }
  ledger::state_tree fresh;
  for (const auto& [key, value] : model)
    fresh.set(key, value);
  BOOST_TEST((grown.root() == fresh.root()));
  BOOST_TEST(grown.size() == model.size());
  for (int i = 0; i < 400; ++i) {
    const auto key = sha256(as_bytes(std::to_string(i)));
    const auto proof = grown.prove(key);
    const auto place = model.find(key);
    const auto value = place == model.end() ? std::nullopt : std::optional{place->second};
    BOOST_TEST(ledger::verify(grown.root(), key, value, proof).has_value());
    const auto wrong = value ? std::optional<digest>{} : std::optional{key};
    BOOST_TEST(!ledger::verify(grown.root(), key, wrong, proof));
    if (!proof.siblings.empty()) {
      auto bent = proof;
      bent.siblings.back().data[0] ^= 1;
      BOOST_TEST(!ledger::verify(grown.root(), key, value, bent));
      bent = proof;
      bent.siblings.pop_back();
      BOOST_TEST(!ledger::verify(grown.root(), key, value, bent));
    }
  }
}

BOOST_AUTO_TEST_CASE(restored_state_goes_on_as_if_it_had_never_stopped) {
  std::map<digest, bytes> disk;
  const auto flush = [&] {
    for (auto& changed : state.take_dirty())
      disk[changed.key] = *changed.value;
  };
  flush();
  for (int i = 0; i < 10; ++i) {
    run(alice, transfer{{1}, bob.key(), amount{3}});
    if (i % 3 == 0) flush();
  }
  run(alice, approved(ledger::credit{{1}, bob.key(), amount{5}, 0, sha256(as_bytes("t")), {1}, {}},
                      {{0, &attester0}, {1, &attester1}}));
  flush();
  const std::vector<std::pair<digest, bytes>> records{disk.begin(), disk.end()};
  BOOST_TEST((state.records() == records));
  auto again = ledger::ledger_state::restore(genesis, state.last(), records);
  BOOST_REQUIRE(again);
  BOOST_TEST((again->records() == records));
  ledger::ordered_batch next{state.height().next(), {}, {time}, {}};
  next.operations.push_back(checked(signed_by(bob, transfer{{1}, alice.key(), amount{1}})));
  BOOST_TEST((again->apply(next).summary == state.apply(next).summary));
  BOOST_TEST(again->check_conservation().has_value());

  auto damaged = records;
  damaged[0].second.back() ^= 1;
  BOOST_TEST(!ledger::ledger_state::restore(genesis, state.last(), damaged));
  damaged = records;
  damaged.pop_back();
  BOOST_TEST(!ledger::ledger_state::restore(genesis, state.last(), damaged));
}

BOOST_AUTO_TEST_CASE(units_are_conserved_over_random_histories) {
  std::mt19937_64 random{seed()};
  const signing_key* people[] = {&alice, &bob, &admin, &carol};
  run(signed_by(carol, ledger::open_account{carol.key()}, 1));
  for (int i = 0; i < 300; ++i) {
    const auto& from = *people[random() % 4];
    const auto& to = *people[random() % 4];
    const asset_id asset{static_cast<std::uint32_t>(1 + random() % 2)};
    const amount units{random() % 200};
    switch (random() % 4) {
    case 0:
      run(from, transfer{asset, to.key(), units});
      break;
    case 1:
      run(from, ledger::transfer_batch{{{asset, to.key(), units}, {asset, bob.key(), units}}});
      break;
    case 2:
      run(from, ledger::withdrawal_request{asset, units, 0, {1}});
      break;
    case 3: {
      const auto* owner = state.find(from.key());
      if (owner->holds.empty()) break;
      run(to, approved(
                  ledger::withdrawal_release{from.key(), owner->holds[0].id, random() % 2 == 0, {}},
                  {{0, &attester0}, {1, &attester1}}));
      break;
    }
    }
    BOOST_REQUIRE(state.check_conservation().has_value());
  }
}

// A ledger cannot be made of what nobody could hold: the file is refused before that.
BOOST_AUTO_TEST_CASE(genesis_with_more_than_an_amount_of_an_asset_is_refused) {
  auto most = genesis;
  const auto holds_one = [](const auto& b) { return b.asset == asset_id{1}; };
  const auto first = std::ranges::find_if(most.balances, holds_one);
  first->units = *subtract(amount::max(), amount{1});
  for (auto other = std::next(first); other != most.balances.end(); ++other)
    if (holds_one(*other)) other->units = amount{};
  BOOST_TEST(validate(most).has_value());
  const auto last = std::find_if(most.balances.rbegin(), most.balances.rend(), holds_one);
  last->units = amount{1};
  BOOST_TEST(validate(most).has_value());
  last->units = amount{2};
  BOOST_TEST((validate(most).error() == errc::amount_overflow));
}

BOOST_AUTO_TEST_SUITE_END()
