#include "tests/sim/lone_replica.hpp"

#include "core/crypto/hash.hpp"

namespace quorate::sim {

using namespace quorate::pbft;

verified<proposal> scribes::propose(const ballot& on, body_ptr body) const {
  return who_.author_of(who_.config.primary(on.view).value).propose(on, std::move(body));
}

verified<prepare> scribes::prepare(std::uint16_t from, const ballot& on) const {
  return who_.author_of(from).make_prepare(on);
}

verified<commit> scribes::commit(std::uint16_t from, const ballot& on) const {
  return who_.author_of(from).make_commit(on);
}

verified<checkpoint> scribes::checkpoint(std::uint16_t from, std::uint64_t sequence,
                                         const digest& state) const {
  return who_.author_of(from).make_checkpoint({sequence}, state);
}

prepared_certificate scribes::prepared(const ballot& on) const {
  const auto primary = who_.config.primary(on.view);
  prepared_certificate made{propose(on, null_body())->header, {}};
  for (std::uint16_t from = 0; made.prepares.size() < 2 * who_.config.faulty_max(); ++from)
    if (from != primary.value) made.prepares.push_back(prepare(from, on)->vote);
  return made;
}

commit_certificate scribes::committed(const ballot& on) const {
  commit_certificate made{on, {}};
  for (std::uint16_t from = 0; from < who_.config.quorum(); ++from)
    made.commits.push_back(commit(from, on)->vote);
  return made;
}

checkpoint_certificate scribes::stable(std::uint64_t sequence, const digest& state) const {
  checkpoint_certificate made{{sequence}, state, {}};
  for (std::uint16_t from = 0; from < who_.config.quorum(); ++from)
    made.votes.push_back(checkpoint(from, sequence, state)->vote);
  return made;
}

verified<view_change> scribes::view_change(std::uint16_t from, std::uint64_t view,
                                           checkpoint_certificate stable,
                                           std::vector<prepared_certificate> prepared) const {
  return who_.author_of(from).sign(
      pbft::view_change{{view}, std::move(stable), std::move(prepared), {}});
}

verified<new_view> scribes::new_view(std::uint64_t view,
                                     const std::vector<pbft::view_change>& changes) const {
  const auto primary = who_.author_of(who_.config.primary({view}).value);
  pbft::new_view made{{view}, changes, {}, {}};
  for (const auto& due : select(changes).proposals)
    made.re_proposals.push_back(primary.re_propose({{view}, due.sequence, due.batch}));
  return primary.sign(std::move(made));
}

lone_replica::lone_replica(std::uint16_t self, std::size_t n, const restored_state& from,
                           replica_options options)
    : who(n), by(who), check(who.config),
      replica(who.config, replica_id{self}, who.keys[self], options, from),
      started(replica.start({})) {}

effects lone_replica::propose(const ballot& on, body_ptr body) {
  return step(input::proposed{by.propose(on, std::move(body))});
}

effects lone_replica::prepare(std::uint16_t from, const ballot& on) {
  return vote(by.prepare(from, on));
}

effects lone_replica::commit(std::uint16_t from, const ballot& on) {
  return vote(by.commit(from, on));
}

effects lone_replica::checkpoint(std::uint16_t from, std::uint64_t sequence, const digest& state) {
  return vote(by.checkpoint(from, sequence, state));
}

effects lone_replica::applied(std::uint64_t sequence, const digest& state) {
  return step(input::applied{{sequence}, state});
}

effects lone_replica::block(const ballot& on, body_ptr body) {
  return step(input::block_received{
      check.check(committed_block{by.committed(on), std::move(body)}).value()});
}

void lone_replica::catch_up(std::uint64_t from, std::uint64_t to) {
  for (auto s = from; s <= to; ++s) {
    (void)block(ballot_for(0, s), batch_at(s));
    (void)applied(s, state_at(s));
  }
}

body_ptr batch_at(std::uint64_t n) {
  const auto text = "batch " + std::to_string(n);
  return std::make_shared<const bytes>(text.begin(), text.end());
}

digest state_at(std::uint64_t n) { return sha256(as_bytes("state " + std::to_string(n))); }

ballot ballot_for(std::uint64_t view, std::uint64_t sequence) {
  return ballot_for(view, sequence, batch_at(sequence));
}

ballot ballot_for(std::uint64_t view, std::uint64_t sequence, const body_ptr& batch) {
  return {{view}, {sequence}, digest_of_body(*batch)};
}

} // namespace quorate::sim
