// What follows when signatures are there: combiner, finaliser and extractor.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"

namespace quorate::bitcoin {

/// All fields of both; the order of `a` and `b` does not matter. Whoever passes a PSBT on can put
/// anything in the place of a signature, so where two of one key differ the valid one stays. Of two
/// valid ones, or of a kind that is not checked here (taproot scripts, foreign scripts), the one
/// with the lower bytes does. Final fields that differ are treated in the same way, as a whole; and
/// such as are invalid, and stand where the other side has signatures, are dropped.
/// Errors: bad_version when the versions differ; different_transactions; conflicting_fields when
///   they say different things of any other kind, or when of two signatures neither is valid by
///   what is known of the inputs; over_limit when signatures differ in a transaction that nodes
///   would not relay.
/// Source: BIP-174 and BIP-370, "Combiner".
expected<psbt> combine(const psbt& a, const psbt& b);

/// An input that the finaliser had to leave as it was.
struct unfinished_input {
  std::size_t input = 0;
  errc why{};

  friend bool operator==(const unfinished_input&, const unfinished_input&) = default;
};

/// Builds the unlocking script and the witness of every input that has neither and is complete, and
/// removes the fields that led to them. Every signature is checked before it is used; one that is
/// not valid counts as missing. Inputs do not wait for each other.
/// @returns the inputs that are not final afterwards, rising, each with its reason:
///   missing_previous; unsupported_script; conflicting_fields; missing_signatures; bad_public_key;
///   bad_der; bad_sighash_type, also for a taproot signature that names type 0; no_matching_output;
///   sighash_not_allowed when a signature has another type than its input's field asks for;
///   over_limit, of every input, for a transaction that nodes would not relay.
/// Source: BIP-174, "Input Finalizer".
[[nodiscard]] std::vector<unfinished_input> finalise(psbt& of);

/// The signed transaction. Errors: missing_signatures unless every input is final.
expected<transaction> extract(const psbt& from);

} // namespace quorate::bitcoin
