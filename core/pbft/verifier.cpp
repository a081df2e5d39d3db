#include "core/pbft/verifier.hpp"

#include "core/base/planted.hpp"
#include "core/pbft/new_view_selection.hpp"

namespace quorate::pbft {

outcome verifier::check_epoch(configuration_epoch epoch) const {
  return epoch == config_.epoch() || planted(fault::epoch_unchecked) ? outcome{}
                                                                     : outcome{errc::wrong_epoch};
}

outcome verifier::check_vote(const vote_signature& vote, const digest& statement) const {
  if (!config_.is_voter(vote.replica)) return errc::unknown_signer;
  if (planted(fault::signature_unchecked)) return {};
  if (!config_.key(vote.replica).verify(statement, vote.sig)) return errc::bad_signature;
  return {};
}

// All of them are checked, also beyond the quorum: a certificate with one bad vote is refused
// whole, so that it means the same to everyone who is shown it.
outcome verifier::check_votes(const std::vector<vote_signature>& votes,
                              const digest& statement) const {
  std::optional<replica_id> before;
  for (const auto& vote : votes) {
    if (before && vote.replica <= *before) return errc::bad_certificate;
    const bool is_first = !before;
    before = vote.replica;
    if (!is_first && planted(fault::first_vote_checked_only)) continue;
    QUORATE_TRY(check_vote(vote, statement));
  }
  return {};
}

outcome verifier::check_certificate(const commit_certificate& c) const {
  QUORATE_TRY(check_epoch(c.on.epoch));
  if (c.commits.size() < config_.quorum()) return errc::bad_certificate;
  return check_votes(c.commits, statements_.of_commit(c.on));
}

outcome verifier::check_certificate(const prepared_certificate& c) const {
  QUORATE_TRY(check_epoch(c.header.on.epoch));
  const auto primary = config_.primary(c.header.on.view);
  if (c.prepares.size() != config_.quorum() - 1) return errc::bad_certificate;
  for (const auto& vote : c.prepares)
    if (vote.replica == primary) return errc::bad_certificate;
  QUORATE_TRY(check_vote({primary, c.header.sig}, statements_.of_pre_prepare(c.header.on)));
  return check_votes(c.prepares, statements_.of_prepare(c.header.on));
}

outcome verifier::check_certificate(const checkpoint_certificate& c) const {
  QUORATE_TRY(check_epoch(c.epoch));
  const auto& start = config_.start();
  if (c.sequence < start.sequence) // of an epoch that has ended
    return planted(fault::epoch_unchecked) ? outcome{} : outcome{errc::bad_certificate};
  if (c.sequence == start.sequence)
    return c.votes.empty() && c.state == start.state ? outcome{} : outcome{errc::bad_certificate};
  if (c.votes.size() < config_.quorum()) return errc::bad_certificate;
  return check_votes(c.votes, statements_.of_checkpoint(c.epoch, c.sequence, c.state));
}

expected<verified<proposal>> verifier::check(proposal m) const {
  QUORATE_TRY(check_epoch(m.header.on.epoch));
  if (m.header.on.sequence <= config_.start().sequence) return errc::outside_watermarks;
  if (digest_of_body(*m.body) != m.header.on.batch && !planted(fault::body_unchecked))
    return errc::digest_mismatch;
  QUORATE_TRY(check_vote({config_.primary(m.header.on.view), m.header.sig},
                         statements_.of_pre_prepare(m.header.on)));
  return verified<proposal>{std::move(m)};
}

expected<verified<prepare>> verifier::check(prepare m) const {
  QUORATE_TRY(check_epoch(m.on.epoch));
  if (m.vote.replica == config_.primary(m.on.view)) return errc::wrong_primary;
  QUORATE_TRY(check_vote(m.vote, statements_.of_prepare(m.on)));
  return verified<prepare>{m};
}

expected<verified<lease_request>> verifier::check(lease_request m) const {
  QUORATE_TRY(check_epoch(m.epoch));
  if (m.vote.replica != config_.primary(m.view)) return errc::wrong_primary;
  QUORATE_TRY(check_vote(m.vote, statements_.of_lease_request(m)));
  return verified<lease_request>{m};
}

expected<verified<lease_grant>> verifier::check(lease_grant m) const {
  QUORATE_TRY(check_epoch(m.epoch));
  QUORATE_TRY(check_vote(m.vote, statements_.of_lease_grant(m)));
  return verified<lease_grant>{m};
}

expected<verified<commit>> verifier::check(commit m) const {
  QUORATE_TRY(check_epoch(m.on.epoch));
  QUORATE_TRY(check_vote(m.vote, statements_.of_commit(m.on)));
  return verified<commit>{m};
}

expected<verified<checkpoint>> verifier::check(checkpoint m) const {
  QUORATE_TRY(check_epoch(m.epoch));
  QUORATE_TRY(check_vote(m.vote, statements_.of_checkpoint(m.epoch, m.sequence, m.state)));
  return verified<checkpoint>{m};
}

outcome verifier::check_view_change(const view_change& m) const {
  QUORATE_TRY(check_epoch(m.epoch));
  QUORATE_TRY(check_vote(m.vote, statements_.of_view_change(m)));
  QUORATE_TRY(check_certificate(m.stable));
  for (const auto& certificate : m.prepared) {
    const ballot& on = certificate.header.on;
    if (on.sequence <= m.stable.sequence || on.view >= m.new_view ||
        on.sequence.value > m.stable.sequence.value + limits::watermark_window)
      return errc::bad_certificate;
    QUORATE_TRY(check_certificate(certificate));
  }
  return {};
}

expected<verified<view_change>> verifier::check(view_change m) const {
  QUORATE_TRY(check_view_change(m));
  return verified<view_change>{std::move(m)};
}

expected<verified<new_view>> verifier::check(new_view m) const {
  QUORATE_TRY(check_epoch(m.epoch));
  QUORATE_TRY(check_vote({config_.primary(m.view), m.sig}, statements_.of_new_view(m)));
  if (m.view_changes.size() != config_.quorum()) return errc::bad_new_view;
  std::optional<replica_id> before;
  for (const auto& change : m.view_changes) {
    if (before && change.vote.replica <= *before) return errc::bad_new_view;
    before = change.vote.replica;
    if (change.new_view != m.view) return errc::bad_new_view;
    QUORATE_TRY(check_view_change(change));
  }
  if (planted(fault::new_view_not_recomputed)) return verified<new_view>{std::move(m)};
  // The primary's O is compared by content with what its own V gives; its size proves nothing.
  const auto chosen = select(m.view_changes);
  if (chosen.proposals.size() != m.re_proposals.size()) return errc::bad_new_view;
  for (std::size_t i = 0; i < chosen.proposals.size(); ++i) {
    const ballot due{m.view, chosen.proposals[i].sequence, chosen.proposals[i].batch, m.epoch};
    if (m.re_proposals[i].on != due) return errc::bad_new_view;
    QUORATE_TRY(check_vote({config_.primary(m.view), m.re_proposals[i].sig},
                           statements_.of_pre_prepare(due)));
  }
  return verified<new_view>{std::move(m)};
}

expected<verified<committed_block>> verifier::check(committed_block m) const {
  if (digest_of_body(*m.body) != m.certificate.on.batch) return errc::digest_mismatch;
  QUORATE_TRY(check_certificate(m.certificate));
  return verified<committed_block>{std::move(m)};
}

expected<verified<epoch_end>> verifier::check(epoch_end m) const {
  QUORATE_TRY(check_certificate(m.certificate));
  return verified<epoch_end>{std::move(m)};
}

verified<proposal> author::propose(ballot on, body_ptr body) const {
  return verified<proposal>{{re_propose(on), std::move(body)}};
}

pre_prepare author::re_propose(ballot on) const {
  on.epoch = epoch_;
  return {on, key_.sign(statements_.of_pre_prepare(on))};
}

verified<prepare> author::make_prepare(ballot on) const {
  on.epoch = epoch_;
  return verified<prepare>{{on, vote(statements_.of_prepare(on))}};
}

verified<commit> author::make_commit(ballot on) const {
  on.epoch = epoch_;
  return verified<commit>{{on, vote(statements_.of_commit(on))}};
}

verified<checkpoint> author::make_checkpoint(sequence_number sequence, const digest& state) const {
  return verified<checkpoint>{
      {sequence, state, vote(statements_.of_checkpoint(epoch_, sequence, state)), epoch_}};
}

verified<view_change> author::sign(view_change m) const {
  m.epoch = epoch_;
  m.vote.replica = self_;
  m.vote.sig = key_.sign(statements_.of_view_change(m));
  return verified<view_change>{std::move(m)};
}

verified<new_view> author::sign(new_view m) const {
  m.epoch = epoch_;
  m.sig = key_.sign(statements_.of_new_view(m));
  return verified<new_view>{std::move(m)};
}

verified<lease_request> author::sign(lease_request m) const {
  m.epoch = epoch_;
  m.vote = vote(statements_.of_lease_request(m));
  return verified<lease_request>{m};
}

verified<lease_grant> author::sign(lease_grant m) const {
  m.epoch = epoch_;
  m.vote = vote(statements_.of_lease_grant(m));
  return verified<lease_grant>{m};
}

} // namespace quorate::pbft
