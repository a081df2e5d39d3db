// What every fuzzer shares. A target is one file of targets/, which defines fuzz::run(). All are
// linked into one program; CMake tells each file its name.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"

#include <algorithm>
#include <string_view>

namespace quorate::fuzz {

/// Makes a target known to main(). @returns true
bool add_target(const char* name, void (*run)(byte_view input));

#ifdef QUORATE_FUZZ_TARGET // a namespace for each file of targets/, since all define run()
inline namespace QUORATE_FUZZ_TARGET {

/// Gives one input to what is tested. Each target defines it. A property that does not hold aborts
/// (QUORATE_CHECK), which the fuzzer reports as a finding with the input that led to it.
void run(byte_view input);

static const bool is_known = add_target(QUORATE_FUZZ_NAME, &run);

} // namespace QUORATE_FUZZ_TARGET
#endif

/// A decoder took this input. How many inputs were taken is printed at the end: a fuzzer that never
/// gets behind a decoder's first check shows nothing.
void accepted() noexcept;

inline bool equal(byte_view a, byte_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// The same bytes as text.
inline std::string_view as_text(byte_view in) noexcept {
  return {reinterpret_cast<const char*>(in.data()), in.size()};
}

/// Takes an input apart: for targets that make a valid value out of it, where a checksum or a hash
/// would keep a fuzzer out. What is not there reads as zeros.
class source {
public:
  explicit source(byte_view in) noexcept : in_(in) {}

  std::uint8_t u8() noexcept {
    const auto from = raw(1);
    return from.empty() ? std::uint8_t{0} : from[0];
  }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(u8() << 8 | u8()); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(u16()) << 16 | u16(); }
  std::uint64_t u64() noexcept { return static_cast<std::uint64_t>(u32()) << 32 | u32(); }

  /// At most `most` bytes, fewer at the end.
  byte_view raw(std::size_t most) noexcept {
    const auto result = in_.first(std::min(most, in_.size()));
    in_ = in_.subspan(result.size());
    return result;
  }
  /// A byte that says how many, then so many.
  byte_view blob() noexcept { return raw(u8()); }
  /// Exactly the bytes of a Fixed.
  template <class Fixed>
  Fixed fixed() noexcept {
    Fixed made;
    const auto from = raw(Fixed::size);
    std::copy(from.begin(), from.end(), made.data.begin());
    return made;
  }
  /// Up to the separator, without it; all of the rest when there is none.
  byte_view until(std::uint8_t separator) noexcept {
    const auto at = std::find(in_.begin(), in_.end(), separator);
    const auto result = raw(static_cast<std::size_t>(at - in_.begin()));
    (void)raw(1);
    return result;
  }
  byte_view rest() noexcept { return raw(in_.size()); }
  bool empty() const noexcept { return in_.empty(); }

private:
  byte_view in_;
};

} // namespace quorate::fuzz
