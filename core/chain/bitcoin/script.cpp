#include "core/chain/bitcoin/script.hpp"

#include "core/chain/bitcoin/wire.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

namespace op {
constexpr std::uint8_t pushdata1 = 0x4c;
constexpr std::uint8_t pushdata2 = 0x4d;
constexpr std::uint8_t negative1 = 0x4f;
constexpr std::uint8_t n0 = 0x00;
constexpr std::uint8_t n1 = 0x51;
constexpr std::uint8_t n16 = 0x60;
constexpr std::uint8_t return_ = 0x6a;
constexpr std::uint8_t dup = 0x76;
constexpr std::uint8_t equal = 0x87;
constexpr std::uint8_t equalverify = 0x88;
constexpr std::uint8_t hash160 = 0xa9;
constexpr std::uint8_t checksig = 0xac;
constexpr std::uint8_t checkmultisig = 0xae;
} // namespace op

constexpr std::size_t multisig_keys_max = 16; // OP_16

bool is_small_number(std::uint8_t code) noexcept { return code >= op::n1 && code <= op::n16; }

/// Whether `script` is `prefix`, then `size` bytes, then `suffix`.
bool matches(byte_view script, std::initializer_list<std::uint8_t> prefix, std::size_t size,
             std::initializer_list<std::uint8_t> suffix) noexcept {
  return script.size() == prefix.size() + size + suffix.size() &&
         std::equal(prefix.begin(), prefix.end(), script.begin()) &&
         std::equal(suffix.begin(), suffix.end(), script.end() - suffix.size());
}

/// <key> CHECKSIG, by the form of the key: not every X is one of a point.
bool is_p2pk(byte_view script) noexcept {
  if (matches(script, {compressed_key::size}, compressed_key::size, {op::checksig}))
    return script[1] == 0x02 || script[1] == 0x03;
  return matches(script, {uncompressed_key::size}, uncompressed_key::size, {op::checksig}) &&
         script[1] == 0x04;
}

bool has_witness_program(byte_view script) noexcept {
  return script.size() >= 4 && script.size() <= 42 &&
         (script[0] == op::n0 || is_small_number(script[0])) && script[1] == script.size() - 2;
}

script_kind witness_kind(std::uint8_t version, std::size_t size) noexcept {
  if (version == 0 && size == 20) return script_kind::p2wpkh;
  if (version == 0 && size == 32) return script_kind::p2wsh;
  if (version == 1 && size == 32) return script_kind::p2tr;
  // Version 0 of another length can never be spent, and is as foreign here.
  return version == 0 ? script_kind::other : script_kind::future_witness;
}

} // namespace

script_class classify(byte_view script) noexcept {
  if (is_p2pk(script)) return {script_kind::p2pk, script.subspan(1, script.size() - 2)};
  if (matches(script, {op::dup, op::hash160, 20}, 20, {op::equalverify, op::checksig}))
    return {script_kind::p2pkh, script.subspan(3, 20)};
  if (matches(script, {op::hash160, 20}, 20, {op::equal}))
    return {script_kind::p2sh, script.subspan(2, 20)};
  if (has_witness_program(script)) {
    const auto kind = witness_kind(witness_version(script), script.size() - 2);
    return {kind, kind == script_kind::other ? byte_view{} : script.subspan(2)};
  }
  if (!script.empty() && script[0] == op::return_) return {script_kind::data, {}};
  return {};
}

std::uint8_t witness_version(byte_view script) noexcept {
  return script[0] == op::n0 ? std::uint8_t{0} : static_cast<std::uint8_t>(script[0] - op::n1 + 1);
}

bytes p2pk_script(byte_view key) {
  QUORATE_CHECK(key.size() == compressed_key::size || key.size() == uncompressed_key::size);
  bytes script;
  append_push(script, key);
  script.push_back(op::checksig);
  return script;
}

bytes p2pkh_script(const digest_160& key_hash) {
  bytes script{op::dup, op::hash160};
  append_push(script, key_hash.view());
  script.insert(script.end(), {op::equalverify, op::checksig});
  return script;
}

bytes p2sh_script(const digest_160& script_hash) {
  bytes script{op::hash160};
  append_push(script, script_hash.view());
  script.push_back(op::equal);
  return script;
}

bytes witness_script(std::uint8_t version, byte_view program) {
  QUORATE_CHECK(version <= 16 && program.size() >= 2 && program.size() <= 40);
  bytes script{version == 0 ? op::n0 : static_cast<std::uint8_t>(op::n1 + version - 1)};
  append_push(script, program);
  return script;
}

void append_push(bytes& script, byte_view data) {
  QUORATE_CHECK(data.size() <= push_bytes_max);
  const auto size = static_cast<std::uint16_t>(data.size());
  const auto low = static_cast<std::uint8_t>(size);
  if (size < op::pushdata1)
    script.push_back(low);
  else if (size <= 0xff)
    script.insert(script.end(), {op::pushdata1, low});
  else
    script.insert(script.end(), {op::pushdata2, low, static_cast<std::uint8_t>(size >> 8)});
  script.insert(script.end(), data.begin(), data.end());
}

std::optional<std::vector<bytes>> pushes_of(byte_view script) {
  std::vector<bytes> stack;
  wire_reader r{script};
  while (r.ok() && r.left() != 0) {
    const std::uint8_t code = r.u8();
    if (is_small_number(code) || code == op::negative1) {
      const auto number = static_cast<std::uint8_t>(code - op::n1 + 1);
      stack.push_back({code == op::negative1 ? std::uint8_t{0x81} : number});
      continue;
    }
    if (code > op::pushdata2) return std::nullopt;
    std::size_t size = code;
    if (code == op::pushdata1) size = r.u8();
    if (code == op::pushdata2) size = r.u16();
    const auto data = r.raw(size);
    stack.emplace_back(data.begin(), data.end());
  }
  if (!r.ok()) return std::nullopt;
  return stack;
}

std::optional<multisig> parse_multisig(byte_view script) {
  constexpr std::size_t key_push = 1 + compressed_key::size;
  if (script.size() < 3 + key_push || (script.size() - 3) % key_push != 0) return std::nullopt;
  const std::size_t keys = (script.size() - 3) / key_push;
  if (keys > multisig_keys_max || !is_small_number(script[0]) || script.back() != op::checkmultisig)
    return std::nullopt;
  if (script[script.size() - 2] != op::n1 + keys - 1) return std::nullopt;

  multisig result;
  result.required = script[0] - op::n1 + 1U;
  if (result.required > keys) return std::nullopt;
  for (std::size_t at = 1; at + 2 < script.size(); at += key_push) {
    if (script[at] != compressed_key::size) return std::nullopt;
    auto key = compressed_key::from_bytes(script.subspan(at + 1, compressed_key::size));
    if (!ec_public_key::parse(*key)) return std::nullopt;
    result.keys.push_back(*key);
  }
  return result;
}

} // namespace quorate::bitcoin
