// SM2, SM4-GCM and the switch between the suites.
#include "core/crypto/sm2.hpp"
#include "core/crypto/sm4.hpp"
#include "core/crypto/suite.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

using namespace quorate;

namespace {

bytes raw(std::string_view hex) { return *from_hex(hex); }

sm2_secret_key secret_of(std::string_view hex) {
  return sm2_secret_key{fixed_from_hex<digest>(hex).value().data};
}

/// OpenSSL's own SM2 verification, a second implementation of the standard.
bool openssl_verifies(const sm2_public_key& key, byte_view message, const sm2_signature& sig) {
  ECDSA_SIG* numbers = ECDSA_SIG_new();
  ECDSA_SIG_set0(numbers, BN_bin2bn(sig.data.data(), 32, nullptr),
                 BN_bin2bn(sig.data.data() + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int der_size = i2d_ECDSA_SIG(numbers, &der);
  char group[] = "SM2";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                        const_cast<std::uint8_t*>(key.data.data()), 65),
      OSSL_PARAM_construct_end()};
  EVP_PKEY_CTX* maker = EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr);
  EVP_PKEY* parsed = nullptr;
  BOOST_REQUIRE(EVP_PKEY_fromdata_init(maker) == 1);
  BOOST_REQUIRE(EVP_PKEY_fromdata(maker, &parsed, EVP_PKEY_PUBLIC_KEY,
                                  const_cast<OSSL_PARAM*>(parameters)) == 1);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* verifier = EVP_PKEY_CTX_new(parsed, nullptr);
  EVP_PKEY_CTX_set1_id(verifier, sm2_default_id.data(), static_cast<int>(sm2_default_id.size()));
  EVP_MD_CTX_set_pkey_ctx(context, verifier);
  BOOST_REQUIRE(EVP_DigestVerifyInit(context, nullptr, EVP_sm3(), nullptr, parsed) == 1);
  const bool verified = EVP_DigestVerify(context, der, static_cast<std::size_t>(der_size),
                                         message.data(), message.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_CTX_free(verifier);
  EVP_PKEY_CTX_free(maker);
  EVP_PKEY_free(parsed);
  OPENSSL_free(der);
  ECDSA_SIG_free(numbers);
  return verified;
}

} // namespace

BOOST_AUTO_TEST_SUITE(national_suite)

// Source: GB/T 32918.5-2017, appendix A.
BOOST_AUTO_TEST_CASE(sm2_of_the_standard) {
  const auto secret = secret_of("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
  const auto key = sm2_public_key_of(secret).value();
  BOOST_TEST(to_hex(key) == "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
  auto sig = *fixed_from_hex<sm2_signature>(
      "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
      "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  const auto message = as_bytes("message digest");
  BOOST_TEST(verify(key, message, sig).has_value());
  BOOST_TEST(openssl_verifies(key, message, sig));
  BOOST_TEST((verify(key, as_bytes("other"), sig).error() == errc::bad_signature));
  BOOST_TEST((verify(key, message, sig, "other id").error() == errc::bad_signature));
  for (const std::size_t at : {0, 31, 32, 63}) {
    sig.data[at] ^= 1;
    BOOST_TEST((verify(key, message, sig).error() == errc::bad_signature));
    sig.data[at] ^= 1;
  }
}

BOOST_AUTO_TEST_CASE(sm2_signs_what_openssl_verifies) {
  for (std::uint8_t i = 1; i <= 40; ++i) {
    sm2_secret_key secret;
    secret.data()[0] = i;
    secret.data()[31] = 3;
    const auto key = sm2_public_key_of(secret).value();
    const bytes message(i, i);
    const auto sig = sign_sm2(secret, message).value();
    BOOST_TEST(openssl_verifies(key, message, sig));
    BOOST_TEST(verify(key, message, sig).has_value());
    BOOST_TEST((sign_sm2(secret, message).value() == sig));
    const std::array<std::uint8_t, 32> entropy{i};
    const auto hedged = sign_sm2(secret, message, &entropy).value();
    BOOST_TEST((hedged != sig));
    BOOST_TEST(verify(key, message, hedged).has_value());
  }
}

BOOST_AUTO_TEST_CASE(sm2_refusals) {
  const std::string order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
  auto one_less = order;
  one_less.back() = '2'; // 1 + d would have no inverse
  for (const auto& bad : {std::string(64, '0'), one_less, order, std::string(64, 'f')}) {
    BOOST_TEST((sm2_public_key_of(secret_of(bad)).error() == errc::bad_secret_key));
    BOOST_TEST((sign_sm2(secret_of(bad), {}).error() == errc::bad_secret_key));
  }
  auto two_less = order;
  two_less.back() = '1';
  const auto key = sm2_public_key_of(secret_of(two_less)).value();
  const auto sig = sign_sm2(secret_of(two_less), {}).value();
  BOOST_TEST(verify(key, {}, sig).has_value());
  for (const auto& bad : {std::string(64, '0'), order, std::string(64, 'f')}) {
    auto wrong = sig;
    std::memcpy(wrong.data.data(), raw(bad).data(), 32);
    BOOST_TEST((verify(key, {}, wrong).error() == errc::bad_signature));
    wrong = sig;
    std::memcpy(wrong.data.data() + 32, raw(bad).data(), 32);
    BOOST_TEST((verify(key, {}, wrong).error() == errc::bad_signature));
  }
  auto no_point = key;
  no_point.data[64] ^= 1;
  BOOST_TEST((verify(no_point, {}, sig).error() == errc::bad_public_key));
  no_point = key;
  no_point.data[0] = 0x06; // the hybrid form
  BOOST_TEST((verify(no_point, {}, sig).error() == errc::bad_public_key));
  BOOST_TEST((sign_sm2(secret_of(two_less), {}, nullptr, std::string(8192, 'i')).error() ==
              errc::over_limit));
}

// Source: RFC 8998, appendix A.1.
BOOST_AUTO_TEST_CASE(sm4_gcm) {
  const auto key_bytes = raw("0123456789abcdeffedcba9876543210");
  const auto key = byte_view{key_bytes}.first<16>();
  const auto nonce = *fixed_from_hex<aead_nonce>("00001234567800000000abcd");
  const auto associated = raw("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto plain = raw("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                         "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa");
  auto sealed = sm4_gcm_seal(key, nonce, associated, plain);
  BOOST_TEST(to_hex(sealed) == "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
                               "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
                               "83de3541e4c2b58177e065a9bf7b62ec");
  bytes out(plain.size());
  BOOST_TEST(sm4_gcm_open(key, nonce, associated, sealed, out).has_value());
  BOOST_TEST((out == plain));
  out.assign(out.size(), 0);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    sealed[i] ^= 0x80;
    BOOST_TEST(
        (sm4_gcm_open(key, nonce, associated, sealed, out).error() == errc::decryption_failed));
    sealed[i] ^= 0x80;
  }
  BOOST_TEST((out == bytes(plain.size()))); // nothing unproven is handed out
  BOOST_TEST(!sm4_gcm_open(key, nonce, {}, sealed, out).has_value());
  for (std::size_t size = 0; size <= 33; ++size) { // the last block is full, partial or missing
    const auto part = byte_view{plain}.first(size);
    bytes again(size);
    const auto box = sm4_gcm_seal(key, nonce, part, part);
    BOOST_TEST(sm4_gcm_open(key, nonce, part, box, again).has_value());
    BOOST_TEST(std::equal(again.begin(), again.end(), part.begin(), part.end()));
  }
}

BOOST_AUTO_TEST_CASE(the_switch) {
  for (const password_cost& cost : {password_cost{scrypt_cost{16, 1, 1}}, {sm3_cost{10}}}) {
    const auto suite = suite_of(cost);
    const auto key = key_from_password(cost, as_bytes("password"), as_bytes("salt")).value();
    const auto box = seal(suite, key, {}, as_bytes("header"), as_bytes("secret"));
    bytes out(6);
    BOOST_TEST(open(suite, key, {}, as_bytes("header"), box, out).has_value());
    BOOST_TEST((out == bytes{'s', 'e', 'c', 'r', 'e', 't'}));
    const auto other =
        suite == crypto_suite::national ? crypto_suite::standard : crypto_suite::national;
    BOOST_TEST(
        (open(other, key, {}, as_bytes("header"), box, out).error() == errc::decryption_failed));
    BOOST_TEST((suite_of(static_cast<std::uint8_t>(suite)).value() == suite));
  }
  BOOST_TEST((suite_of(std::uint8_t{0}).error() == errc::bad_enum));
  BOOST_TEST((suite_of(std::uint8_t{3}).error() == errc::bad_enum));
  BOOST_TEST(name(crypto_suite::national) == "national");
  BOOST_TEST(to_hex(hash(crypto_suite::national, {as_bytes("abc")})).starts_with("66c7f0f4"));
  BOOST_TEST(to_hex(hash(crypto_suite::standard, {as_bytes("abc")})).starts_with("ba7816bf"));
  for (const auto iterations : {std::uint64_t{0}, sm3_iterations_max + 1})
    BOOST_TEST((key_from_password(sm3_cost{iterations}, {}, {}).error() == errc::kdf_parameters));
}

BOOST_AUTO_TEST_SUITE_END()
