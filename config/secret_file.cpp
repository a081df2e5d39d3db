#include "config/secret_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace quorate::config {

namespace {

constexpr std::size_t digits = 64;
constexpr std::string_view sm2_mark = "sm2:";
using file_start = secret_bytes<sm2_mark.size() + digits + 8>; // longer files are refused

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
  if (text.size() < digits || text.size() >= digits + 8) return std::nullopt;
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

std::optional<std::size_t> read_or_explain(const std::filesystem::path& file, file_start& into,
                                           std::string& error) {
  const auto size = read_start(file, into);
  if (!size)
    error = file.string() + ": cannot read the key; check that the file exists and may be read";
  return size;
}

} // namespace

std::optional<secret_bytes<32>> load_secret(const std::filesystem::path& file, std::string& error) {
  const stack_wiper wiper;
  file_start text;
  const auto size = read_or_explain(file, text, error);
  if (!size) return std::nullopt;
  auto secret = parse(text.view().first(*size));
  if (!secret) error = file.string() + ": has to hold 64 lower-case hex digits and nothing else";
  return secret;
}

std::optional<identity_secret> load_identity_secret(const std::filesystem::path& file,
                                                    std::string& error) {
  const stack_wiper wiper;
  file_start text;
  const auto size = read_or_explain(file, text, error);
  if (!size) return std::nullopt;
  auto written = text.view().first(*size);
  const bool is_sm2 = written.size() >= sm2_mark.size() &&
                      std::ranges::equal(written.first(sm2_mark.size()), as_bytes(sm2_mark));
  if (is_sm2) written = written.subspan(sm2_mark.size());
  auto secret = parse(written);
  if (!secret) {
    error = file.string() + ": has to hold 64 lower-case hex digits and nothing else; a key of the "
                            "national suite has \"sm2:\" in front of them";
    return std::nullopt;
  }
  return identity_secret{is_sm2 ? crypto_suite::national : crypto_suite::standard,
                         std::move(*secret)};
}

std::optional<signing_key> load_identity(const std::filesystem::path& file, std::string& error) {
  const auto read = load_identity_secret(file, error);
  if (!read) return std::nullopt;
  auto key = signing_key::from_secret(read->secret, read->suite);
  if (!key) {
    error = file.string() + ": not a valid secret key";
    return std::nullopt;
  }
  return std::move(*key);
}

std::string identity_text(crypto_suite suite, const std::array<std::uint8_t, 32>& secret) {
  const std::string mark{suite == crypto_suite::national ? sm2_mark : ""};
  return mark + to_hex(byte_view{secret}) + "\n";
}

std::string other_suite(crypto_suite given, crypto_suite of_cluster) {
  return "a key of the " + std::string{name(given)} +
         " suite, and the genesis says that all keys " + "of this cluster are of the " +
         std::string{name(of_cluster)} + " one";
}

} // namespace quorate::config
