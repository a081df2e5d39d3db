#include "core/wallet/shamir.hpp"

#include "core/crypto/hmac.hpp"
#include "core/wallet/field_521.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

static_assert(1 + 1 + shamir_secret_bytes_max + shamir_blinding_bytes == element_bytes,
              "a zero byte, the length, the secret and the blinding key are one element");

using element = secret_bytes<element_bytes>;

std::span<const std::uint8_t, element_bytes> view_of(const element& e) {
  return std::span<const std::uint8_t, element_bytes>{e.data(), element_bytes};
}

// f(0): the first byte stays zero, and so the number is below 2^520.
element frame(byte_view secret, byte_view blinding) {
  element framed;
  framed.data()[1] = static_cast<std::uint8_t>(secret.size());
  std::copy(secret.begin(), secret.end(), framed.data() + 2);
  std::copy(blinding.begin(), blinding.end(), framed.data() + 2 + shamir_secret_bytes_max);
  return framed;
}

// Covers the whole of f(0), so that there is one f(0) for a set id, and the policy, so that shares
// whose threshold was changed give nothing.
share_set_id set_id_of(const element& framed, const share_policy& policy) {
  const auto blinding = framed.view().last(shamir_blinding_bytes);
  const std::array terms{policy.threshold, policy.count};
  const auto mac = hmac_sha256(blinding, {as_bytes("quorate/wallet/shares"), terms, framed.view()});
  share_set_id id;
  std::copy_n(mac.data(), share_set_id::size, id.data.begin());
  return id;
}

expected<secret_value> unframe(const element& framed) {
  const auto in = framed.view();
  const std::size_t size = in[1];
  if (in[0] != 0 || size == 0 || size > shamir_secret_bytes_max) return errc::false_share;
  return secret_value::from(in.subspan(2, size));
}

// Horner's rule. Coefficients: the constant one first.
field_element evaluate(std::span<const field_element> coefficients, const field_element& x) {
  field_element sum{0};
  for (auto a = coefficients.rbegin(); a != coefficients.rend(); ++a)
    sum = sum * x + *a;
  return sum;
}

// f(0) of the polynomial through all points: Lagrange's formula.
expected<element> interpolate_at_zero(std::span<const shamir_share> shares) {
  field_element sum{0};
  for (const auto& one : shares) {
    field_element above{1};
    field_element below{1};
    const field_element x{one.number()};
    for (const auto& other : shares) {
      if (&other == &one) continue;
      const field_element other_x{other.number()};
      above = above * other_x;
      below = below * (other_x - x);
    }
    QUORATE_ASSIGN(const auto y, field_element::from_bytes(view_of(one.value())));
    sum = sum + y * (above * below.inverse());
  }
  return sum.to_bytes();
}

outcome check_set(std::span<const shamir_share> shares) {
  if (shares.empty()) return errc::wrong_share_count;
  std::array<bool, shamir_shares_max + 1> seen{};
  for (const auto& share : shares) {
    if (share.set() != shares[0].set() || share.policy() != shares[0].policy())
      return errc::mixed_shares;
    if (std::exchange(seen[share.number()], true)) return errc::wrong_share_count;
  }
  if (shares.size() != shares[0].policy().threshold) return errc::wrong_share_count;
  return {};
}

} // namespace

std::size_t shamir_entropy_bytes(std::uint8_t threshold) noexcept {
  return shamir_blinding_bytes + (threshold - std::size_t{1}) * element_bytes;
}

expected<std::vector<shamir_share>> shamir_split(byte_view secret, const share_policy& policy,
                                                 byte_view entropy) {
  if (policy.threshold < 2 || policy.threshold > policy.count) return errc::bad_threshold;
  if (secret.empty() || secret.size() > shamir_secret_bytes_max) return errc::bad_entropy_size;
  if (entropy.size() != shamir_entropy_bytes(policy.threshold)) return errc::bad_entropy_size;

  const auto framed = frame(secret, entropy.first(shamir_blinding_bytes));
  std::vector<field_element> coefficients;
  QUORATE_ASSIGN(auto constant, field_element::from_bytes(view_of(framed)));
  coefficients.push_back(std::move(constant));
  for (auto rest = entropy.subspan(shamir_blinding_bytes); !rest.empty();
       rest = rest.subspan(element_bytes))
    coefficients.push_back(field_element::from_uniform(rest.first<element_bytes>()));

  std::vector<shamir_share> shares;
  for (unsigned number = 1; number <= policy.count; ++number) {
    shamir_share share;
    share.policy_ = policy;
    share.number_ = static_cast<std::uint8_t>(number);
    share.set_ = set_id_of(framed, policy);
    share.value_ = evaluate(coefficients, field_element{number}).to_bytes();
    shares.push_back(std::move(share));
  }
  return shares;
}

expected<secret_value> shamir_combine(std::span<const shamir_share> shares) {
  QUORATE_TRY(check_set(shares));
  QUORATE_ASSIGN(const auto framed, interpolate_at_zero(shares));
  const auto id = set_id_of(framed, shares[0].policy());
  if (!equal_in_constant_time(id.view(), shares[0].set().view())) return errc::false_share;
  return unframe(framed);
}

} // namespace quorate::wallet
