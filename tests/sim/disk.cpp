#include "tests/sim/disk.hpp"

namespace quorate::sim {

void disk::write(disk_write what) { cached_.push_back(std::move(what)); }

void disk::sync(std::uint64_t upto) {
  for (; durable_ < upto && !cached_.empty(); ++durable_) {
    std::visit([this](const auto& what) { apply(what); }, cached_.front());
    cached_.pop_front();
  }
}

void disk::crash(std::size_t kept) {
  sync(durable_ + kept);
  durable_ = written(); // numbers of lost writes are not used again
  cached_.clear();
}

void disk::wipe() {
  *this = disk{};
  remembers_ = false;
}

void disk::roll_back_to(const disk& copy) {
  *this = copy;
  remembers_ = false;
}

disk disk::copy() const {
  disk made = *this;
  made.crash(0);
  return made;
}

void disk::apply(const pbft::effect::persist_slot& what) {
  const auto sequence = what.record.accepted.on.sequence;
  slots_.insert_or_assign(sequence, what.record);
  if (what.body) bodies_.insert_or_assign({sequence, what.record.accepted.on.batch}, what.body);
}

void disk::apply(const pbft::effect::persist_view& what) { view_ = what.record; }

void disk::apply(const pbft::effect::persist_block& what) {
  const auto& on = what.record.certificate.on;
  if (on.sequence != last_block().next())
    throw std::logic_error("block " + std::to_string(on.sequence.value) + " persisted after " +
                           std::to_string(last_block().value));
  if (what.body) bodies_.insert_or_assign({on.sequence, on.batch}, what.body);
  if (!body(on.sequence, on.batch))
    throw std::logic_error("block " + std::to_string(on.sequence.value) +
                           " persisted without its body, which is not on disk either");
  blocks_.emplace(on.sequence, what.record.certificate);
  prune();
}

void disk::apply(const pbft::effect::persist_checkpoint& what) {
  stable_ = what.certificate;
  prune();
}

// Drops all that the contract lets go, so that a replica that leans on more is found out.
void disk::prune() {
  const auto upto = std::min(stable_.sequence, last_block());
  slots_.erase(slots_.begin(), slots_.upper_bound(upto));
  for (auto at = bodies_.lower_bound({pruned_.next(), {}});
       at != bodies_.end() && at->first.first <= upto;) {
    const auto& [sequence, batch] = at->first;
    at = blocks_.at(sequence).on.batch == batch ? std::next(at) : bodies_.erase(at);
  }
  pruned_ = std::max(pruned_, upto);
}

pbft::body_ptr disk::body(sequence_number n, const digest& batch) const {
  if (batch == pbft::null_digest()) return pbft::null_body();
  const auto found = bodies_.find({n, batch});
  return found == bodies_.end() ? nullptr : found->second;
}

pbft::restored_state disk::restore() const {
  if (rotten_) throw damaged_record("a stored record does not have its hash");
  pbft::restored_state state;
  state.view = view_;
  state.stable = stable_;
  state.promised = promised_;
  state.remembers = remembers_;
  state.delivered = last_block();
  for (const auto& [sequence, record] : slots_)
    state.slots.push_back(
        {record, body(sequence, record.accepted.on.batch),
         record.prepared ? body(sequence, record.prepared->header.on.batch) : nullptr});
  for (const auto& [sequence, certificate] : blocks_)
    if (sequence > stable_.sequence) state.committed.push_back(certificate);
  return state;
}

const pbft::slot_record* disk::slot(sequence_number n) const {
  const auto found = slots_.find(n);
  return found == slots_.end() ? nullptr : &found->second;
}

const pbft::checkpoint_certificate* disk::epoch_end(configuration_epoch epoch) const {
  const auto found = epoch_ends_.find(epoch);
  return found == epoch_ends_.end() ? nullptr : &found->second;
}

sequence_number disk::last_block() const noexcept {
  return blocks_.empty() ? sequence_number{} : blocks_.rbegin()->first;
}

std::optional<pbft::committed_block> disk::block(sequence_number n) const {
  if (rotten_ && n.value != 0 && *rotten_ == n)
    throw damaged_record("block " + std::to_string(n.value) + " does not have its hash");
  const auto found = blocks_.find(n);
  if (found == blocks_.end()) return std::nullopt;
  return pbft::committed_block{found->second, body(n, found->second.on.batch)};
}

} // namespace quorate::sim
