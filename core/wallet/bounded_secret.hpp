// Secret bytes whose number is known at run time only: sentences, passphrases, entropy, shares.
#pragma once

#include "core/crypto/secret.hpp"

#include <utility>

namespace quorate::wallet {

/// From 0 to Max secret bytes: movable, never copied, wiped when they go.
template <std::size_t Max>
class bounded_secret {
public:
  bounded_secret() noexcept = default;
  bounded_secret(bounded_secret&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  bounded_secret& operator=(bounded_secret&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  /// Zeros. @pre size <= Max
  static bounded_secret zeros(std::size_t size) {
    QUORATE_CHECK(size <= Max);
    bounded_secret made;
    made.size_ = size;
    return made;
  }
  /// Errors: over_limit for more than Max bytes.
  static expected<bounded_secret> from(byte_view in) {
    bounded_secret made;
    QUORATE_TRY(made.append(in));
    return made;
  }

  /// Errors (unchanged then): over_limit when it would hold more than Max bytes.
  outcome append(byte_view in) noexcept {
    if (in.size() > Max - size_) return errc::over_limit;
    if (!in.empty()) std::memcpy(bytes_.data() + size_, in.data(), in.size());
    size_ += in.size();
    return {};
  }
  outcome append(std::string_view in) noexcept { return append(as_bytes(in)); }

  std::size_t size() const noexcept { return size_; }
  byte_view view() const noexcept { return {bytes_.data(), size_}; }
  std::span<std::uint8_t> span() noexcept { return {bytes_.data(), size_}; }
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()), size_};
  }

private:
  secret_bytes<Max> bytes_;
  std::size_t size_ = 0;
};

/// A sentence, a share as text or a passphrase: 24 Japanese words have at most 888 bytes in NFKD.
using secret_text = bounded_secret<1024>;
/// What sentences and shares stand for: entropy or a master secret, 16 to 64 bytes.
using secret_value = bounded_secret<64>;

} // namespace quorate::wallet
