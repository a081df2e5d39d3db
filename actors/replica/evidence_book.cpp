#include "actors/replica/evidence_book.hpp"

#include "actors/log.hpp"
#include "actors/storage/lmdb_store.hpp"

#include <algorithm>

namespace quorate {

evidence_book evidence_book::load(const lmdb_store& store) {
  evidence_book book;
  const auto visited =
      store.scan(table::evidence, {}, ~std::size_t{0}, [&book](byte_view key, byte_view) {
        if (const auto id = decode<pbft::evidence_id>(key))
          book.of_[id->culprit].kept.insert(*id);
        else
          log::error("evidence", "a stored key does not decode: " + to_hex(key));
        return true;
      });
  if (!visited) log::error("evidence", visited.error().reason);
  return book;
}

std::optional<record> evidence_book::add(const pbft::evidence& found,
                                         const pbft::configuration& in) {
  if (!pbft::check(found, in)) {
    log::error("evidence", "this proves nothing and is not kept: " + pbft::describe(found));
    return std::nullopt;
  }
  auto& of_culprit = of_[found.culprit];
  if (of_culprit.kept.contains(found.id())) return std::nullopt;
  auto encoded = encode(found);
  if (of_culprit.kept.size() >= limits::evidence_per_replica_max ||
      encoded.size() > limits::evidence_bytes_max) {
    ++of_culprit.beyond_limit;
    return std::nullopt;
  }
  of_culprit.kept.insert(found.id());
  return record{table::evidence, encode(found.id()), std::move(encoded)};
}

std::vector<protocol::culprit_line> evidence_book::culprits() const {
  std::vector<protocol::culprit_line> lines;
  for (const auto& [culprit, found] : of_)
    lines.push_back({culprit, found.kept.size(), found.beyond_limit});
  return lines;
}

expected<protocol::evidence_answer> load_evidence(const lmdb_store& store,
                                                  const std::optional<pbft::evidence_id>& after) {
  protocol::evidence_answer page;
  std::size_t size = 0;
  const bytes behind = after ? encode(*after) : bytes{};
  const auto visited =
      store.scan(table::evidence, behind, ~std::size_t{0}, [&](byte_view key, byte_view value) {
        if (std::ranges::equal(key, behind)) return true;
        auto piece = decode<pbft::evidence>(value);
        if (!piece) {
          log::error("evidence", "a stored piece does not decode: " + to_hex(key));
          return true;
        }
        size += value.size();
        page.more = !page.items.empty() && size > protocol::evidence_page_bytes_max;
        if (!page.more) page.items.push_back(std::move(*piece));
        return !page.more;
      });
  if (!visited) {
    log::error("evidence", visited.error().reason);
    return errc::not_found;
  }
  return page;
}

} // namespace quorate
