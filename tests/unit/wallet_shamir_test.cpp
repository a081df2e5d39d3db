// Shamir's sharing over 2^521 - 1: the field, every choice of shares, and what is refused.
#include "core/crypto/hash.hpp"
#include "core/wallet/field_521.hpp"
#include "core/wallet/secret_base64.hpp"
#include "core/wallet/shamir.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>

using namespace quorate;
using namespace quorate::wallet;

namespace {

// Bytes that look random and are the same in every run.
bytes stream(std::size_t size, std::string_view label) {
  bytes out;
  for (std::uint8_t i = 0; out.size() < size; ++i) {
    const auto block = sha256({as_bytes(label), byte_view{&i, 1}});
    out.insert(out.end(), block.data.begin(), block.data.end());
  }
  out.resize(size);
  return out;
}

std::vector<shamir_share> split(byte_view secret, const share_policy& policy,
                                std::string_view label = "shares") {
  auto shares = shamir_split(secret, policy, stream(shamir_entropy_bytes(policy.threshold), label));
  BOOST_REQUIRE(shares.has_value());
  return std::move(*shares);
}

shamir_share copy(const shamir_share& share) {
  return *shamir_share::parse(share.to_text().text());
}

// The shares whose bits are set.
std::vector<shamir_share> choose(const std::vector<shamir_share>& all, unsigned bits) {
  std::vector<shamir_share> chosen;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (bits >> i & 1) chosen.push_back(copy(all[i]));
  return chosen;
}

field_element element(std::string_view hex) {
  const auto raw = *from_hex(std::string(132 - hex.size(), '0') + std::string{hex});
  return *field_element::from_bytes(byte_view{raw}.first<element_bytes>());
}

std::string text(const field_element& e) { return to_hex(e.to_bytes().view()); }

// A change that keeps the checksum: what somebody does who makes a share up.
shamir_share forged(const shamir_share& share, std::size_t byte) {
  secret_bytes<90> raw;
  BOOST_REQUIRE(from_base64(share.to_text().text(), {raw.data(), raw.size()}));
  raw.data()[byte] ^= 1;
  const auto sum = hash_tag{"quorate/wallet/share"}(raw.view().first(86));
  std::copy_n(sum.data.begin(), 4, raw.data() + 86);
  auto parsed = shamir_share::parse(to_base64(raw.view()).text());
  BOOST_REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(wallet_shamir)

BOOST_AUTO_TEST_CASE(field_is_modulo_2_521_minus_1) {
  const auto largest = "01" + std::string(129, 'f') + "e"; // p - 1
  BOOST_TEST(text(element(largest) + element("01")) == std::string(132, '0'));
  BOOST_TEST(text(element(largest) * element(largest)) == std::string(131, '0') + "1");
  BOOST_TEST(text(element("00") - element("01")) == "01" + std::string(129, 'f') + "e");
  const auto some = element("0123456789abcdef" + std::string(100, 'a'));
  BOOST_TEST(text(some * some.inverse()) == std::string(131, '0') + "1");
  // 2^520 * 2 = 2^521 = 1.
  BOOST_TEST(text(element("01" + std::string(130, '0')) * element("02")) ==
             std::string(131, '0') + "1");
  const bytes prime = *from_hex("01" + std::string(130, 'f'));
  BOOST_TEST(name(field_element::from_bytes(byte_view{prime}.first<element_bytes>()).error()) ==
             "not_canonical");
  BOOST_TEST(text(field_element::from_uniform(byte_view{prime}.first<element_bytes>())) ==
             std::string(132, '0'));
}

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
  BOOST_TEST(to_base64(as_bytes("foobar")).text() == "Zm9vYmFy");
  bytes all;
  for (unsigned v = 0; v < 64; v += 4) {
    const auto three = v << 18 | (v + 1) << 12 | (v + 2) << 6 | (v + 3);
    for (const unsigned shift : {16U, 8U, 0U})
      all.push_back(static_cast<std::uint8_t>(three >> shift));
  }
  constexpr auto alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  BOOST_TEST(to_base64(all).text() == alphabet);
  bytes back(48);
  BOOST_TEST(from_base64(alphabet, back).has_value());
  BOOST_TEST(to_hex(back) == to_hex(all));
  bytes three(3);
  for (int c = 0; c < 256; ++c) {
    const std::string one{'A', 'A', 'A', static_cast<char>(c)};
    const bool known = std::string_view{alphabet}.find(static_cast<char>(c)) != std::string::npos;
    BOOST_TEST(from_base64(one, three).has_value() == known, c);
  }
  BOOST_TEST(!from_base64("AAA", three).has_value());
  BOOST_TEST(!from_base64("AAAAA", three).has_value());
}

// Every subset of the shares of every policy up to five: as many as the threshold give the secret,
// any other number is refused.
BOOST_AUTO_TEST_CASE(every_choice_of_shares) {
  const auto secret = stream(32, "secret");
  for (std::uint8_t count = 2; count <= 5; ++count)
    for (std::uint8_t threshold = 2; threshold <= count; ++threshold) {
      const auto shares = split(secret, {threshold, count});
      BOOST_REQUIRE(shares.size() == count);
      for (unsigned bits = 0; bits < 1U << count; ++bits) {
        const auto back = shamir_combine(choose(shares, bits));
        if (std::popcount(bits) == threshold)
          BOOST_TEST(to_hex(back->view()) == to_hex(secret));
        else
          BOOST_TEST(name(back.error()) == "wrong_share_count");
      }
    }
}

BOOST_AUTO_TEST_CASE(every_size_of_secret) {
  for (std::size_t size = 1; size <= shamir_secret_bytes_max; ++size) {
    bytes secret(size, 0); // leading zeros have to come back too
    secret.back() = static_cast<std::uint8_t>(size);
    const auto shares = split(secret, {2, 3});
    BOOST_TEST(to_hex(shamir_combine(choose(shares, 5))->view()) == to_hex(secret));
  }
  const share_policy policy{2, 3};
  const auto entropy = stream(shamir_entropy_bytes(2), "e");
  for (const std::size_t size : {0U, 49U, 64U})
    BOOST_TEST(name(shamir_split(bytes(size, 1), policy, entropy).error()) == "bad_entropy_size");
  BOOST_TEST(name(shamir_split(bytes(16, 1), policy, byte_view{entropy}.subspan(1)).error()) ==
             "bad_entropy_size");
}

BOOST_AUTO_TEST_CASE(largest_policy) {
  const auto secret = stream(16, "secret");
  auto shares = split(secret, {128, 255});
  shares.erase(shares.begin(), shares.begin() + 127);
  BOOST_TEST(to_hex(shamir_combine(shares)->view()) == to_hex(secret));
}

BOOST_AUTO_TEST_CASE(policies_are_checked) {
  for (const auto& policy : {share_policy{0, 0}, share_policy{0, 3}, share_policy{1, 1},
                             share_policy{1, 3}, share_policy{4, 3}})
    BOOST_TEST(name(shamir_split(bytes(16, 1), policy, {}).error()) == "bad_threshold");
}

BOOST_AUTO_TEST_CASE(shares_of_two_splits_do_not_mix) {
  const auto secret = stream(32, "secret");
  auto a = split(secret, {2, 3}, "one");
  auto b = split(secret, {2, 3}, "two");
  BOOST_TEST((a[0].set() != b[0].set()));
  std::vector<shamir_share> mixed;
  mixed.push_back(copy(a[0]));
  mixed.push_back(copy(b[1]));
  BOOST_TEST(name(shamir_combine(mixed).error()) == "mixed_shares");
  mixed[1] = copy(a[0]);
  BOOST_TEST(name(shamir_combine(mixed).error()) == "wrong_share_count");
  BOOST_TEST(name(shamir_combine({}).error()) == "wrong_share_count");
}

// Every character of a share counts.
BOOST_AUTO_TEST_CASE(mistyped_shares_are_refused) {
  const auto shares = split(stream(32, "secret"), {2, 3});
  const auto good = shares[0].to_text();
  BOOST_TEST(good.size() == shamir_text_bytes);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string wrong{good.text()};
    wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(name(shamir_share::parse(wrong).error()) == "bad_share", i);
  }
  for (const std::string_view cut : {std::string_view{}, good.text().substr(1)})
    BOOST_TEST(name(shamir_share::parse(cut).error()) == "bad_share");
}

// With a right checksum: what was changed shows when the shares are combined.
BOOST_AUTO_TEST_CASE(made_up_shares_are_found) {
  const auto shares = split(stream(32, "secret"), {2, 3});
  for (const std::size_t byte : {20U, 50U, 85U}) { // in the value
    std::vector<shamir_share> chosen;
    chosen.push_back(copy(shares[0]));
    chosen.push_back(forged(shares[1], byte));
    BOOST_TEST(name(shamir_combine(chosen).error()) == "false_share", byte);
  }
  std::vector<shamir_share> relabelled; // share 2 says that it is share 3
  relabelled.push_back(copy(shares[0]));
  relabelled.push_back(forged(shares[1], 3));
  BOOST_TEST(relabelled[1].number() == 3U);
  BOOST_TEST(name(shamir_combine(relabelled).error()) == "false_share");
  std::vector<shamir_share> renamed; // both with another set id
  renamed.push_back(forged(shares[0], 4));
  renamed.push_back(forged(shares[1], 4));
  BOOST_TEST(name(shamir_combine(renamed).error()) == "false_share");
}

BOOST_AUTO_TEST_SUITE_END()
