// What the signer is asked and what it answers, in canonical bytes. No question is trusted for who
// asks it; every answer can be checked by whoever gets it.
#pragma once

#include "core/chain/signature.hpp"
#include "core/signer/record.hpp"
#include "core/signer/request.hpp"
#include "core/signer/status.hpp"

namespace quorate::signer {

/// How the members changed; the first is of the epoch after the newest that the signer knows.
/// Answered with status_answer.
struct epochs_shown {
  std::vector<ledger::epoch_proof> proofs; ///< 1 to epoch_proofs_max, rising by one
  friend bool operator==(const epochs_shown&, const epochs_shown&) = default;
};

/// Answered with status_answer.
struct status_question {
  friend bool operator==(const status_question&, const status_question&) = default;
};

/// Shows what the ledger has of the signer's log, and asks for the operation that brings the log's
/// head there. Answered with head_answer; refused as duplicate when the ledger has it.
struct head_wanted {
  /// The log's account, under 2f+1 attestations. None: the ledger has none, which needs no proof,
  /// since an account is opened once.
  std::optional<ledger::account_proof> account;
  friend bool operator==(const head_wanted&, const head_wanted&) = default;
};

/// The kind on the wire is the index plus one: append only.
using question = std::variant<signing_request, epochs_shown, status_question, head_wanted>;

/// In the order of reading::wanted.
struct signed_answer {
  ledger::operation_id id;
  digest signed_digest; ///< reading::signed_digest()
  std::vector<chain_signature> signatures;
  friend bool operator==(const signed_answer&, const signed_answer&) = default;
};

struct refused_answer {
  errc why{};
  friend bool operator==(const refused_answer&, const refused_answer&) = default;
};

/// Signed by the log's key, so it is all the same who submits it.
struct head_answer {
  ledger::signed_operation operation; ///< an audit_head, or what opens the account
  friend bool operator==(const head_answer&, const head_answer&) = default;
};

/// As above.
using answer = std::variant<signed_answer, refused_answer, status_answer, head_answer>;

// Errors of reading: bad_enum; over_limit; truncated; not_canonical; those of the parts.
void write(writer& w, const question& v);
void read(reader& r, question& v);
void write(writer& w, const answer& v);
void read(reader& r, answer& v);

} // namespace quorate::signer
