// What goes to a signing device without a network, and what comes back: deterministic CBOR maps
// with integer keys (core/codec/cbor.hpp), one encoding each.
//
// Every counter of a device is one request and one answer, for ever. A request that is next in turn
// is always answered, with a signature or with the reason why not, so that an expired or refused
// one does not stop those behind it.
#pragma once

#include "core/base/bytes.hpp"
#include "core/chain/proposal.hpp"

#include <variant>

namespace quorate::offline {

/// A transaction with all that is needed to show it. Larger: over_limit.
inline constexpr std::size_t transaction_bytes_max = std::size_t{256} * 1024;
/// What signing gives: signatures. Each takes more in the transaction. Larger: over_limit.
inline constexpr std::size_t signed_bytes_max = transaction_bytes_max;

/// A device, drawn at random when it was set up.
using device_id = fixed_bytes<struct device_id_tag, 16>;

using chain::payload;

/// Asks for a signature.
struct request {
  device_id device;
  std::uint64_t counter = 0;    ///< from 1, each one more than the one before
  std::uint64_t expires_ms = 0; ///< since 1970, the last millisecond in which it may be signed
  payload what{};
  compressed_key key; ///< whose signature is asked for
  bytes transaction;
  digest shown;              ///< SHA-256 of the text that the device must show
  std::uint64_t network = 0; ///< as chain::document::network

  friend bool operator==(const request&, const request&) = default;
};

/// A request's name: a tagged hash of its bytes.
using request_id = fixed_bytes<struct request_id_tag, 32>;

/// Map of keys 1 to 8: version, device, counter, expiry, payload, key, transaction, shown; and 9,
/// the network, unless that is 0.
bytes encode(const request& r);
/// Errors: as cbor::reader; bad_version; bad_enum; over_limit; offline_replayed for counter 0;
///   not_canonical for a network of 0.
expected<request> decode_request(byte_view from);
request_id id_of(const request& r);

/// What was asked for, signed: 64 bytes for each signature that the payload asks of the key, in the
/// order of chain::proposal::asked().
struct signed_result {
  bytes value;
  friend bool operator==(const signed_result&, const signed_result&) = default;
};
/// Why not.
struct refused_result {
  errc reason{};
  friend bool operator==(const refused_result&, const refused_result&) = default;
};

/// Answers a request.
struct answer {
  device_id device;
  std::uint64_t counter = 0;
  request_id request;
  std::variant<signed_result, refused_result> result;

  friend bool operator==(const answer&, const answer&) = default;
};

/// Map of keys 1 to 4: version, device, counter, request; and 5, what was signed, or 6, the number
/// of the refusal.
bytes encode(const answer& a);
/// Errors: as cbor::reader; bad_version; bad_enum for a refusal that is not defined; over_limit.
expected<answer> decode_answer(byte_view from);

} // namespace quorate::offline
