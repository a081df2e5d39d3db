#include "core/crypto/crypto_suite.hpp"

#include "core/base/check.hpp"

namespace quorate {

std::string_view name(crypto_suite suite) noexcept {
  switch (suite) {
  case crypto_suite::standard:
    return "standard";
  case crypto_suite::national:
    return "national";
  }
  QUORATE_CHECK(!"a suite that is not defined");
  return {};
}

expected<crypto_suite> suite_of(std::uint8_t number) noexcept {
  if (number < 1 || number > 2) return errc::bad_enum;
  return static_cast<crypto_suite>(number);
}

std::optional<crypto_suite> suite_named(std::string_view text) noexcept {
  for (const auto suite : {crypto_suite::standard, crypto_suite::national})
    if (name(suite) == text) return suite;
  return std::nullopt;
}

} // namespace quorate
