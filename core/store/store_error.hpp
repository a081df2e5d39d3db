// Why a store could not be opened or read: a class to act on, and a sentence for the operator.
#pragma once

#include "core/base/check.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace quorate {

/// What went wrong, as far as the caller acts differently.
enum class store_errc : std::uint8_t {
  in_use,         ///< another process has the data directory open
  io,             ///< the operating system refused: permissions, space, limits, device
  corrupted,      ///< bytes on disk are not what was written
  wrong_version,  ///< written by another format version of this program, or of LMDB
  wrong_identity, ///< the directory belongs to another cluster or node
};

struct store_error {
  store_errc code{};
  std::string reason; ///< what happened, why, and what to do; one line
};

/// A T or a store_error. Reading the side that is not there is our bug and aborts.
template <class T>
class [[nodiscard]] store_result {
public:
  store_result(T value) : content_(std::in_place_index<0>, std::move(value)) {} // NOLINT
  store_result(store_error error)                                               // NOLINT
      : content_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return QUORATE_CHECK(has_value()), *std::get_if<0>(&content_); }
  const T& value() const& { return QUORATE_CHECK(has_value()), *std::get_if<0>(&content_); }
  T&& value() && { return QUORATE_CHECK(has_value()), std::move(*std::get_if<0>(&content_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const store_error& error() const {
    return QUORATE_CHECK(!has_value()), *std::get_if<1>(&content_);
  }

private:
  std::variant<T, store_error> content_;
};

/// Success, or why not.
using store_outcome = store_result<std::monostate>;

} // namespace quorate
