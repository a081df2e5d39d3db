// What follows when signatures are there: combiner, finaliser and extractor.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"

namespace quorate::bitcoin {

/// All fields of both. Where two signatures of one key differ, the one with the lower bytes stays,
/// so that the order of `a` and `b` does not matter.
/// Errors: bad_version when the versions differ; different_transactions; conflicting_fields when
///   they say different things of any other kind.
/// Source: BIP-174 and BIP-370, "Combiner".
expected<psbt> combine(const psbt& a, const psbt& b);

/// Builds the unlocking script and the witness of every input that has none, and removes the fields
/// that led to them. Every signature is checked before it is used. Unchanged on error.
/// Errors: missing_previous; unsupported_script; conflicting_fields; missing_signatures;
///   over_limit for a transaction that nodes would not relay;
///   bad_sighash_type, also for a taproot signature that names type 0; sighash_not_allowed when a
///   signature has another type than its input's field asks for.
/// Source: BIP-174, "Input Finalizer".
outcome finalise(psbt& of);

/// The signed transaction. Errors: missing_signatures unless every input is final.
expected<transaction> extract(const psbt& from);

} // namespace quorate::bitcoin
