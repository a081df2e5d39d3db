// Base64 (RFC 4648 section 4, with padding) of public data, as PSBTs and Cosmos' transactions are
// handed over. Secrets have their own (core/wallet/secret_base64.hpp).
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

std::string to_base64(byte_view from);

/// Errors: bad_base64 unless `text` is what to_base64() writes for some bytes.
expected<bytes> from_base64(std::string_view text);

} // namespace quorate
