// Evidence on disk: kept once, bounded, over restarts, and never in the way of the node.
#include "actors/replica/evidence_book.hpp"
#include "storage_support.hpp"
#include "tests/sim/lone_replica.hpp"

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;
using namespace quorate::test;

namespace {

struct fixture {
  scratch_directory scratch;
  identities who{4};
  scribes by{who};

  evidence prepares(std::uint16_t culprit, std::uint64_t sequence) const {
    const auto first = ballot_for(0, sequence);
    const auto second = ballot_for(0, sequence, batch_at(sequence + 1000));
    return {evidence::kind::two_prepares,
            {culprit},
            first,
            by.prepare(culprit, first)->vote.sig,
            second,
            by.prepare(culprit, second)->vote.sig,
            {}};
  }

  /// Adds it to a book that was just loaded, as after a restart; whether it was written.
  bool keep(lmdb_store& store, const evidence& what) const {
    auto book = evidence_book::load(store);
    const auto kept = book.add(what, who.config);
    if (kept) store.commit(std::span{&*kept, 1});
    return kept.has_value();
  }

  static void store_junk(lmdb_store& store, bytes key, bytes value) {
    const record junk{table::evidence, std::move(key), std::move(value)};
    store.commit(std::span{&junk, 1});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stored_evidence, fixture)

BOOST_AUTO_TEST_CASE(it_is_kept_once_over_restarts) {
  for (int start = 0; start < 3; ++start) {
    const auto store = must_open(scratch.path());
    BOOST_TEST(keep(*store, prepares(2, 7)) == (start == 0));
    auto other_pair = prepares(2, 7); // the same place, found the other way round
    std::swap(other_pair.first, other_pair.second);
    std::swap(other_pair.first_sig, other_pair.second_sig);
    BOOST_TEST(!keep(*store, other_pair));
    const auto page = load_evidence(*store, std::nullopt);
    BOOST_REQUIRE(page);
    BOOST_REQUIRE(page->items.size() == 1U);
    BOOST_TEST((page->items[0] == prepares(2, 7)));
    BOOST_TEST(!page->more);
  }
}

BOOST_AUTO_TEST_CASE(of_one_replica_a_bounded_number_is_kept_and_the_rest_counted) {
  const auto store = must_open(scratch.path());
  auto book = evidence_book::load(*store);
  constexpr auto most = limits::evidence_per_replica_max;
  for (std::uint64_t s = 1; s <= most + 5; ++s)
    if (const auto kept = book.add(prepares(2, s), who.config)) store->commit(std::span{&*kept, 1});
  BOOST_TEST(*store->count(table::evidence) == most);
  BOOST_TEST((book.culprits() == std::vector<protocol::culprit_line>{{{2}, most, 5}}));
  BOOST_TEST(book.add(prepares(3, 1), who.config).has_value());
  // The limit is that of the disk: a restart opens no new room.
  auto again = evidence_book::load(*store);
  BOOST_TEST(!again.add(prepares(2, 100), who.config).has_value());
  BOOST_TEST((again.culprits() == std::vector<protocol::culprit_line>{{{2}, most, 1}}));
}

BOOST_AUTO_TEST_CASE(what_proves_nothing_is_not_kept) {
  const auto store = must_open(scratch.path());
  auto book = evidence_book::load(*store);
  auto forged = prepares(2, 7);
  forged.culprit = {3};
  BOOST_TEST(!book.add(forged, who.config));
  forged.culprit = {77};
  BOOST_TEST(!book.add(forged, who.config));
  BOOST_TEST(book.culprits().empty());
}

BOOST_AUTO_TEST_CASE(a_directory_of_a_program_without_evidence_opens_and_opens_there_again) {
  store_options older;
  older.tables = {table::slots, table::bodies, table::blocks, table::results, table::attested};
  const auto key = key_of(sequence_number{1});
  {
    const auto store = must_open(scratch.path(), older);
    const std::vector<record> one{put(table::blocks, key, {1, 2})};
    store->commit(one);
  }
  {
    const auto store = must_open(scratch.path());
    BOOST_TEST((must_get(*store, table::blocks, key) == bytes{1, 2}));
    BOOST_TEST(evidence_book::load(*store).culprits().empty());
    BOOST_TEST(load_evidence(*store, std::nullopt)->items.empty());
    BOOST_TEST(keep(*store, prepares(2, 7)));
  }
  {
    const auto store = must_open(scratch.path(), older);
    BOOST_TEST((must_get(*store, table::blocks, key) == bytes{1, 2}));
  }
  const auto store = must_open(scratch.path());
  BOOST_TEST(load_evidence(*store, std::nullopt)->items.size() == 1U);
}

BOOST_AUTO_TEST_CASE(records_that_do_not_decode_stop_nothing) {
  const auto store = must_open(scratch.path());
  store_junk(*store, {1}, {2});
  store_junk(*store, encode(prepares(1, 5).id()), {0xff});
  BOOST_TEST(keep(*store, prepares(2, 7)));
  const auto page = load_evidence(*store, std::nullopt);
  BOOST_REQUIRE(page);
  BOOST_TEST(page->items.size() == 1U);
}

BOOST_AUTO_TEST_CASE(pages_hold_everything_once_in_order_and_fit_an_answer) {
  const auto store = must_open(scratch.path());
  view_change left{{1}, {}, {}, {{3}, {}}};
  left.prepared.assign(limits::watermark_window, by.prepared(ballot_for(0, 1)));
  for (std::size_t i = 0; i < left.prepared.size(); ++i)
    left.prepared[i].header.on.sequence = {i + 1};
  constexpr std::uint64_t pieces = 16;
  for (std::uint64_t i = 1; i <= pieces; ++i) {
    const evidence e{
        evidence::kind::commit_left_out, {3}, ballot_for(0, i), {}, ballot_of(left), {}, left};
    store_junk(*store, encode(e.id()), encode(e));
  }
  std::vector<evidence> all;
  std::size_t pages = 0;
  for (std::optional<evidence_id> after;; after = all.back().id()) {
    const auto page = load_evidence(*store, after);
    BOOST_REQUIRE(page);
    BOOST_TEST(decode<protocol::query_reply>(encode(protocol::query_reply{0, encode(*page), {}}))
                   .has_value());
    all.insert(all.end(), page->items.begin(), page->items.end());
    ++pages;
    if (!page->more) break;
  }
  BOOST_TEST(all.size() == pieces);
  BOOST_TEST(pages > 1U);
  for (std::size_t i = 1; i < all.size(); ++i)
    BOOST_TEST((all[i - 1].id() < all[i].id()));
}

BOOST_AUTO_TEST_SUITE_END()
