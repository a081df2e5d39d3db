// Every refusal that input can meet, numbered by class: 1xx codec, 2xx crypto, 3xx consensus,
// 4xx ledger, 5xx admission, 6xx node state, 7xx receipts and proofs. The numbers go over the
// wire and into receipts: append only, never reuse.
#pragma once

#include <cstdint>
#include <string_view>

namespace quorate {

enum class errc : std::uint16_t {
  // 1xx: bytes that are no canonical encoding.
  truncated = 100,      ///< ends before the value does
  trailing_bytes = 101, ///< bytes left over after the value
  over_limit = 102,     ///< a length or count above its limit
  bad_enum = 103,       ///< a kind, tag or flag that is not defined
  not_canonical = 104,  ///< a second encoding of the same value
  bad_version = 105,    ///< another protocol or format version
  bad_hex = 106,        ///< not lower-case hexadecimal of the right length

  // 2xx: cryptography.
  bad_signature = 200,
  bad_public_key = 201,
  bad_secret_key = 202,
  unknown_signer = 203, ///< not a replica of this configuration

  // 3xx: consensus.
  wrong_cluster = 300,
  wrong_epoch = 301,
  stale_view = 302,
  future_view = 303,
  outside_watermarks = 304,
  equivocation = 305, ///< two statements of one signer that exclude each other
  wrong_primary = 306,
  digest_mismatch = 307,
  bad_certificate = 308, ///< too few, repeated or mixed votes
  bad_new_view = 309,    ///< its set O is not what its view changes give
  view_changing = 310,   ///< no normal-case message is taken between views
  batch_refused = 311,   ///< a batch with an operation that no correct primary proposes
  bad_block_time = 312,
  not_a_voter = 313,

  // 4xx: ledger results.
  account_exists = 400,
  no_such_account = 401,
  account_frozen = 402,
  insufficient_funds = 403,
  amount_zero = 404,
  amount_overflow = 405,
  no_such_asset = 406,
  sequence_replayed = 407, ///< executed before; the stored result stands
  sequence_gap = 408,
  not_authorised = 409,
  already_credited = 410,
  no_such_hold = 411,
  too_many_assets = 412,
  too_many_accounts = 413,
  too_many_holds = 414,
  self_transfer = 415,
  hold_exists = 416,
  change_pending = 417, ///< one change of membership at a time
  no_such_member = 418,
  member_exists = 419,
  too_few_replicas = 420,

  // 5xx: admission.
  busy = 500,      ///< a limit is reached; retry after the hint
  duplicate = 501, ///< already waiting, or already ordered
  expired = 502,
  too_far_ahead = 503, ///< sequence beyond the window of the account
  unsigned_not_allowed = 504,

  // 6xx: the node.
  read_only = 600, ///< no quorum within reach
  not_ready = 601, ///< still recovering or catching up
  timed_out = 602,
  unreachable = 603,
  shutting_down = 604,
  not_found = 605,

  // 7xx: receipts and proofs.
  bad_proof = 700, ///< a Merkle path that does not lead to the root
  too_few_attestations = 701,
  wrong_operation = 702, ///< a valid receipt, but of another operation
};

/// The stable lower-case name, e.g. "insufficient_funds"; "unknown" for a number not defined.
std::string_view name(errc e) noexcept;

/// One sentence: what happened, and what to do where there is something to do.
std::string_view explain(errc e) noexcept;

/// Whether the number is one of errc's.
bool is_defined(std::uint16_t number) noexcept;

} // namespace quorate
