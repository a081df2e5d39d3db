#include "tests/sim/ledger.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"

#include <stdexcept>

namespace quorate::sim {

pbft::body_ptr encode_operations(const std::vector<operation>& operations) {
  writer w;
  for (auto op : operations)
    w.u64(op);
  return std::make_shared<const bytes>(std::move(w).take());
}

std::vector<operation> decode_operations(byte_view body) {
  reader r{body};
  std::vector<operation> operations;
  while (r.ok() && r.left() > 0)
    operations.push_back(r.u64());
  if (!r.ok()) throw std::logic_error("a body that is no list of operations");
  return operations;
}

void ledger::apply(byte_view body) {
  const auto batch = pbft::digest_of_body(body);
  state_ = sha256({state_.view(), batch.view()});
  for (auto op : decode_operations(body))
    if (op >= next_) ahead_.insert(op);
  while (!ahead_.empty() && *ahead_.begin() == next_) {
    ahead_.erase(ahead_.begin());
    ++next_;
  }
}

} // namespace quorate::sim
