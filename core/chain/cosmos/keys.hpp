// Keys, addresses and multisig of Cosmos: secp256k1 alone, or k of n of them.
#pragma once

#include "core/chain/cosmos/protobuf.hpp"
#include "core/crypto/digests.hpp"
#include "core/crypto/ecdsa.hpp"

#include <variant>

namespace quorate::chain::cosmos {

/// Keys of one multisig. Cosmos SDK's TxSigLimit is 7 unless a chain raises it. More: over_limit.
inline constexpr std::size_t multisig_keys_max = 32;

/// cosmos.crypto.multisig.LegacyAminoPubKey: any `threshold` of `keys`, whose order is part of it.
struct multisig_key {
  std::uint32_t threshold = 0; ///< 1 to the number of keys
  std::vector<compressed_key> keys;
  friend bool operator==(const multisig_key&, const multisig_key&) = default;
};

/// What signs for an account.
using public_key_of_account = std::variant<compressed_key, multisig_key>;

/// 20 bytes that an account is known by.
using account_bytes = digest_160;

/// RIPEMD-160 of SHA-256 of the compressed key. Source: Cosmos SDK, ADR-028, "Legacy public keys".
account_bytes account_of(const compressed_key& key) noexcept;

/// The first 20 bytes of SHA-256 of the key in amino's binary form. @pre key is valid (check()).
account_bytes account_of(const multisig_key& key);
account_bytes account_of(const public_key_of_account& key);

/// Bech32 with the chain's prefix, e.g. "cosmos". Errors: cosmos_bad_address for a bad prefix.
expected<std::string> address_of(std::string_view prefix, const account_bytes& account);

/// The 20 or 32 bytes of an address, whatever its prefix. Errors: cosmos_bad_address.
expected<bytes> bytes_of_address(std::string_view address);

/// Sorts keys by their addresses, as `keys add --multisig` does unless told not to.
/// Errors: cosmos_bad_multisig unless 1 <= threshold <= number of keys; over_limit.
expected<multisig_key> make_multisig(std::uint32_t threshold, std::vector<compressed_key> keys);

/// The key inside its Any, as a signer's info has it.
bytes encode_public_key(const public_key_of_account& key);

/// Errors: cosmos_unknown_message for another type of key; bad_public_key; cosmos_bad_multisig;
/// over_limit; as proto_reader.
expected<public_key_of_account> decode_public_key(byte_view any_bytes);

/// Which keys of a multisig have signed: cosmos.crypto.multisig.v1beta1.CompactBitArray, first key
/// in the most significant bit.
struct signer_bits {
  std::vector<bool> set;
  friend bool operator==(const signer_bits&, const signer_bits&) = default;
};
bytes encode_bits(const signer_bits& bits);
/// Errors: cosmos_bad_multisig for a count of bits that contradicts the bytes, or a set bit behind
/// the last one; over_limit.
expected<signer_bits> decode_bits(byte_view from);

/// cosmos.crypto.multisig.v1beta1.MultiSignature. Errors: as proto_reader; over_limit;
/// cosmos_bad_multisig for a signature that has not 64 bytes.
bytes encode_multisignature(const std::vector<ecdsa_signature>& signatures);
expected<std::vector<ecdsa_signature>> decode_multisignature(byte_view from);

/// Whether `signatures`, in the order of their keys, are those of the set bits over the digest, and
/// enough. Errors: cosmos_bad_multisig; bad_signature; high_s; bad_public_key.
outcome verify(const multisig_key& key, const signer_bits& bits,
               const std::vector<ecdsa_signature>& signatures, const digest& signed_digest);

} // namespace quorate::chain::cosmos
