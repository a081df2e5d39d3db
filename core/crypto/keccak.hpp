// Keccak-256 as Ethereum uses it: the submission's padding 0x01, where FIPS 202 (SHA3-256) pads
// with 0x06. OpenSSL before 3.2 has the latter only.
#pragma once

#include "core/base/bytes.hpp"

#include <initializer_list>

namespace quorate {

/// Keccak-256 of the concatenation of `parts`, 32 bytes.
/// Source: The Keccak reference, version 3.0; rate 1088, capacity 512.
digest keccak256(std::initializer_list<byte_view> parts) noexcept;
inline digest keccak256(byte_view in) noexcept { return keccak256({in}); }

} // namespace quorate
