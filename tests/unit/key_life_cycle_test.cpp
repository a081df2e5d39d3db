// The life of keys: every step from every state, and events that lead to the same states again.
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/wallet/key_life_cycle.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace quorate;
using namespace quorate::wallet;

namespace {

using state = key_state;
using step = key_step;

key_id id_of(std::uint8_t i) {
  key_id id;
  id.data.fill(i);
  return id;
}
const auto key = id_of(1);
const auto other = id_of(2);

struct keys_world {
  key_life_cycle keys;
  std::vector<key_event> log;

  outcome take(step s, const key_id& of = key, std::optional<key_id> successor = {}) {
    QUORATE_ASSIGN(auto event, keys.apply({{7}, {}, of, s, successor, "because"}));
    log.push_back(std::move(event));
    return {};
  }
  errc refusal(step s, const key_id& of = key, std::optional<key_id> successor = {}) {
    const auto before = keys.events();
    const auto result = take(s, of, successor);
    BOOST_REQUIRE(!result);
    BOOST_TEST(keys.events() == before);
    return result.error();
  }
  /// A fresh key brought into a state.
  void bring(const key_id& of, state wanted) {
    BOOST_REQUIRE(take(step::create, of));
    if (wanted == state::created) return;
    if (wanted == state::active || wanted == state::rotated)
      BOOST_REQUIRE(take(step::activate, of));
    if (wanted == state::revoked) BOOST_REQUIRE(take(step::revoke, of));
    if (wanted == state::destroyed) BOOST_REQUIRE(take(step::destroy, of));
    if (wanted == state::rotated) {
      auto next = of;
      next.data[15] = 0xff;
      BOOST_REQUIRE(take(step::create, next));
      BOOST_REQUIRE(take(step::rotate, of, next));
    }
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(key_life, keys_world)

BOOST_AUTO_TEST_CASE(every_step_from_every_state) {
  const std::map<state, std::vector<step>> allowed = {
      {state::created, {step::activate, step::revoke, step::destroy}},
      {state::active, {step::rotate, step::revoke}},
      {state::rotated, {step::revoke, step::destroy}},
      {state::revoked, {step::destroy}},
      {state::destroyed, {}},
  };
  const std::map<step, state> after = {{step::activate, state::active},
                                       {step::rotate, state::rotated},
                                       {step::revoke, state::revoked},
                                       {step::destroy, state::destroyed}};
  std::uint8_t next = 10;
  for (const auto& [from, steps] : allowed)
    for (const auto s : {step::activate, step::rotate, step::revoke, step::destroy, step::create}) {
      const auto of = id_of(next++);
      const auto fresh = id_of(next++);
      bring(of, from);
      bring(fresh, state::created);
      const auto successor = s == step::rotate ? std::optional{fresh} : std::nullopt;
      const auto where = std::string{name(from)} + ' ' + std::string{name(s)};
      if (std::find(steps.begin(), steps.end(), s) != steps.end()) {
        BOOST_TEST(take(s, of, successor).has_value(), where);
        BOOST_TEST((keys.state(of).value() == after.at(s)), where);
      } else {
        BOOST_TEST((refusal(s, of, successor) ==
                    (s == step::create ? errc::key_exists : errc::bad_key_step)),
                   where);
        BOOST_TEST((keys.state(of).value() == from), where);
      }
    }
  for (const auto s : {step::activate, step::revoke, step::destroy})
    BOOST_TEST((refusal(s, id_of(9)) == errc::no_such_key));
}

BOOST_AUTO_TEST_CASE(what_signs) {
  const std::map<state, std::pair<bool, bool>> table = {{state::created, {false, false}},
                                                        {state::active, {true, true}},
                                                        {state::rotated, {false, true}},
                                                        {state::revoked, {false, false}},
                                                        {state::destroyed, {false, false}}};
  std::uint8_t next = 10;
  for (const auto& [in, may] : table) {
    const auto of = id_of(next++);
    bring(of, in);
    BOOST_TEST(keys.may_sign(of) == may.first, name(in));
    BOOST_TEST(keys.may_sweep(of) == may.second, name(in));
  }
  BOOST_TEST(!keys.may_sign(id_of(9)));
  BOOST_TEST(!keys.may_sweep(id_of(9)));
}

BOOST_AUTO_TEST_CASE(rotation_hands_over_at_once) {
  bring(key, state::active);
  BOOST_TEST((refusal(step::rotate, key, other) == errc::no_such_key));
  BOOST_TEST((refusal(step::rotate, key, key) == errc::bad_key_step));
  BOOST_TEST((refusal(step::rotate) == errc::bad_key_step)); // to whom?
  BOOST_TEST((refusal(step::revoke, key, other) == errc::bad_key_step));
  bring(other, state::created);
  BOOST_TEST(take(step::rotate, key, other).has_value());
  BOOST_TEST(keys.may_sign(other));
  BOOST_TEST((keys.successor(key).value() == other));
  BOOST_TEST((keys.successor(other).error() == errc::no_such_key));
  BOOST_TEST(take(step::revoke).has_value());
  BOOST_TEST((keys.successor(key).value() == other));
}

BOOST_AUTO_TEST_CASE(replay_gives_the_same) {
  std::uint8_t next = 10;
  for (const auto s : {state::rotated, state::destroyed, state::active, state::revoked})
    bring(id_of(next++), s);
  key_life_cycle again;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto event = decode<key_event>(encode(log[i])).value();
    BOOST_TEST((event == log[i]));
    BOOST_TEST(again.replay(event).has_value());
    BOOST_TEST((again.replay(event).error() == errc::sequence_gap));
    BOOST_TEST(event.number == i + 1);
  }
  for (std::uint8_t i = 10; i < next; ++i)
    BOOST_TEST((again.state(id_of(i)).value() == keys.state(id_of(i)).value()));
}

BOOST_AUTO_TEST_CASE(refused_orders_and_bytes) {
  BOOST_TEST((keys.apply({{7}, {}, key, step::create, {}, std::string(257, 'x')}).error() ==
              errc::over_limit));
  bring(key, state::created);
  BOOST_TEST((keys.apply({{6}, {}, key, step::activate, {}, ""}).error() == errc::bad_block_time));
  const auto good = encode(log[0]);
  for (std::size_t i = 0; i < good.size(); ++i)
    BOOST_TEST((decode<key_event>(byte_view{good}.first(i)).error() == errc::truncated));
  for (const int bad : {0, 6, 255}) {
    auto changed = good;
    changed[8 + 8 + 32 + 16] = static_cast<std::uint8_t>(bad);
    BOOST_TEST((decode<key_event>(changed).error() == errc::bad_enum));
  }
}

BOOST_AUTO_TEST_SUITE_END()
