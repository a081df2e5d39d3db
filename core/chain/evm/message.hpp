// Signatures over what is no transaction: EIP-191, and the 65 bytes they are handed over in.
#pragma once

#include "core/chain/evm/address.hpp"
#include "core/crypto/ecdsa.hpp"

namespace quorate::evm {

/// r, s, then v: 27 or 28. 65 bytes.
using message_signature = fixed_bytes<struct evm_message_signature_tag, 65>;

/// Keccak-256 of 0x19 "Ethereum Signed Message:" 0x0a, the length in decimal, the message.
/// Source: EIP-191, version 0x45 (personal_sign).
digest personal_message_digest(byte_view message);

/// Keccak-256 of 0x19, 0x00, the validator, the data. Source: EIP-191, version 0x00.
digest validator_message_digest(const address& validator, byte_view data);

/// Keccak-256 of 0x19, 0x01, the two hashes. Source: EIP-712, in EIP-191's version 0x01.
digest typed_message_digest(const digest& domain_separator, const digest& struct_hash);

/// @param message  one of the digests above, never the digest of a transaction.
/// Errors: bad_secret_key.
expected<message_signature> sign_message(const ec_secret_key& secret, const digest& message,
                                         const nonce_entropy* entropy = nullptr);

/// Who signed. Errors: bad_signature unless v is 27 or 28; high_s; not_recoverable.
expected<address> message_signer(const digest& message, const message_signature& sig);

} // namespace quorate::evm
