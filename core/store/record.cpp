#include "core/store/record.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate {

std::string_view name(table t) noexcept {
  switch (t) {
  case table::meta:
    return "meta";
  case table::slots:
    return "slots";
  case table::bodies:
    return "bodies";
  case table::blocks:
    return "blocks";
  case table::results:
    return "results";
  case table::attested:
    return "attested";
  case table::state:
    return "state";
  case table::evidence:
    return "evidence";
  case table::decisions:
    return "decisions";
  case table::audit:
    return "audit";
  case table::audit_nodes:
    return "audit_nodes";
  }
  return "unknown";
}

bool mostly_rising(table t) noexcept {
  switch (t) {
  case table::bodies:
  case table::blocks:
  case table::results:
  case table::attested:
  case table::audit:
    return true;
  // Slots are written again at each phase and erased behind the checkpoint.
  case table::meta:
  case table::slots:
  case table::state:
  case table::evidence:
  case table::decisions:
  case table::audit_nodes:
    return false;
  }
  return false;
}

std::size_t size_of(const std::vector<record>& records) noexcept {
  std::size_t sum = 0;
  for (const auto& r : records)
    sum += r.key.size() + (r.value ? r.value->size() : 0);
  return sum;
}

bytes key_of(sequence_number n) {
  writer w{8};
  write(w, n);
  return std::move(w).take();
}

bytes key_of(sequence_number n, const digest& d) {
  writer w{8 + digest::size};
  write(w, n);
  write(w, d);
  return std::move(w).take();
}

bytes key_of(sequence_number n, std::uint8_t part) {
  writer w{9};
  write(w, n);
  w.u8(part);
  return std::move(w).take();
}

bytes key_of(std::string_view text) {
  const auto raw = as_bytes(text);
  return {raw.begin(), raw.end()};
}

expected<sequence_number> sequence_of(byte_view key) {
  if (key.size() < 8) return errc::truncated;
  return decode<sequence_number>(key.first(8));
}

expected<digest> digest_of(byte_view key) {
  if (key.size() < 8) return errc::truncated;
  return digest::from_bytes(key.subspan(8));
}

} // namespace quorate
