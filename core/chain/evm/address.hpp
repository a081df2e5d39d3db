// Addresses of accounts, and their text with EIP-55's checksum in the case of the letters.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {
class ec_public_key;
}

namespace quorate::evm {

/// The last 20 bytes of the Keccak-256 of the public key's X and Y, 32 bytes each.
using address = fixed_bytes<struct evm_address_tag, 20>;

address address_of(const ec_public_key& key) noexcept;

/// 0x and 40 digits with the checksum of EIP-55. Source: EIP-55, "Implementation".
std::string to_string(const address& a);

/// What to do with an address whose letters all have one case, as programs write it.
enum class checksum : std::uint8_t {
  required,    ///< refused, unless that is its checksum
  where_mixed, ///< taken; mixed case is still checked
};

/// Errors: bad_address unless 0x and 40 hexadecimal digits; bad_checksum.
expected<address> parse_address(std::string_view text, checksum demand);

} // namespace quorate::evm
