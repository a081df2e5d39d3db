#include "core/state_transfer/snapshot_source.hpp"

#include "core/ledger/ledger_state.hpp"

#include <algorithm>

namespace quorate::state_transfer {

void sorted_records::scan(const digest& from,
                          const std::function<bool(const digest&, byte_view)>& visit) const {
  auto at =
      std::lower_bound(records_.begin(), records_.end(), from,
                       [](const auto& entry, const digest& key) { return entry.first < key; });
  while (at != records_.end() && visit(at->first, at->second))
    ++at;
}

expected<snapshot_source> snapshot_source::make(snapshot_offer offer,
                                                std::shared_ptr<const snapshot_records> records) {
  snapshot_source made{std::move(offer), std::move(records)};
  bool fit = true; // a record of another size was not written by us
  made.records_->scan(digest{}, [&](const digest& key, byte_view record) {
    fit = !record.empty() && record.size() <= limits::state_record_bytes_max;
    if (fit) made.tree_.set(key, ledger::state_record_hash(record));
    return fit;
  });
  if (!fit || made.tree_.root() != made.offer_.summary.state_root) return errc::bad_proof;
  return made;
}

snapshot_chunk snapshot_source::cut(const fetch_chunk& asked) const {
  QUORATE_CHECK(asked.height == height());
  snapshot_chunk chunk{asked.height, asked.range, {}, {}};
  std::size_t size = 0;
  records_->scan(asked.range.from, [&](const digest& key, byte_view record) {
    if (asked.range.through < key) return false;
    if (size + entry_bytes(record.size()) > asked.bytes_max) {
      chunk.range.through = chunk.records.back().first;
      return false;
    }
    size += entry_bytes(record.size());
    chunk.records.emplace_back(key, bytes{record.begin(), record.end()});
    return true;
  });
  chunk.proof = tree_.prove_range(chunk.range.from, chunk.range.through);
  return chunk;
}

void snapshot_shelf::put(std::shared_ptr<const snapshot_source> source) {
  if (!sources_.empty() && source->height() <= sources_.back()->height()) return;
  sources_.push_back(std::move(source));
  if (sources_.size() > limits::snapshots_served_max) sources_.pop_front();
}

std::optional<snapshot_offer> snapshot_shelf::answer(const find_snapshot& asked) const {
  if (sources_.empty() || sources_.back()->height() <= asked.above) return std::nullopt;
  return sources_.back()->offer();
}

message snapshot_shelf::answer(const fetch_chunk& asked) const {
  for (const auto& source : sources_)
    if (source->height() == asked.height) return source->cut(asked);
  return snapshot_unavailable{asked.height};
}

} // namespace quorate::state_transfer
