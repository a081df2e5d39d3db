// The body of a batch, as consensus orders it: the proposed time and the signed operations.
//
// Encoding: time u64, count u32, then each operation behind its 32-bit length. The empty body is
// the null request.
#pragma once

#include "core/ledger/operation.hpp"

namespace quorate::ledger {

/// A batch body taken apart; the views point into it.
struct batch_view {
  block_time_ms time;
  std::vector<byte_view> operations; ///< encoded signed operations, 0 to batch_operations_max
};

/// Errors: truncated, over_limit (operations, bytes, an operation longer than
/// operation_bytes_max), trailing_bytes.
expected<batch_view> read_batch(byte_view body);

/// @pre within batch_operations_max and batch_bytes_max.
bytes write_batch(block_time_ms time, const std::vector<byte_view>& operations);

/// Bytes that an operation of this size adds to a batch.
inline constexpr std::size_t batch_bytes_of(std::size_t encoded_operation) noexcept {
  return encoded_operation + 4;
}

} // namespace quorate::ledger
