// A Shamir share as text.
#include "core/crypto/hash.hpp"
#include "core/wallet/field_521.hpp"
#include "core/wallet/secret_base64.hpp"
#include "core/wallet/shamir.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t covered_bytes = 4 + share_set_id::size + element_bytes;
using share_bytes = secret_bytes<covered_bytes + checksum_bytes>;
static_assert(share_bytes::size() % 3 == 0, "no padding in Base64");
static_assert(share_bytes::size() / 3 * 4 == shamir_text_bytes);

byte_view covered(const share_bytes& in) { return in.view().first(covered_bytes); }

// Cut to four bytes: it is there for typing errors; who makes shares up is found by the set id.
std::array<std::uint8_t, checksum_bytes> checksum_of(byte_view in) {
  static const hash_tag tag{"quorate/wallet/share"};
  const auto hash = tag(in);
  return {hash.data[0], hash.data[1], hash.data[2], hash.data[3]};
}

} // namespace

secret_text shamir_share::to_text() const {
  share_bytes out;
  auto* at = out.data();
  const auto put = [&at](byte_view in) { at = std::copy(in.begin(), in.end(), at); };
  put(std::array{format_version, policy_.threshold, policy_.count, number_});
  put(set_.view());
  put(value_.view());
  put(checksum_of(covered(out)));
  return to_base64(out.view());
}

expected<shamir_share> shamir_share::parse(std::string_view text) {
  share_bytes in;
  if (!from_base64(text, {in.data(), in.size()})) return errc::bad_share;
  const auto sum = checksum_of(covered(in));
  if (std::memcmp(sum.data(), in.data() + covered_bytes, checksum_bytes) != 0)
    return errc::bad_share;
  const std::span<const std::uint8_t, share_bytes::size()> at{in.data(), in.size()};
  shamir_share share;
  share.policy_ = {at[1], at[2]};
  share.number_ = at[3];
  std::copy_n(at.begin() + 4, share_set_id::size, share.set_.data.begin());
  share.value_ = secret_bytes<66>{at.subspan<4 + share_set_id::size, element_bytes>()};
  const bool in_range = share.policy_.threshold >= 2 &&
                        share.policy_.threshold <= share.policy_.count && share.number_ >= 1 &&
                        share.number_ <= share.policy_.count;
  if (at[0] != format_version || !in_range) return errc::bad_share;
  const auto value = at.subspan<4 + share_set_id::size, element_bytes>();
  if (!field_element::from_bytes(value)) return errc::bad_share;
  return share;
}

} // namespace quorate::wallet
