// Deterministic CBOR against a second reading, written from RFC 8949 for this file: both take the
// same inputs, and what is read is written as the same bytes.
#include "core/codec/cbor.hpp"
#include "tests/fuzz/harness.hpp"

#include <utf8proc.h>

using namespace quorate;

namespace {

// --- the second reading ---------------------------------------------------------------------
// A recursive descent that makes no use of core. @returns what is left behind the item, or nothing
// when it is outside the profile.
using rest = std::optional<byte_view>;

struct head {
  unsigned major = 0;
  std::uint64_t argument = 0;
  byte_view left;
};

std::optional<head> read_head(byte_view in) {
  if (in.empty()) return {};
  head h{in[0] / 32U, in[0] % 32U, in.subspan(1)};
  if (h.argument < 24) return h;
  if (h.argument > 27) return {};
  const std::size_t n = h.argument == 24 ? 1 : h.argument == 25 ? 2 : h.argument == 26 ? 4 : 8;
  if (h.left.size() < n) return {};
  h.argument = 0;
  for (std::size_t i = 0; i < n; ++i)
    h.argument = h.argument * 256 + h.left[i];
  h.left = h.left.subspan(n);
  const bool fits_shorter = h.argument < 24 || (n > 1 && h.argument <= 0xff) ||
                            (n > 2 && h.argument <= 0xffff) || (n > 4 && h.argument <= 0xffff'ffff);
  if (fits_shorter) return {};
  return h;
}

bool is_text(byte_view in) {
  while (!in.empty()) {
    utf8proc_int32_t point = -1;
    const auto n = utf8proc_iterate(in.data(), static_cast<utf8proc_ssize_t>(in.size()), &point);
    if (n < 1) return false;
    in = in.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

rest skip_item(byte_view in, std::size_t depth);

rest skip_map(byte_view in, std::uint64_t entries, std::size_t depth) {
  byte_view last;
  for (; entries > 0; --entries) {
    const auto key = read_head(in);
    if (!key || key->major > 1) return {};
    const auto encoded = in.first(in.size() - key->left.size());
    // By bytes, as RFC 8949 section 4.2.1 has it.
    if (!last.empty() &&
        !std::lexicographical_compare(last.begin(), last.end(), encoded.begin(), encoded.end()))
      return {};
    last = encoded;
    const auto behind = skip_item(key->left, depth);
    if (!behind) return {};
    in = *behind;
  }
  return in;
}

rest skip_item(byte_view in, std::size_t depth) {
  const auto h = read_head(in);
  if (!h) return {};
  if (h->major <= 1) return h->left;
  if (h->major <= 3) {
    if (h->argument > h->left.size()) return {};
    const auto content = h->left.first(static_cast<std::size_t>(h->argument));
    if (h->major == 3 && !is_text(content)) return {};
    return h->left.subspan(content.size());
  }
  if (h->major == 7) {
    const bool simple = h->argument >= 20 && h->argument <= 22;
    return simple ? rest{h->left} : std::nullopt;
  }
  if (h->major == 6 || depth == cbor::depth_max) return {};
  // An element takes a byte at least, so this ends.
  if (h->argument > h->left.size()) return {};
  if (h->major == 5) return skip_map(h->left, h->argument, depth + 1);
  auto left = h->left;
  for (auto n = h->argument; n > 0; --n) {
    const auto behind = skip_item(left, depth + 1);
    if (!behind) return {};
    left = *behind;
  }
  return left;
}

// --- the reader of core, and the writer ------------------------------------------------------

void copy_item(cbor::reader& r, cbor::writer& w, std::size_t most) {
  const auto what = r.peek();
  if (!what) return;
  switch (*what) {
  case cbor::kind::unsigned_integer:
    return w.unsigned_integer(r.unsigned_integer());
  case cbor::kind::negative_integer:
    return w.negative_integer(r.negative_integer());
  case cbor::kind::byte_string:
    return w.byte_string(r.byte_string(most));
  case cbor::kind::text_string:
    return w.text(r.text(most));
  case cbor::kind::boolean:
    return w.boolean(r.boolean());
  case cbor::kind::null:
    r.null();
    return w.null();
  case cbor::kind::array: {
    const auto n = r.array(most);
    w.array(n);
    for (std::size_t i = 0; i < n; ++i)
      copy_item(r, w, most);
    return;
  }
  case cbor::kind::map: {
    const auto n = r.map(most);
    w.map(n);
    for (std::size_t i = 0; i < 2 * n; ++i)
      copy_item(r, w, most);
    return;
  }
  }
}

} // namespace

void fuzz::run(byte_view input) {
  const auto ours = cbor::check(input);
  const auto theirs = skip_item(input, 0);
  QUORATE_CHECK(ours.has_value() == (theirs && theirs->empty()));
  if (!ours) return;
  accepted();
  cbor::reader r{input};
  cbor::writer w;
  copy_item(r, w, input.size());
  QUORATE_CHECK(r.finish());
  QUORATE_CHECK(equal(std::move(w).take(), input));
}
