// SHA-256 (FIPS 180-4, through OpenSSL) and BIP-340's tagged hashes.
#pragma once

#include "core/base/bytes.hpp"

#include <initializer_list>

namespace quorate {

/// SHA-256 of `in`.
digest sha256(byte_view in) noexcept;

/// SHA-256 of the concatenation of `parts`.
digest sha256(std::initializer_list<byte_view> parts) noexcept;

/// A domain of tagged hashes, e.g. "quorate/operation". One a purpose, so that a signature over
/// one kind of statement can never be taken for another.
class hash_tag {
public:
  explicit hash_tag(std::string_view name) noexcept;

  /// SHA-256(SHA-256(name) || SHA-256(name) || in). Source: BIP-340, "Tagged hashes".
  digest operator()(byte_view in) const noexcept;

  /// As above, of the concatenation of `parts` (at most 6).
  digest operator()(std::initializer_list<byte_view> parts) const noexcept;

private:
  digest prefix_;
};

} // namespace quorate
