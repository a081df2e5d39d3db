// What is shown, signed and checked of a request by its payload.
#include "core/chain/cosmos/transaction.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/device.hpp"
#include "core/offline/signing.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

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

constexpr nonce_entropy drawn{1, 2, 3};

} // namespace

BOOST_FIXTURE_TEST_SUITE(offline_signing, cosmos_request)

BOOST_AUTO_TEST_CASE(signs_what_it_shows) {
  const auto text = text_of(r);
  BOOST_REQUIRE(text);
  BOOST_TEST(text->find("Send 5 uatom") != std::string::npos);
  BOOST_TEST(text->find("Digest: " + to_hex(sha256(r.transaction))) != std::string::npos);
  const auto done = sign(r, secret, drawn);
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

BOOST_AUTO_TEST_CASE(nonces_are_others_with_other_entropy) {
  const auto once = sign(r, secret, drawn).value();
  BOOST_TEST((sign(r, secret, drawn).value() == once));
  const auto again = sign(r, secret, nonce_entropy{4}).value();
  BOOST_TEST(
      !std::ranges::equal(std::span{again.value}.first(32), std::span{once.value}.first(32)));
  BOOST_TEST(verify(r, again).has_value());
}

BOOST_AUTO_TEST_CASE(signs_nothing_else) {
  const ec_secret_key other{sha256(as_bytes("bob")).data};
  BOOST_TEST((sign(r, other, drawn).error() == errc::cosmos_wrong_signer));
  auto stranger = r;
  stranger.key = ec_public_key::of(other)->compressed();
  BOOST_TEST((sign(stranger, other, drawn).error() == errc::cosmos_wrong_signer));
  BOOST_TEST((text_of(stranger).error() == errc::cosmos_wrong_signer));
  BOOST_TEST((sign(r, ec_secret_key{}, drawn).error() == errc::bad_secret_key));
  auto broken = r;
  broken.transaction.pop_back();
  BOOST_TEST(!text_of(broken));
  BOOST_TEST(!sign(broken, secret, drawn));
}

// A PSBT and an EVM transaction, from the request's bytes to what is handed on.
BOOST_AUTO_TEST_CASE(every_chain_over_the_channel) {
  const bitcoin::spend_each spend{bitcoin::coin_kinds};
  evm::transaction tx;
  tx.chain_id = 5;
  tx.to = evm::address{};
  tx.gas_limit = 21'000;
  tx.max_fee_per_gas = 7;
  request of_evm;
  of_evm.what = payload::evm_transaction;
  of_evm.network = 5;
  of_evm.transaction = evm::signing_payload(tx);
  request of_bitcoin;
  of_bitcoin.what = payload::psbt;
  of_bitcoin.network = chain::number_of(bitcoin::network::regtest);
  of_bitcoin.transaction = spend.unsigned_psbt.encode();
  request of_message;
  of_message.what = payload::evm_message;
  of_message.transaction = {'h', 'i'};
  for (const auto& draft : {of_evm, of_bitcoin, of_message}) {
    host_state host;
    auto asked = draft;
    asked.key = bitcoin::key_of(4);
    host = *make_request(host, asked);
    const auto got = *decode_request(encode(*host.open));
    BOOST_TEST((got == *host.open));
    BOOST_TEST((decode_host_state(encode(host)).value() == host));
    const auto done = sign(got, bitcoin::secret_of(4), drawn).value();
    BOOST_TEST(done.value.size() == 64U);
    const auto whole = complete(*host.open, done).value();
    BOOST_TEST((sign(got, bitcoin::secret_of(5), drawn).error() == errc::wrong_key));
    for (const std::size_t at : {0U, 40U}) {
      auto bent = done;
      bent.value[at] ^= 1;
      BOOST_TEST(!complete(got, bent));
    }
    auto elsewhere = got;
    ++elsewhere.network;
    // Another network is refused, or another text; what was signed for one is not asked for there.
    BOOST_TEST((!text_of(elsewhere) || *text_of(elsewhere) != *text_of(got)));
    if (got.what == payload::psbt) {
      auto alone = spend.unsigned_psbt;
      BOOST_REQUIRE(bitcoin::sign(alone, bitcoin::secret_of(4)));
      BOOST_TEST(whole.size() == alone.encode().size()); // but for the nonce the same
    } else if (got.what == payload::evm_transaction) {
      BOOST_TEST((evm::decode_signed(whole, 5)->content == tx));
    } else {
      BOOST_TEST(whole.size() == 65U);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
