// Extended keys as text: 78 bytes in Base58Check. Source: BIP-32, "Serialization format".
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// The first four bytes, from which the text gets its first letters.
struct key_version {
  std::uint32_t private_key = 0;
  std::uint32_t public_key = 0;

  friend bool operator==(const key_version&, const key_version&) = default;
};

inline constexpr key_version xpub_version{0x0488'ade4, 0x0488'b21e}; ///< xprv, xpub
inline constexpr key_version tpub_version{0x0435'8394, 0x0435'87cf}; ///< tprv, tpub: test networks
// SLIP-132: the letters also tell what addresses look like.
inline constexpr key_version ypub_version{0x049d'7878, 0x049d'7cb2}; ///< P2WPKH in P2SH (BIP-49)
inline constexpr key_version zpub_version{0x04b2'430c, 0x04b2'4746}; ///< P2WPKH (BIP-84)
inline constexpr key_version upub_version{0x044a'4e28, 0x044a'5262}; ///< ypub for test networks
inline constexpr key_version vpub_version{0x045f'18bc, 0x045f'1cf6}; ///< zpub for test networks

/// Names a key: the first four bytes of HASH160 of its public key.
using key_fingerprint = fixed_bytes<struct key_fingerprint_tag, 4>;

/// Where a key stands below its master key; zeros for a master key.
struct key_lineage {
  std::uint8_t depth = 0;
  key_fingerprint parent;
  std::uint32_t index = 0; ///< with 2^31 added when hardened

  friend bool operator==(const key_lineage&, const key_lineage&) = default;
};

/// All that the text says.
struct extended_key_fields {
  std::uint32_t version = 0;
  key_lineage lineage;
  secret_bytes<32> chain_code;
  secret_bytes<33> key; ///< 00 and a private key, or a compressed public key: not checked here
};

/// 111 characters with the versions above.
secret_text write_extended_key(const extended_key_fields& fields);

/// Errors: bad_extended_key unless it is 78 bytes in Base58Check, and for a master key that claims
/// a parent or an index.
expected<extended_key_fields> read_extended_key(std::string_view text);

} // namespace quorate::wallet
