// The JSON that SIGN_MODE_LEGACY_AMINO_JSON signs: hardware wallets and multisigs speak it.
#pragma once

#include "core/chain/cosmos/transaction.hpp"

namespace quorate::chain::cosmos {

/// Cosmos SDK's StdSignDoc: keys sorted, no blanks, numbers as strings, what is empty left out.
/// @param sequence  of the signer: a document may have several.
/// Errors: cosmos_bad_document for U+0008 or U+000C in a text, which Go wrote in another way before
///   version 1.22, so that nodes would not agree on what was signed.
/// Source: Cosmos SDK, x/auth/migrations/legacytx/stdsign.go; x/tx/signing/aminojson.
expected<std::string> amino_json(const sign_document& document, std::uint64_t sequence);

/// One message as it stands in the document. Errors: as amino_json.
expected<std::string> amino_json(const message& m);

/// A JSON string as Go's encoding/json writes it, HTML's characters escaped. Errors: as amino_json.
/// @pre text is UTF-8
expected<std::string> go_json_string(std::string_view text);

} // namespace quorate::chain::cosmos
