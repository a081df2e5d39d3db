// The property of every codec of ours: there is one encoding for a value.
#pragma once

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "tests/fuzz/harness.hpp"

namespace quorate::fuzz {

/// Decodes `in` as a T. When it is one: it encodes to the same bytes, and these bytes are no
/// encoding any more when one is missing or one is too many.
template <class T>
std::optional<T> canonical(byte_view in) {
  auto value = decode<T>(in);
  if (!value) return std::nullopt;
  accepted();
  QUORATE_CHECK(equal(encode(*value), in));
  if (!in.empty()) QUORATE_CHECK(!decode<T>(in.first(in.size() - 1)));
  bytes longer{in.begin(), in.end()};
  longer.push_back(0);
  QUORATE_CHECK(!decode<T>(longer));
  return std::move(*value);
}

} // namespace quorate::fuzz
