// What EVM transactions are refused, and that one has one encoding.
#include "core/chain/evm/message.hpp"
#include "core/chain/evm/rlp.hpp"
#include "core/chain/evm/transaction.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <random>

using namespace quorate;
using namespace quorate::evm;

namespace {

constexpr std::uint64_t chain = 1;

ec_secret_key key() {
  std::array<std::uint8_t, 32> raw{};
  raw[31] = 7;
  return ec_secret_key{raw};
}

transaction sample(transaction_type type) {
  transaction tx;
  tx.type = type;
  tx.chain_id = chain;
  tx.nonce = 7;
  tx.gas_limit = 50'000;
  tx.to = address{};
  tx.to->data[0] = 0xaa;
  tx.value = 1'000'000'007;
  tx.data = {0xa9, 0x05, 0x9c, 0xbb};
  if (type == transaction_type::legacy || type == transaction_type::access_list) {
    tx.gas_price = 30'000'000'000;
  } else {
    tx.max_fee_per_gas = 30'000'000'000;
    tx.max_priority_fee_per_gas = 2'000'000'000;
  }
  if (type != transaction_type::legacy) tx.access_list = {{*tx.to, {{}, {}}}, {address{}, {}}};
  if (type == transaction_type::blob) {
    tx.max_fee_per_blob_gas = 1'000'000;
    tx.blob_hashes.resize(2);
    for (auto& hash : tx.blob_hashes)
      hash.data[0] = 1;
  }
  return tx;
}

constexpr transaction_type types[] = {transaction_type::legacy, transaction_type::access_list,
                                      transaction_type::dynamic_fee, transaction_type::blob};

errc refusal(transaction_type type, const std::function<void(transaction&)>& change) {
  auto tx = sample(type);
  change(tx);
  const auto made = sign(tx, chain, key());
  return made ? errc{} : made.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(evm_transaction_rules)

BOOST_AUTO_TEST_CASE(every_type_both_ways) {
  for (auto type : types) {
    const auto tx = sample(type);
    const auto made = sign(tx, chain, key()).value();
    BOOST_TEST((decode_signed(encode(made), chain).value() == made));
    BOOST_TEST((decode_unsigned(signing_payload(tx), chain).value() == tx));
    BOOST_TEST((sender(made).value() == address_of(*ec_public_key::of(key()))));
    auto creates = tx;
    creates.to.reset();
    if (type != transaction_type::blob)
      BOOST_TEST((decode_unsigned(signing_payload(creates), chain).value() == creates));
  }
}

BOOST_AUTO_TEST_CASE(a_chain_id_is_never_left_out) {
  for (auto type : types) {
    BOOST_TEST((refusal(type, [](auto& tx) { tx.chain_id = 0; }) == errc::missing_chain_id));
    BOOST_TEST((refusal(type, [](auto& tx) { tx.chain_id = 5; }) == errc::wrong_chain_id));
    BOOST_TEST((sign(sample(type), 5, key()).error() == errc::wrong_chain_id));
    const auto made = encode(*sign(sample(type), chain, key()));
    BOOST_TEST((decode_signed(made, 5).error() == errc::wrong_chain_id));
    BOOST_TEST((decode_unsigned(signing_payload(sample(type)), 5).error() == errc::wrong_chain_id));
  }
  auto large = sample(transaction_type::legacy);
  large.chain_id = chain_id_max;
  BOOST_TEST(
      (sender(*sign(large, chain_id_max, key())).value() == address_of(*ec_public_key::of(key()))));
  large.chain_id = chain_id_max + 1;
  BOOST_TEST((check(large, chain_id_max + 1).error() == errc::wrong_chain_id));

  // Before EIP-155: six fields to sign, and v of 27 or 28.
  rlp::writer old_unsigned;
  old_unsigned.list([](rlp::writer& fields) {
    for (std::uint64_t number : {7, 1, 21'000})
      fields.integer(number);
    fields.fixed(address{});
    fields.integer(1);
    fields.string({});
  });
  BOOST_TEST((decode_unsigned(old_unsigned.view(), chain).error() == errc::missing_chain_id));
  auto old_signed = encode(*sign(sample(transaction_type::legacy), chain, key()));
  const auto v = std::find_if(old_signed.begin(), old_signed.end(),
                              [](auto byte) { return byte == 37 || byte == 38; });
  BOOST_REQUIRE(v != old_signed.end());
  *v = 27;
  BOOST_TEST((decode_signed(old_signed, chain).error() == errc::missing_chain_id));
  *v = 29;
  BOOST_TEST((decode_signed(old_signed, chain).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(fields_that_exclude_each_other) {
  using t = transaction_type;
  const auto is_bad = [](t type, const std::function<void(transaction&)>& change) {
    BOOST_TEST((refusal(type, change) == errc::bad_transaction));
  };
  is_bad(t::legacy, [](auto& tx) { tx.access_list.resize(1); });
  is_bad(t::legacy, [](auto& tx) { tx.max_fee_per_gas = 1; });
  is_bad(t::access_list, [](auto& tx) { tx.max_priority_fee_per_gas = 1; });
  is_bad(t::dynamic_fee, [](auto& tx) { tx.gas_price = 1; });
  is_bad(t::dynamic_fee, [](auto& tx) { tx.max_fee_per_gas = 1'999'999'999; });
  is_bad(t::dynamic_fee, [](auto& tx) { tx.blob_hashes.resize(1); });
  is_bad(t::dynamic_fee, [](auto& tx) { tx.max_fee_per_blob_gas = 1; });
  is_bad(t::blob, [](auto& tx) { tx.to.reset(); });
  is_bad(t::blob, [](auto& tx) { tx.blob_hashes.clear(); });
  is_bad(t::blob, [](auto& tx) { tx.blob_hashes[1].data[0] = 2; });
  for (auto type : types) {
    is_bad(type, [](auto& tx) { tx.nonce = ~0ULL; });
    BOOST_TEST(
        (refusal(type, [](auto& tx) { tx.value = uint256::max(); }) == errc::number_overflow));
    BOOST_TEST((refusal(type, [](auto& tx) { tx.data.resize(128 * 1024); }) == errc::over_limit));
  }
  BOOST_TEST((refusal(t::blob, [](auto& tx) {
                tx.blob_hashes.resize(blobs_max + 1, tx.blob_hashes[0]);
              }) == errc::over_limit));
  const auto most = cost_max(sample(t::blob)).value();
  // value, gas, and blob gas of EIP-4844: 131072 a blob
  BOOST_TEST(to_string(most) == std::to_string(1'000'000'007ULL + 50'000ULL * 30'000'000'000ULL +
                                               2 * 131'072ULL * 1'000'000ULL));
}

BOOST_AUTO_TEST_CASE(other_envelopes_are_refused) {
  const auto first = [](std::uint8_t byte) {
    auto raw = encode(*sign(sample(transaction_type::dynamic_fee), chain, key()));
    raw[0] = byte;
    return decode_signed(raw, chain).error();
  };
  BOOST_TEST((first(0) == errc::bad_enum));
  BOOST_TEST((first(4) == errc::bad_enum));
  BOOST_TEST((first(0xb8) == errc::bad_enum)); // wrapped in a string, as in a block body
  BOOST_TEST((decode_signed({}, chain).error() == errc::truncated));
  BOOST_TEST((decode_signed(bytes(transaction_bytes_max + 1), chain).error() == errc::over_limit));
  BOOST_TEST((decode_signed(bytes{2, 0x80}, chain).error() == errc::wrong_item));
}

BOOST_AUTO_TEST_CASE(a_high_s_names_no_sender) {
  auto made = *sign(sample(transaction_type::dynamic_fee), chain, key());
  // order - s, and the other parity: valid for the curve, refused since EIP-2
  const auto order =
      *parse_uint256("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  const auto s = *uint256::from_big_endian(made.signature.compact.view().last(32));
  const auto high = subtract(order, s)->to_word();
  std::copy(high.begin(), high.end(), made.signature.compact.data.begin() + 32);
  made.signature.recovery_id ^= 1;
  BOOST_TEST((sender(made).error() == errc::high_s));

  const auto digest = personal_message_digest(as_bytes("x"));
  auto message = *sign_message(key(), digest);
  BOOST_TEST(message_signer(digest, message).has_value());
  message.data.back() = 0; // some libraries leave out the 27
  BOOST_TEST((message_signer(digest, message).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_transaction_has_one_encoding) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto type = types[random() % 4];
    auto raw = encode(*sign(sample(type), chain, key()));
    for (std::size_t i = random() % 3 + 1; i > 0; --i)
      raw[random() % raw.size()] ^= static_cast<std::uint8_t>(1 << random() % 8);
    if (random() % 8 == 0) raw.resize(random() % raw.size());
    if (const auto read = decode_signed(raw, chain)) {
      ++taken;
      BOOST_REQUIRE(encode(*read) == raw);
    }
  }
  BOOST_TEST(taken > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
