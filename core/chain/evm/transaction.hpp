// Transactions of the EVM: legacy with EIP-155, EIP-2930, EIP-1559, EIP-4844.
//
// A transaction without a chain id would hold on every chain that has the account, so there is none
// here: the forms of before EIP-155 are refused, and every function that takes bytes or signs is
// told which chain it is for.
#pragma once

#include "core/chain/evm/address.hpp"
#include "core/chain/evm/uint256.hpp"
#include "core/crypto/ecdsa.hpp"

namespace quorate::evm {

/// Encoded. No node relays more than 128 KiB. Larger: over_limit.
inline constexpr std::size_t transaction_bytes_max = 128 * 1024;
/// EIP-2294: 35 + 2 * id + 1 has to fit into 64 bits. Larger: wrong_chain_id.
inline constexpr std::uint64_t chain_id_max = ~0ULL / 2 - 36;
/// Blobs that one transaction can name; more than any chain puts into a block. More: over_limit.
inline constexpr std::size_t blobs_max = 128;

/// The numbers are those of EIP-2718's envelope; a legacy transaction has none in its encoding.
enum class transaction_type : std::uint8_t {
  legacy = 0,      ///< EIP-155
  access_list = 1, ///< EIP-2930
  dynamic_fee = 2, ///< EIP-1559
  blob = 3,        ///< EIP-4844, without the blobs themselves
};

using storage_key = fixed_bytes<struct evm_storage_key_tag, 32>;
/// 0x01 and 31 bytes of the SHA-256 of a blob's KZG commitment.
using blob_hash = fixed_bytes<struct evm_blob_hash_tag, 32>;

struct access_entry {
  address account;
  std::vector<storage_key> keys;

  friend bool operator==(const access_entry&, const access_entry&) = default;
};

/// Invariant of what was decoded or signed: check() holds. Amounts are in wei.
struct transaction {
  transaction_type type = transaction_type::dynamic_fee;
  std::uint64_t chain_id = 0;
  std::uint64_t nonce = 0;
  uint256 gas_price;                ///< legacy, access_list; otherwise 0
  uint256 max_priority_fee_per_gas; ///< dynamic_fee, blob; otherwise 0
  uint256 max_fee_per_gas;          ///< dynamic_fee, blob; otherwise 0
  std::uint64_t gas_limit = 0;
  std::optional<address> to; ///< none: a contract is created
  uint256 value;
  bytes data;
  std::vector<access_entry> access_list; ///< empty when legacy
  uint256 max_fee_per_blob_gas;          ///< blob; otherwise 0
  std::vector<blob_hash> blob_hashes;    ///< blob: at least one; otherwise none

  friend bool operator==(const transaction&, const transaction&) = default;
};

struct signed_transaction {
  transaction content;
  recoverable_signature signature; ///< recovery_id 0 or 1

  friend bool operator==(const signed_transaction&, const signed_transaction&) = default;
};

/// Whether this is a transaction that a node can take on chain `chain_id`.
/// Errors: missing_chain_id; wrong_chain_id; over_limit; number_overflow when the most that it can
/// cost is above 2^256 - 1; bad_transaction for a field that its type has not, a blob transaction
/// without recipient or blobs, a blob hash of another version, a priority fee above the maximum, or
/// 2^64 - 1 as nonce (EIP-2681).
outcome check(const transaction& tx, std::uint64_t chain_id);

/// value + gas_limit * fee per gas + blob gas * fee, in wei: what the account has to have.
/// Errors: number_overflow.
expected<uint256> cost_max(const transaction& tx);

/// What is hashed and signed. @pre check() holds.
/// Source: EIP-155; EIP-2930; EIP-1559; EIP-4844, "Specification".
bytes signing_payload(const transaction& tx);

/// Keccak-256 of signing_payload(): 32 bytes.
digest signing_digest(const transaction& tx);

/// Signs for chain `chain_id`. Errors: as check(); bad_secret_key.
expected<signed_transaction> sign(const transaction& tx, std::uint64_t chain_id,
                                  const ec_secret_key& secret,
                                  const nonce_entropy* entropy = nullptr);

/// The bytes that a node takes (eth_sendRawTransaction; of a blob transaction without its blobs).
bytes encode(const signed_transaction& tx);

/// The transaction's id: Keccak-256 of encode().
digest transaction_hash(const signed_transaction& tx);

/// Reads what signing_payload() writes.
/// Errors: as rlp::reader's and check()'s; bad_enum for another type; over_limit.
expected<transaction> decode_unsigned(byte_view in, std::uint64_t chain_id);

/// The chain that such a transaction says it is for, whatever that is: to be shown, and never to be
/// signed on its word. Errors: as above, but wrong_chain_id only for 0 or one above chain_id_max.
expected<std::uint64_t> stated_chain(byte_view in);

/// Reads what encode() writes. The signature is looked at by sender() alone.
/// Errors: as above; bad_signature for v or y parity that is not defined.
expected<signed_transaction> decode_signed(byte_view in, std::uint64_t chain_id);

/// Who signed. Errors: high_s (EIP-2); not_recoverable.
expected<address> sender(const signed_transaction& tx);

} // namespace quorate::evm
