// The messages of PBFT and their canonical bytes.
//
// | message     | paper (OSDI '99) | from        | says                                     |
// |-------------|------------------|-------------|------------------------------------------|
// | pre_prepare | 4.2 PRE-PREPARE  | primary     | this batch has sequence n in view v      |
// | prepare     | 4.2 PREPARE      | backup      | I accepted that pre-prepare and no other |
// | commit      | 4.2 COMMIT       | any replica | I know that 2f+1 accepted it             |
// | checkpoint  | 4.3 CHECKPOINT   | any replica | my state after n has this digest         |
// | view_change | 4.4 VIEW-CHANGE  | any replica | I left; what I know to be prepared       |
// | new_view    | 4.4 NEW-VIEW     | new primary | 2f+1 left; what follows from it          |
// | lease_request |                | primary     | promise me to stay in this view          |
// | lease_grant |                  | any replica | I send no VIEW-CHANGE for that long      |
//
// status, fetch and block: retransmission and catching up; they carry no authority of their own.
//
// Every signature covers a tag of its own, the cluster and the configuration epoch. The epoch also
// stands in each statement, so that one of another epoch is known as such.
#pragma once

#include "core/base/cluster.hpp"
#include "core/base/limits.hpp"
#include "core/base/strong.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/identity.hpp"
#include "core/pbft/batch.hpp"

#include <variant>

namespace quorate::pbft {

/// What the three phases vote on.
struct ballot {
  view_number view;
  sequence_number sequence;
  digest batch;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const ballot&, const ballot&) = default;
};

/// A signature with the place of its signer in the configuration.
struct vote_signature {
  replica_id replica;
  signature sig;
  friend bool operator==(const vote_signature&, const vote_signature&) = default;
};

struct pre_prepare {
  ballot on;
  signature sig; ///< of the primary of on.view
  friend bool operator==(const pre_prepare&, const pre_prepare&) = default;
};

struct prepare {
  ballot on;
  vote_signature vote;
  friend bool operator==(const prepare&, const prepare&) = default;
};

struct commit {
  ballot on;
  vote_signature vote;
  friend bool operator==(const commit&, const commit&) = default;
};

/// A pre-prepare with the batch that it names.
struct proposal {
  pre_prepare header;
  body_ptr body = null_body();
};

struct checkpoint {
  sequence_number sequence;
  digest state; ///< hash of the block summary after `sequence`
  vote_signature vote;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

/// Proof that a state after `sequence` is held by f+1 correct replicas: 2f+1 checkpoint votes,
/// rising by replica. The start of the epoch needs no votes: everyone in it knows that state.
struct checkpoint_certificate {
  sequence_number sequence;
  digest state;
  std::vector<vote_signature> votes;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const checkpoint_certificate&, const checkpoint_certificate&) = default;
};

/// A pre-prepare and 2f prepares of distinct backups for it, rising by replica: no other batch can
/// be prepared in this view at this sequence number.
struct prepared_certificate {
  pre_prepare header;
  std::vector<vote_signature> prepares;
  friend bool operator==(const prepared_certificate&, const prepared_certificate&) = default;
};

/// 2f+1 commits, rising by replica: the batch is final. Anyone with the configuration can check it.
struct commit_certificate {
  ballot on;
  std::vector<vote_signature> commits;
  friend bool operator==(const commit_certificate&, const commit_certificate&) = default;
};

struct view_change {
  view_number new_view;
  checkpoint_certificate stable;              ///< C in the paper
  std::vector<prepared_certificate> prepared; ///< P: rising by sequence, each above stable
  vote_signature vote;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const view_change&, const view_change&) = default;
};

struct new_view {
  view_number view;
  std::vector<view_change> view_changes; ///< V: 2f+1, rising by replica
  std::vector<pre_prepare> re_proposals; ///< O: rising by sequence, without gaps
  signature sig;                         ///< of the primary of `view`
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const new_view&, const new_view&) = default;
};

/// What a replica is missing for one sequence number.
struct slot_need {
  sequence_number sequence;
  bool proposal = false; ///< the pre-prepare or its body
  friend bool operator==(const slot_need&, const slot_need&) = default;
};

/// Where a replica stands; asks peers to send again what it lacks.
struct status {
  view_number view;
  bool changing = false; ///< left the view before, new view not seen yet
  bool suspects = false; ///< would leave this view if f+1 others thought the same
  sequence_number delivered;
  sequence_number stable;
  sequence_number highest;      ///< highest sequence with an accepted pre-prepare
  std::vector<slot_need> needs; ///< at most needs_max
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const status&, const status&) = default;
};
inline constexpr std::size_t needs_max = 64;

/// Asks for the committed blocks from `from`, at most `count` (1 to blocks_max).
struct fetch_blocks {
  sequence_number from;
  std::uint16_t count = 0;
  friend bool operator==(const fetch_blocks&, const fetch_blocks&) = default;
};
inline constexpr std::uint16_t blocks_max = 64;

/// Asks for the body of a batch.
struct fetch_body {
  sequence_number sequence;
  digest batch;
  friend bool operator==(const fetch_body&, const fetch_body&) = default;
};

/// The answer; proves itself by its digest.
struct batch_body {
  sequence_number sequence;
  body_ptr body = null_body();
};

/// A final batch with its proof.
struct committed_block {
  commit_certificate certificate;
  body_ptr body = null_body();
};

/// Lets a replica that is behind end its epoch: the checkpoint with which it ends is stable.
struct epoch_end {
  checkpoint_certificate certificate;
  friend bool operator==(const epoch_end&, const epoch_end&) = default;
};

/// Asks every voter for the promise to send no VIEW-CHANGE for `lease_ms` (core/lease).
struct lease_request {
  view_number view;
  std::uint64_t counter = 0; ///< of the requests in this view, rising
  std::uint32_t lease_ms = 0;
  vote_signature vote; ///< of the primary of `view`
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const lease_request&, const lease_request&) = default;
};

/// The promise, counted from the receipt of the request.
struct lease_grant {
  view_number view;
  std::uint64_t counter = 0;
  vote_signature vote;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const lease_grant&, const lease_grant&) = default;
};

/// The kind on the wire is the index plus one: append only.
using message =
    std::variant<proposal, prepare, commit, checkpoint, view_change, new_view, status, fetch_blocks,
                 fetch_body, batch_body, committed_block, epoch_end, lease_request, lease_grant>;

/// What the signer of each message signs (32 bytes); bound to one cluster and, by the message, to
/// one epoch.
class statements {
public:
  explicit statements(cluster_id cluster) : cluster_(cluster) {}

  digest of_pre_prepare(const ballot& on) const;
  digest of_prepare(const ballot& on) const;
  digest of_commit(const ballot& on) const;
  digest of_checkpoint(configuration_epoch epoch, sequence_number sequence,
                       const digest& state) const;
  digest of_view_change(const view_change& m) const;
  digest of_new_view(const new_view& m) const;
  digest of_lease_request(const lease_request& m) const;
  digest of_lease_grant(const lease_grant& m) const;
  /// Of a view change or new view, from content_of() the message: proof of the statement without
  /// the message.
  digest of_view_change(configuration_epoch epoch, view_number new_view, replica_id from,
                        const digest& content) const;
  digest of_new_view(configuration_epoch epoch, view_number view, const digest& content) const;

private:
  cluster_id cluster_;
};

/// Hash of what a VIEW-CHANGE says beside its epoch, its view and its sender.
digest content_of(const view_change& m);
/// Hash of what a NEW-VIEW says beside its epoch and its view.
digest content_of(const new_view& m);

void write(writer& w, const ballot& v);
void read(reader& r, ballot& v);
void write(writer& w, const pre_prepare& v);
void read(reader& r, pre_prepare& v);
void write(writer& w, const prepared_certificate& v);
void read(reader& r, prepared_certificate& v);
void write(writer& w, const commit_certificate& v);
void read(reader& r, commit_certificate& v);
void write(writer& w, const checkpoint_certificate& v);
void read(reader& r, checkpoint_certificate& v);
void write(writer& w, const view_change& v);
void read(reader& r, view_change& v);
void write(writer& w, const new_view& v);
void read(reader& r, new_view& v);
void write(writer& w, const checkpoint& v);
void read(reader& r, checkpoint& v);

/// Errors of reading: truncated, over_limit, bad_enum, not_canonical (signers not strictly rising,
/// sequences not strictly rising).
void write(writer& w, const message& m);
void read(reader& r, message& m);

/// For logs and counters: "pre_prepare", "prepare", …
std::string_view kind_of(const message& m) noexcept;

} // namespace quorate::pbft
