// The integers modulo the prime 2^521 - 1, on OpenSSL's big numbers.
#pragma once

#include "core/crypto/secret.hpp"

#include <openssl/bn.h>

#include <memory>

namespace quorate::wallet {

/// Bytes of one element, big-endian.
inline constexpr std::size_t element_bytes = 66;

/// A secret element, wiped when it goes. Invariant: from 0 to 2^521 - 2.
///
/// OpenSSL's sums and products of secrets run over the same number of words for numbers of the same
/// length; inverses are only taken of share numbers, which are public.
class field_element {
public:
  /// @param value  a small public number, such as the number of a share.
  explicit field_element(std::uint64_t value);
  field_element(field_element&&) noexcept = default;
  field_element& operator=(field_element&&) noexcept = default;

  /// Any 66 bytes, reduced to their lowest 521 bits. Of uniform bytes this is uniform: the one
  /// value that is no element, 2^521 - 1, counts as 0.
  static field_element from_uniform(std::span<const std::uint8_t, element_bytes> in);
  /// Errors: not_canonical unless the number is an element.
  static expected<field_element> from_bytes(std::span<const std::uint8_t, element_bytes> in);
  secret_bytes<element_bytes> to_bytes() const;

  field_element operator+(const field_element& other) const;
  field_element operator-(const field_element& other) const;
  field_element operator*(const field_element& other) const;
  /// @pre not zero, and public
  field_element inverse() const;

private:
  struct freed {
    void operator()(BIGNUM* n) const noexcept { BN_clear_free(n); }
  };
  field_element();

  std::unique_ptr<BIGNUM, freed> n_;
};

} // namespace quorate::wallet
