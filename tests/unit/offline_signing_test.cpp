// What is shown, signed and checked of a request by its payload.
#include "core/chain/cosmos/transaction.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/signing.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::offline;

namespace {

struct cosmos_request {
  ec_secret_key secret{sha256(as_bytes("alice")).data};
  request r;

  cosmos_request() {
    using namespace chain::cosmos;
    r.what = payload::cosmos;
    r.key = ec_public_key::of(secret)->compressed();
    const auto address = *address_of("cosmos", account_of(r.key));
    const tx_body body{{msg_send{address, address, {{"uatom", amount{5}}}}}, "", 0};
    const auth_info auth{{{r.key, sign_mode::direct, {}, 0}}, {{}, 1, "", ""}};
    r.transaction = encode_document(*make_document(body, auth, "test-1", 1));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(offline_signing, cosmos_request)

BOOST_AUTO_TEST_CASE(signs_what_it_shows) {
  const auto text = text_of(r);
  BOOST_REQUIRE(text);
  BOOST_TEST(text->find("Send 5 uatom") != std::string::npos);
  BOOST_TEST(text->find("Digest: " + to_hex(sha256(r.transaction))) != std::string::npos);
  const auto done = sign(r, secret);
  BOOST_REQUIRE(done);
  BOOST_TEST(verify(r, *done).has_value());
  for (std::size_t i = 0; i < done->value.size(); ++i) {
    auto bent = *done;
    bent.value[i] ^= 1;
    BOOST_TEST(!verify(r, bent));
  }
  BOOST_TEST((verify(r, signed_result{bytes(63)}).error() == errc::bad_signature));
  BOOST_TEST((verify(r, signed_result{}).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(signs_nothing_else) {
  const ec_secret_key other{sha256(as_bytes("bob")).data};
  BOOST_TEST((sign(r, other).error() == errc::cosmos_wrong_signer));
  auto stranger = r;
  stranger.key = ec_public_key::of(other)->compressed();
  BOOST_TEST((sign(stranger, other).error() == errc::cosmos_wrong_signer));
  BOOST_TEST((text_of(stranger).error() == errc::cosmos_wrong_signer));
  BOOST_TEST((sign(r, ec_secret_key{}).error() == errc::bad_secret_key));
  auto broken = r;
  broken.transaction.pop_back();
  BOOST_TEST(!text_of(broken));
  BOOST_TEST(!sign(broken, secret));
}

BOOST_AUTO_TEST_SUITE_END()
