// SLIP-39: splits of our own come back, for every choice of members; what is refused.
#include "core/crypto/hash.hpp"
#include "core/wallet/gf256.hpp"
#include "core/wallet/slip39.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>

using namespace quorate;
using namespace quorate::wallet;

namespace {

bytes stream(std::size_t size, std::string_view label) {
  bytes out;
  for (std::uint8_t i = 0; out.size() < size; ++i) {
    const auto block = sha256({as_bytes(label), byte_view{&i, 1}});
    out.insert(out.end(), block.data.begin(), block.data.end());
  }
  out.resize(size);
  return out;
}

// Exponent 0: the cost of PBKDF2 is not what these tests are about.
slip39_plan plan_of(std::uint8_t group_threshold, std::vector<slip39_group> groups) {
  return {group_threshold, std::move(groups), 0, true};
}

std::vector<std::string> split(byte_view secret, const slip39_plan& plan,
                               std::string_view passphrase = "") {
  const auto entropy = stream(slip39_entropy_bytes(plan, secret.size()), "entropy");
  const auto shares = slip39_split(secret, passphrase, plan, entropy);
  BOOST_REQUIRE(shares.has_value());
  std::vector<std::string> texts;
  for (const auto& share : *shares)
    texts.emplace_back(to_words(share).text());
  return texts;
}

expected<secret_value> combine(const std::vector<std::string>& texts,
                               std::string_view passphrase = "") {
  std::vector<slip39_share> shares;
  for (const auto& text : texts) {
    QUORATE_ASSIGN(auto share, parse_slip39_share(text));
    shares.push_back(std::move(share));
  }
  return slip39_combine(shares, passphrase);
}

std::vector<std::string> choose(const std::vector<std::string>& all, unsigned bits) {
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (bits >> i & 1) chosen.push_back(all[i]);
  return chosen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wallet_slip39)

// Source: FIPS 197, section 4.2: {57} * {83} = {c1}, {57} * {13} = {fe}.
BOOST_AUTO_TEST_CASE(gf256_is_that_of_aes) {
  BOOST_TEST(gf256_multiply(0x57, 0x83) == 0xc1);
  BOOST_TEST(gf256_multiply(0x57, 0x13) == 0xfe);
  for (unsigned a = 1; a < 256; ++a) {
    const auto byte = static_cast<std::uint8_t>(a);
    BOOST_TEST(gf256_multiply(byte, gf256_inverse(byte)) == 1);
    BOOST_TEST(gf256_multiply(byte, 0) == 0);
  }
}

// Groups 2 of 3, 1 of 1 and 2 of 2, two of these groups: of all 64 choices of the six shares,
// exactly those with full groups, and only two of them, give the secret.
BOOST_AUTO_TEST_CASE(every_choice_of_members) {
  const auto secret = stream(16, "secret");
  const auto texts = split(secret, plan_of(2, {{2, 3}, {1, 1}, {2, 2}}));
  BOOST_REQUIRE(texts.size() == 6U);
  for (unsigned bits = 0; bits < 64; ++bits) {
    const std::array members{std::popcount(bits & 7), std::popcount(bits >> 3 & 1),
                             std::popcount(bits >> 4 & 3)};
    const std::array thresholds{2, 1, 2};
    int full = 0;
    bool exact = true;
    for (std::size_t g = 0; g < 3; ++g) {
      full += members[g] == thresholds[g] ? 1 : 0;
      exact &= members[g] == 0 || members[g] == thresholds[g];
    }
    const auto back = combine(choose(texts, bits));
    if (exact && full == 2)
      BOOST_TEST(to_hex(back->view()) == to_hex(secret), bits);
    else
      BOOST_TEST(name(back.error()) == "wrong_share_count", bits);
  }
}

BOOST_AUTO_TEST_CASE(every_size_of_secret) {
  for (std::size_t size = 0; size <= 66; ++size) {
    const auto secret = stream(size, "secret");
    const auto plan = plan_of(1, {{2, 2}});
    const bool fits = size >= 16 && size <= 64 && size % 2 == 0;
    if (!fits) {
      const auto entropy = stream(size < 16 ? 64 : slip39_entropy_bytes(plan, size), "e");
      BOOST_TEST(name(slip39_split(secret, "", plan, entropy).error()) == "bad_entropy_size", size);
      continue;
    }
    BOOST_TEST(to_hex(combine(split(secret, plan))->view()) == to_hex(secret), size);
  }
}

BOOST_AUTO_TEST_CASE(a_passphrase_gives_another_secret) {
  const auto secret = stream(32, "secret");
  const auto texts = split(secret, plan_of(1, {{3, 5}}), "correct horse");
  const auto three = choose(texts, 0b10101);
  BOOST_TEST(to_hex(combine(three, "correct horse")->view()) == to_hex(secret));
  BOOST_TEST(to_hex(combine(three, "")->view()) != to_hex(secret));
  BOOST_TEST(name(combine(three, "caf\xc3\xa9").error()) == "bad_passphrase");
  BOOST_TEST(name(combine(three, "\x1f").error()) == "bad_passphrase");
}

// With the flag, the id is no salt: two splits with different ids decrypt alike.
BOOST_AUTO_TEST_CASE(extendable_shares_ignore_the_id) {
  const auto secret = stream(16, "secret");
  for (const bool extendable : {true, false}) {
    slip39_plan plan{1, {{1, 1}}, 0, extendable};
    const auto one = slip39_split(secret, "p", plan, bytes{0x12, 0x34});
    const auto two = slip39_split(secret, "p", plan, bytes{0x43, 0x21});
    BOOST_TEST(((*one)[0].set.id != (*two)[0].set.id));
    BOOST_TEST((to_hex((*one)[0].value.view()) == to_hex((*two)[0].value.view())) == extendable);
    const auto text = to_words((*one)[0]);
    BOOST_TEST(to_hex(combine({std::string{text.text()}}, "p")->view()) == to_hex(secret));
  }
}

BOOST_AUTO_TEST_CASE(plans_are_checked) {
  const std::vector<slip39_group> seventeen(17, slip39_group{1, 1});
  for (const auto& plan :
       {plan_of(0, {{1, 1}}), plan_of(2, {{1, 1}}), plan_of(1, {}), plan_of(1, seventeen),
        plan_of(1, {{0, 1}}), plan_of(1, {{3, 2}}), plan_of(1, {{2, 17}}), plan_of(1, {{1, 2}})})
    BOOST_TEST(name(check(plan).error()) == "bad_threshold");
  slip39_plan slow = plan_of(1, {{1, 1}});
  slow.iteration_exponent = 16;
  BOOST_TEST(name(check(slow).error()) == "bad_threshold");
  BOOST_TEST(check(plan_of(16, std::vector<slip39_group>(16, slip39_group{16, 16}))).has_value());
}

// Source: SLIP-39, "Checksum": any error in up to three words is found. Here every word alone, and
// swaps of neighbours.
BOOST_AUTO_TEST_CASE(mistyped_words_are_found) {
  const auto text = split(stream(16, "secret"), plan_of(1, {{1, 1}}))[0];
  std::vector<std::string> words;
  for (std::size_t from = 0; from < text.size();) {
    const auto to = std::min(text.find(' ', from), text.size());
    words.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  BOOST_REQUIRE(words.size() == 20U);
  const auto joined = [](const std::vector<std::string>& all) {
    std::string out;
    for (const auto& word : all)
      out += word + ' ';
    return out;
  };
  BOOST_TEST(parse_slip39_share(joined(words)).has_value());
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto wrong = words;
    wrong[i] = wrong[i] == "acid" ? "academic" : "acid";
    BOOST_TEST(name(parse_slip39_share(joined(wrong)).error()) == "bad_word_checksum", i);
    if (i + 1 == words.size() || words[i] == words[i + 1]) continue;
    auto swapped = words;
    std::swap(swapped[i], swapped[i + 1]);
    BOOST_TEST(name(parse_slip39_share(joined(swapped)).error()) == "bad_word_checksum", i);
  }
  words[4] = "notaword";
  BOOST_TEST(name(parse_slip39_share(joined(words)).error()) == "unknown_word");
}

BOOST_AUTO_TEST_SUITE_END()
