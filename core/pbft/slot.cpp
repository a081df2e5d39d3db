#include "core/pbft/slot.hpp"

#include "core/base/planted.hpp"

namespace quorate::pbft {

vote_set::verdict vote_set::add(replica_id from, const digest& batch, const signature& sig) {
  const auto [place, is_new] = votes_.try_emplace(from, entry{batch, sig});
  if (is_new) return verdict::added;
  return place->second.batch == batch ? verdict::repeated : verdict::conflicting;
}

std::size_t vote_set::count(const digest& batch) const noexcept {
  std::size_t n = 0;
  for (const auto& [from, vote] : votes_)
    n += vote.batch == batch || planted(fault::votes_not_keyed) ? 1 : 0;
  return n;
}

std::optional<digest> vote_set::with_quorum(std::size_t quorum) const {
  if (votes_.size() < quorum) return std::nullopt;
  for (const auto& [from, vote] : votes_)
    if (count(vote.batch) >= quorum) return vote.batch;
  return std::nullopt;
}

std::vector<vote_signature> vote_set::take(const digest& batch, std::size_t most) const {
  std::vector<vote_signature> taken;
  for (const auto& [from, vote] : votes_)
    if (vote.batch == batch && taken.size() < most) taken.push_back({from, vote.sig});
  return taken;
}

const vote_set::entry* vote_set::find(replica_id from) const noexcept {
  const auto place = votes_.find(from);
  return place == votes_.end() ? nullptr : &place->second;
}

void slot::leave_view() {
  accepted.reset();
  body.reset();
  if (!planted(fault::votes_outlive_view)) {
    prepares.clear();
    commits.clear();
  }
  prepare_sent = false;
  commit_sent = false;
}

body_ptr slot::find_body(const digest& batch) const {
  if (batch == null_digest()) return null_body();
  if (body && accepted && accepted->on.batch == batch) return body;
  if (prepared_body && prepared_proof->header.on.batch == batch) return prepared_body;
  if (committed_body && committed->on.batch == batch) return committed_body;
  return nullptr;
}

bool slot::has_accepted_body() const noexcept {
  if (!accepted || (committed && committed->on.batch != accepted->on.batch)) return false;
  return delivered || body != nullptr;
}

bool slot::body_was_stored() const noexcept {
  const digest& batch = committed->on.batch;
  return batch == null_digest() || (body && accepted->on.batch == batch) ||
         (prepared_body && prepared_proof->header.on.batch == batch);
}

void slot::mark_delivered() {
  delivered = true;
  body.reset();
  prepared_body.reset();
  committed_body.reset();
}

} // namespace quorate::pbft
