#include "config/secret_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace quorate::config {

namespace {

constexpr std::size_t digits = 64;
using file_start = secret_bytes<digits + 8>; // longer files are refused

/// Not by a stream, whose buffer would keep a copy. @returns how much, or none.
std::optional<std::size_t> read_start(const std::filesystem::path& file, file_start& into) {
  const int from = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (from < 0) return std::nullopt;
  std::size_t size = 0;
  ssize_t got = 1;
  while (size < file_start::size() && got != 0) {
    got = ::read(from, into.data() + size, file_start::size() - size);
    if (got < 0 && errno != EINTR) break;
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  ::close(from);
  if (got < 0) return std::nullopt;
  return size;
}

int digit_of(std::uint8_t c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_blank(std::uint8_t c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::optional<secret_bytes<32>> parse(byte_view text) {
  if (text.size() < digits || text.size() == file_start::size()) return std::nullopt;
  if (!std::ranges::all_of(text.subspan(digits), is_blank)) return std::nullopt;
  secret_bytes<32> secret;
  for (std::size_t i = 0; i < digits; i += 2) {
    const int high = digit_of(text[i]);
    const int low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    secret.data()[i / 2] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return secret;
}

} // namespace

std::optional<secret_bytes<32>> load_secret(const std::filesystem::path& file, std::string& error) {
  const stack_wiper wiper;
  file_start text;
  const auto size = read_start(file, text);
  if (!size) {
    error = file.string() + ": cannot read the key; check that the file exists and may be read";
    return std::nullopt;
  }
  auto secret = parse(text.view().first(*size));
  if (!secret) error = file.string() + ": has to hold 64 lower-case hex digits and nothing else";
  return secret;
}

} // namespace quorate::config
