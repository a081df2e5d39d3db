#include "core/wallet/derivation_path.hpp"

namespace quorate::wallet {

namespace {

// One level: digits, then perhaps the sign of a hardened one.
expected<std::uint32_t> parse_index(std::string_view text) {
  const bool is_hardened = text.ends_with('\'') || text.ends_with('h') || text.ends_with('H');
  const auto digits = is_hardened ? text.substr(0, text.size() - 1) : text;
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (digits.empty() || digits.size() > 10 || leading_zero) return errc::bad_path;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return errc::bad_path;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value >= hardened) return errc::bad_path;
  return static_cast<std::uint32_t>(value) | (is_hardened ? hardened : 0);
}

} // namespace

derivation_path::derivation_path(std::vector<std::uint32_t> indices)
    : indices_(std::move(indices)) {
  QUORATE_CHECK(indices_.size() <= depth_max);
}

expected<derivation_path> derivation_path::parse(std::string_view text) {
  if (!text.starts_with('m')) return errc::bad_path;
  text.remove_prefix(1);
  derivation_path path;
  while (!text.empty()) {
    if (text.front() != '/') return errc::bad_path;
    if (path.indices_.size() == depth_max) return errc::path_too_deep;
    text.remove_prefix(1);
    const auto level = text.substr(0, text.find('/'));
    QUORATE_ASSIGN(const auto index, parse_index(level));
    path.indices_.push_back(index);
    text.remove_prefix(level.size());
  }
  return path;
}

std::string derivation_path::to_string() const {
  std::string text = "m";
  for (const auto index : indices_) {
    text += '/' + std::to_string(index & ~hardened);
    if (index >= hardened) text += '\'';
  }
  return text;
}

expected<derivation_path> account_path(purpose p, coin_type coin, std::uint32_t account) {
  if (account >= hardened) return errc::bad_path;
  return derivation_path{{static_cast<std::uint32_t>(p) | hardened,
                          static_cast<std::uint32_t>(coin) | hardened, account | hardened}};
}

expected<derivation_path> address_path(purpose p, coin_type coin, const address_place& place) {
  if (place.index >= hardened) return errc::bad_path;
  QUORATE_ASSIGN(const auto account, account_path(p, coin, place.account));
  std::vector<std::uint32_t> indices{account.indices().begin(), account.indices().end()};
  indices.push_back(static_cast<std::uint32_t>(place.branch));
  indices.push_back(place.index);
  return derivation_path{std::move(indices)};
}

} // namespace quorate::wallet
