#include "tests/sim/safety.hpp"

#include "core/pbft/verifier.hpp"
#include "tests/sim/text.hpp"

#include <algorithm>
#include <set>

namespace quorate::sim {

namespace {

constexpr std::uint64_t recount_every = 16;

std::string describe(const std::string& what) { return what; }
std::string describe(const pbft::ballot& on) { return text_of(on); }

// The text is made only when it is shown: this runs for every message.
template <class... Parts>
void require(bool holds, std::size_t node, const Parts&... otherwise) {
  if (holds) return;
  throw safety_violation("node " + std::to_string(node) + " " + (... + describe(otherwise)));
}

template <class Map, class Key>
bool agrees(Map& map, const Key& key, const digest& value) {
  return map.try_emplace(key, value).first->second == value;
}

} // namespace

replica_id safety::replica_of(std::size_t node) const {
  const auto found = replicas_.find(node);
  return found == replicas_.end() ? replica_id{static_cast<std::uint16_t>(node)} : found->second;
}

const pbft::configuration& safety::config_of(std::size_t node, configuration_epoch epoch) const {
  const auto found = epochs_.find(epoch);
  require(found != epochs_.end(), node,
          "speaks of an epoch that has not begun: ", std::to_string(epoch.value));
  return found->second;
}

void safety::in_its_epoch(std::size_t node, configuration_epoch epoch, sequence_number sequence) {
  const auto end = ends_.find(epoch);
  require(sequence > config_of(node, epoch).start().sequence &&
              (end == ends_.end() || sequence <= end->second),
          node, "takes epoch " + std::to_string(epoch.value) + " to decide about ",
          std::to_string(sequence.value));
}

void safety::proven(std::size_t node, const pbft::commit_certificate& block) const {
  const auto& config = config_of(node, block.on.epoch);
  const auto statement = pbft::statements{config.cluster()}.of_commit(block.on);
  std::set<replica_id> signers;
  for (const auto& vote : block.commits)
    if (config.is_voter(vote.replica) && config.key(vote.replica).verify(statement, vote.sig))
      signers.insert(vote.replica);
  require(signers.size() == block.commits.size() &&
              signers.size() * 2 > config.n() + (config.n() - 1) / 3,
          node, "delivers without proof: ", block.on);
}

void safety::entered(std::size_t node, const pbft::new_view& m) {
  sequence_number low;
  std::map<sequence_number, pbft::ballot> due;
  for (const auto& change : m.view_changes)
    low = std::max(low, change.stable.sequence);
  for (const auto& change : m.view_changes)
    for (const auto& shown : change.prepared) {
      const auto& on = shown.header.on;
      const auto known = due.find(on.sequence);
      if (on.sequence > low && (known == due.end() || known->second.view < on.view))
        due.insert_or_assign(on.sequence, on);
    }
  const auto high = due.empty() ? low : due.rbegin()->first;
  require(m.re_proposals.size() == high.value - low.value, node,
          "enters a view that leaves sequences open: ", std::to_string(m.view.value));
  for (const auto& header : m.re_proposals) {
    const auto known = due.find(header.on.sequence);
    require(header.on.batch == (known == due.end() ? pbft::null_digest() : known->second.batch),
            node, "enters a view that proposes something else again: ", header.on);
  }
}

// What the first correct node finds in its ledger holds for all: their states are compared.
void safety::learn_membership(std::size_t node, sequence_number height, const digest& state,
                              const ledger::membership& members) {
  if (!members.pending) return;
  const auto& next = *members.pending;
  const configuration_epoch ends{next.epoch.value - 1};
  if (ends_.try_emplace(ends, next.after).second)
    require(voted_[ends] <= next.after, node,
            "learns that an epoch ended below a vote in it: ", std::to_string(voted_[ends].value));
  if (height == next.after)
    epochs_.try_emplace(next.epoch, ledger::configuration_of(config_of(node, ends).cluster(), next,
                                                             state, crypto_suite::standard));
}

void safety::leaving(std::size_t node, const pbft::message& what, const disk& kept) {
  const auto epoch_of = [](const auto& m) -> std::optional<configuration_epoch> {
    if constexpr (requires { m.header.on.epoch; })
      return m.header.on.epoch;
    else if constexpr (requires { m.on.epoch; })
      return m.on.epoch;
    else if constexpr (requires { m.epoch; })
      return m.epoch;
    else
      return std::nullopt;
  };
  const auto epoch = std::visit(epoch_of, what);
  const auto own = epoch_of_.find(node);
  require(!epoch || own == epoch_of_.end() || *epoch == own->second, node,
          "makes or passes on a statement of another epoch");
  std::visit([&](const auto& m) { on(node, m, kept); }, what);
}

void safety::vote(std::size_t node, kind what, const pbft::ballot& on, const disk& kept) {
  require(config_of(node, on.epoch).is_voter(replica_of(node)), node, "votes without a vote: ", on);
  in_its_epoch(node, on.epoch, on.sequence);
  voted_[on.epoch] = std::max(voted_[on.epoch], on.sequence);
  auto& own = said_by(node, on.epoch);
  require(agrees(own.votes, std::tuple{what, on.view, on.sequence}, on.batch), node,
          "votes twice: ", on);
  require(on.view >= own.left, node, "votes in a view that it left: ", on);
  if (on.sequence <= std::min(kept.stable().sequence, kept.last_block())) return;
  const auto* record = kept.slot(on.sequence);
  require(record != nullptr && record->accepted.on.epoch == on.epoch &&
              record->accepted.on.view >= on.view,
          node, "would forget its vote: ", on);
  require(record->accepted.on.view != on.view || record->accepted.on == on, node,
          "keeps another vote than it sends: ", on);
  if (what == kind::commit)
    require(record->prepared && record->prepared->header.on.view >= on.view, node,
            "sends a commit without its certificate: ", on);
}

void safety::on(std::size_t node, const pbft::proposal& m, const disk& kept) {
  // Backups pass a primary's proposal on; that is no statement of theirs.
  // So does a primary that lost its disk and got its own proposal back.
  const auto& on = m.header.on;
  if (config_of(node, on.epoch).primary(on.view) != replica_of(node)) return;
  auto& own = said_by(node, on.epoch);
  if (!own.learner) return vote(node, kind::pre_prepare, on, kept);
  require(agrees(own.votes, std::tuple{kind::pre_prepare, on.view, on.sequence}, on.batch), node,
          "proposes twice: ", on);
}

void safety::on(std::size_t node, const pbft::prepare& m, const disk& kept) {
  require(config_of(node, m.on.epoch).primary(m.on.view) != replica_of(node), node,
          "prepares as primary");
  vote(node, kind::prepare, m.on, kept);
}

void safety::on(std::size_t node, const pbft::commit& m, const disk& kept) {
  vote(node, kind::commit, m.on, kept);
}

void safety::on(std::size_t node, const pbft::checkpoint& m, const disk& kept) {
  require(config_of(node, m.epoch).is_voter(replica_of(node)), node,
          "signs a state without a vote");
  in_its_epoch(node, m.epoch, m.sequence);
  require(agrees(said_by(node, m.epoch).checkpoints, m.sequence, m.state), node,
          "signs two states");
  require(kept.last_block() >= m.sequence, node, "signs a state that it would lose");
}

void safety::on(std::size_t node, const pbft::view_change& m, const disk& kept) {
  if (m.vote.replica != replica_of(node)) return;
  auto& own = said_by(node, m.epoch);
  const auto statement = pbft::statements{config_of(node, m.epoch).cluster()}.of_view_change(m);
  require(agrees(own.view_changes, m.new_view, statement), node, "sends two view changes");
  own.left = std::max(own.left, m.new_view);
  for (const auto& [key, batch] : own.votes) {
    const auto& [what, view, sequence] = key;
    if (own.forgot || what != kind::commit || sequence <= m.stable.sequence) continue;
    const auto shown = std::any_of(
        m.prepared.begin(), m.prepared.end(), [view, sequence](const auto& certificate) {
          return certificate.header.on.sequence == sequence && certificate.header.on.view >= view;
        });
    require(shown, node, "hides what it committed at ", std::to_string(sequence.value));
  }
  require(kept.view().epoch == m.epoch && kept.view().view >= m.new_view, node,
          "would forget its view change");
}

void safety::on(std::size_t node, const pbft::new_view& m, const disk& kept) {
  const auto& config = config_of(node, m.epoch);
  if (config.primary(m.view) != replica_of(node)) return;
  const auto statement = pbft::statements{config.cluster()}.of_new_view(m);
  require(agrees(said_by(node, m.epoch).new_views, m.view, statement), node,
          "begins a view in two ways");
  require(kept.view().epoch == m.epoch && kept.view().view >= m.view, node,
          "would forget the view that it began");
}

void safety::delivered(std::size_t node, sequence_number after,
                       const pbft::commit_certificate& block, byte_view body) {
  const auto& on = block.on;
  require(on.sequence == after.next(), node,
          "delivers " + std::to_string(on.sequence.value) + " after " +
              std::to_string(after.value));
  require(pbft::digest_of_body(body) == on.batch, node, "delivers a body of another digest");
  in_its_epoch(node, on.epoch, on.sequence);
  proven(node, block);
  require(agrees(batches_, on.sequence, on.batch), node, "differs from others: ", on);
  delivered_by_[on.sequence].insert(node);
}

void safety::crashed(std::size_t node, sequence_number kept) {
  for (auto at = delivered_by_.upper_bound(kept); at != delivered_by_.end();) {
    at->second.erase(node);
    if (!at->second.empty()) {
      ++at;
      continue;
    }
    batches_.erase(at->first);
    states_.erase(at->first);
    std::erase_if(executed_, [&](const auto& one) { return one.second.height == at->first; });
    at = delivered_by_.erase(at);
  }
}

void safety::reached(std::size_t node, sequence_number n, const digest& state) {
  require(agrees(states_, n, state), node, "has another state than others after ",
          std::to_string(n.value));
}

void safety::applied(std::size_t node, const digest& state, const ledger::applied_block& block,
                     const node_ledger& kept) {
  const auto n = block.summary.height;
  const bool is_first = !states_.contains(n);
  reached(node, n, state);
  if (!is_first) return;
  learn_membership(node, n, state, kept.members());
  for (const auto& result : block.results) {
    const bool ran = result.code != static_cast<std::uint16_t>(errc::sequence_replayed) &&
                     result.code != static_cast<std::uint16_t>(errc::sequence_gap) &&
                     result.sequence.value != 0;
    if (!ran) continue;
    require(executed_.try_emplace(result.id, executed{result.code, n}).second, node,
            "executes an operation twice, at ", std::to_string(n.value));
  }
  if (n.value % recount_every == 0)
    require(kept.check_conservation().has_value(), node, "made or lost money up to ",
            std::to_string(n.value));
}

void safety::started(std::size_t node, const pbft::replica_view_of_itself& stands,
                     const pbft::configuration& in) {
  const auto& due = config_of(node, in.epoch());
  require(due.members() == in.members() && due.start() == in.start(), node,
          "is in a configuration that the ledger does not tell");
  auto& last = epoch_of_[node];
  require(in.epoch() >= last || !stands.remembers, node, "goes back to epoch ",
          std::to_string(in.epoch().value));
  last = in.epoch();
  auto& own = said_by(node, in.epoch());
  own.learner = !stands.voter;
  own.forgot = own.forgot || !stands.remembers;
  require(own.learner || stands.view >= own.left, node, "forgot that it left for view ",
          std::to_string(own.left.value));
  own.view = stands.view;
  own.delivered = stands.delivered;
}

void safety::stepped(std::size_t node, const pbft::replica_view_of_itself& stands) {
  auto& own = said_by(node, stands.epoch);
  require(stands.view >= own.view, node, "goes back to view ", std::to_string(stands.view.value));
  require(stands.delivered >= own.delivered, node, "goes back to ",
          std::to_string(stands.delivered.value));
  // One step above where a correct replica was, or to where one of f+1 wants to be.
  auto& asked_for = asked_for_[stands.epoch];
  require(stands.view <= asked_for.next() || own.learner, node,
          "goes to a view that no correct replica asked for: ", std::to_string(stands.view.value));
  asked_for = std::max(asked_for, stands.view);
  own.learner = !stands.voter;
  own.view = stands.view;
  own.delivered = stands.delivered;
}

void safety::ended(std::size_t node, const pbft::checkpoint_certificate& end) {
  const auto due = ends_.find(end.epoch);
  require(due != ends_.end() && due->second == end.sequence, node,
          "ends an epoch too early or late");
  reached(node, end.sequence, end.state);
  const pbft::verifier check{config_of(node, end.epoch)};
  require(check.check_certificate(end).has_value(), node, "ends an epoch without proof");
}

void safety::accused(std::size_t node, const pbft::evidence& what, bool rightly) {
  require(rightly, node, "accuses a correct replica: ", text_of(what));
  require(pbft::check(what, config_of(node, what.first.epoch)).has_value(), node,
          "accuses without proof: ", text_of(what));
}

void safety::acknowledged(const ledger::stored_reply& reply) {
  const auto found = executed_.find(reply.id);
  if (found == executed_.end() || found->second.code != reply.code ||
      found->second.height != reply.height)
    throw safety_violation("a client believes a result at " + std::to_string(reply.height.value) +
                           " that no correct replica gave");
}

} // namespace quorate::sim
