// Chunks and offers: what a lying peer can send, and that each of it is refused.
#include "core/state_transfer/snapshot_progress.hpp"
#include "tests/unit/snapshot_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using namespace quorate::state_transfer;

namespace {

constexpr auto small = static_cast<std::uint32_t>(limits::snapshot_chunk_bytes_min);

struct chunk_fixture : snapshot_fixture {
  std::mt19937_64 random{printed_seed()};
  std::shared_ptr<const snapshot_source> served = source();
  digest root = state.last().state_root;

  explicit chunk_fixture(std::size_t accounts = 1000) : snapshot_fixture(accounts) {}

  fetch_chunk everything(std::uint32_t bytes_max = small) const {
    return {state.height(),
            {lane_range(0).from, lane_range(limits::snapshot_lanes - 1).through},
            bytes_max};
  }

  void refused(const snapshot_chunk& bad, const fetch_chunk& asked, errc why = errc::bad_proof) {
    const auto checked = verify(bad, asked, root);
    BOOST_REQUIRE(!checked);
    BOOST_TEST(name(checked.error()) == name(why));
  }
};

struct tiny_fixture : chunk_fixture {
  tiny_fixture() : chunk_fixture(5) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(snapshot_chunk)

BOOST_FIXTURE_TEST_CASE(chunk_after_chunk_gives_all_records, chunk_fixture) {
  auto asked = everything();
  std::vector<state_entry> all;
  std::size_t chunks = 0;
  for (bool whole = false; !whole; ++chunks) {
    const auto chunk = served->cut(asked);
    BOOST_REQUIRE(verify(chunk, asked, root).has_value());
    all.insert(all.end(), chunk.records.begin(), chunk.records.end());
    whole = chunk.range.through == asked.range.through;
    if (!whole) asked.range.from = *successor(chunk.range.through);
  }
  BOOST_TEST(chunks > 2);
  BOOST_TEST((all == state.records()));
  BOOST_TEST(ledger::ledger_state::restore(genesis, state.last(), all).has_value());
}

BOOST_FIXTURE_TEST_CASE(no_bit_of_a_chunk_can_be_flipped, tiny_fixture) {
  auto asked = everything();
  asked.range = {state.records()[2].first, state.records()[6].first};
  const auto good = encode(message{served->cut(asked)});
  std::size_t decoded = 0;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto m = decode<message>(bad);
    if (!m || !std::holds_alternative<state_transfer::snapshot_chunk>(*m)) continue;
    ++decoded;
    if (verify(std::get<state_transfer::snapshot_chunk>(*m), asked, root).has_value())
      BOOST_ERROR("bit " << bit << " does not count");
  }
  BOOST_TEST(decoded > good.size());
}

BOOST_FIXTURE_TEST_CASE(a_truncated_chunk_does_not_decode, tiny_fixture) {
  const auto good = encode(message{served->cut(everything())});
  BOOST_REQUIRE(decode<message>(good).has_value());
  for (std::size_t size = 0; size < good.size(); ++size)
    BOOST_TEST(!decode<message>(byte_view{good}.first(size)));
}

BOOST_FIXTURE_TEST_CASE(records_left_out_added_changed_or_of_elsewhere_are_refused, chunk_fixture) {
  const auto asked = everything();
  const auto good = served->cut(asked);
  BOOST_REQUIRE(verify(good, asked, root).has_value());
  for (int i = 0; i < 50; ++i) {
    const auto place = random() % (good.records.size() - 1);
    auto bad = good;
    bad.records.erase(bad.records.begin() + static_cast<std::ptrdiff_t>(place));
    refused(bad, asked);
    bad = good;
    bad.records[place].second.back() ^= 1;
    refused(bad, asked);
    bad = good;
    auto added = good.records[place].first;
    added.data[31] ^= 1;
    bad.records.emplace_back(added, bytes{3});
    std::sort(bad.records.begin(), bad.records.end());
    refused(bad, asked);
    bad = good;
    std::swap(bad.records[place].second, bad.records[place + 1].second);
    refused(bad, asked);
  }
}

BOOST_FIXTURE_TEST_CASE(a_right_chunk_of_something_else_is_refused, chunk_fixture) {
  const auto asked = everything();
  const auto good = served->cut(asked);
  auto elsewhere = asked;
  elsewhere.range.from = *successor(good.range.through);
  refused(served->cut(elsewhere), asked);
  auto bad = good;
  bad.height = bad.height.next();
  refused(bad, asked);
  bad = good;
  bad.range.through = asked.range.through; // as if nothing came after
  refused(bad, asked);
  auto less = asked;
  less.range.through = good.records[10].first;
  refused(good, less); // more than was asked for
  credit_bob();
  auto newer = asked;
  newer.height = state.height();
  bad = source()->cut(newer);
  bad.height = asked.height;
  refused(bad, asked); // a later state under the number of the earlier one
}

// A peer that gives a record at a time, each proven, would hold a transfer up for ever.
BOOST_FIXTURE_TEST_CASE(a_chunk_that_is_cut_short_is_refused, chunk_fixture) {
  const auto asked = everything(2 * small);
  auto less = asked;
  less.bytes_max = small;
  const auto cut_short = served->cut(less);
  BOOST_TEST(verify(cut_short, less, root).has_value());
  refused(cut_short, asked);
  refused(served->cut(asked), less, errc::over_limit);
}

BOOST_FIXTURE_TEST_CASE(a_source_does_not_serve_what_does_not_match, tiny_fixture) {
  auto records = state.records();
  records[3].second.back() ^= 1;
  const auto made = snapshot_source::make(offer(), std::make_shared<sorted_records>(records));
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error() == errc::bad_proof));
}

BOOST_FIXTURE_TEST_CASE(an_offer_needs_2f_plus_1_votes_for_its_summary, tiny_fixture) {
  const auto good = offer();
  BOOST_TEST(state_transfer::checked_offer::check(verifier, good).has_value());
  const auto error_of = [this](const snapshot_offer& bad) {
    const auto checked = state_transfer::checked_offer::check(verifier, bad);
    BOOST_REQUIRE(!checked);
    return checked.error();
  };
  auto bad = good;
  bad.summary.state_root = sha256(as_bytes("another"));
  BOOST_TEST((error_of(bad) == errc::digest_mismatch));
  bad.certificate.state = ledger::hash(bad.summary);
  BOOST_TEST((error_of(bad) == errc::bad_signature));
  bad = good;
  bad.certificate.votes.pop_back();
  BOOST_TEST((error_of(bad) == errc::bad_certificate));
  bad = good;
  bad.certificate.sequence = bad.certificate.sequence.next();
  BOOST_TEST((error_of(bad) == errc::bad_certificate));
  BOOST_TEST((error_of(snapshot_offer{}) == errc::bad_certificate));
}

BOOST_FIXTURE_TEST_CASE(messages_and_progress_have_one_encoding, tiny_fixture) {
  const std::vector<message> all{find_snapshot{{7}}, offer(), everything(),
                                 served->cut(everything()), snapshot_unavailable{{9}}};
  for (const auto& m : all) {
    const auto again = decode<message>(encode(m));
    BOOST_REQUIRE(again);
    BOOST_TEST((*again == m));
  }
  snapshot_progress progress{offer(), all_lanes()};
  progress.next[3].reset();
  progress.next[4]->data[31] = 9;
  const auto again = decode<snapshot_progress>(encode(progress));
  BOOST_REQUIRE(again);
  BOOST_TEST((*again == progress));
  progress.next[4] = lane_range(5).from;
  BOOST_TEST((decode<snapshot_progress>(encode(progress)).error() == errc::not_canonical));

  auto backwards = everything();
  std::swap(backwards.range.from, backwards.range.through);
  BOOST_TEST((decode<message>(encode(message{backwards})).error() == errc::not_canonical));
  BOOST_TEST((decode<message>(encode(message{everything(small - 1)})).error() == errc::over_limit));
  const auto over = static_cast<std::uint32_t>(limits::snapshot_chunk_bytes_max + 1);
  BOOST_TEST((decode<message>(encode(message{everything(over)})).error() == errc::over_limit));
}

BOOST_FIXTURE_TEST_CASE(a_shelf_keeps_the_newest_two, tiny_fixture) {
  snapshot_shelf shelf;
  BOOST_TEST(!shelf.answer(find_snapshot{}));
  std::vector<fetch_chunk> asked;
  for (int i = 0; i < 3; ++i) {
    asked.push_back(everything());
    shelf.put(source());
    shelf.put(source()); // again: changes nothing
    credit_bob();
  }
  const auto kind = [&](std::size_t i) { return std::string{kind_of(shelf.answer(asked[i]))}; };
  BOOST_TEST(kind(0) == "snapshot_unavailable");
  BOOST_TEST(kind(1) == "snapshot_chunk");
  BOOST_TEST(kind(2) == "snapshot_chunk");
  BOOST_TEST((shelf.answer(find_snapshot{asked[1].height})->summary.height == asked[2].height));
  BOOST_TEST(!shelf.answer(find_snapshot{asked[2].height}));
}

BOOST_AUTO_TEST_SUITE_END()
