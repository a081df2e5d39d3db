// Addresses: locking scripts as people write them. A legacy or nested address is Base58Check, a
// witness address Bech32 (version 0) or Bech32m (later ones).
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::bitcoin {

enum class network : std::uint8_t {
  mainnet,
  testnet,
  signet, ///< writes addresses as testnet does
  regtest,
};

std::string_view name(network net) noexcept;

/// Errors: unsupported_script for a script that no address stands for.
expected<std::string> to_address(byte_view locking_script, network net);

/// The locking script that pays to the address; any witness version from 0 to 16.
/// Errors: wrong_network; bad_address for another length or version; over_limit, truncated,
///   bad_character, bad_checksum (also of the wrong variant) and not_canonical.
/// Source: BIP-13; BIP-173 and BIP-350, "Segwit address format".
expected<bytes> from_address(std::string_view address, network net);

} // namespace quorate::bitcoin
