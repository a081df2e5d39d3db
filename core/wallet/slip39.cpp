#include "core/wallet/slip39.hpp"

#include "core/crypto/hmac.hpp"
#include "core/wallet/gf256.hpp"
#include "core/wallet/slip39_cipher.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

// Places of each polynomial that no share has.
constexpr std::uint8_t digest_place = 254;
constexpr std::uint8_t secret_place = 255;
constexpr std::size_t digest_bytes = 4;
constexpr std::size_t id_bytes = 2;

bool is_valid(std::size_t threshold, std::size_t count) {
  return threshold >= 1 && threshold <= count && count <= slip39_count_max;
}

bool is_secret_size(std::size_t bytes) {
  return bytes >= slip39_secret_bytes_min && bytes <= 64 && bytes % 2 == 0;
}

// Random bytes are taken from the front, each once.
class entropy_source {
public:
  explicit entropy_source(byte_view all) : rest_(all) {}
  byte_view take(std::size_t bytes) {
    QUORATE_CHECK(bytes <= rest_.size());
    const auto taken = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return taken;
  }

private:
  byte_view rest_;
};

gf256_point point(std::uint8_t x, byte_view y) { return {x, *secret_value::from(y)}; }

// The value at digest_place: a MAC of the secret under a random key, then the key.
gf256_point digest_point(byte_view secret, byte_view key) {
  const auto mac = hmac_sha256(key, {secret});
  auto made = point(digest_place, mac.view().first(digest_bytes));
  QUORATE_CHECK(made.y.append(key));
  return made;
}

// Source: SLIP-39, "Sharing a secret": T - 2 random shares, digest and secret fix the polynomials.
std::vector<gf256_point> split_secret(byte_view secret, slip39_group policy,
                                      entropy_source& entropy) {
  std::vector<gf256_point> shares;
  if (policy.threshold == 1) {
    for (std::uint8_t x = 0; x < policy.count; ++x)
      shares.push_back(point(x, secret));
    return shares;
  }
  std::vector<gf256_point> base;
  base.push_back(point(secret_place, secret));
  base.push_back(digest_point(secret, entropy.take(secret.size() - digest_bytes)));
  for (std::uint8_t x = 0; x < policy.count; ++x) {
    if (x + 2 < policy.threshold) {
      const auto random = entropy.take(secret.size());
      shares.push_back(point(x, random));
      base.push_back(point(x, random));
    } else {
      shares.push_back({x, gf256_interpolate(base, x)});
    }
  }
  return shares;
}

expected<secret_value> recover_secret(std::span<const gf256_point> shares) {
  if (shares.size() == 1) return secret_value::from(shares[0].y.view());
  auto secret = gf256_interpolate(shares, secret_place);
  const auto digest = gf256_interpolate(shares, digest_place);
  const auto mac = hmac_sha256(digest.view().subspan(digest_bytes), {secret.view()});
  if (!equal_in_constant_time(mac.view().first(digest_bytes), digest.view().first(digest_bytes)))
    return errc::false_share;
  return secret;
}

// Bytes of entropy that split_secret() takes.
std::size_t entropy_of_split(std::size_t threshold, std::size_t secret_bytes) {
  return threshold == 1 ? 0 : (threshold - 1) * secret_bytes - digest_bytes;
}

// The shares of one group: all of them, or an error.
expected<gf256_point> recover_group(std::span<const slip39_share> shares, std::uint8_t group) {
  std::vector<gf256_point> members;
  std::uint8_t threshold = 0;
  for (const auto& share : shares) {
    if (share.group != group) continue;
    if (members.empty()) threshold = share.member_threshold;
    if (share.member_threshold != threshold) return errc::mixed_shares;
    const bool twice = std::any_of(members.begin(), members.end(),
                                   [&](const auto& m) { return m.x == share.member; });
    if (twice) return errc::wrong_share_count;
    members.push_back(point(share.member, share.value.view()));
  }
  if (members.size() != threshold) return errc::wrong_share_count;
  QUORATE_ASSIGN(auto value, recover_secret(members));
  return gf256_point{group, std::move(value)};
}

} // namespace

outcome check(const slip39_plan& plan) noexcept {
  if (!is_valid(plan.group_threshold, plan.groups.size())) return errc::bad_threshold;
  if (plan.iteration_exponent > 15) return errc::bad_threshold;
  for (const auto& group : plan.groups) {
    // Several shares with a threshold of 1 would be copies that look like different shares.
    if (!is_valid(group.threshold, group.count) || (group.threshold == 1 && group.count > 1))
      return errc::bad_threshold;
  }
  return {};
}

std::size_t slip39_entropy_bytes(const slip39_plan& plan, std::size_t secret_bytes) noexcept {
  auto sum = id_bytes + entropy_of_split(plan.group_threshold, secret_bytes);
  for (const auto& group : plan.groups)
    sum += entropy_of_split(group.threshold, secret_bytes);
  return sum;
}

expected<std::vector<slip39_share>> slip39_split(byte_view secret, std::string_view passphrase,
                                                 const slip39_plan& plan, byte_view entropy) {
  QUORATE_TRY(check(plan));
  if (!is_secret_size(secret.size()) || entropy.size() != slip39_entropy_bytes(plan, secret.size()))
    return errc::bad_entropy_size;
  entropy_source source{entropy};
  const auto id = source.take(id_bytes);
  const auto group_count = static_cast<std::uint8_t>(plan.groups.size());
  const slip39_set set{static_cast<std::uint16_t>((id[0] << 8 | id[1]) & 0x7fff), plan.extendable,
                       plan.iteration_exponent, plan.group_threshold, group_count};
  QUORATE_ASSIGN(const auto encrypted, slip39_encrypt(secret, passphrase, set));

  std::vector<slip39_share> shares;
  const slip39_group of_groups{plan.group_threshold, group_count};
  for (const auto& group : split_secret(encrypted.view(), of_groups, source)) {
    const auto policy = plan.groups[group.x];
    for (auto& member : split_secret(group.y.view(), policy, source))
      shares.push_back({set, group.x, member.x, policy.threshold, std::move(member.y)});
  }
  return shares;
}

expected<secret_value> slip39_combine(std::span<const slip39_share> shares,
                                      std::string_view passphrase) {
  if (shares.empty()) return errc::wrong_share_count;
  const auto& first = shares[0];
  for (const auto& share : shares) {
    if (share.set != first.set || share.value.size() != first.value.size())
      return errc::mixed_shares;
  }
  std::vector<gf256_point> groups;
  for (std::uint8_t group = 0; group < slip39_count_max; ++group) {
    const bool is_there = std::any_of(shares.begin(), shares.end(),
                                      [&](const auto& share) { return share.group == group; });
    if (!is_there) continue;
    QUORATE_ASSIGN(auto recovered, recover_group(shares, group));
    groups.push_back(std::move(recovered));
  }
  if (groups.size() != first.set.group_threshold) return errc::wrong_share_count;
  QUORATE_ASSIGN(const auto encrypted, recover_secret(groups));
  return slip39_decrypt(encrypted.view(), passphrase, first.set);
}

} // namespace quorate::wallet
