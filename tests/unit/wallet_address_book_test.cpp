// The address book: its window, its order of reports, and its limits.
#include "core/wallet/address_book.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace quorate;
using namespace quorate::wallet;

namespace {

extended_public_key account() {
  return extended_private_key::from_seed(bytes(16, 5))->child(hardened)->to_public();
}

// An address that every reader of a test can check: the key itself.
expected<std::string> plain(const ec_public_key& key) { return to_hex(key.compressed()); }

address_book open(std::uint32_t gap_limit) {
  auto book = address_book::open(account(), plain, gap_limit);
  BOOST_REQUIRE(book.has_value());
  return std::move(*book);
}

std::string address_at(branch b, std::uint32_t index) {
  return *plain(account().child(static_cast<std::uint32_t>(b))->child(index)->key());
}

} // namespace

BOOST_AUTO_TEST_SUITE(wallet_address_book)

BOOST_AUTO_TEST_CASE(a_new_book_watches_the_gap) {
  const auto book = open(20);
  for (const auto b : {branch::external, branch::change}) {
    const auto& all = book.addresses(b);
    BOOST_REQUIRE(all.size() == 20U);
    for (std::uint32_t i = 0; i < 20; ++i)
      BOOST_TEST((all[i] == book_address{b, i, address_at(b, i), false}));
  }
}

BOOST_AUTO_TEST_CASE(use_moves_the_window) {
  auto book = open(5);
  const auto more = book.mark_used(address_at(branch::external, 3));
  BOOST_REQUIRE(more.has_value());
  BOOST_REQUIRE(more->size() == 4U); // 3 and a gap of five: up to 8; 0 to 4 were watched
  BOOST_TEST(more->front().index == 5U);
  BOOST_TEST(more->back().index == 8U);
  BOOST_TEST(book.addresses(branch::change).size() == 5U);
  BOOST_TEST(book.mark_used(address_at(branch::external, 3))->empty());
  BOOST_TEST(book.mark_used(address_at(branch::external, 1))->empty());
  BOOST_TEST(name(book.mark_used(address_at(branch::external, 9)).error()) == "not_found");
  BOOST_TEST(name(book.mark_used("elsewhere").error()) == "not_found");
}

BOOST_AUTO_TEST_CASE(addresses_are_given_out_once) {
  auto book = open(3);
  BOOST_TEST(book.give_out(branch::external)->index == 0U);
  BOOST_REQUIRE(book.mark_used(address_at(branch::external, 1)));
  BOOST_TEST(book.give_out(branch::external)->index == 2U); // 1 was used by somebody
  BOOST_TEST(book.give_out(branch::external)->index == 3U);
  BOOST_TEST(book.give_out(branch::external)->index == 4U);
  BOOST_TEST(name(book.give_out(branch::external).error()) == "gap_limit_reached");
  BOOST_TEST(book.give_out(branch::change)->index == 0U);
  BOOST_REQUIRE(book.mark_used(address_at(branch::external, 4)));
  BOOST_TEST(book.give_out(branch::external)->index == 5U);
}

// The same reports in any order, any number of times, as far as each can be known when it comes.
BOOST_AUTO_TEST_CASE(order_of_reports_does_not_matter) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 10; ++round) {
    auto book = open(6);
    std::vector<std::string> reported;
    for (int i = 0; i < 12; ++i) {
      const auto& watched = book.addresses(branch::external);
      const auto& one = watched[random() % watched.size()];
      reported.push_back(one.address);
      BOOST_REQUIRE(book.mark_used(reported.back()));
    }
    // A restored book hears them in another order, and asks again as long as it learns.
    auto restored = open(6);
    std::shuffle(reported.begin(), reported.end(), random);
    for (std::size_t pass = 0; pass < reported.size(); ++pass)
      for (const auto& address : reported)
        if (const auto more = restored.mark_used(address); !more)
          BOOST_TEST(name(more.error()) == "not_found");
    BOOST_TEST((restored.addresses(branch::external) == book.addresses(branch::external)),
               "seed " << seed << ", round " << round);
  }
}

BOOST_AUTO_TEST_CASE(limits_and_errors) {
  for (const std::uint32_t gap : {0U, gap_limit_max + 1})
    BOOST_TEST(name(address_book::open(account(), plain, gap).error()) == "over_limit");
  const auto failing = [](const ec_public_key&) -> expected<std::string> {
    return errc::bad_public_key;
  };
  BOOST_TEST(name(address_book::open(account(), failing, 5).error()) == "bad_public_key");
}

BOOST_AUTO_TEST_SUITE_END()
