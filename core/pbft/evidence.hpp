// Proof that a replica is faulty: two statements under its signature that exclude each other.
//
// A correct replica never signs such a pair, over restarts too, because what excludes is durable
// before it leaves. The converse does not hold: a replica can be faulty without leaving a proof.
// A prepare or a pre-prepare signed in a view after the own VIEW-CHANGE for a later one is such a
// case: signatures carry no order, so it may have been signed before. A commit is different: the
// VIEW-CHANGE had to show the prepared certificate that the commit rests on.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/message.hpp"

namespace quorate::pbft {

/// Names one contradiction: whatever else a replica signs for the same place adds nothing to it.
struct evidence_id;

/// Two statements, their signatures, and what is needed to compute again what was signed.
struct evidence {
  /// The numbers are stored and sent: append only.
  enum class kind : std::uint8_t {
    two_pre_prepares = 1, ///< for one view and sequence
    two_prepares = 2,
    two_commits = 3,
    two_checkpoints = 4,  ///< for one sequence
    two_view_changes = 5, ///< for one new view
    two_new_views = 6,    ///< for one view
    commit_left_out = 7,  ///< a commit, and a VIEW-CHANGE without the certificate under it
  };
  kind what = kind::two_pre_prepares;
  replica_id culprit;
  /// Of a checkpoint: view 0, batch is the state digest. Of a VIEW-CHANGE or NEW-VIEW: the view,
  /// sequence 0, batch is content_of() the message.
  ballot first;
  signature first_sig;
  ballot second;
  signature second_sig;
  /// With commit_left_out, and only there: the VIEW-CHANGE that `second` names.
  std::optional<view_change> left;
  friend bool operator==(const evidence&, const evidence&) = default;

  evidence_id id() const noexcept;
};

struct evidence_id {
  replica_id culprit;
  evidence::kind what = evidence::kind::two_pre_prepares;
  configuration_epoch epoch;
  view_number view;
  sequence_number sequence;
  friend auto operator<=>(const evidence_id&, const evidence_id&) = default;
};

/// A VIEW-CHANGE or a NEW-VIEW as evidence holds it: 56 bytes, whatever the message's size.
ballot ballot_of(const view_change& m);
ballot ballot_of(const new_view& m);

/// Whether a correct replica that committed on `on` cannot have sent `m`: it left a higher view for
/// a stable checkpoint below `on`, and shows neither the certificate of `on` nor one of a view
/// between.
bool leaves_out(const view_change& m, const ballot& on) noexcept;

/// Proves it to anyone who has its epoch's configuration: the culprit votes in it, both signatures
/// are its own over these statements, and the statements exclude each other.
/// Errors: bad_certificate for anything else.
outcome check(const evidence& e, const configuration& config);

/// The stable lower-case name, e.g. "two_prepares".
std::string_view name(evidence::kind what) noexcept;

/// One sentence for people: who signed what.
std::string describe(const evidence& e);

/// Errors of reading: truncated, bad_enum; not_canonical when `left` does not belong to the kind or
/// is not the one that `second` names.
void write(writer& w, const evidence& v);
void read(reader& r, evidence& v);
/// 27 bytes; sorted by culprit. Errors of reading: truncated, bad_enum.
void write(writer& w, const evidence_id& v);
void read(reader& r, evidence_id& v);

} // namespace quorate::pbft
