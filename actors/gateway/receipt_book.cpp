#include "actors/gateway/receipt_book.hpp"

namespace quorate {

namespace {

/// With at least one result in so many for one client, all leaves are smaller than the paths.
constexpr std::size_t whole_block_share = 8;

} // namespace

void receipt_book::add_block(std::shared_ptr<const ledger::applied_block> block) {
  const auto height = block->summary.height;
  page& p = pages_[height];
  p.block = std::move(block);
  if (const auto early = early_.find(height); early != early_.end()) {
    for (const auto& [from, a] : early->second)
      try_add(p, a);
    early_.erase(early);
  }
  if (pages_.size() > blocks_kept) pages_.erase(pages_.begin());
}

bool receipt_book::add_attestation(const protocol::height_attestation& a) {
  if (!config_->is_voter(a.what.replica)) return false;
  if (const auto place = pages_.find(a.height); place != pages_.end()) {
    const auto before = place->second.attestations.size();
    try_add(place->second, a.what);
    return place->second.attestations.size() > before;
  }
  const auto newest = pages_.empty() ? sequence_number{} : pages_.rbegin()->first;
  if (a.height <= newest || a.height.value > newest.value + blocks_kept) return false;
  early_[a.height].insert_or_assign(a.what.replica, a.what);
  return true;
}

// Signatures are checked until there are as many as are needed; later ones are not even looked at.
void receipt_book::try_add(page& p, const ledger::attestation& a) {
  if (p.is_settled() || p.attestations.contains(a.replica)) return;
  const auto statement =
      ledger::attestation_statement(config_->cluster(), config_->epoch(), p.block->summary);
  if (!config_->key(a.replica).verify(statement, a.sig)) return;
  p.attestations.emplace(a.replica, a);
  const auto count = p.attestations.size();
  p.by_quorum = count >= config_->quorum();
  if (count != config_->weak_quorum() && !p.by_quorum) return;
  p.complete = true;
  const auto height = p.block->summary.height;
  completed_.push_back(height);
  highest_complete_ = std::max(highest_complete_, height);
}

std::optional<ledger::attestation> receipt_book::attestation_of(replica_id replica,
                                                                sequence_number height) const {
  const auto place = pages_.find(height);
  if (place == pages_.end()) return std::nullopt;
  const auto found = place->second.attestations.find(replica);
  if (found == place->second.attestations.end()) return std::nullopt;
  return found->second;
}

receipt_book::page* receipt_book::find(sequence_number height) {
  const auto place = pages_.find(height);
  return place == pages_.end() ? nullptr : &place->second;
}

receipt_book::page* receipt_book::want_quorum(sequence_number height) {
  auto* page = find(height);
  if (page != nullptr) page->quorum_wanted = true;
  return page;
}

ledger::attested_block receipt_book::attested(const page& p) const {
  ledger::attested_block block{p.block->summary, {}, config_->epoch()};
  for (const auto& [from, a] : p.attestations)
    block.attestations.push_back(a);
  return block;
}

merkle_path receipt_book::path(page& p, std::uint32_t index) const {
  if (!p.tree) {
    std::vector<digest> leaves;
    leaves.reserve(p.block->results.size());
    for (const auto& one : p.block->results)
      leaves.push_back(merkle_leaf(encode(one)));
    p.tree = std::make_unique<merkle_tree>(std::move(leaves));
  }
  return p.tree->path(index);
}

std::vector<sequence_number> receipt_book::incomplete(sequence_number below,
                                                      std::size_t most) const {
  std::vector<sequence_number> heights;
  for (const auto& [height, p] : pages_) {
    if (height >= below || heights.size() == most) break;
    if (!p.is_settled()) heights.push_back(height);
  }
  return heights;
}

protocol::receipt_group receipt_book::group(page& p, const ledger::attested_block& attested,
                                            const std::vector<std::uint32_t>& indices) const {
  const auto& results = p.block->results;
  protocol::receipt_group group{attested, {}, {}};
  if (indices.size() * whole_block_share < results.size()) {
    for (const auto i : indices)
      group.singles.emplace_back(results[i], path(p, i));
    return group;
  }
  group.leaves.reserve(results.size());
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < results.size(); ++i) {
    if (next < indices.size() && indices[next] == i) {
      group.leaves.emplace_back(results[i]);
      ++next;
    } else {
      group.leaves.emplace_back(merkle_leaf(encode(results[i])));
    }
  }
  return group;
}

} // namespace quorate
