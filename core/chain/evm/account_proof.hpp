// What the state of a block says of one account and its storage, proven by eth_getProof's answer.
// The root comes from a header that is trusted for a reason of its own.
//
// Source: EIP-1186; Ethereum Yellow Paper, section 4.1.
#pragma once

#include "core/chain/evm/address.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/chain/evm/trie.hpp"
#include "core/chain/evm/uint256.hpp"

namespace quorate::evm {

/// Storage slots of one answer. More: over_limit.
inline constexpr std::size_t proven_slots_max = 1024;

struct account_state {
  std::uint64_t nonce = 0;
  uint256 balance; ///< wei
  digest storage_root;
  digest code_hash;

  friend bool operator==(const account_state&, const account_state&) = default;
};

/// What a new account would have: no code, no storage.
account_state empty_account() noexcept;

struct slot_proof {
  storage_key key;
  uint256 value; ///< as claimed
  std::vector<bytes> nodes;
};

/// An answer: claims, and the nodes that should bear them out.
struct account_proof {
  address account;
  account_state state; ///< as claimed
  std::vector<bytes> nodes;
  std::vector<slot_proof> slots;
};

/// The account in the state with root `state_root`; nothing when it is proven not to be there.
/// Errors: bad_proof.
expected<std::optional<account_state>> prove_account(const digest& state_root, const address& who,
                                                     const std::vector<bytes>& nodes);

/// What the slot holds; zero when it is proven not to be there. Errors: bad_proof.
expected<uint256> prove_slot(const digest& storage_root, const storage_key& key,
                             const std::vector<bytes>& nodes);

/// Whether the state with root `state_root` has all that is claimed. An account that is not there
/// has nothing; nodes differ in whether they write its two hashes as empty_account() or as zeros.
/// Errors: bad_proof.
outcome verify(const digest& state_root, const account_proof& proof);

/// The answer of eth_getProof (the `result`, in JSON).
/// Errors: bad_json; bad_hex; bad_address; not_canonical; number_overflow; over_limit; too_deep.
expected<account_proof> parse_account_proof(std::string_view text);

} // namespace quorate::evm
