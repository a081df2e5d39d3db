// How a value lies in LMDB: eight bytes of hash, then the value.
//
// LMDB has no page checksums. The hash covers table, key and value, so that a flipped bit, and
// also an intact value that turns up under another key, is seen on read. Eight bytes find damage;
// they are no defence against someone who can write the file, and are not meant as one.
#pragma once

#include "core/crypto/hash.hpp"
#include "core/store/record.hpp"

#include <lmdb.h>

namespace quorate::lmdb {

inline constexpr std::size_t tag_size = 8;
using value_tag = std::array<std::uint8_t, tag_size>;

/// The first 8 bytes of SHA-256(table || length of key as 16 bits || key || value).
inline value_tag tag_of(table where, byte_view key, byte_view value) noexcept {
  const std::array<std::uint8_t, 3> prefix{static_cast<std::uint8_t>(where),
                                           static_cast<std::uint8_t>(key.size() >> 8),
                                           static_cast<std::uint8_t>(key.size())};
  const digest hash = sha256({byte_view{prefix}, key, value});
  value_tag tag;
  std::memcpy(tag.data(), hash.data.data(), tag_size);
  return tag;
}

inline MDB_val to_val(byte_view from) noexcept {
  return {from.size(), const_cast<std::uint8_t*>(from.data())};
}

inline byte_view to_view(const MDB_val& from) noexcept {
  return {static_cast<const std::uint8_t*>(from.mv_data), from.mv_size};
}

/// The value inside `stored`, or none when its hash does not fit.
inline std::optional<byte_view> unwrap(table where, byte_view key, byte_view stored) noexcept {
  if (stored.size() < tag_size) return std::nullopt;
  const auto value = stored.subspan(tag_size);
  const auto tag = tag_of(where, key, value);
  if (std::memcmp(tag.data(), stored.data(), tag_size) != 0) return std::nullopt;
  return value;
}

/// Whether an LMDB error means that the file's content is damaged.
inline bool means_damage(int code) noexcept {
  return code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND || code == MDB_INVALID ||
         code == MDB_CURSOR_FULL || code == MDB_INCOMPATIBLE;
}

} // namespace quorate::lmdb
