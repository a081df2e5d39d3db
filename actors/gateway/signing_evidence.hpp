// What a node shows a signer: an order with all that proves it.
#pragma once

#include "actors/gateway/receipt_book.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "core/signer/request.hpp"

namespace quorate {

/// The operation that a stored reply tells of, with what proves that the cluster committed it,
/// under the newest commit certificate of this node.
/// Errors: not_found when it is not among this node's blocks, or no signing_order; not_ready until
///   2f+1 replicas have attested its block; order_refused by the ledger; wrong_epoch when its block
///   is of an earlier epoch than the configuration; those of decoding.
expected<signer::signing_request> evidence_of_order(receipt_book& book, const lmdb_store& store,
                                                    const pbft::configuration& configuration,
                                                    const ledger::stored_reply& reply);

} // namespace quorate
