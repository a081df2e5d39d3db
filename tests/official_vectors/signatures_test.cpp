// ECDSA and Ed25519 against the files of RFC 6979's nonces and of Wycheproof.
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/taproot.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;

namespace {

ec_secret_key secret_of(std::string_view hex) {
  return ec_secret_key{fixed_from_hex<digest>(hex).value().data};
}

bytes raw(const nlohmann::json& hex) { return *from_hex(hex.get<std::string>()); }

/// r of a signature with nonce `k` is the x of k times the generator (below the order in practice).
std::string r_of_nonce(const std::string& k) { return to_hex(x_only_of(secret_of(k)).value()); }

} // namespace

BOOST_AUTO_TEST_SUITE(signature_files)

BOOST_AUTO_TEST_CASE(rfc6979_nonces) {
  std::size_t checked = 0;
  for (const auto& vector : vector_file("rfc6979_secp256k1.json")) {
    const auto message = sha256(as_bytes(vector["message"].get<std::string>()));
    const auto secret = secret_of(vector["d"].get<std::string>());
    const auto sig = sign_ecdsa(secret, message).value();
    BOOST_TEST(to_hex(sig.view().first(32)) == r_of_nonce(vector["k0"]));
    BOOST_TEST(has_low_s(sig));
    BOOST_TEST(verify(ec_public_key::of(secret).value(), message, sig).has_value());
    BOOST_TEST((sign_recoverable(secret, message).value().compact == sig));
    ++checked;
  }
  BOOST_TEST(checked == 10U);
}

BOOST_AUTO_TEST_CASE(wycheproof_bitcoin) {
  const auto file = vector_file("wycheproof_ecdsa_secp256k1_sha256_bitcoin.json");
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const auto& group : file["testGroups"]) {
    const auto key = ec_public_key::parse(raw(group["publicKey"]["uncompressed"])).value();
    BOOST_TEST((ec_public_key::parse(key.compressed()).value() == key));
    for (const auto& vector : group["tests"]) {
      const auto sig = from_der(raw(vector["sig"]));
      const bool taken = sig && verify(key, sha256(raw(vector["msg"])), *sig);
      BOOST_TEST(taken == (vector["result"] == "valid"), vector["tcId"] << vector["comment"]);
      ++(taken ? accepted : refused);
    }
  }
  BOOST_TEST(accepted == 162U);
  BOOST_TEST(refused == 301U);
}

BOOST_AUTO_TEST_CASE(wycheproof_ed25519) {
  const auto file = vector_file("wycheproof_ed25519.json");
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const auto& group : file["testGroups"]) {
    const auto key = ed25519_public_key::from_bytes(raw(group["publicKey"]["pk"])).value();
    for (const auto& vector : group["tests"]) {
      const auto sig = ed25519_signature::from_bytes(raw(vector["sig"]));
      const bool taken = sig && verify(key, raw(vector["msg"]), *sig);
      BOOST_TEST(taken == (vector["result"] == "valid"), vector["tcId"] << vector["comment"]);
      ++(taken ? accepted : refused);
    }
  }
  BOOST_TEST(accepted == 88U);
  BOOST_TEST(refused == 63U);
}

BOOST_AUTO_TEST_SUITE_END()
