#include "actors/gateway/stored_receipts.hpp"

#include "actors/ledger/ledger_actor.hpp"

namespace quorate {

namespace {

std::optional<std::uint32_t> index_of(const std::vector<ledger::operation_result>& all,
                                      const ledger::operation_id& id) {
  const auto replayed = static_cast<std::uint16_t>(errc::sequence_replayed);
  for (std::uint32_t i = 0; i < all.size(); ++i)
    if (all[i].id == id && all[i].code != replayed) return i;
  return std::nullopt;
}

} // namespace

expected<protocol::receipt_group> stored_group(receipt_book& book, const lmdb_store& store,
                                               const ledger::stored_reply& reply) {
  if (auto* page = book.find(reply.height); page != nullptr && page->complete) {
    const auto index = index_of(page->block->results, reply.id);
    if (!index) return errc::not_found;
    protocol::receipt_group group{book.attested(*page), {}, {}};
    group.singles.emplace_back(page->block->results[*index], book.path(*page, *index));
    return group;
  }
  const auto attested = store.get(table::attested, key_of(reply.height));
  const auto stored = store.get(table::results, key_of(reply.height));
  if (!attested || !*attested || !stored || !*stored) return errc::not_found;
  QUORATE_ASSIGN(auto block, decode<ledger::attested_block>(**attested));
  QUORATE_ASSIGN(const auto results, decode_results(**stored));
  const auto index = index_of(results, reply.id);
  if (!index) return errc::not_found;
  std::vector<digest> leaves;
  for (const auto& one : results)
    leaves.push_back(merkle_leaf(encode(one)));
  protocol::receipt_group group{std::move(block), {}, {}};
  group.singles.emplace_back(results[*index], merkle_tree{std::move(leaves)}.path(*index));
  return group;
}

expected<ledger::receipt> stored_receipt(receipt_book& book, const lmdb_store& store,
                                         const ledger::stored_reply& reply) {
  QUORATE_ASSIGN(auto group, stored_group(book, store, reply));
  auto& [result, path] = group.singles.front();
  return ledger::receipt{result, std::move(path), std::move(group.block)};
}

} // namespace quorate
