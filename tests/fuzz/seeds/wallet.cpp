#include "core/codec/cbor.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/apdu.hpp"
#include "core/offline/bytewords.hpp"
#include "core/offline/device.hpp"
#include "core/offline/hid.hpp"
#include "core/offline/ur.hpp"
#include "core/wallet/extended_key.hpp"
#include "core/wallet/keystore.hpp"
#include "core/wallet/mnemonic.hpp"
#include "core/wallet/shamir.hpp"
#include "core/wallet/slip39.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace quorate::fuzz {

namespace {

using namespace wallet;

alignas(secret_arena::slot_bytes) std::array<std::uint8_t, 8 * 1024> arena_bytes{};

// PBKDF2 with two iterations, made with Python's hashlib and PyCryptodome.
const std::string ethereum_file =
    R"({"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":)"
    R"({"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":)"
    R"("95d17e7ed9669ef1b2f5d76a446b6d5f48f8a72ce0bc41e3d36607d8b6c52749","kdf":"pbkdf2",)"
    R"("kdfparams":{"c":2,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3"},)"
    R"("mac":"16b408c1161765ea290079c56eb861e2a91c338df834685e8703087a0263463d"}})";

template <class Shares, class Text>
bytes lines(const Shares& shares, std::size_t count, const Text& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i)
    all += (i == 0 ? "" : "\n") + std::string{text(shares[i]).text()};
  return text_seed(all);
}

void add_shares(seeds& to) {
  const bytes secret(16, 0x42);
  const share_policy policy{2, 3};
  const bytes noise(shamir_entropy_bytes(policy.threshold), 0x17);
  const auto shares = shamir_split(secret, policy, noise).value();
  to["wallet_shamir"]["two"] = lines(shares, 2, [](const auto& share) { return share.to_text(); });
  to["wallet_shamir"]["split"] = bytes(200, 0x21);

  const slip39_plan plan{1, {{2, 3}}, 0, true};
  const bytes more_noise(slip39_entropy_bytes(plan, secret.size()), 0x17);
  const auto words = slip39_split(secret, "", plan, more_noise).value();
  to["wallet_slip39"]["two"] = lines(words, 2, [](const auto& share) { return to_words(share); });
  to["wallet_slip39"]["made"] = bytes(40, 3);
}

void add_keystore(seeds& to) {
  secret_arena arena{arena_bytes};
  keystore keys{arena};
  QUORATE_CHECK(keys.add({}, secret_kind::entropy, bytes(16, 1)));
  keystore_sealing how;
  how.cost = scrypt_cost{2, 1, 1};
  to["wallet_keystore"]["standard"] = seal(keys, as_bytes("password"), how).value();
  how.cost = sm3_cost{1};
  to["wallet_keystore"]["national"] = seal(keys, as_bytes("password"), how).value();
  to["wallet_keystore"]["content"] = bytes(100, 2);
  to["wallet_ethereum_keystore"]["pbkdf2"] = text_seed(ethereum_file);
}

void add_texts(seeds& to) {
  const bytes entropy(16, 0x42);
  const auto words = mnemonic::from_entropy(entropy, word_list::english()).value();
  to["wallet_mnemonic"]["sentence"] = text_seed(words.sentence());
  to["wallet_mnemonic"]["entropy"] = entropy;
  to["wallet_mnemonic"]["unicode"] = text_seed("\u00e9\u3000\ufb01");
  const auto master = extended_private_key::from_seed(entropy).value();
  to["wallet_extended_key"]["private"] = text_seed(master.to_text(xpub_version).text());
  to["wallet_extended_key"]["public"] = text_seed(master.to_public().to_string(xpub_version));
  to["wallet_extended_key"]["path"] = text_seed("m/84'/0'/1'/0/5");
  to["codec_text"]["hex"] = text_seed("00ff");
  to["codec_text"]["base64"] = text_seed("Zm9vYg==");
  to["codec_text"]["amount"] = text_seed("340282366920938463463374607431768211455");
  to["codec_text"]["utf8"] = text_seed("a\u00e9\u3000\U0001f600");
}

void add_offline(seeds& to) {
  using namespace offline;
  request asked{{}, 1, 1'700'000'000'000, payload::cosmos, {}, bytes(20, 9), {}, 0};
  const device_state fresh{asked.device, 0, 0, {}};
  const auto answered = answer_request(fresh, asked, 5, signed_result{bytes(64, 1)});
  auto& requests = to["offline_request"];
  requests["request"] = encode(asked);
  requests["answer"] = encode(answered.what);
  requests["refusal"] = encode(answer{{}, 1, {}, refused_result{errc::offline_expired}});
  requests["device"] = encode(answered.next);
  requests["host"] = encode(host_state{{}, 1, asked});
  to["codec_cbor"]["request"] = encode(asked);
  asked.what = payload::evm_transaction;
  asked.network = 11'155'111;
  requests["network"] = encode(asked);

  const auto parts = ur_encoder::make({"bytes", bytes(60, 7)}, 20).value();
  std::string scans;
  bytes fountain;
  for (const std::uint32_t n : {1U, 5U, 3U, 2U}) {
    scans += (scans.empty() ? "" : "\n") + parts.part(n);
    const auto raw = encode(fountain_encoder::make(bytes(60, 7), 20)->part(n));
    fountain.push_back(static_cast<std::uint8_t>(raw.size()));
    fountain.insert(fountain.end(), raw.begin(), raw.end());
  }
  to["offline_ur"]["parts"] = text_seed(scans);
  to["offline_ur"]["single"] = text_seed(encode_ur({"bytes", bytes(10, 7)}).value());
  to["offline_fountain"]["parts"] = fountain;
  for (const auto& [name, style] :
       {std::pair{"standard", bytewords_style::standard}, std::pair{"uri", bytewords_style::uri},
        std::pair{"minimal", bytewords_style::minimal}})
    to["offline_bytewords"][name] = text_seed(encode_bytewords(style, bytes{1, 2, 3}));

  const auto command = encode(apdu_command{0x55, 2, 1, 0, bytes(80, 3)}).value();
  to["offline_hid"]["command"] = command;
  to["offline_hid"]["answer"] = encode(apdu_answer{bytes(5, 3), 0x9000});
  auto& stream = to["offline_hid"]["reports"];
  const auto reports = to_reports(command).value();
  for (const auto& report : reports)
    stream.insert(stream.end(), report.begin(), report.end());
}

void add_keys(seeds& to) {
  const ec_secret_key secret{sha256(as_bytes("seed")).data};
  const auto key = ec_public_key::of(secret).value();
  const auto compressed = key.compressed();
  const auto whole = key.uncompressed();
  auto& keys = to["crypto_keys"];
  keys["compressed"] = {compressed.data.begin(), compressed.data.end()};
  keys["uncompressed"] = {whole.data.begin(), whole.data.end()};
  keys["signature"] = to_der(sign_ecdsa(secret, sha256(as_bytes("message"))).value());
}

} // namespace

void add_wallet(seeds& to) {
  add_shares(to);
  add_keystore(to);
  add_texts(to);
  add_offline(to);
  add_keys(to);
}

} // namespace quorate::fuzz
