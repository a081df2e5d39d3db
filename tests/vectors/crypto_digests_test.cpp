// Hashes, MACs, key derivations and ciphers against the published vectors of their standards.
#include "core/crypto/aes.hpp"
#include "core/crypto/digests.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/keccak.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>

using namespace quorate;

namespace {

bytes raw(std::string_view hex) { return *from_hex(hex); }

template <std::size_t N>
std::array<std::uint8_t, N> array_of(std::string_view hex) {
  return fixed_from_hex<fixed_bytes<struct any_tag, N>>(hex).value().data;
}

constexpr std::string_view alphabet_448 =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

} // namespace

BOOST_AUTO_TEST_SUITE(crypto_digests)

// Source: FIPS 180-4 examples; the RIPEMD-160 page of its authors; GB/T 32905-2016, appendix A.
BOOST_AUTO_TEST_CASE(hashes) {
  BOOST_TEST(to_hex(sha512(as_bytes("abc"))) ==
             "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  BOOST_TEST((sha512({as_bytes("a"), {}, as_bytes("bc")}) == sha512(as_bytes("abc"))));
  BOOST_TEST(to_hex(ripemd160({})) == "9c1185a5c5e9fc54612808977ee8f548b2258d31");
  BOOST_TEST(to_hex(ripemd160(as_bytes(alphabet_448))) ==
             "12a053384a9c0c88e405a06c27dcf49ada62eb2b");
  BOOST_TEST(to_hex(sm3(as_bytes("abc"))) ==
             "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  std::string abcd;
  for (int i = 0; i < 16; ++i)
    abcd += "abcd";
  BOOST_TEST(to_hex(sm3(as_bytes(abcd))) ==
             "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

// Source: BIP-173, the public key of its examples and the P2WPKH program made from it; the double
// hash of the empty string is widely known from Bitcoin's checksums.
BOOST_AUTO_TEST_CASE(bitcoin_hashes) {
  const auto key = raw("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  BOOST_TEST(to_hex(hash160(key)) == "751e76e8199196d454941c45d1b3a323f1433bd6");
  BOOST_TEST(to_hex(double_sha256({})) ==
             "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456");
}

// Source: the Keccak team's ShortMsgKAT_256 (lengths 0 and 8 bit), Ethereum's own use of "abc", and
// lengths about the rate of 136 bytes, where the padding falls into one byte or a block of its own.
BOOST_AUTO_TEST_CASE(keccak) {
  BOOST_TEST(to_hex(keccak256(byte_view{})) ==
             "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  BOOST_TEST(to_hex(keccak256(raw("cc"))) ==
             "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a");
  BOOST_TEST(to_hex(keccak256(as_bytes("abc"))) ==
             "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  const std::pair<std::size_t, std::string_view> about_the_rate[] = {
      {135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"},
      {136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"},
      {137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"},
  };
  for (const auto& [size, expected] : about_the_rate) {
    const bytes message(size, 'a');
    BOOST_TEST(to_hex(keccak256(message)) == expected, size << " bytes");
    const byte_view all{message};
    BOOST_TEST((keccak256({all.first(100), all.subspan(100)}) == keccak256(message)));
  }
}

// Source: RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
BOOST_AUTO_TEST_CASE(hmac) {
  BOOST_TEST(to_hex(hmac_sha256(bytes(20, 0x0b), {as_bytes("Hi There")}).view()) ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(
      to_hex(hmac_sha512(as_bytes("Jefe"), {as_bytes("what do ya want "), as_bytes("for nothing?")})
                 .view()) == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                             "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
  BOOST_TEST(
      to_hex(hmac_sha512(bytes(131, 0xaa), {as_bytes("Test Using Larger Than Block-Size Key - "
                                                     "Hash Key First")})
                 .view()) == "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                             "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
  BOOST_TEST(to_hex(hmac_sha256({}, {}).view()) ==
             "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  BOOST_TEST(equal_in_constant_time(as_bytes("ab"), as_bytes("ab")));
  BOOST_TEST(!equal_in_constant_time(as_bytes("ab"), as_bytes("ac")));
  BOOST_TEST(!equal_in_constant_time(as_bytes("ab"), as_bytes("abc")));
}

// Source: RFC 7914 section 11 (PBKDF2-HMAC-SHA-256) and BIP-39's first English vector (SHA-512).
BOOST_AUTO_TEST_CASE(pbkdf2) {
  std::array<std::uint8_t, 64> out{};
  BOOST_TEST(pbkdf2_hmac_sha256(as_bytes("passwd"), as_bytes("salt"), 1, out).has_value());
  BOOST_TEST(to_hex(byte_view{out}) ==
             "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
             "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  BOOST_TEST(pbkdf2_hmac_sha512(as_bytes("abandon abandon abandon abandon abandon abandon abandon "
                                         "abandon abandon abandon abandon about"),
                                as_bytes("mnemonicTREZOR"), 2048, out)
                 .has_value());
  BOOST_TEST(to_hex(byte_view{out}) ==
             "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553"
             "1f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04");
  BOOST_TEST((pbkdf2_hmac_sha256({}, {}, 0, out).error() == errc::kdf_parameters));
  BOOST_TEST(
      (pbkdf2_hmac_sha512({}, {}, pbkdf2_iterations_max + 1, out).error() == errc::kdf_parameters));
}

// Source: RFC 7914 section 12, the first three vectors (the fourth takes 1 GiB, beyond our limit).
BOOST_AUTO_TEST_CASE(scrypt_vectors) {
  std::array<std::uint8_t, 64> out{};
  BOOST_TEST(scrypt({}, {}, {16, 1, 1}, out).has_value());
  BOOST_TEST(to_hex(byte_view{out}) ==
             "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
             "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  BOOST_TEST(scrypt(as_bytes("password"), as_bytes("NaCl"), {1024, 8, 16}, out).has_value());
  BOOST_TEST(to_hex(byte_view{out}) ==
             "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
             "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  BOOST_TEST(scrypt(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), {16384, 8, 1}, out)
                 .has_value());
  BOOST_TEST(to_hex(byte_view{out}) ==
             "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
             "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

// OpenSSL's scrypt, a second implementation, where it takes the costs.
BOOST_AUTO_TEST_CASE(scrypt_agrees_with_openssl) {
  for (std::uint64_t n : {2, 4, 64, 1024})
    for (std::uint32_t r : {1, 2, 3, 8})
      for (std::uint32_t p : {1, 2, 5}) {
        std::array<std::uint8_t, 40> ours{};
        std::array<std::uint8_t, 40> theirs{};
        BOOST_REQUIRE(scrypt(as_bytes("pass"), as_bytes("salt"), {n, r, p}, ours));
        BOOST_REQUIRE(EVP_PBE_scrypt("pass", 4, as_bytes("salt").data(), 4, n, r, p, 0,
                                     theirs.data(), theirs.size()) == 1);
        BOOST_TEST((ours == theirs), n << ' ' << r << ' ' << p);
      }
}

// Lanes count as the table does: with {2, 2^20, 2} they are 128 MiB each, and 896 MiB in all.
// At the edge: 257 MiB are 4112 lanes where r is 512, and 2056 where it is 1024.
BOOST_AUTO_TEST_CASE(scrypt_limits) {
  for (const scrypt_cost cost :
       {scrypt_cost{}, {2, 1, 1}, {262144, 8, 1}, {262144, 1, 8}, {2, 512, 2054}, {2, 1024, 1026}})
    BOOST_TEST(check(cost).has_value(), cost.n << ' ' << cost.r << ' ' << cost.p);
  for (const scrypt_cost cost : {scrypt_cost{0, 8, 1},
                                 {1, 8, 1},
                                 {1000, 8, 1},
                                 {1024, 0, 1},
                                 {1024, 8, 0},
                                 {524288, 8, 1},
                                 {2, 1U << 20, 2},
                                 {2, 512, 2055},
                                 {2, 1024, 1027},
                                 {262144, 8, 3},
                                 {1ULL << 63, 1, 1},
                                 {2, 0xffffffff, 1},
                                 {2, 1, 0xffffffff},
                                 {1ULL << 40, 0xffffffff, 0xffffffff}})
    BOOST_TEST(!check(cost).has_value(), cost.n << ' ' << cost.r << ' ' << cost.p);
}

// Source: RFC 5869, appendix A.1 and A.3 (no salt, no info).
BOOST_AUTO_TEST_CASE(hkdf) {
  std::array<std::uint8_t, 42> out{};
  hkdf_sha256(bytes(22, 0x0b), raw("000102030405060708090a0b0c"), raw("f0f1f2f3f4f5f6f7f8f9"), out);
  BOOST_TEST(
      to_hex(byte_view{out}) ==
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  hkdf_sha256(bytes(22, 0x0b), {}, {}, out);
  BOOST_TEST(
      to_hex(byte_view{out}) ==
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// Source: the GCM specification's test case 16 (AES-256, associated data, plaintext of 60 bytes).
BOOST_AUTO_TEST_CASE(aes_gcm) {
  const auto key = array_of<32>("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const auto nonce = *fixed_from_hex<aead_nonce>("cafebabefacedbaddecaf888");
  const auto associated = raw("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto plain = raw("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  auto sealed = aes256_gcm_seal(key, nonce, associated, plain);
  BOOST_TEST(to_hex(sealed) == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                               "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                               "76fc6ece0f4e1768cddf8853bb2d551b");
  bytes out(plain.size());
  BOOST_TEST(aes256_gcm_open(key, nonce, associated, sealed, out).has_value());
  BOOST_TEST((out == plain));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    sealed[i] ^= 1;
    BOOST_TEST(
        (aes256_gcm_open(key, nonce, associated, sealed, out).error() == errc::decryption_failed));
    BOOST_TEST((out == bytes(plain.size()))); // nothing unproven is handed out
    sealed[i] ^= 1;
  }
  BOOST_TEST(!aes256_gcm_open(key, nonce, {}, sealed, out).has_value());
  const auto empty = aes256_gcm_seal(key, nonce, {}, {});
  BOOST_TEST(aes256_gcm_open(key, nonce, {}, empty, {}).has_value());
}

// Source: NIST SP 800-38A, F.5.1.
BOOST_AUTO_TEST_CASE(aes_ctr) {
  const auto key = array_of<16>("2b7e151628aed2a6abf7158809cf4f3c");
  const auto iv = array_of<16>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const auto plain = raw("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  bytes out(plain.size());
  aes128_ctr(key, iv, plain, out);
  BOOST_TEST(to_hex(out) == "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
}

BOOST_AUTO_TEST_SUITE_END()
