// The real core of the signer and a real ledger; the test is desk, mempool and ledger actor.
#include "actors/clocks.hpp"
#include "actors/signer/log_bearer_actor.hpp"
#include "tests/unit/signer_fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

using namespace quorate;
using quorate::testing::signer_world;

namespace {

struct bearer_world : signer_world {
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  std::shared_ptr<node_health> health = std::make_shared<node_health>(monotonic_now(), 600);
  log_bearer_actor bearer;
  std::vector<std::string> seen;    ///< what it asked for, in order
  ledger::signed_operation brought; ///< last
  bool ledger_works = true;

  bearer_world() {
    disk.clear();
    state = ledger::ledger_state{genesis};
    restore();
    health->set({lease::node_mode::normal, monotonic_now(), ""}, {~std::uint64_t{0}}, {});
    const auto me = caf::actor_cast<caf::actor>(self);
    log_bearer_setup setup{caf::actor_cast<desk_actor>(me),
                           caf::actor_cast<mempool_actor>(me),
                           caf::actor_cast<ledger_actor>(me),
                           caf::actor_cast<gateway_actor>(me),
                           health,
                           authoriser.cluster()};
    setup.patience_ms = ~std::uint64_t{0}; // nothing gets lost here, however slow the machine is
    bearer = spawn_log_bearer(system, std::move(setup));
    until("watch");
  }
  ~bearer_world() {
    self->send_exit(bearer, caf::exit_reason::user_shutdown);
    self->wait_for(bearer);
  }

  void move() { self->send(bearer, local::log_moved{}); }

  const ledger::account* account() const { return state.find(log.key()); }
  bool is_attested() const { return account() != nullptr && account()->log == core->status().log; }

  /// Until it may sign.
  void anchored() {
    while (!is_attested() || core->status().unanchored)
      step();
  }

  /// One message.
  void step() {
    self->receive(
        [this](const local::watch_log&) { seen.emplace_back("watch"); },
        [this](const local::signer_wanted& in) {
          const bool status = std::holds_alternative<signer::status_question>(*in.what);
          seen.emplace_back(status ? "status" : "head");
          return local::signer_said{std::make_shared<const signer::answer>(answer(*in.what))};
        },
        [this](const local::account_lookup& in) {
          seen.emplace_back("account");
          const auto* found = state.find(in.account);
          return local::account_answer{found ? std::optional{*found} : std::nullopt,
                                       state.prove(in.account), state.last()};
        },
        [this](const local::quorum_wanted& in) {
          seen.emplace_back("quorum");
          BOOST_TEST((in.height == state.height()));
          local::quorum_answer made;
          attest(made.block.emplace(ledger::attested_block{state.last(), {}, genesis_epoch}));
          return made;
        },
        [this](const local::operation_bundle& in) {
          seen.emplace_back("operation");
          BOOST_REQUIRE(in.operations->size() == 1U);
          brought = *decode<ledger::signed_operation>(in.operations->front());
          if (ledger_works) BOOST_TEST(ledger_fixture::run(brought) == 0);
        });
  }
  void until(const std::string& what) {
    do
      step();
    while (seen.back() != what);
  }
  /// Everything since the last call.
  std::vector<std::string> taken() { return std::exchange(seen, {}); }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_bearer, bearer_world)

BOOST_AUTO_TEST_CASE(opens_the_account_and_brings_every_head) {
  anchored();
  BOOST_TEST(account()->last_sequence.value == 2U); // opened, then the head: nothing twice
  sign(commit(order(1, 0)));
  move();
  while (!is_attested())
    step();
  BOOST_TEST(account()->last_sequence.value == 3U);
}

// It brings the head with the start's entry, and shows that it is there.
BOOST_AUTO_TEST_CASE(a_signer_that_was_started_again) {
  anchored();
  restore();
  BOOST_TEST((core->status().unanchored == errc::not_anchored));
  (void)taken();
  move();
  anchored();
  BOOST_TEST(account()->last_sequence.value == 3U);
  const auto all = taken();
  const texts brought{"status", "account", "quorum", "head", "operation"};
  BOOST_REQUIRE(all.size() > brought.size());
  BOOST_TEST(std::equal(brought.begin(), brought.end(), all.begin()));
  BOOST_TEST((texts{all.end() - 2, all.end()} == texts{"quorum", "head"}));
}

// It looks, and as long as there is nothing new it asks for nothing.
BOOST_AUTO_TEST_CASE(nothing_new_is_not_brought) {
  anchored();
  (void)taken();
  move();
  until("account");
  move();
  until("account");
  BOOST_TEST((taken() == texts{"status", "account", "status", "account"}));
}

// One operation at a time: while it is not executed, no other one is asked for.
BOOST_AUTO_TEST_CASE(one_is_under_way) {
  anchored();
  ledger_works = false;
  sign(commit(order(1, 0)));
  (void)taken();
  move();
  until("operation");
  sign(commit(order(1, 1)));
  move();
  until("account");
  BOOST_TEST(
      (taken() == texts{"status", "account", "quorum", "head", "operation", "status", "account"}));
}

// Another operation took the number, and was refused: that says nothing of the own one, which is
// brought again at once.
BOOST_AUTO_TEST_CASE(another_operation_with_the_same_number) {
  anchored();
  ledger_works = false;
  sign(commit(order(1, 0)));
  move();
  until("operation");
  const ledger::audit_head forked{{core->status().log.size + 1, sha256(as_bytes("forked"))}, {}};
  const auto number = account()->last_sequence.next();
  BOOST_TEST(ledger_fixture::run(log, forked) == static_cast<std::uint16_t>(errc::log_forked));
  BOOST_TEST((account()->last_sequence == number));
  ledger_works = true;
  (void)taken();
  until("operation");
  BOOST_TEST((taken() == texts{"status", "account", "quorum", "head", "operation"}));
  BOOST_TEST(is_attested());
}

// The own one was refused: people have to look at that, and nothing is brought meanwhile.
BOOST_AUTO_TEST_CASE(the_ledger_refuses_the_head) {
  anchored();
  sign(commit(order(1, 0)));
  ledger_works = false;
  move();
  until("operation");
  const ledger::set_frozen freeze{log.key(), true, 1, {}};
  BOOST_TEST(ledger_fixture::run(alice, approved(freeze, {{0, &admin}})) == 0);
  BOOST_TEST(ledger_fixture::run(brought) == static_cast<std::uint16_t>(errc::account_frozen));
  (void)taken();
  until("account");
  BOOST_TEST((taken() == texts{"status", "account"}));
  until("status"); // a second later
  until("status");
  BOOST_TEST((taken() == texts{"status", "status"}));
}

// A signer whose disk was set back gives no head, and none is brought.
BOOST_AUTO_TEST_CASE(a_signer_that_was_set_back) {
  anchored();
  const auto old = disk;
  sign(commit(order(1, 0)));
  sign(commit(order(1, 1)));
  move();
  while (!is_attested())
    step();
  until("account"); // what became of it
  disk = old;
  restore();
  (void)taken();
  move();
  until("head");
  move();
  until("head");
  BOOST_TEST((taken() ==
              texts{"status", "account", "quorum", "head", "status", "account", "quorum", "head"}));
  BOOST_TEST(account()->log->size > core->status().log.size);
}

// Without a quorum nothing can be brought, and operators still see the signer: once a second.
BOOST_AUTO_TEST_CASE(without_a_quorum_the_status_is_asked_for_and_nothing_is_brought) {
  anchored();
  sign(commit(order(1, 0)));
  health->set({lease::node_mode::read_only, monotonic_now(), "no quorum"}, {~std::uint64_t{0}}, {});
  (void)taken();
  move();
  until("status");
  const auto before = monotonic_now();
  until("status");
  BOOST_TEST(monotonic_now().value - before.value > 100U);
  BOOST_TEST((taken() == texts{"status", "status"}));
}

BOOST_AUTO_TEST_SUITE_END()
