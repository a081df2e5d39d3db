#include "core/ledger/batch.hpp"

namespace quorate::ledger {

expected<batch_view> read_batch(byte_view body) {
  if (body.size() > limits::batch_bytes_max) return errc::over_limit;
  if (body.empty()) return batch_view{};
  reader r{body};
  batch_view batch;
  read(r, batch.time);
  batch.operations.resize(r.count(limits::batch_operations_max, 4));
  for (auto& operation : batch.operations)
    operation = r.blob(limits::operation_bytes_max);
  QUORATE_TRY(r.finish());
  return batch;
}

bytes write_batch(block_time_ms time, const std::vector<byte_view>& operations) {
  std::size_t size = 12;
  for (auto operation : operations)
    size += batch_bytes_of(operation.size());
  QUORATE_CHECK(size <= limits::batch_bytes_max &&
                operations.size() <= limits::batch_operations_max);
  writer w{size};
  write(w, time);
  w.count(operations.size());
  for (auto operation : operations)
    w.blob(operation);
  return std::move(w).take();
}

} // namespace quorate::ledger
