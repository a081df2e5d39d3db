#include "core/pbft/batch.hpp"

#include "core/crypto/hash.hpp"

namespace quorate::pbft {

digest digest_of_body(byte_view body) noexcept {
  static const hash_tag tag{"quorate/batch"};
  return tag(body);
}

const body_ptr& null_body() noexcept {
  static const body_ptr empty = std::make_shared<const bytes>();
  return empty;
}

const digest& null_digest() noexcept {
  static const digest value = digest_of_body({});
  return value;
}

} // namespace quorate::pbft
