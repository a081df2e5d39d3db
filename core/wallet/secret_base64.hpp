// Base64 (RFC 4648 section 4) of secrets: no table is read at a place that depends on them.
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// @pre in.size() is a multiple of 3 (so there is no padding) and at most 768
secret_text to_base64(byte_view in);

/// Fills `out`. @pre out.size() is a multiple of 3
/// Errors (out then holds anything): bad_share unless `text` is exactly that long and of Base64's
/// alphabet.
outcome from_base64(std::string_view text, std::span<std::uint8_t> out);

} // namespace quorate::wallet
