#include "core/chain/evm/account_proof.hpp"

#include "core/chain/evm/hex.hpp"
#include "core/chain/evm/json.hpp"
#include "core/chain/evm/rlp.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

expected<account_state> decode_account(byte_view in) {
  rlp::reader whole{in};
  QUORATE_ASSIGN(auto fields, whole.list());
  QUORATE_TRY(whole.finish());
  account_state state;
  QUORATE_ASSIGN(state.nonce, fields.u64());
  QUORATE_ASSIGN(state.balance, fields.integer());
  QUORATE_ASSIGN(state.storage_root, fields.fixed<digest>());
  QUORATE_ASSIGN(state.code_hash, fields.fixed<digest>());
  QUORATE_TRY(fields.finish());
  return state;
}

expected<uint256> decode_slot(byte_view in) {
  rlp::reader whole{in};
  QUORATE_ASSIGN(const auto value, whole.integer());
  QUORATE_TRY(whole.finish());
  if (value.is_zero()) return errc::not_canonical; // a slot that holds zero is not kept
  return value;
}

expected<std::vector<bytes>> nodes_member(const json& from, const char* name) {
  QUORATE_ASSIGN(const auto* array, array_member(from, name));
  std::vector<bytes> nodes;
  for (const auto& each : *array) {
    if (!each.is_string()) return errc::bad_json;
    QUORATE_ASSIGN(auto node, parse_data(each.get_ref<const std::string&>()));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

expected<uint256> quantity_member(const json& from, const char* name) {
  QUORATE_ASSIGN(const auto text, string_member(from, name));
  if (!text.starts_with("0x")) return errc::bad_hex;
  return parse_uint256(text);
}

expected<digest> digest_member(const json& from, const char* name) {
  QUORATE_ASSIGN(const auto text, string_member(from, name));
  return parse_fixed<digest>(text);
}

// Nodes give a slot's key back as 32 bytes, or as the number it is.
expected<storage_key> key_member(const json& from) {
  QUORATE_ASSIGN(const auto text, string_member(from, "key"));
  if (text.size() == 2 + 2 * storage_key::size) return parse_fixed<storage_key>(text);
  QUORATE_ASSIGN(const auto number, quantity_member(from, "key"));
  return storage_key{number.to_word()};
}

expected<slot_proof> parse_slot(const json& from) {
  slot_proof slot;
  QUORATE_ASSIGN(slot.key, key_member(from));
  QUORATE_ASSIGN(slot.value, quantity_member(from, "value"));
  QUORATE_ASSIGN(slot.nodes, nodes_member(from, "proof"));
  return slot;
}

bool claims_nothing(account_state state) noexcept {
  const auto nothing = empty_account();
  if (state.storage_root.is_zero()) state.storage_root = nothing.storage_root;
  if (state.code_hash.is_zero()) state.code_hash = nothing.code_hash;
  return state == nothing;
}

} // namespace

account_state empty_account() noexcept { return {0, 0, empty_trie_root(), keccak256(byte_view{})}; }

expected<std::optional<account_state>> prove_account(const digest& state_root, const address& who,
                                                     const std::vector<bytes>& nodes) {
  QUORATE_ASSIGN(const auto found,
                 verify_trie_proof(state_root, keccak256(who.view()).view(), nodes));
  if (!found) return std::optional<account_state>{};
  const auto state = decode_account(*found);
  if (!state) return errc::bad_proof;
  return std::optional{*state};
}

expected<uint256> prove_slot(const digest& storage_root, const storage_key& key,
                             const std::vector<bytes>& nodes) {
  QUORATE_ASSIGN(const auto found,
                 verify_trie_proof(storage_root, keccak256(key.view()).view(), nodes));
  if (!found) return uint256{};
  const auto value = decode_slot(*found);
  if (!value) return errc::bad_proof;
  return *value;
}

outcome verify(const digest& state_root, const account_proof& proof) {
  QUORATE_ASSIGN(const auto state, prove_account(state_root, proof.account, proof.nodes));
  if (state ? *state != proof.state : !claims_nothing(proof.state)) return errc::bad_proof;
  const auto storage_root = state.value_or(empty_account()).storage_root;
  for (const auto& slot : proof.slots) {
    QUORATE_ASSIGN(const auto value, prove_slot(storage_root, slot.key, slot.nodes));
    if (value != slot.value) return errc::bad_proof;
  }
  return {};
}

expected<account_proof> parse_account_proof(std::string_view text) {
  QUORATE_ASSIGN(const auto from, parse_json(text));
  account_proof proof;
  QUORATE_ASSIGN(const auto account, string_member(from, "address"));
  QUORATE_ASSIGN(proof.account, parse_address(account, checksum::where_mixed));
  QUORATE_ASSIGN(const auto nonce, quantity_member(from, "nonce"));
  QUORATE_ASSIGN(proof.state.nonce, nonce.to_u64());
  QUORATE_ASSIGN(proof.state.balance, quantity_member(from, "balance"));
  QUORATE_ASSIGN(proof.state.storage_root, digest_member(from, "storageHash"));
  QUORATE_ASSIGN(proof.state.code_hash, digest_member(from, "codeHash"));
  QUORATE_ASSIGN(proof.nodes, nodes_member(from, "accountProof"));
  QUORATE_ASSIGN(const auto* slots, array_member(from, "storageProof"));
  if (slots->size() > proven_slots_max) return errc::over_limit;
  for (const auto& each : *slots) {
    QUORATE_ASSIGN(auto slot, parse_slot(each));
    proof.slots.push_back(std::move(slot));
  }
  return proof;
}

} // namespace quorate::evm
