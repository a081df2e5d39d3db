// A Cosmos transaction from the bytes that are signed to the bytes that are broadcast.
//
// Both sign modes start from one SignDoc in protobuf: SIGN_MODE_DIRECT signs its bytes, legacy
// amino signs a JSON document that follows from it (amino_json.hpp).
#pragma once

#include "core/chain/cosmos/keys.hpp"
#include "core/chain/cosmos/message.hpp"

namespace quorate::chain::cosmos {

// --- limits ----------------------------------------------------------------------------------
/// Messages of one transaction, so that a person can read it. More: over_limit.
inline constexpr std::size_t messages_max = 64;
/// Signers of one transaction. More: over_limit.
inline constexpr std::size_t signers_max = 16;
/// Cosmos SDK's default for MaxMemoCharacters is 256; chains raise it to 512. Longer: over_limit.
inline constexpr std::size_t memo_bytes_max = 512;
/// Of a chain id; CometBFT allows 50. Longer: over_limit.
inline constexpr std::size_t chain_id_bytes_max = 50;
/// Of a body or an auth info. Larger: over_limit.
inline constexpr std::size_t part_bytes_max = std::size_t{256} * 1024;

/// cosmos.tx.signing.v1beta1.SignMode, those that are signed here.
enum class sign_mode : std::uint8_t {
  direct = 1,
  legacy_amino_json = 127,
};

/// cosmos.tx.v1beta1.TxBody, without extension options.
struct tx_body {
  std::vector<message> messages; ///< at least one
  std::string memo;
  std::uint64_t timeout_height = 0; ///< 0: none
  friend bool operator==(const tx_body&, const tx_body&) = default;
};

/// cosmos.tx.v1beta1.Fee
struct tx_fee {
  coins what; ///< may be empty
  std::uint64_t gas_limit = 0;
  std::string payer;   ///< empty: the first signer
  std::string granter; ///< empty: nobody's allowance is used
  friend bool operator==(const tx_fee&, const tx_fee&) = default;
};

/// cosmos.tx.v1beta1.SignerInfo
struct signer_info {
  public_key_of_account key;
  sign_mode mode{};       ///< of a multisig: of each of its signatures
  signer_bits multi_bits; ///< of a multisig: who signed
  std::uint64_t sequence = 0;
  friend bool operator==(const signer_info&, const signer_info&) = default;
};

/// cosmos.tx.v1beta1.AuthInfo, without tip.
struct auth_info {
  std::vector<signer_info> signers; ///< at least one, in the order that the messages ask for them
  tx_fee fee;
  friend bool operator==(const auth_info&, const auth_info&) = default;
};

bytes encode_body(const tx_body& body);
/// Errors: as proto_reader, decode_message and address_prefix; cosmos_bad_document without a
/// message; over_limit.
expected<tx_body> decode_body(byte_view from);

bytes encode_auth_info(const auth_info& auth);
/// Errors: as proto_reader and decode_public_key; cosmos_bad_document without signer or fee;
/// cosmos_wrong_mode for a mode that is not known here or not the same for all of a multisig.
expected<auth_info> decode_auth_info(byte_view from);

/// cosmos.tx.v1beta1.SignDoc, with what its parts say.
struct sign_document {
  bytes body_bytes;
  bytes auth_info_bytes;
  std::string chain_id;
  std::uint64_t account_number = 0;
  tx_body body;   ///< what body_bytes say
  auth_info auth; ///< what auth_info_bytes say
};

/// The document of a transaction that is put together here.
/// Errors: as decode_document.
expected<sign_document> make_document(const tx_body& body, const auth_info& auth,
                                      std::string_view chain_id, std::uint64_t account_number);

/// SignDoc's bytes: what SIGN_MODE_DIRECT signs the SHA-256 of.
bytes encode_document(const sign_document& document);

/// Errors: as decode_body and decode_auth_info; cosmos_bad_document without a chain id;
///   cosmos_bad_address for a fee's payer or granter that is no account of the messages' chain.
expected<sign_document> decode_document(byte_view from);

/// The 32 bytes that `signer` signs, in the mode that its signer info says.
/// @param signer  a key of the document itself, or one of a multisig's.
/// Errors: cosmos_wrong_signer when the document has not that key, or when no message and not the
///   fee asks for the account of the key; cosmos_wrong_mode for a multisig in direct mode, which
///   Cosmos SDK does not accept; as amino_json().
expected<digest> digest_to_sign(const sign_document& document, const compressed_key& signer);

/// Broadcast bytes, cosmos.tx.v1beta1.TxRaw, with one signature for each signer.
/// @param signatures  64 bytes each, or a multisignature.
bytes encode_transaction(const sign_document& document, const std::vector<bytes>& signatures);

/// What encode_transaction made. Errors: as decode_document.
struct raw_transaction {
  bytes body_bytes;
  bytes auth_info_bytes;
  std::vector<bytes> signatures;
};
expected<raw_transaction> decode_transaction(byte_view from);

/// The id under which the chain knows the transaction: SHA-256 of its bytes.
digest transaction_id(byte_view transaction) noexcept;

/// Bytes of a transaction with one multisig signer, from its members' signatures.
/// @param by_key  in the order of the multisig's keys; none where a key has not signed. Exactly as
///   many as the threshold are used, the first ones.
/// Errors: cosmos_bad_multisig when there are too few or the document has another signer;
///   bad_signature, high_s for one that is not over the document.
expected<bytes> combine_multisig(const sign_document& document,
                                 const std::vector<std::optional<ecdsa_signature>>& by_key);

} // namespace quorate::chain::cosmos
