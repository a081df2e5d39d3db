// What a Cosmos transaction does, in words: what a signer's screen shows.
#pragma once

#include "core/chain/cosmos/transaction.hpp"

namespace quorate::chain::cosmos {

/// Everything of the transaction that has an effect, a line each, and in the last line the digest
/// that `signer` signs. Text of others (memos, receivers on other chains) is quoted, and in it only
/// printable ASCII stands for itself, so that it cannot pass for a line of ours.
/// Errors: as digest_to_sign.
expected<std::string> explain(const sign_document& document, const compressed_key& signer);

/// `text` in quotes; `"`, `\` and everything but printable ASCII as \u{…}. @pre text is UTF-8
std::string quoted_for_screen(std::string_view text);

} // namespace quorate::chain::cosmos
