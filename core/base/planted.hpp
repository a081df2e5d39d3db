// Mistakes that one could make in core, each behind a switch, so that tests can show that they
// would notice. The product's build has no switch: planted() is false at compile time there.
#pragma once

#include <cstdint>
#include <string_view>

namespace quorate {

enum class fault : std::uint8_t {
  none,
  quorum_of_2f,            ///< two quorums need not meet in a correct replica
  votes_not_keyed,         ///< votes for different batches are counted together
  prepared_with_2f_less_1, ///< one prepare too few makes a prepared certificate
  commit_without_prepared, ///< a commit is sent as soon as a batch is accepted
  commit_before_durable,   ///< a commit leaves ahead of its prepared certificate
  accept_not_durable,      ///< an accepted pre-prepare is not persisted
  view_not_durable,        ///< leaving a view is not persisted
  second_pre_prepare,      ///< a second batch for one view and sequence is accepted
  votes_outlive_view,      ///< votes of the view before are counted in the next
  new_view_not_recomputed, ///< the set O of a NEW-VIEW is believed
  lowest_view_selected,    ///< of two prepared batches the older one is proposed again
  gaps_left_open,          ///< a NEW-VIEW fills no gap with a null request
  prepared_hidden,         ///< a VIEW-CHANGE tells nothing of what is prepared
  slots_dropped_early,     ///< slots go when they are delivered, not when that is stable
  signature_unchecked,     ///< a vote counts whatever its signature
  first_vote_checked_only, ///< of a certificate's votes only the first is verified
  body_unchecked,          ///< a body is taken for that of the digest beside it
  learner_votes,           ///< a replica that lost its disk votes at once
  never_join,              ///< f+1 others in higher views are not followed
  primary_trusted,         ///< a request that only backups know starts no timer
  new_primary_trusted,     ///< a new primary has all the time in the world
  nothing_sent_again,      ///< what got lost is not sent again
  delivered_again,         ///< the last block is delivered again after a restart
  replies_forgotten,       ///< an operation that is ordered again is executed again
  receiver_paid_only,      ///< a transfer takes nothing from the sender
  watermark_off_by_one,    ///< one sequence above the high watermark is taken
  horizon_ignored,         ///< votes go on beyond what this epoch may decide
  epoch_unchecked,         ///< statements of an old epoch count in the next
  reply_cache_forgotten,   ///< a stored reply is gone with the next block
  checkpoint_not_stored,   ///< a state is signed whose block is not on the disk
  join_on_f,               ///< f others in higher views are followed: all may be faulty
  lease_from_receipt,      ///< the holder counts its lease from the grants, not from its request
  lease_drift_ignored,     ///< clocks are taken to run alike
  lease_grant_too_few,     ///< 2f promises make a lease
  lease_grants_not_keyed,  ///< grants of an earlier request count for the last one
  lease_over_epochs,       ///< a new epoch grants while a lease of the old one may be held
  promise_not_durable,     ///< a restart forgets what was promised
  promise_ignored,         ///< a view is left in spite of the promise to stay
  promise_ignored_on_join, ///< f+1 others who leave are followed in spite of the promise
  promise_while_leaving,   ///< a lease of the view that was left is granted
  promise_for_ever,        ///< a primary that is to be replaced gets its lease renewed
  wall_clock,              ///< leases are counted on a clock that can be set
};
inline constexpr std::uint8_t fault_count = 43;

/// Mistakes of decoders, for the fuzzers to find (tests/fuzz).
enum class decoder_fault : std::uint8_t {
  none,
  over_read,       ///< codec/reader: a length may be one more than the bytes that are left
  any_boolean,     ///< codec/reader: every byte but 0 is true
  cbor_any_length, ///< codec/cbor: a head may be longer than it has to be
  rlp_any_length,  ///< chain/evm/rlp: likewise
  any_padding,     ///< chain/bech32: the bits that are left over may be set
  field_twice,     ///< chain/bitcoin/psbt: the first of several equal keys counts
};

#ifdef QUORATE_PLANTED_FAULTS
inline fault planted_fault = fault::none; ///< of the whole program
inline bool planted(fault which) noexcept { return planted_fault == which; }
inline decoder_fault planted_decoder_fault = decoder_fault::none; ///< likewise
inline bool planted(decoder_fault which) noexcept { return planted_decoder_fault == which; }
#else
constexpr bool planted(fault) noexcept { return false; }
constexpr bool planted(decoder_fault) noexcept { return false; }
#endif

} // namespace quorate
