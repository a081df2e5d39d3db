// The only way from bytes that claim to a statement that counts.
//
// A verified<T> is built here and by author (own statements) and nowhere else, so no vote can be
// counted for an id that somebody merely wrote into a message.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/pbft/message.hpp"

namespace quorate::pbft {

/// A statement whose signatures, all of them, were checked under one configuration.
template <class T>
class verified {
public:
  const T& operator*() const noexcept { return value_; }
  const T* operator->() const noexcept { return &value_; }

private:
  friend class verifier;
  friend class author;
  explicit verified(T value) : value_(std::move(value)) {}
  T value_;
};

/// Checks what comes from outside. Stateless: any thread may use one.
/// Every check has the error wrong_epoch for a statement of another epoch than its configuration's.
class verifier {
public:
  explicit verifier(const configuration& config) : config_(config), statements_(config.cluster()) {}

  /// The signature is of the primary of the view, and the body hashes to the digest.
  /// Errors: bad_signature, digest_mismatch, outside_watermarks for sequence 0.
  expected<verified<proposal>> check(proposal m) const;

  /// Errors: unknown_signer, bad_signature; wrong_primary for a prepare by the primary.
  expected<verified<prepare>> check(prepare m) const;
  expected<verified<commit>> check(commit m) const;
  expected<verified<checkpoint>> check(checkpoint m) const;

  /// Also checks each certificate inside: 2f+1 votes for the checkpoint, above it a prepared
  /// certificate a sequence, all of views below the new one.
  /// Errors: as above; bad_certificate.
  expected<verified<view_change>> check(view_change m) const;

  /// Also recomputes O from V and compares contents.
  /// Errors: as above; bad_new_view.
  expected<verified<new_view>> check(new_view m) const;

  /// Errors: bad_certificate, digest_mismatch.
  expected<verified<committed_block>> check(committed_block m) const;

  /// Errors: as above; wrong_primary for a request of a backup.
  expected<verified<lease_request>> check(lease_request m) const;
  expected<verified<lease_grant>> check(lease_grant m) const;

  /// A proof by votes, also when it is of the epoch's start. Errors: bad_certificate.
  expected<verified<epoch_end>> check(epoch_end m) const;

  /// Exactly or more than 2f+1 distinct valid commits. Errors: bad_certificate.
  outcome check_certificate(const commit_certificate& c) const;
  /// Exactly 2f distinct valid prepares of backups, and the primary's signature.
  outcome check_certificate(const prepared_certificate& c) const;
  /// 2f+1 distinct valid votes; the start of the epoch has none.
  outcome check_certificate(const checkpoint_certificate& c) const;

private:
  outcome check_epoch(configuration_epoch epoch) const;
  outcome check_vote(const vote_signature& vote, const digest& statement) const;
  outcome check_votes(const std::vector<vote_signature>& votes, const digest& statement) const;
  outcome check_view_change(const view_change& m) const;

  const configuration& config_;
  statements statements_;
};

/// Makes this replica's own statements.
class author {
public:
  /// @pre `self` is the place of `key` in `config`; both outlive the author.
  author(const configuration& config, replica_id self, const signing_key& key)
      : statements_(config.cluster()), epoch_(config.epoch()), self_(self), key_(key) {}

  // Each statement is of the author's epoch, whatever the argument says.
  verified<proposal> propose(ballot on, body_ptr body) const;
  pre_prepare re_propose(ballot on) const;
  verified<prepare> make_prepare(ballot on) const;
  verified<commit> make_commit(ballot on) const;
  verified<checkpoint> make_checkpoint(sequence_number sequence, const digest& state) const;
  verified<view_change> sign(view_change m) const;
  verified<new_view> sign(new_view m) const;
  verified<lease_request> sign(lease_request m) const;
  verified<lease_grant> sign(lease_grant m) const;

private:
  vote_signature vote(const digest& statement) const { return {self_, key_.sign(statement)}; }

  statements statements_;
  configuration_epoch epoch_;
  replica_id self_;
  const signing_key& key_;
};

} // namespace quorate::pbft
