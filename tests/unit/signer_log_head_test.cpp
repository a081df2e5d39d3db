// The signer gives the head of its log to whoever asks, and the ledger needs nobody's word for it.
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using signer::head_wanted;

namespace {

struct log_world : signer_world {
  signing_key log = key_named("the log");

  /// Many orders are signed here.
  signer::key_policy generous() const {
    auto made = policy();
    made.assets[0].window_max = amount{100 * (500 + gas_wei)};
    return made;
  }
  log_world() { crash(generous()); }

  signer::status_answer status() const { return core->status(); }

  head_wanted wanted() const {
    const auto* account = state.find(log.key());
    head_wanted made{next(log), std::nullopt};
    if (account) made.known = account->log.value_or(audit::log_frontier{}.head());
    return made;
  }

  ledger::signed_operation given(const head_wanted& what) {
    const auto got = answer(what);
    BOOST_REQUIRE(std::holds_alternative<signer::head_answer>(got));
    return std::get<signer::head_answer>(got).operation;
  }

  /// What the ledger says to the operation that the signer gives.
  std::uint16_t bring() { return run_operation(given(wanted())); }
  std::uint16_t run_operation(const ledger::signed_operation& op) {
    return ledger_fixture::run(op);
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
  BOOST_TEST(refusal(wanted()) == "duplicate"); // nothing new
  for (std::uint64_t i = 0; i < 9; ++i) {
    sign(commit(order(1, i)));
    BOOST_TEST(in_ledger()->size < status().log.size);
    BOOST_TEST(bring() == 0);
    BOOST_TEST((in_ledger() == status().log));
  }
  crash(generous()); // the same log, the same account
  BOOST_TEST((status().account == log.key()));
  BOOST_TEST(refusal(wanted()) == "duplicate");
  sign(commit(order(1, 10)));
  BOOST_TEST(bring() == 0);
  BOOST_TEST((in_ledger() == status().log));
}

// Whatever a node says that the ledger has: the head in the ledger only goes on.
BOOST_AUTO_TEST_CASE(is_given_no_more_once_the_signer_is_locked) {
  BOOST_TEST(bring() == 0);
  core->lock();
  BOOST_TEST(refusal(wanted()) == "signer_locked");
  BOOST_TEST((status().account == log.key())); // whose log it is can still be asked
}

BOOST_AUTO_TEST_CASE(lies_about_the_ledger_change_nothing) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  const auto first = *in_ledger();
  sign(commit(order(1, 0)));
  BOOST_TEST(bring() == 0);
  const auto before = *in_ledger();
  sign(commit(order(1, 1)));
  auto lie = wanted();
  lie.known->root.data[0] ^= 1;
  BOOST_TEST(refusal(lie) == "log_forked");
  lie.known = audit::log_head{status().log.size + 1, {}};
  BOOST_TEST(refusal(lie) == "log_set_back");
  // An older head: its proof is not from the ledger's.
  lie.known = first;
  BOOST_TEST(run_operation(given(lie)) == number(errc::log_forked));
  BOOST_TEST((in_ledger() == before));
  lie = wanted();
  lie.known.reset(); // the account is there
  BOOST_TEST(run_operation(given(lie)) == number(errc::account_exists));
  BOOST_TEST((in_ledger() == before));
  const auto early = given({wanted().sequence.next(), wanted().known});
  BOOST_TEST(run_operation(early) == number(errc::sequence_gap));
  const auto good = given(wanted());
  BOOST_TEST(run_operation(good) == 0);
  BOOST_TEST(run_operation(good) == number(errc::sequence_replayed));
  BOOST_TEST((in_ledger() == status().log));
  BOOST_TEST(run_operation(early) == number(errc::log_forked)); // of a head that was passed
  BOOST_TEST((in_ledger() == status().log));
}

// A head is shown when all that it stands for is on the disk, not before.
BOOST_AUTO_TEST_CASE(only_what_is_on_the_disk) {
  BOOST_TEST(bring() == 0);
  BOOST_TEST(bring() == 0);
  const auto request = commit(order(1, 0));
  const auto durable = status().log;
  const auto from = ask(request); // the disk has not answered
  BOOST_TEST(!answers.contains(from));
  BOOST_TEST((status().log == durable));
  const auto head = ask(wanted());
  BOOST_REQUIRE(answers.contains(head));
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(head)).why == errc::duplicate));
  settle();
  BOOST_TEST(bring() == 0);
  BOOST_TEST(in_ledger()->size == durable.size + 1);
}

// A disk that was set back to an older copy, and then went on, has no way into the ledger.
BOOST_AUTO_TEST_CASE(a_log_that_was_set_back) {
  BOOST_TEST(bring() == 0);
  sign(commit(order(1, 0)));
  const auto old = disk;
  sign(commit(order(1, 1)));
  BOOST_TEST(bring() == 0);
  const auto attested = *in_ledger();
  disk = old;
  crash(generous());
  BOOST_TEST(refusal(wanted()) == "log_set_back");
  sign(commit(order(2, 2)));
  sign(commit(order(2, 3)));
  BOOST_TEST(status().log.size > attested.size);
  BOOST_TEST(refusal(wanted()) == "log_forked");
  BOOST_TEST((in_ledger() == attested));
}

BOOST_AUTO_TEST_CASE(messages) {
  const auto check = [](const auto& what) {
    using kind = std::decay_t<decltype(what)>;
    const auto good = encode(what);
    BOOST_TEST((*decode<kind>(good) == what));
    for (std::size_t n = 0; n < good.size(); ++n)
      BOOST_TEST(!decode<kind>(byte_view{good}.first(n)));
  };
  check(signer::question{wanted()});
  check(signer::question{head_wanted{{5}, status().log}});
  check(signer::answer{status()});
  check(signer::answer{signer::head_answer{given(wanted())}});
  const auto bad = encode(signer::question{head_wanted{{0}, status().log}});
  BOOST_TEST((decode<signer::question>(bad).error() == errc::not_canonical));
  const auto other = encode(signer::answer{signer::head_answer{signed_by(log, ledger::noop{})}});
  BOOST_TEST((decode<signer::answer>(other).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_SUITE_END()
