#include "tests/sim/safety.hpp"

#include "core/pbft/verifier.hpp"

namespace quorate::sim {

namespace {

std::string text_of(const pbft::ballot& on) {
  return "view " + std::to_string(on.view.value) + " sequence " +
         std::to_string(on.sequence.value) + " batch " + to_hex(on.batch).substr(0, 8);
}

void require(bool holds, std::size_t node, const std::string& otherwise) {
  if (!holds) throw safety_violation("node " + std::to_string(node) + " " + otherwise);
}

template <class Map, class Key>
bool agrees(Map& map, const Key& key, const digest& value) {
  return map.try_emplace(key, value).first->second == value;
}

} // namespace

void safety::leaving(std::size_t node, const pbft::message& what, const disk& kept) {
  std::visit([&](const auto& m) { on(node, m, kept); }, what);
}

void safety::vote(std::size_t node, kind what, const pbft::ballot& on, const disk& kept) {
  auto& own = said_[node];
  require(agrees(own.votes, std::tuple{what, on.view, on.sequence}, on.batch), node,
          "votes twice: " + text_of(on));
  require(on.view >= own.left, node, "votes in a view that it left: " + text_of(on));
  if (on.sequence <= std::min(kept.stable().sequence, kept.last_block())) return;
  const auto* record = kept.slot(on.sequence);
  require(record != nullptr && record->accepted.on.view >= on.view, node,
          "would forget its vote: " + text_of(on));
  require(record->accepted.on.view != on.view || record->accepted.on == on, node,
          "keeps another vote than it sends: " + text_of(on));
  if (what == kind::commit)
    require(record->prepared && record->prepared->header.on.view >= on.view, node,
            "sends a commit without its certificate: " + text_of(on));
}

void safety::on(std::size_t node, const pbft::proposal& m, const disk& kept) {
  // Backups pass a primary's proposal on; that is no statement of theirs.
  if (config_.primary(m.header.on.view).value == node)
    vote(node, kind::pre_prepare, m.header.on, kept);
}

void safety::on(std::size_t node, const pbft::prepare& m, const disk& kept) {
  require(config_.primary(m.on.view).value != node, node, "prepares as primary");
  vote(node, kind::prepare, m.on, kept);
}

void safety::on(std::size_t node, const pbft::commit& m, const disk& kept) {
  vote(node, kind::commit, m.on, kept);
}

void safety::on(std::size_t node, const pbft::checkpoint& m, const disk& kept) {
  require(agrees(said_[node].checkpoints, m.sequence, m.state), node, "signs two states");
  require(kept.last_block() >= m.sequence, node, "signs a state that it would lose");
}

void safety::on(std::size_t node, const pbft::view_change& m, const disk& kept) {
  if (m.vote.replica.value != node) return;
  auto& own = said_[node];
  const auto statement = pbft::statements{config_.cluster()}.of_view_change(m);
  require(agrees(own.view_changes, m.new_view, statement), node, "sends two view changes");
  own.left = std::max(own.left, m.new_view);
  require(kept.view().view >= m.new_view, node, "would forget its view change");
}

void safety::on(std::size_t node, const pbft::new_view& m, const disk& kept) {
  if (config_.primary(m.view).value != node) return;
  const auto statement = pbft::statements{config_.cluster()}.of_new_view(m);
  require(agrees(said_[node].new_views, m.view, statement), node, "begins a view in two ways");
  require(kept.view().view >= m.view, node, "would forget the view that it began");
}

void safety::delivered(std::size_t node, sequence_number after,
                       const pbft::commit_certificate& block, byte_view body) {
  const auto& on = block.on;
  require(on.sequence == after.next(), node,
          "delivers " + std::to_string(on.sequence.value) + " after " +
              std::to_string(after.value));
  require(pbft::digest_of_body(body) == on.batch, node, "delivers a body of another digest");
  require(pbft::verifier{config_}.check_certificate(block).has_value(), node,
          "delivers without proof: " + text_of(on));
  require(agrees(batches_, on.sequence, on.batch), node, "differs from others: " + text_of(on));
}

void safety::reached(std::size_t node, sequence_number n, const digest& state) {
  require(agrees(states_, n, state), node,
          "has another state than others after " + std::to_string(n.value));
}

} // namespace quorate::sim
