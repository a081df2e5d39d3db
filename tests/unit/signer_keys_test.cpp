// The lives of a signer's keys: what each state lets be signed, and what is kept of it.
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using quorate::audit::event;
using wallet::key_state;
using wallet::key_step;

namespace {

struct keys_world : signer_world {
  const digest own = signer::name_of(key);
  const ec_public_key next_key = *ec_public_key::of(chain_secret("next"));
  const digest next = signer::name_of(next_key);

  /// Beside the key: one that stands by, with a policy that pays to it.
  void hold_next() {
    auto other = policy();
    more_keys.emplace(next, signer::held_key{next_key, other, true});
    auto mine = policy();
    mine.destinations.push_back(to_string(evm::address_of(next_key)));
    std::ranges::sort(mine.destinations);
    crash(mine);
  }
  ledger::signing_order order_of_next(std::uint64_t wei) {
    auto made = order(wei, 9);
    made.key = next;
    return made;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keys_of_the_signer, keys_world)

BOOST_AUTO_TEST_CASE(begin_with_the_configuration) {
  BOOST_TEST(events().size() == 2U);
  BOOST_TEST((entry(0).what == event::key_created));
  BOOST_TEST((entry(1).what == event::key_activated));
  BOOST_TEST((entry(1).key == own));
  crash();
  BOOST_TEST(events().size() == 2U); // once only
  hold_next();
  BOOST_TEST(events().size() == 3U);
  BOOST_TEST((events().back().what == event::key_created));
  BOOST_TEST((events().back().key == next));
  BOOST_TEST((core->keys().state(own) == key_state::active));
  BOOST_TEST((core->keys().state(next) == key_state::created));
  BOOST_TEST((core->keys().keys().size() == 2U));
  BOOST_TEST(!core->keys().state(sha256(as_bytes("unknown"))));
}

BOOST_AUTO_TEST_CASE(a_created_key_waits) {
  hold_next();
  BOOST_TEST(refusal(commit(order_of_next(1))) == "key_not_active");
  BOOST_TEST((last_entry().what == event::signature_refused));
  BOOST_TEST(change(key_step::activate, next).has_value());
  BOOST_TEST((last_entry().what == event::key_activated));
  BOOST_TEST(last_entry().note == "because");
  BOOST_TEST(last_entry().time.value == noon); // the latest that was proven
  const auto asked_for = commit(order_of_next(2));
  backend_answers = false; // of the one secret that the fixture has
  ask(asked_for);
  settle();
  BOOST_TEST(asked.size() == 1U);
}

// Not even what was decided before.
BOOST_AUTO_TEST_CASE(a_revoked_key_signs_nothing) {
  const auto before = commit(order(500));
  sign(before);
  BOOST_TEST(change(key_step::revoke, own).has_value());
  BOOST_TEST((last_entry().what == event::key_revoked));
  for (int life = 0; life < 2; ++life) {
    BOOST_TEST(refusal(before) == "key_revoked");
    BOOST_TEST(refusal(commit(order(1, 1))) == "key_revoked");
    BOOST_TEST((last_entry().what == event::signature_refused));
    BOOST_TEST((last_entry().key == own));
    BOOST_TEST((change(key_step::activate, own).error() == errc::bad_key_step));
    crash(); // it was durable
  }
  BOOST_TEST(change(key_step::destroy, own).has_value());
  BOOST_TEST(refusal(before) == "key_destroyed");
}

// Out of the configuration, and still told apart from one that was never here.
BOOST_AUTO_TEST_CASE(an_end_is_remembered) {
  hold_next();
  BOOST_TEST(change(key_step::revoke, next).has_value());
  more_keys.clear();
  crash();
  BOOST_TEST(refusal(commit(order_of_next(1))) == "key_revoked");
  auto unknown = order(1);
  unknown.key = sha256(as_bytes("unknown"));
  BOOST_TEST(refusal(commit(unknown)) == "no_such_key");
}

BOOST_AUTO_TEST_CASE(a_rotated_key_pays_to_its_successor) {
  hold_next();
  const auto before = commit(order(1));
  sign(before);
  BOOST_TEST((change(key_step::rotate, own).error() == errc::bad_key_step)); // to which?
  BOOST_TEST(change(key_step::rotate, own, next).has_value());
  BOOST_TEST((last_entry().what == event::key_rotated));
  BOOST_TEST((last_entry().subject == next));
  BOOST_TEST((core->keys().successor(own) == next));
  BOOST_TEST((core->keys().state(next) == key_state::active));
  BOOST_TEST(refusal(before) == "key_rotated");
  BOOST_TEST(refusal(commit(order(1, 1))) == "key_rotated");
  sign(commit(order(paying(evm::address_of(next_key), 400, 2))));
  // Its policy goes on to count.
  BOOST_TEST(refusal(commit(order(paying(evm::address_of(next_key), 501, 3)))) ==
             "over_operation_limit");
}

BOOST_AUTO_TEST_CASE(refused_steps_leave_no_trace) {
  const auto entries = log_size();
  BOOST_TEST((change(key_step::destroy, own).error() == errc::bad_key_step));
  BOOST_TEST((change(key_step::create, own).error() == errc::key_exists));
  BOOST_TEST((change(key_step::revoke, next).error() == errc::no_such_key));
  BOOST_TEST((core->change_key({key_step::revoke, own, {}, "\xff"}).error() == errc::bad_utf8));
  BOOST_TEST((core->change_key({key_step::revoke, own, {}, std::string(257, 'x')}).error() ==
              errc::over_limit));
  BOOST_TEST(
      (core->may_change_key({key_step::destroy, own, {}, ""}).error() == errc::bad_key_step));
  BOOST_TEST(core->may_change_key({key_step::revoke, own, {}, ""}).has_value());
  BOOST_TEST(log_size() == entries);
  sign(commit(order(1)));
}

// A step that is gone from the disk, or stands there twice, is no life.
BOOST_AUTO_TEST_CASE(lost_steps_are_seen) {
  BOOST_TEST(change(key_step::revoke, own).has_value());
  const auto restored = [&](signer::stored from) {
    signer::signer_setup setup;
    setup.keys.emplace(own, signer::held_key{key, policy(), false});
    setup.find = [](const auto&) { return std::nullopt; };
    const auto made = signer::signer_core::restore(std::move(setup), genesis, std::move(from));
    return made ? std::string{"restored"} : std::string{name(made.error())};
  };
  BOOST_TEST(restored(*stored()) == "restored");
  auto cut = *stored();
  cut.key_steps.pop_back();
  BOOST_TEST(restored(cut) == "sequence_gap");
  auto swapped = *stored();
  std::swap(swapped.key_steps[0], swapped.key_steps[1]);
  BOOST_TEST(restored(swapped) == "sequence_gap");
}

BOOST_AUTO_TEST_CASE(records_say_what_they_are) {
  hold_next();
  BOOST_TEST(change(key_step::rotate, own, next).has_value());
  const auto last_step = core->keys().steps();
  const auto raw = disk.at({table::meta, signer::key_step_key(last_step)});
  auto record = *decode<signer::key_record>(raw);
  BOOST_TEST((record.key == own && record.successor == next));
  BOOST_TEST((encode(record) == raw));
  for (auto* part : {&record.key, &record.successor}) {
    const auto kept = *part;
    part->data[0] ^= 1;
    BOOST_TEST((decode<signer::key_record>(encode(record)).error() == errc::not_canonical));
    *part = kept;
  }
  for (std::size_t i = 0; i < raw.size(); ++i)
    BOOST_TEST((decode<signer::key_record>(byte_view{raw}.first(i)).error() == errc::truncated));
}

BOOST_AUTO_TEST_SUITE_END()
