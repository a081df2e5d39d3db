// expected<T>: a value, or the errc that says why there is none.
#pragma once

#include "core/base/check.hpp"
#include "core/base/errc.hpp"

#include <optional>
#include <utility>

namespace quorate {

/// Holds a T or an errc. Reading the side that is not there is our bug and aborts.
template <class T>
class [[nodiscard]] expected {
public:
  expected(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  expected(errc error) noexcept : error_(error) {} // NOLINT(google-explicit-constructor)

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return QUORATE_CHECK(value_), *value_; }
  const T& value() const& { return QUORATE_CHECK(value_), *value_; }
  T&& value() && { return QUORATE_CHECK(value_), std::move(*value_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  errc error() const { return QUORATE_CHECK(!value_), error_; }

private:
  std::optional<T> value_;
  errc error_{};
};

/// Success without a value, or an errc.
template <>
class [[nodiscard]] expected<void> {
public:
  expected() noexcept = default;
  expected(errc error) noexcept : error_(error) {} // NOLINT(google-explicit-constructor)

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  errc error() const { return QUORATE_CHECK(error_), *error_; }

private:
  std::optional<errc> error_;
};

/// Success, or the errc that says why not.
using outcome = expected<void>;

} // namespace quorate

/// Leaves the function with the error of `expr`, an expected<…>, when it has one.
#define QUORATE_TRY(expr)                                                                          \
  do {                                                                                             \
    if (auto quorate_try_result_ = (expr); !quorate_try_result_)                                   \
      return quorate_try_result_.error();                                                          \
  } while (false)

#define QUORATE_CONCAT_INNER(a, b) a##b
#define QUORATE_CONCAT(a, b) QUORATE_CONCAT_INNER(a, b)

/// Declares `decl` from the value of `expr`, or leaves the function with its error.
#define QUORATE_ASSIGN(decl, expr)                                                                 \
  auto QUORATE_CONCAT(quorate_assign_, __LINE__) = (expr);                                         \
  if (!QUORATE_CONCAT(quorate_assign_, __LINE__))                                                  \
    return QUORATE_CONCAT(quorate_assign_, __LINE__).error();                                      \
  decl = std::move(QUORATE_CONCAT(quorate_assign_, __LINE__)).value()
