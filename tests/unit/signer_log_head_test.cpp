// The signer gives the head of its log to whoever asks, and the ledger needs nobody's word for it.
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using signer::head_wanted;

namespace {

struct log_world : signer_world {
  /// Many orders are signed here.
  signer::key_policy generous() const {
    auto made = policy();
    made.assets[0].window_max = amount{100 * (500 + gas_wei)};
    return made;
  }
  log_world() {
    disk.clear();
    state = ledger::ledger_state{genesis};
    restart();
  }

  /// Nothing is brought into the ledger by itself here.
  void restart() {
    writing.clear();
    answers.clear();
    restore(generous());
  }

  signer::status_answer status() const { return core->status(); }

  ledger::signed_operation given(const head_wanted& what) {
    const auto got = answer(what);
    BOOST_REQUIRE(std::holds_alternative<signer::head_answer>(got));
    return std::get<signer::head_answer>(got).operation;
  }

  std::optional<audit::log_head> in_ledger() const { return state.find(log.key())->log; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_head_of_the_signers_log, log_world)

BOOST_AUTO_TEST_CASE(follows_the_log_into_the_ledger) {
  BOOST_TEST((status().account == log.key()));
  BOOST_TEST(bring() == 0); // opens the account
  BOOST_TEST(!in_ledger());
  BOOST_TEST(bring() == 0);
  BOOST_TEST((in_ledger() == status().log));
  BOOST_TEST(refusal(shown()) == "duplicate"); // nothing new
  for (std::uint64_t i = 0; i < 9; ++i) {
    sign(commit(order(1, i)));
    BOOST_TEST(in_ledger()->size < status().log.size);
    BOOST_TEST(bring() == 0);
    BOOST_TEST((in_ledger() == status().log));
  }
  restart(); // the same log, the same account
  BOOST_TEST((status().account == log.key()));
  BOOST_TEST(in_ledger()->size + 1 == status().log.size);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  sign(commit(order(1, 10)));
  BOOST_TEST(bring() == 0);
  BOOST_TEST((in_ledger() == status().log));
}

BOOST_AUTO_TEST_CASE(is_given_no_more_once_the_signer_is_locked) {
  BOOST_TEST(bring() == 0);
  core->lock();
  BOOST_TEST(refusal(shown()) == "signer_locked");
  BOOST_TEST((status().account == log.key())); // whose log it is can still be asked
}

// Nothing is signed before the ledger has a head of this start. It is no lie either.
BOOST_AUTO_TEST_CASE(nothing_is_signed_before_it) {
  const auto request = commit(order(1, 0));
  const auto entries = log_size();
  const auto refused = [&] {
    BOOST_TEST(refusal(request) == "not_anchored");
    BOOST_TEST((status().unanchored == errc::not_anchored));
  };
  refused();
  BOOST_TEST(bring() == 0);
  refused();
  BOOST_TEST(bring() == 0);
  refused(); // it is there, and was not shown
  BOOST_TEST(refusal(shown()) == "duplicate");
  BOOST_TEST(!status().unanchored);
  BOOST_TEST(log_size() == entries);
  BOOST_TEST(core->counters().unproven() == 0U);
  sign(request);
  restart();
  refused();
  BOOST_TEST(refusal(head_wanted{}) == "none"); // what opens the account once more
  refused();
}

// What the ledger had before the start says nothing about the time after it.
BOOST_AUTO_TEST_CASE(what_was_proven_before_the_start_is_not_enough) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  const auto request = commit(order(1, 0));
  const auto early = shown();
  BOOST_TEST(refusal(early) == "duplicate");
  const auto old = disk;
  sign(request);
  BOOST_TEST(bring() == 0);
  disk = old;
  restart();
  BOOST_TEST(refusal(early) == "none"); // an honest head, as far as it can tell
  BOOST_TEST((status().unanchored == errc::not_anchored));
  BOOST_TEST(refusal(request) == "not_anchored");
}

// A proof that is none is a lie like any other; of an old state it gives what the ledger had.
BOOST_AUTO_TEST_CASE(lies_about_the_ledger_change_nothing) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  const auto old = shown();
  BOOST_TEST(refusal(old) == "duplicate");
  sign(commit(order(1, 0)));
  BOOST_TEST(bring() == 0);
  const auto before = *in_ledger();
  sign(commit(order(1, 1)));
  const auto good = shown();
  const auto refused = [&](const char* why, auto change) {
    auto lie = good;
    change(*lie.account);
    const auto entries = log_size();
    BOOST_TEST(refusal(lie) == why);
    BOOST_TEST(log_size() == entries + 1);
    BOOST_TEST((last_entry().what == audit::event::signature_refused));
  };
  refused("bad_proof", [](auto& p) { p.value->log->root.data[0] ^= 1; });
  refused("bad_proof", [](auto& p) { p.value->last_sequence = p.value->last_sequence.next(); });
  refused("bad_proof", [this](auto& p) {
    p.value = *state.find(alice.key());
    p.proof = state.prove(alice.key());
  });
  refused("too_few_attestations", [](auto& p) { p.block.attestations.resize(2); });
  refused("too_few_attestations", [](auto& p) { p.block.attestations[1].sig.data[7] ^= 1; });
  refused("too_few_attestations", [](auto& p) { p.block.summary.time = {noon + 1}; });
  refused("wrong_epoch", [this](auto& p) {
    p.block.epoch = {2};
    attest(p.block);
  });
  BOOST_TEST(core->counters().unproven() == 7U);
  BOOST_TEST(ledger_fixture::run(given(old)) == number(errc::sequence_replayed));
  BOOST_TEST(ledger_fixture::run(given(head_wanted{})) == number(errc::sequence_replayed));
  BOOST_TEST((in_ledger() == before));
  BOOST_TEST(!status().unanchored);
  const auto head = given(good);
  BOOST_TEST(ledger_fixture::run(head) == 0);
  BOOST_TEST(ledger_fixture::run(head) == number(errc::sequence_replayed));
  BOOST_TEST((in_ledger() == status().log));
}

// A head is shown when all that it stands for is on the disk, not before.
BOOST_AUTO_TEST_CASE(only_what_is_on_the_disk) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  const auto request = commit(order(1, 0));
  const auto durable = status().log;
  const auto from = ask(request); // the disk has not answered
  BOOST_TEST(!answers.contains(from));
  BOOST_TEST((status().log == durable));
  const auto head = ask(shown());
  BOOST_REQUIRE(answers.contains(head));
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(head)).why == errc::duplicate));
  settle();
  BOOST_TEST(bring() == 0);
  BOOST_TEST(in_ledger()->size == durable.size + 1);
}

// A disk that was set back to an older copy has no way into the ledger, and signs nothing.
BOOST_AUTO_TEST_CASE(a_log_that_was_set_back) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  const auto old = disk;
  for (std::uint64_t i = 0; i < 3; ++i)
    sign(commit(order(1, i)));
  BOOST_TEST(bring() == 0);
  const auto attested = *in_ledger();
  const auto request = commit(order(1, 3));
  disk = old;
  restart();
  BOOST_TEST(refusal(shown()) == "log_set_back");
  BOOST_TEST((status().unanchored == errc::log_set_back));
  BOOST_TEST(refusal(request) == "log_set_back");
  // It was found out once: whatever it is shown from then on.
  BOOST_TEST(refusal(head_wanted{}) == "none");
  BOOST_TEST(refusal(request) == "log_set_back");
  while (status().log.size <= attested.size)
    restart(); // an entry each
  BOOST_TEST(refusal(shown()) == "log_forked");
  BOOST_TEST((status().unanchored == errc::log_forked));
  BOOST_TEST(refusal(request) == "log_forked");
  BOOST_TEST((in_ledger() == attested));
}

// A store that was wiped begins a log that the ledger does not take.
BOOST_AUTO_TEST_CASE(a_log_that_was_wiped) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  const auto request = commit(order(1, 0));
  sign(request);
  disk.clear();
  restart();
  BOOST_TEST(refusal(request) == "not_anchored");
  BOOST_TEST(refusal(shown()) == "log_forked");
  BOOST_TEST(refusal(request) == "log_forked");
}

// Two signers on copies of one store: the ledger takes the log of one of them.
BOOST_AUTO_TEST_CASE(a_store_that_was_copied) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  const auto copied = disk;
  sign(commit(order(1, 0)));
  BOOST_TEST(bring() == 0); // by the first, while the second starts
  const auto first = std::exchange(disk, copied);
  restart();
  BOOST_TEST(refusal(commit(order(1, 1))) == "not_anchored");
  BOOST_TEST(refusal(shown()) == "log_forked"); // as long, and another
  disk = first;
  restart();
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  sign(commit(order(1, 1)));
}

// A signer that signs already stops when another log of its account is proven to it.
BOOST_AUTO_TEST_CASE(a_signer_that_was_overtaken) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  BOOST_TEST(refusal(shown()) == "duplicate");
  sign(commit(order(1, 0)));
  const auto known = in_ledger();
  audit::log_frontier other = *audit::log_frontier::restore(0, {});
  std::map<audit::node_place, digest> nodes;
  for (std::uint64_t i = 0; i <= known->size; ++i) {
    const auto leaf = i < known->size ? audit::leaf_of(entry(i)) : sha256(as_bytes("another"));
    const auto made = *other.append(leaf);
    for (const auto& node : made)
      nodes.emplace(node.place, node.hash);
  }
  const auto find = [&](audit::node_place at) -> expected<digest> { return nodes.at(at); };
  BOOST_TEST(ledger_fixture::run(
                 log, ledger::audit_head{other.head(), *audit::prove_consistency(
                                                           known->size, known->size + 1, find)}) ==
             0);
  const auto request = commit(order(1, 1));
  backend_answers = false;
  const auto under_way = ask(request);
  settle();
  BOOST_TEST(refusal(shown()) == "log_forked");
  BOOST_TEST(refusal(request) == "log_forked");
  backend_answers = true;
  BOOST_REQUIRE(asked.size() == 1U);
  make(asked.front());
  settle();
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(under_way)).why == errc::log_forked));
}

BOOST_AUTO_TEST_CASE(messages) {
  const auto check = [](const auto& what) {
    using kind = std::decay_t<decltype(what)>;
    const auto good = encode(what);
    BOOST_TEST((*decode<kind>(good) == what));
    for (std::size_t n = 0; n < good.size(); ++n)
      BOOST_TEST(!decode<kind>(byte_view{good}.first(n)));
  };
  check(signer::question{head_wanted{}});
  check(signer::answer{status()});
  BOOST_TEST(bring() == 0);
  check(signer::question{shown()});
  check(signer::answer{signer::head_answer{given(shown())}});
  auto absent = shown();
  absent.account->value.reset();
  BOOST_TEST(
      (decode<signer::question>(encode(signer::question{absent})).error() == errc::bad_proof));
  const auto other = encode(signer::answer{signer::head_answer{signed_by(log, ledger::noop{})}});
  BOOST_TEST((decode<signer::answer>(other).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_SUITE_END()
