#include "tests/faults/hostile_node/liar.hpp"

#include "core/base/check.hpp"
#include "core/ledger/batch.hpp"

#include <utility>

namespace quorate::faults {

namespace {

pbft::ballot bent(pbft::ballot on) {
  on.batch.data[0] ^= 1;
  return on;
}

} // namespace

// The next f replicas are told what is true. The other 2f can prepare what they are told, and need
// one commit more than they have: nothing gets final, and the next primary has to sort it out.
bool liar::is_in_other_half(replica_id to) const {
  const auto n = configuration_->n();
  return (to.value + n - self_.value) % n > configuration_->faulty_max();
}

std::vector<bytes> liar::tell(replica_id to, const bytes& item) const {
  const auto honest = protocol::decode_frame(item);
  QUORATE_CHECK(honest);
  std::vector<bytes> said;
  for (const auto& one : *honest)
    for (const auto& lie : bend(to, one))
      said.push_back(protocol::encode_item(lie));
  return said;
}

std::vector<protocol::frame_item> liar::bend(replica_id to,
                                             const protocol::frame_item& item) const {
  if (const auto* m = std::get_if<pbft::message>(&item)) {
    std::vector<protocol::frame_item> all;
    for (auto& lie : bend_message(to, *m))
      all.emplace_back(std::move(lie));
    return all;
  }
  if (auto attestation = std::get_if<protocol::height_attestation>(&item)) {
    auto forged = *attestation;
    forged.what.sig.data[5] ^= 1;
    return {forged};
  }
  return {item};
}

// The same operations at another block time: a batch that any backup would accept.
pbft::proposal liar::other_proposal(const pbft::proposal& m) const {
  const auto batch = ledger::read_batch(*m.body);
  // The null request cannot be bent without becoming invalid.
  if (!batch) return m;
  const auto body = std::make_shared<const bytes>(
      ledger::write_batch({batch->time.value + 1}, batch->operations));
  const auto& on = m.header.on;
  return *author_.propose({on.view, on.sequence, pbft::digest_of_body(*body)}, body);
}

std::vector<pbft::message> liar::bend_message(replica_id to, const pbft::message& m) const {
  const bool other = is_in_other_half(to);
  const auto in_order = [other](pbft::message first, pbft::message second) {
    std::vector<pbft::message> both{std::move(first), std::move(second)};
    if (other) std::swap(both[0], both[1]);
    return both;
  };
  if (const auto* made = std::get_if<pbft::proposal>(&m)) {
    // Proposals of others are passed on as they are: their signatures cannot be forged.
    if (configuration_->primary(made->header.on.view) != self_) return {m};
    return in_order(*made, other_proposal(*made));
  }
  if (const auto* vote = std::get_if<pbft::prepare>(&m))
    return in_order(*vote, *author_.make_prepare(bent(vote->on)));
  if (const auto* vote = std::get_if<pbft::commit>(&m))
    return in_order(*vote, *author_.make_commit(bent(vote->on)));
  if (const auto* vote = std::get_if<pbft::checkpoint>(&m)) {
    auto state = vote->state;
    state.data[0] ^= 1;
    return in_order(*vote, *author_.make_checkpoint(vote->sequence, state));
  }
  if (const auto* left = std::get_if<pbft::view_change>(&m); left != nullptr && other)
    return {*author_.sign(pbft::view_change{left->new_view, {}, {}, {}})};
  return {m};
}

} // namespace quorate::faults
