// What a request asks for: shown, signed and checked by its kind of payload.
#pragma once

#include "core/offline/request.hpp"

namespace quorate::offline {

/// The text that a device shows before it asks its user; its SHA-256 is request.shown.
/// Errors: as chain::proposal::read.
expected<std::string> text_of(const request& r);

/// Signs. @param secret  of request.key.
/// @param entropy  as of chain::sign(); for all signatures of this request, each over a message of
///   its own.
/// Errors: bad_secret_key; wrong_key or cosmos_wrong_signer for the secret of another key;
///   as text_of.
expected<signed_result> sign(const request& r, const ec_secret_key& secret,
                             const nonce_entropy& entropy);

/// Whether the result is what was asked for. Errors: bad_signature; high_s; as text_of.
outcome verify(const request& r, const signed_result& result);

/// What the result makes of the transaction, as chain::proposal::complete. Errors: as verify().
expected<bytes> complete(const request& r, const signed_result& result);

} // namespace quorate::offline
