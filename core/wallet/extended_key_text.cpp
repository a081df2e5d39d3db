#include "core/wallet/extended_key_text.hpp"

#include "core/codec/base58.hpp"
#include "core/crypto/digests.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

constexpr std::size_t payload_bytes = 78;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t checked_bytes = payload_bytes + checksum_bytes;
constexpr std::size_t digits_max = 112; // 82 bytes are less than 58^112

using checked_payload = secret_bytes<checked_bytes>;

using base58::alphabet;
using base58::multiply_add;

// Base58 without the rule for leading zeros: no version of an extended key starts with one. Every
// step of it stays in memory that is wiped, unlike core/chain/base58.hpp.
secret_text to_base58(const checked_payload& in) {
  secret_bytes<digits_max> digits;
  for (const auto byte : in.view())
    QUORATE_CHECK(multiply_add({digits.data(), digits_max}, 58, 256, byte) == 0);
  secret_text text;
  for (const auto digit : digits.view()) {
    if (digit == 0 && text.size() == 0) continue;
    QUORATE_CHECK(text.append(alphabet.substr(digit, 1)));
  }
  return text;
}

expected<checked_payload> from_base58(std::string_view text) {
  if (text.size() > digits_max) return errc::bad_extended_key;
  checked_payload out;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return errc::bad_extended_key;
    if (multiply_add({out.data(), checked_bytes}, 256, 58, static_cast<std::uint32_t>(digit)) != 0)
      return errc::bad_extended_key;
  }
  if (out.data()[0] == 0 || text.front() == alphabet.front()) return errc::bad_extended_key;
  return out;
}

std::span<const std::uint8_t, payload_bytes> payload_of(const checked_payload& in) {
  return std::span<const std::uint8_t, checked_bytes>{in.data(), checked_bytes}
      .first<payload_bytes>();
}

bool has_checksum(const checked_payload& in) {
  const auto sum = double_sha256(payload_of(in));
  return std::memcmp(sum.data.data(), in.data() + payload_bytes, checksum_bytes) == 0;
}

} // namespace

secret_text write_extended_key(const extended_key_fields& fields) {
  QUORATE_CHECK(fields.version >> 24 != 0);
  checked_payload out;
  auto* at = out.data();
  const auto put = [&at](byte_view in) { at = std::copy(in.begin(), in.end(), at); };
  const auto put_32 = [&put](std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      const std::array one{static_cast<std::uint8_t>(value >> shift)};
      put(one);
    }
  };
  put_32(fields.version);
  put(std::array{fields.lineage.depth});
  put(fields.lineage.parent.view());
  put_32(fields.lineage.index);
  put(fields.chain_code.view());
  put(fields.key.view());
  const auto sum = double_sha256(payload_of(out));
  put(byte_view{sum.data}.first(checksum_bytes));
  return to_base58(out);
}

expected<extended_key_fields> read_extended_key(std::string_view text) {
  QUORATE_ASSIGN(const auto in, from_base58(text));
  if (!has_checksum(in)) return errc::bad_extended_key;
  const auto at = payload_of(in);
  const auto read_32 = [&at](std::size_t from) {
    return static_cast<std::uint32_t>(at[from]) << 24 |
           static_cast<std::uint32_t>(at[from + 1]) << 16 |
           static_cast<std::uint32_t>(at[from + 2]) << 8 | at[from + 3];
  };
  extended_key_fields fields;
  fields.version = read_32(0);
  fields.lineage.depth = at[4];
  std::copy_n(at.begin() + 5, key_fingerprint::size, fields.lineage.parent.data.begin());
  fields.lineage.index = read_32(9);
  fields.chain_code = secret_bytes<32>{at.subspan<13, 32>()};
  fields.key = secret_bytes<33>{at.subspan<45, 33>()};
  const bool is_master = fields.lineage.depth == 0;
  if (is_master && (!fields.lineage.parent.is_zero() || fields.lineage.index != 0))
    return errc::bad_extended_key;
  return fields;
}

} // namespace quorate::wallet
