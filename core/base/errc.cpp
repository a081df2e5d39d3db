#include "core/base/errc.hpp"

namespace quorate {

namespace {

struct text {
  std::string_view name;
  std::string_view explanation;
};

// A switch without default, so that the compiler names the errc that has no text.
text text_of(errc e) noexcept {
  switch (e) {
  case errc::truncated:
    return {"truncated", "The bytes end before the value does."};
  case errc::trailing_bytes:
    return {"trailing_bytes", "Bytes are left over after the value."};
  case errc::over_limit:
    return {"over_limit", "A length or count is above its limit."};
  case errc::bad_enum:
    return {"bad_enum", "A kind or flag is not defined."};
  case errc::not_canonical:
    return {"not_canonical", "The value is not in its one canonical form."};
  case errc::bad_version:
    return {"bad_version", "The other side speaks another version; upgrade the older one."};
  case errc::bad_hex:
    return {"bad_hex", "Expected lower-case hexadecimal of the right length."};
  case errc::bad_signature:
    return {"bad_signature", "The signature does not verify under the key it names."};
  case errc::bad_public_key:
    return {"bad_public_key", "The bytes are no point on the curve."};
  case errc::bad_secret_key:
    return {"bad_secret_key", "The secret key is zero or not below the order of the group."};
  case errc::unknown_signer:
    return {"unknown_signer", "The signer is not a replica of this configuration."};
  case errc::wrong_cluster:
    return {"wrong_cluster",
            "The message belongs to another cluster; check the cluster id in the configuration."};
  case errc::wrong_epoch:
    return {"wrong_epoch", "The message belongs to another configuration epoch."};
  case errc::stale_view:
    return {"stale_view", "The message belongs to a view that has ended."};
  case errc::future_view:
    return {"future_view", "The message belongs to a view that this replica has not entered."};
  case errc::outside_watermarks:
    return {"outside_watermarks", "The sequence number is outside the window low < n <= high."};
  case errc::equivocation:
    return {"equivocation",
            "One signer made two statements that exclude each other; both are kept as evidence."};
  case errc::wrong_primary:
    return {"wrong_primary", "Only the primary of the view may send this."};
  case errc::digest_mismatch:
    return {"digest_mismatch", "The body does not hash to the digest that was signed."};
  case errc::bad_certificate:
    return {"bad_certificate", "The certificate has too few, repeated or mixed votes."};
  case errc::bad_new_view:
    return {"bad_new_view", "The new view does not follow from its view changes."};
  case errc::view_changing:
    return {"view_changing", "The replica is between two views."};
  case errc::batch_refused:
    return {"batch_refused", "The batch holds an operation that no correct primary proposes."};
  case errc::bad_block_time:
    return {"bad_block_time",
            "The proposed time goes back or is too far from the clock of this replica."};
  case errc::not_a_voter:
    return {"not_a_voter", "This replica may not vote yet: it is still catching up."};
  case errc::account_exists:
    return {"account_exists", "The account is open already."};
  case errc::no_such_account:
    return {"no_such_account", "No account with this key; open it first."};
  case errc::account_frozen:
    return {"account_frozen", "The account is frozen by its administrator."};
  case errc::insufficient_funds:
    return {"insufficient_funds", "The available balance is smaller than the amount."};
  case errc::amount_zero:
    return {"amount_zero", "The amount must be greater than zero."};
  case errc::amount_overflow:
    return {"amount_overflow", "The sum would not fit in 128 bits."};
  case errc::no_such_asset:
    return {"no_such_asset", "The asset is not defined in genesis."};
  case errc::sequence_replayed:
    return {"sequence_replayed",
            "This sequence number was executed before; the result of then stands."};
  case errc::sequence_gap:
    return {"sequence_gap",
            "An earlier sequence number of this account is missing; submit it first."};
  case errc::not_authorised:
    return {"not_authorised", "The signer may not do this."};
  case errc::already_credited:
    return {"already_credited", "This deposit was credited before."};
  case errc::no_such_hold:
    return {"no_such_hold", "No hold with this id."};
  case errc::too_many_assets:
    return {"too_many_assets", "The account holds as many assets as one account may."};
  case errc::too_many_accounts:
    return {"too_many_accounts", "The ledger is full; raise its account limit on every node."};
  case errc::too_many_holds:
    return {"too_many_holds",
            "The account has as many open holds as one account may; release some first."};
  case errc::self_transfer:
    return {"self_transfer", "Source and destination are the same account."};
  case errc::hold_exists:
    return {"hold_exists", "A hold with this id exists already."};
  case errc::change_pending:
    return {"change_pending",
            "A change of membership is decided already; wait until its epoch has begun."};
  case errc::no_such_member:
    return {"no_such_member", "No member with this id, or not in the role that the change needs; "
                              "see `quorate member list`."};
  case errc::member_exists:
    return {"member_exists", "The key is a member's already, or the member votes already."};
  case errc::too_few_replicas:
    return {"too_few_replicas", "Fewer than four voters would be left; add another one first."};
  case errc::busy:
    return {"busy", "A limit is reached; retry after the hint."};
  case errc::duplicate:
    return {"duplicate", "The operation is waiting or ordered already."};
  case errc::expired:
    return {"expired", "The operation expired before it was ordered; sign it anew."};
  case errc::too_far_ahead:
    return {"too_far_ahead",
            "The sequence number is beyond the window of this account; wait for earlier ones."};
  case errc::unsigned_not_allowed:
    return {"unsigned_not_allowed", "This cluster does not take unsigned operations."};
  case errc::read_only:
    return {"read_only", "The node sees no quorum; it answers reads only. Try another node."};
  case errc::not_ready:
    return {"not_ready", "The node is recovering; try again shortly or try another node."};
  case errc::timed_out:
    return {"timed_out", "No answer in time. The operation may still be ordered: retry with the "
                         "same sequence number."};
  case errc::unreachable:
    return {"unreachable", "No connection to a node could be made; check addresses, certificates "
                           "and whether the nodes run."};
  case errc::shutting_down:
    return {"shutting_down", "The node is shutting down; try another node."};
  case errc::not_found:
    return {"not_found", "Nothing is stored under this key."};
  case errc::bad_proof:
    return {"bad_proof", "The Merkle path does not lead to the root."};
  case errc::too_few_attestations:
    return {"too_few_attestations", "Fewer than f+1 valid attestations of distinct replicas."};
  case errc::wrong_operation:
    return {"wrong_operation", "The receipt is of another operation."};
  }
  return {"unknown", "An error number that this version does not know."};
}

} // namespace

std::string_view name(errc e) noexcept { return text_of(e).name; }

std::string_view explain(errc e) noexcept { return text_of(e).explanation; }

bool is_defined(std::uint16_t number) noexcept {
  return text_of(static_cast<errc>(number)).name != "unknown";
}

} // namespace quorate
