// Operations and client messages: round trips, every truncation, every flipped bit.
#include "core/ledger/batch.hpp"
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::testing;

namespace {

// One encoding for a value: whatever else decodes must encode to itself and be another value.
template <class T>
void check_canonical(const T& value) {
  const bytes good = encode(value);
  const auto back = decode<T>(good);
  BOOST_REQUIRE(back);
  BOOST_TEST((encode(*back) == good));
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(!decode<T>(byte_view{good}.first(n)));
  auto longer = good;
  longer.push_back(0);
  BOOST_TEST((decode<T>(longer).error() == errc::trailing_bytes));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << bit % 8));
    if (const auto other = decode<T>(bent)) BOOST_TEST((encode(*other) == bent));
  }
}

/// Why a value cannot be read again; none when it can.
template <class T>
std::optional<errc> error_of(const T& value) {
  const auto back = decode<T>(encode(value));
  return back ? std::nullopt : std::optional{back.error()};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(codec, ledger_fixture)

BOOST_AUTO_TEST_CASE(operations_of_every_kind) {
  const std::vector<ledger::operation_body> bodies{
      ledger::open_account{bob.key()},
      ledger::transfer{{1}, bob.key(), amount{5}},
      ledger::transfer_batch{{{{1}, bob.key(), amount{5}}, {{2}, carol.key(), amount{6}}}},
      approved(ledger::credit{{1}, bob.key(), amount{5}, 60, sha256(as_bytes("t")), {0, 1}, {}},
               {{0, &attester0}, {2, &attester2}}),
      ledger::withdrawal_request{{1}, amount{5}, 0, {1, 2, 3}},
      approved(ledger::withdrawal_release{bob.key(), {}, true, {}}, {{1, &attester1}}),
      approved(ledger::set_frozen{bob.key(), true, 1, {}}, {{0, &admin}}),
      ledger::noop{{1, 2, 3}}};
  for (const auto& body : bodies) {
    const auto op = signed_by(alice, body);
    check_canonical(op);
    // A flipped bit is another operation, or another signature: never this one, still valid.
    const auto good = encode(op);
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto bent = good;
      bent[i] ^= 1;
      BOOST_TEST(!authoriser.check(bent));
    }
  }
}

BOOST_AUTO_TEST_CASE(not_canonical_operations) {
  auto unsorted =
      approved(ledger::set_frozen{bob.key(), true, 1, {}}, {{1, &attester1}, {0, &attester0}});
  BOOST_TEST((decode<ledger::signed_operation>(encode(signed_by(alice, unsorted))).error() ==
              errc::not_canonical));
  ledger::signed_operation noop{{{}, {5}, {}, ledger::noop{{1}}}, {}};
  BOOST_TEST((decode<ledger::signed_operation>(encode(noop)).error() == errc::not_canonical));
  BOOST_TEST((decode<ledger::signed_operation>(encode(signed_by(alice, ledger::transfer_batch{})))
                  .error() == errc::not_canonical));
}

BOOST_AUTO_TEST_CASE(id_does_not_need_decoding) {
  const auto op = signed_by(alice, ledger::transfer{{1}, bob.key(), amount{5}});
  BOOST_TEST((ledger::id_of(authoriser.cluster(), op.op) ==
              ledger::id_of_encoded(authoriser.cluster(), encode(op))));
}

BOOST_AUTO_TEST_CASE(client_messages) {
  const auto block = apply({signed_by(alice, ledger::transfer{{1}, bob.key(), amount{1}})});
  check_canonical(protocol::client_hello{1, authoriser.cluster()});
  check_canonical(protocol::server_hello{0, 1, authoriser.cluster(), {1}, {2}, {3}});
  check_canonical(protocol::submit_request{{{1, 2}, {3}}});
  check_canonical(protocol::submit_reply{{{0, 0}, {500, 20}}, {}});
  check_canonical(
      protocol::query{protocol::account_query{alice.key(), protocol::consistency::stale, {}}});
  check_canonical(protocol::query{protocol::receipt_query{alice.key(), {4}}});
  check_canonical(protocol::query{protocol::status_query{}});
  check_canonical(protocol::query_reply{0, {1, 2, 3}, {}});
  protocol::node_status status;
  status.version = "1.0";
  status.peers.push_back(
      {{1}, true, {5}, {6}, lease::liveness::alive, lease::loss::none, 0, {}, {}});
  status.counters.push_back({"commits", 7});
  check_canonical(status);
  auto& signer = status.signer.emplace();
  signer.failure = static_cast<std::uint16_t>(errc::timed_out);
  check_canonical(status);
  signer.said = signer::status_answer{{3},  {{3}, {9}, 0},   {5, {}}, {}, {{"signed", 4}},
                                      true, errc::log_forked};
  check_canonical(status);
  signer.failure = 1; // no errc
  BOOST_TEST((decode<protocol::node_status>(encode(status)).error() == errc::bad_enum));
  protocol::receipt_group group{{block.summary, {}}, {}, {}};
  group.leaves = {block.results[0], sha256(as_bytes("leaf"))};
  group.singles.emplace_back(block.results[0], merkle_path{1, 2, {sha256(as_bytes("s"))}});
  check_canonical(protocol::receipt_push{{group}});
}

// What a node says is shown on terminals: nothing there may mean anything to one.
BOOST_AUTO_TEST_CASE(texts_that_people_are_shown) {
  for (const auto& [text, fails] : std::vector<std::pair<std::string, std::optional<errc>>>{
           {"", {}},
           {"2 of 4 voters, and ~ \\", {}},
           {std::string(100, 'x'), errc::over_limit}, // for some
           {"\x1b[2J", errc::not_canonical},
           {"two\nlines", errc::not_canonical},
           {std::string{"a\0b", 3}, errc::not_canonical},
           {"\x7f", errc::not_canonical},
           {"\xc2\x9b", errc::not_canonical},
           {"\xff", errc::not_canonical}}) {
    protocol::node_status mode, version;
    mode.mode_why = text;
    version.version = text;
    ledger::membership members;
    members.current.members.push_back({{1}, alice.key(), true, {}, text});
    const auto of_long_ones = fails == errc::over_limit ? std::nullopt : fails;
    BOOST_TEST((error_of(version) == fails));
    BOOST_TEST((error_of(mode) == of_long_ones));
    BOOST_TEST((error_of(members) == of_long_ones));
    BOOST_TEST((error_of(protocol::submit_reply{{}, text}) == of_long_ones));
    BOOST_TEST((error_of(protocol::query_reply{1, {}, text}) == of_long_ones));
  }
}

BOOST_AUTO_TEST_CASE(names_of_counters) {
  for (const auto& [name, fails] : std::vector<std::pair<std::string, std::optional<errc>>>{
           {"_", {}},
           {"refused_0z", {}},
           {std::string(64, 'a'), {}},
           {std::string(65, 'a'), errc::not_canonical},
           {std::string(129, 'a'), errc::over_limit},
           {"", errc::not_canonical},
           {"refused_\x1b[2J", errc::not_canonical},
           {"refused_\xff", errc::not_canonical},
           {"Refused", errc::not_canonical},
           {"a b", errc::not_canonical},
           {"a-b", errc::not_canonical}}) {
    protocol::node_status of_node, of_signer;
    of_node.counters.push_back({name, 1});
    of_signer.signer.emplace().said.emplace().counters.emplace_back(name, 1);
    BOOST_TEST((error_of(of_node) == fails));
    BOOST_TEST((error_of(of_signer) == fails));
    BOOST_TEST((error_of(*of_signer.signer->said) == fails));
  }
}

BOOST_AUTO_TEST_CASE(account_and_its_proof) {
  run(alice, ledger::withdrawal_request{{1}, amount{5}, 0, {1, 2, 3}});
  check_canonical(*state.find(alice.key()));
  check_canonical(state.prove(alice.key()));
  check_canonical(genesis);
}

BOOST_AUTO_TEST_CASE(batches) {
  const auto op = encode(signed_by(alice, ledger::transfer{{1}, bob.key(), amount{5}}));
  const auto body = ledger::write_batch({123}, {op, op});
  const auto view = ledger::read_batch(body);
  BOOST_REQUIRE(view);
  BOOST_TEST(view->time.value == 123U);
  BOOST_TEST(view->operations.size() == 2U);
  BOOST_TEST(ledger::read_batch({})->operations.empty());
  for (std::size_t n = 1; n < body.size(); ++n)
    BOOST_TEST(!ledger::read_batch(byte_view{body}.first(n)));
}

BOOST_AUTO_TEST_CASE(frames) {
  const auto op = encode(signed_by(alice, ledger::transfer{{1}, bob.key(), amount{5}}));
  bytes frame = protocol::encode_item(protocol::forwarded_operations{{op}});
  BOOST_TEST((frame == protocol::encode_forwarded({op})));
  const auto more = protocol::encode_item(pbft::message{pbft::fetch_body{{3}, {}}});
  frame.insert(frame.end(), more.begin(), more.end());
  const auto items = protocol::decode_frame(frame);
  BOOST_REQUIRE(items);
  BOOST_TEST(items->size() == 2U);
  BOOST_TEST(!protocol::decode_frame(byte_view{frame}.first(frame.size() - 1)));
  frame[0] = 99;
  BOOST_TEST((protocol::decode_frame(frame).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_CASE(amounts) {
  BOOST_TEST((parse_amount("340282366920938463463374607431768211455").value() == amount::max()));
  BOOST_TEST(
      (parse_amount("340282366920938463463374607431768211456").error() == errc::amount_overflow));
  BOOST_TEST((parse_amount("01").error() == errc::not_canonical));
  BOOST_TEST(to_string(amount(1, 0)) == "18446744073709551616");
  BOOST_TEST((add(amount::max(), amount{1}).error() == errc::amount_overflow));
  BOOST_TEST((subtract(amount{1}, amount{2}).error() == errc::insufficient_funds));
  BOOST_TEST((*add(amount(0, ~0ULL), amount{1}) == amount(1, 0)));
}

BOOST_AUTO_TEST_CASE(merkle_paths_of_every_size) {
  for (std::uint32_t n = 1; n <= 33; ++n) {
    std::vector<digest> leaves;
    for (std::uint32_t i = 0; i < n; ++i)
      leaves.push_back(merkle_leaf(bytes{static_cast<std::uint8_t>(i)}));
    const merkle_tree tree{leaves};
    for (std::uint32_t i = 0; i < n; ++i) {
      auto path = tree.path(i);
      BOOST_TEST((merkle_root_of(leaves[i], path).value() == tree.root()));
      if (n == 1) continue;
      BOOST_TEST((merkle_root_of(leaves[(i + 1) % n], path).value() != tree.root()));
      path.siblings.pop_back();
      BOOST_TEST((merkle_root_of(leaves[i], path).error() == errc::bad_proof));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
