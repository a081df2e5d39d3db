#include "actors/gateway/signing_evidence.hpp"

#include "actors/gateway/stored_receipts.hpp"
#include "actors/replica/records.hpp"
#include "core/ledger/batch.hpp"

namespace quorate {

namespace {

expected<ledger::operation> find_operation(const cluster_id& cluster, byte_view body,
                                           const ledger::operation_id& id) {
  QUORATE_ASSIGN(const auto batch, ledger::read_batch(body));
  for (const auto encoded : batch.operations) {
    if (encoded.size() <= signature::size || ledger::id_of_encoded(cluster, encoded) != id)
      continue;
    QUORATE_ASSIGN(auto found, decode<ledger::signed_operation>(encoded));
    return std::move(found.op);
  }
  return errc::not_found;
}

/// A node that is catching up has blocks behind a gap too: any of them proves its view.
std::optional<pbft::commit_certificate> newest_certificate(const lmdb_store& store) {
  const auto last = store.last_key(table::blocks);
  if (!last || !*last) return std::nullopt;
  const auto height = sequence_of(**last);
  if (!height) return std::nullopt;
  const auto block = load_block(store, *height);
  if (!block) return std::nullopt;
  return block->certificate;
}

} // namespace

expected<signer::signing_request> evidence_of_order(receipt_book& book, const lmdb_store& store,
                                                    const pbft::configuration& configuration,
                                                    const ledger::stored_reply& reply) {
  const auto block = load_block(store, reply.height);
  auto newest = newest_certificate(store);
  if (!block || !newest) return errc::not_found;
  const auto& cluster = configuration.cluster();
  QUORATE_ASSIGN(auto operation, find_operation(cluster, *block->body, reply.id));
  if (!std::holds_alternative<ledger::signing_order>(operation.body)) return errc::not_found;
  const auto group = stored_group(book, store, reply);
  if (!group) return group.error() == errc::not_found ? errc::not_ready : group.error();
  if (group->block.attestations.size() < configuration.quorum()) return errc::not_ready;
  const auto& [result, path] = group->singles.front();
  // A signer would take it for a lie of this node.
  if (result.code != 0) return errc::order_refused;
  if (group->block.epoch != configuration.epoch()) return errc::wrong_epoch;
  return signer::signing_request{cluster,
                                 std::move(operation),
                                 {result, path, group->block},
                                 block->certificate,
                                 std::move(*newest)};
}

} // namespace quorate
