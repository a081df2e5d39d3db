// ECDSA, key arithmetic and Ed25519: vectors typed in, and the forms that are refused.
#include "core/crypto/blinding.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/taproot.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;

namespace {

ec_secret_key secret_of(std::string_view hex) {
  return ec_secret_key{fixed_from_hex<digest>(hex).value().data};
}

ec_secret_key secret_of(std::uint8_t small) {
  ec_secret_key key;
  key.data()[31] = small;
  return key;
}

const std::string order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

/// s replaced by the order less s: the other form of the same signature.
ecdsa_signature other_form(const ecdsa_signature& sig) {
  const auto n = *from_hex(order);
  auto out = sig;
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    int v = n[i] - sig.data[32 + i] - borrow;
    borrow = v < 0 ? 1 : 0;
    out.data[32 + i] = static_cast<std::uint8_t>(v + 256 * borrow);
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ecdsa)

// Source: RFC 6979-style vectors for secp256k1 as Trezor, Bitcoin and Stellar code bases share them
// (secret 1, "Satoshi Nakamoto"), whole signature.
BOOST_AUTO_TEST_CASE(typed_in) {
  const auto sig = sign_ecdsa(secret_of(1), sha256(as_bytes("Satoshi Nakamoto"))).value();
  BOOST_TEST(to_hex(sig) == "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
}

BOOST_AUTO_TEST_CASE(entropy_changes_the_nonce) {
  const auto message = sha256(as_bytes("message"));
  nonce_entropy entropy{};
  const auto key = ec_public_key::of(secret_of(7)).value();
  const auto plain = sign_ecdsa(secret_of(7), message).value();
  const auto zeros = sign_ecdsa(secret_of(7), message, &entropy).value();
  entropy[31] = 1;
  const auto one = sign_ecdsa(secret_of(7), message, &entropy).value();
  BOOST_TEST((plain != zeros));
  BOOST_TEST((zeros != one));
  for (const auto& sig : {plain, zeros, one})
    BOOST_TEST(verify(key, message, sig).has_value());
  BOOST_TEST((sign_ecdsa(secret_of(7), message, &entropy).value() == one));
}

BOOST_AUTO_TEST_CASE(blinding_changes_no_result) {
  const auto secret = secret_of(7);
  const auto message = sha256(as_bytes("message"));
  const auto key = ec_public_key::of(secret).value();
  const auto signature = sign_recoverable(secret, message).value();
  for (int round = 0; round < 3; ++round) {
    blinding_seed seed;
    seed.fill(static_cast<std::uint8_t>(41 * round));
    blind_secp256k1(seed);
    BOOST_TEST((ec_public_key::of(secret).value() == key));
    const auto blinded = sign_recoverable(secret, message).value();
    BOOST_TEST((blinded.compact == signature.compact));
    BOOST_TEST(blinded.recovery_id == signature.recovery_id);
  }
}

BOOST_AUTO_TEST_CASE(high_s_is_refused_and_repaired) {
  const auto message = sha256(as_bytes("message"));
  for (std::uint8_t i = 1; i <= 50; ++i) {
    const auto key = ec_public_key::of(secret_of(i)).value();
    const auto sig = sign_recoverable(secret_of(i), message).value();
    BOOST_TEST((recover(message, sig).value() == key));
    const auto high = other_form(sig.compact);
    BOOST_TEST(has_low_s(sig.compact));
    BOOST_TEST(!has_low_s(high));
    BOOST_TEST((verify(key, message, high).error() == errc::high_s));
    // With the other parity the library recovers the right key from it; we refuse.
    const recoverable_signature flipped{high, static_cast<std::uint8_t>(sig.recovery_id ^ 1)};
    BOOST_TEST((recover(message, flipped).error() == errc::high_s));
    BOOST_TEST((with_low_s(high).value() == sig.compact));
    BOOST_TEST((with_low_s(sig.compact).value() == sig.compact));
    const recoverable_signature wrong{sig.compact, static_cast<std::uint8_t>(sig.recovery_id ^ 1)};
    BOOST_TEST((recover(message, wrong).value() != key));
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  const auto message = sha256(as_bytes("message"));
  const auto sig = sign_recoverable(secret_of(3), message).value();
  const auto key = ec_public_key::of(secret_of(3)).value();
  for (const auto& bad : {std::string(64, '0'), order, std::string(64, 'f')}) {
    BOOST_TEST((sign_ecdsa(secret_of(bad), message).error() == errc::bad_secret_key));
    BOOST_TEST((sign_recoverable(secret_of(bad), message).error() == errc::bad_secret_key));
    BOOST_TEST((ec_public_key::of(secret_of(bad)).error() == errc::bad_secret_key));
    BOOST_TEST((x_only_of(secret_of(bad)).error() == errc::bad_secret_key));
    BOOST_TEST(!is_valid(secret_of(bad)));
  }
  BOOST_TEST((recover(message, {sig.compact, 4}).error() == errc::not_recoverable));
  BOOST_TEST((recover(message, {ecdsa_signature{}, 0}).error() == errc::not_recoverable));
  ecdsa_signature over;
  over.data.fill(0xff);
  BOOST_TEST((recover(message, {over, 0}).error() == errc::not_recoverable));
  BOOST_TEST((verify(key, message, over).error() == errc::bad_signature));
  BOOST_TEST((with_low_s(over).error() == errc::bad_signature));
  BOOST_TEST((verify(key, sha256(as_bytes("other")), sig.compact).error() == errc::bad_signature));
  BOOST_TEST((verify(key, message, ecdsa_signature{}).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(der_is_strict) {
  const auto message = sha256(as_bytes("message"));
  for (std::uint8_t i = 1; i <= 50; ++i) {
    const auto sig = sign_ecdsa(secret_of(i), message).value();
    const auto der = to_der(sig);
    BOOST_TEST((from_der(der).value() == sig));
    for (std::size_t cut = 0; cut < der.size(); ++cut)
      BOOST_TEST((from_der(byte_view{der}.first(cut)).error() == errc::bad_der));
    auto longer = der;
    longer.push_back(0);
    BOOST_TEST((from_der(longer).error() == errc::bad_der));
  }
  for (const auto* zero : {"3006020100020101", "3006020101020100", "3006020181020101"})
    BOOST_TEST((from_der(*from_hex(zero)).error() == errc::bad_der), zero);
  BOOST_TEST(from_der(*from_hex("3006020101020101")).has_value());
}

// Source: RFC 8032 section 7.1, tests 1 and 3.
BOOST_AUTO_TEST_CASE(ed25519_signing) {
  const auto first = secret_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  BOOST_TEST(to_hex(public_key_of(first)) ==
             "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  BOOST_TEST(to_hex(sign_ed25519(first, {})) ==
             "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
             "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const auto third = secret_of("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
  const auto sig = sign_ed25519(third, *from_hex("af82"));
  BOOST_TEST(to_hex(sig) == "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  BOOST_TEST(verify(public_key_of(third), *from_hex("af82"), sig).has_value());
  BOOST_TEST((verify(public_key_of(first), *from_hex("af82"), sig).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(public_keys) {
  const auto key = ec_public_key::of(secret_of(1)).value();
  BOOST_TEST(to_hex(key.compressed()) ==
             "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  auto encoded = key.uncompressed();
  BOOST_TEST(to_hex(encoded.view().last(32)) ==
             "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
  BOOST_TEST((ec_public_key::parse(encoded.view()).value() == key));
  BOOST_TEST((ec_public_key::parse(key.compressed()).value() == key));
  for (const int prefix : {0x00, 0x02, 0x03, 0x05, 0x06, 0x07}) { // 06, 07: hybrid
    encoded.data[0] = static_cast<std::uint8_t>(prefix);
    BOOST_TEST((ec_public_key::parse(encoded.view()).error() == errc::bad_public_key));
  }
  auto compressed = key.compressed();
  for (const int prefix : {0x00, 0x01, 0x04, 0x06}) {
    compressed.data[0] = static_cast<std::uint8_t>(prefix);
    BOOST_TEST((ec_public_key::parse(compressed).error() == errc::bad_public_key));
  }
  BOOST_TEST((ec_public_key::parse(byte_view{}).error() == errc::bad_public_key));
  compressed = {};
  compressed.data[0] = 2;
  compressed.data[32] = 5; // x = 5 is on no point of the curve
  BOOST_TEST((ec_public_key::parse(compressed).error() == errc::bad_public_key));
}

BOOST_AUTO_TEST_CASE(additions) {
  const auto sum = tweak_add(secret_of(3), secret_of(4).view().first<32>()).value();
  BOOST_TEST(to_hex(sum.view()) == to_hex(secret_of(7).view()));
  const auto key = ec_public_key::of(secret_of(3)).value();
  BOOST_TEST((key.tweak_add(secret_of(4).view().first<32>()).value() ==
              ec_public_key::of(secret_of(7)).value()));
  const auto n = *from_hex(order);
  auto cancels = n; // order - 3
  cancels[31] = static_cast<std::uint8_t>(cancels[31] - 3);
  for (const auto& tweak : {n, cancels}) {
    const auto view = byte_view{tweak}.first<32>();
    BOOST_TEST((tweak_add(secret_of(3), view).error() == errc::bad_tweak));
    BOOST_TEST((key.tweak_add(view).error() == errc::bad_tweak));
  }
  const ec_secret_key zero;
  BOOST_TEST((tweak_add(zero, secret_of(4).view().first<32>()).error() == errc::bad_secret_key));
}

BOOST_AUTO_TEST_CASE(taproot_additions_agree) {
  const auto message = sha256(as_bytes("message"));
  for (std::uint8_t i = 1; i <= 50; ++i) {
    const auto tweak = sha256(byte_view{&i, 1});
    const auto output = tweak_add(x_only_of(secret_of(i)).value(), tweak.data).value();
    const auto secret = taproot_tweak_add(secret_of(i), tweak.data).value();
    BOOST_TEST((x_only_of(secret).value() == output.key));
    const auto prefix = ec_public_key::of(secret).value().compressed().data[0];
    BOOST_TEST(prefix == (output.has_odd_y ? 3 : 2));
    auto sig = sign_taproot(secret, message, {}).value();
    BOOST_TEST(verify(output.key, message, sig).has_value());
    sig.data[0] ^= 1;
    BOOST_TEST((verify(output.key, message, sig).error() == errc::bad_signature));
  }
}

BOOST_AUTO_TEST_SUITE_END()
