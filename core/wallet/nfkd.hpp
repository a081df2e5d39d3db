// Unicode's compatibility decomposition, which BIP-39 asks for.
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// Normalization Form KD (Unicode Standard Annex 15) of `utf8`. Nothing that was read stays behind
/// in memory, whatever the outcome.
/// Errors: bad_utf8; over_limit when the result has more than 1,024 bytes.
expected<secret_text> nfkd(std::string_view utf8);

} // namespace quorate::wallet
