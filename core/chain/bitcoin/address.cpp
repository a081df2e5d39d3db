#include "core/chain/bitcoin/address.hpp"

#include "core/chain/base58.hpp"
#include "core/chain/bech32.hpp"
#include "core/chain/bitcoin/script.hpp"

namespace quorate::bitcoin {

namespace {

struct prefixes {
  std::uint8_t key_hash;
  std::uint8_t script_hash;
  std::string_view witness;

  friend bool operator==(const prefixes&, const prefixes&) = default;
};

constexpr prefixes main_prefixes{0x00, 0x05, "bc"};
constexpr prefixes test_prefixes{0x6f, 0xc4, "tb"};
constexpr prefixes regtest_prefixes{0x6f, 0xc4, "bcrt"};

constexpr const prefixes& prefixes_of(network net) noexcept {
  switch (net) {
  case network::mainnet:
    return main_prefixes;
  case network::testnet:
  case network::signet:
    return test_prefixes;
  case network::regtest:
    return regtest_prefixes;
  }
  return main_prefixes;
}

constexpr chain::bech32_variant variant_of(std::uint8_t witness_version) noexcept {
  return witness_version == 0 ? chain::bech32_variant::bech32 : chain::bech32_variant::bech32m;
}

expected<std::string> witness_address(byte_view script, network net) {
  const std::uint8_t version = witness_version(script);
  bytes words = chain::to_five_bit_words(script.subspan(2));
  words.insert(words.begin(), version);
  return chain::encode_bech32(
      {variant_of(version), std::string{prefixes_of(net).witness}, std::move(words)});
}

std::string base58_address(std::uint8_t prefix, byte_view hash) {
  bytes payload{prefix};
  payload.insert(payload.end(), hash.begin(), hash.end());
  return chain::encode_base58check(payload);
}

bool is_witness_prefix(std::string_view prefix) noexcept {
  return prefix == main_prefixes.witness || prefix == test_prefixes.witness ||
         prefix == regtest_prefixes.witness;
}

expected<bytes> from_witness_address(std::string_view address, network net) {
  QUORATE_ASSIGN(const auto text, chain::decode_bech32(address));
  if (text.prefix != prefixes_of(net).witness)
    return is_witness_prefix(text.prefix) ? errc::wrong_network : errc::bad_address;
  if (text.words.empty() || text.words[0] > 16) return errc::bad_address;
  const std::uint8_t version = text.words[0];
  if (text.variant != variant_of(version)) return errc::bad_checksum;
  QUORATE_ASSIGN(const bytes program, chain::from_five_bit_words(byte_view{text.words}.subspan(1)));
  if (program.size() < 2 || program.size() > 40) return errc::bad_address;
  if (version == 0 && program.size() != 20 && program.size() != 32) return errc::bad_address;
  return witness_script(version, program);
}

expected<bytes> from_base58_address(std::string_view address, network net) {
  QUORATE_ASSIGN(const bytes payload, chain::decode_base58check(address));
  if (payload.size() != 1 + digest_160::size) return errc::bad_address;
  QUORATE_ASSIGN(const auto hash, digest_160::from_bytes(byte_view{payload}.subspan(1)));
  const prefixes& ours = prefixes_of(net);
  if (payload[0] == ours.key_hash) return p2pkh_script(hash);
  if (payload[0] == ours.script_hash) return p2sh_script(hash);
  for (const prefixes& other : {main_prefixes, test_prefixes})
    if (payload[0] == other.key_hash || payload[0] == other.script_hash) return errc::wrong_network;
  return errc::bad_address;
}

/// Whether the text can only be meant as a witness address: Base58 has no separator that follows
/// one of the prefixes of ours, in one case.
bool looks_like_bech32(std::string_view address) noexcept {
  const auto separator = address.rfind('1');
  if (separator == std::string_view::npos) return false;
  std::string prefix{address.substr(0, separator)};
  for (char& c : prefix)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return is_witness_prefix(prefix);
}

} // namespace

std::string_view name(network net) noexcept {
  switch (net) {
  case network::mainnet:
    return "mainnet";
  case network::testnet:
    return "testnet";
  case network::signet:
    return "signet";
  case network::regtest:
    return "regtest";
  }
  return "";
}

expected<std::string> to_address(byte_view locking_script, network net) {
  const auto [kind, program] = classify(locking_script);
  switch (kind) {
  case script_kind::p2pkh:
    return base58_address(prefixes_of(net).key_hash, program);
  case script_kind::p2sh:
    return base58_address(prefixes_of(net).script_hash, program);
  case script_kind::p2wpkh:
  case script_kind::p2wsh:
  case script_kind::p2tr:
  case script_kind::future_witness:
    return witness_address(locking_script, net);
  case script_kind::p2pk:
  case script_kind::data:
  case script_kind::other:
    return errc::unsupported_script;
  }
  return errc::unsupported_script;
}

expected<bytes> from_address(std::string_view address, network net) {
  return looks_like_bech32(address) ? from_witness_address(address, net)
                                    : from_base58_address(address, net);
}

} // namespace quorate::bitcoin
