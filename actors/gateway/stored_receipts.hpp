// Receipts of what was executed a while ago.
#pragma once

#include "actors/gateway/receipt_book.hpp"
#include "actors/storage/lmdb_store.hpp"

namespace quorate {

/// The result that a stored reply tells of, with its path and its attested block, out of the book
/// or the store. Errors: not_found when this node has not got f+1 attestations; those of decoding.
expected<protocol::receipt_group> stored_group(receipt_book& book, const lmdb_store& store,
                                               const ledger::stored_reply& reply);

/// The same for one who asks for it alone. Errors: as stored_group().
expected<ledger::receipt> stored_receipt(receipt_book& book, const lmdb_store& store,
                                         const ledger::stored_reply& reply);

} // namespace quorate
