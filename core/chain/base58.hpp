// Base58Check: bytes with a four-byte checksum, in an alphabet without look-alikes. For public
// data (addresses); nothing here is wiped.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::chain {

/// Payload bytes at most: the conversion is quadratic. An address has 21, an extended key 78.
inline constexpr std::size_t base58_payload_max = 128;

/// The text of `payload` and the first four bytes of its double SHA-256.
/// @pre at most base58_payload_max bytes
std::string encode_base58check(byte_view payload);

/// The payload, without its checksum.
/// Errors: over_limit for a text longer than any that encode gives; bad_character; truncated below
///   four bytes; bad_checksum.
expected<bytes> decode_base58check(std::string_view text);

} // namespace quorate::chain
