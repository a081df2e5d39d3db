#include "core/chain/cosmos/keys.hpp"

#include "core/chain/bech32.hpp"
#include "core/chain/cosmos/message.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::chain::cosmos {

namespace {

constexpr std::string_view secp256k1_url = "/cosmos.crypto.secp256k1.PubKey";
constexpr std::string_view multisig_url = "/cosmos.crypto.multisig.LegacyAminoPubKey";

// Amino's registered prefixes: the first bytes of SHA-256 of "tendermint/PubKeyMultisigThreshold"
// and "tendermint/PubKeySecp256k1" that its rules leave over.
constexpr std::array<std::uint8_t, 4> amino_multisig{0x22, 0xc1, 0xf7, 0xe2};
constexpr std::array<std::uint8_t, 5> amino_secp256k1{0xeb, 0x5a, 0xe9, 0x87, 33};

constexpr std::size_t key_any_bytes_max = 128;
constexpr std::size_t bits_bytes_max = (multisig_keys_max + 7) / 8;

outcome check(const multisig_key& key) {
  if (key.keys.size() > multisig_keys_max) return errc::over_limit;
  if (key.threshold == 0 || key.threshold > key.keys.size()) return errc::cosmos_bad_multisig;
  return {};
}

bytes amino_binary(const multisig_key& key) {
  proto_writer fields;
  fields.number(1, key.threshold);
  for (const auto& one : key.keys) {
    bytes inner{amino_secp256k1.begin(), amino_secp256k1.end()};
    inner.insert(inner.end(), one.data.begin(), one.data.end());
    fields.element(2, inner);
  }
  const bytes tail = std::move(fields).take();
  bytes result{amino_multisig.begin(), amino_multisig.end()};
  result.insert(result.end(), tail.begin(), tail.end());
  return result;
}

expected<compressed_key> decode_secp256k1(byte_view value) {
  proto_reader r{value};
  const auto raw = r.blob(1, compressed_key::size);
  QUORATE_TRY(r.finish());
  QUORATE_ASSIGN(const auto key, compressed_key::from_bytes(raw));
  QUORATE_TRY(ec_public_key::parse(key));
  return key;
}

expected<multisig_key> decode_multisig(byte_view value) {
  proto_reader r{value};
  multisig_key key;
  key.threshold = static_cast<std::uint32_t>(r.number(1, multisig_keys_max));
  while (const auto raw = r.element(2, key_any_bytes_max)) {
    if (key.keys.size() == multisig_keys_max) return errc::over_limit;
    QUORATE_ASSIGN(const auto wrapped, decode_any(*raw));
    // A multisig of multisigs exists on no chain that is known to us.
    if (wrapped.type_url != secp256k1_url) return errc::cosmos_unknown_message;
    QUORATE_ASSIGN(const auto one, decode_secp256k1(wrapped.value));
    key.keys.push_back(one);
  }
  QUORATE_TRY(r.finish());
  QUORATE_TRY(check(key));
  return key;
}

bytes encode_secp256k1(const compressed_key& key) {
  proto_writer w;
  w.blob(1, key.view());
  return encode_any(secp256k1_url, std::move(w).take());
}

} // namespace

account_bytes account_of(const compressed_key& key) noexcept { return hash160(key.view()); }

account_bytes account_of(const multisig_key& key) {
  QUORATE_CHECK(check(key));
  const auto hash = sha256(amino_binary(key));
  return *account_bytes::from_bytes(hash.view().first(account_bytes::size));
}

account_bytes account_of(const public_key_of_account& key) {
  return std::visit([](const auto& one) { return account_of(one); }, key);
}

expected<std::string> address_of(std::string_view prefix, const account_bytes& account) {
  auto text = encode_bech32_bytes(prefix, account.view());
  if (!text) return errc::cosmos_bad_address;
  return text;
}

expected<bytes> bytes_of_address(std::string_view address) {
  const auto text = decode_bech32(address);
  if (!text || text->variant != bech32_variant::bech32) return errc::cosmos_bad_address;
  auto raw = from_five_bit_words(text->words);
  // 20 bytes of a key, 32 of a module or contract (ADR-028).
  if (!raw || (raw->size() != 20 && raw->size() != 32)) return errc::cosmos_bad_address;
  return std::move(*raw);
}

expected<multisig_key> make_multisig(std::uint32_t threshold, std::vector<compressed_key> keys) {
  multisig_key made{threshold, std::move(keys)};
  QUORATE_TRY(check(made));
  std::sort(made.keys.begin(), made.keys.end(),
            [](const auto& a, const auto& b) { return account_of(a) < account_of(b); });
  return made;
}

bytes encode_public_key(const public_key_of_account& key) {
  if (const auto* single = std::get_if<compressed_key>(&key)) return encode_secp256k1(*single);
  const auto& multisig = std::get<multisig_key>(key);
  proto_writer w;
  w.number(1, multisig.threshold);
  for (const auto& one : multisig.keys)
    w.element(2, encode_secp256k1(one));
  return encode_any(multisig_url, std::move(w).take());
}

expected<public_key_of_account> decode_public_key(byte_view any_bytes) {
  QUORATE_ASSIGN(const auto wrapped, decode_any(any_bytes));
  if (wrapped.type_url == secp256k1_url) {
    QUORATE_ASSIGN(const auto key, decode_secp256k1(wrapped.value));
    return public_key_of_account{key};
  }
  if (wrapped.type_url != multisig_url) return errc::cosmos_unknown_message;
  QUORATE_ASSIGN(auto key, decode_multisig(wrapped.value));
  return public_key_of_account{std::move(key)};
}

bytes encode_bits(const signer_bits& bits) {
  bytes packed((bits.set.size() + 7) / 8);
  for (std::size_t i = 0; i < bits.set.size(); ++i)
    if (bits.set[i]) packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | 0x80U >> i % 8);
  proto_writer w;
  w.number(1, bits.set.size() % 8);
  w.blob(2, packed);
  return std::move(w).take();
}

expected<signer_bits> decode_bits(byte_view from) {
  proto_reader r{from};
  const auto extra = r.number(1, 7);
  const auto packed = r.blob(2, bits_bytes_max);
  QUORATE_TRY(r.finish());
  if (packed.empty()) return errc::cosmos_bad_multisig;
  const std::size_t count = packed.size() * 8 - (extra == 0 ? 0 : 8 - extra);
  signer_bits bits{std::vector<bool>(count)};
  for (std::size_t i = 0; i < packed.size() * 8; ++i) {
    const bool set = (packed[i / 8] & 0x80U >> i % 8) != 0;
    if (i < count)
      bits.set[i] = set;
    else if (set)
      return errc::cosmos_bad_multisig;
  }
  return bits;
}

bytes encode_multisignature(const std::vector<ecdsa_signature>& signatures) {
  proto_writer w;
  for (const auto& one : signatures)
    w.element(1, one.view());
  return std::move(w).take();
}

expected<std::vector<ecdsa_signature>> decode_multisignature(byte_view from) {
  proto_reader r{from};
  std::vector<ecdsa_signature> signatures;
  while (const auto raw = r.element(1, ecdsa_signature::size)) {
    if (signatures.size() == multisig_keys_max) return errc::over_limit;
    const auto one = ecdsa_signature::from_bytes(*raw);
    if (!one) return errc::cosmos_bad_multisig;
    signatures.push_back(*one);
  }
  QUORATE_TRY(r.finish());
  return signatures;
}

outcome verify(const multisig_key& key, const signer_bits& bits,
               const std::vector<ecdsa_signature>& signatures, const digest& signed_digest) {
  QUORATE_TRY(check(key));
  if (bits.set.size() != key.keys.size() || signatures.size() < key.threshold)
    return errc::cosmos_bad_multisig;
  std::size_t used = 0;
  for (std::size_t i = 0; i < bits.set.size(); ++i) {
    if (!bits.set[i]) continue;
    if (used == signatures.size()) return errc::cosmos_bad_multisig;
    QUORATE_ASSIGN(const auto point, ec_public_key::parse(key.keys[i]));
    QUORATE_TRY(quorate::verify(point, signed_digest, signatures[used++]));
  }
  if (used != signatures.size()) return errc::cosmos_bad_multisig;
  return {};
}

} // namespace quorate::chain::cosmos
