// Shamir shares as text, a line each, and of the secret and entropy that the input gives.
#include "core/wallet/shamir.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

void check_texts(std::string_view text) {
  std::vector<shamir_share> shares;
  for (std::size_t from = 0; from < text.size() && shares.size() < 4;) {
    const auto to = std::min(text.find('\n', from), text.size());
    const auto line = text.substr(from, to - from);
    from = to + 1;
    auto share = shamir_share::parse(line);
    if (!share) continue;
    fuzz::accepted();
    QUORATE_CHECK(share->to_text().text() == line);
    QUORATE_CHECK(share->policy().threshold >= 2 &&
                  share->policy().threshold <= share->policy().count);
    QUORATE_CHECK(share->number() >= 1 && share->number() <= share->policy().count);
    shares.push_back(std::move(*share));
  }
  (void)shamir_combine(shares);
}

void check_split(fuzz::source from) {
  const share_policy policy{static_cast<std::uint8_t>(2 + from.u8() % 3),
                            static_cast<std::uint8_t>(4 + from.u8() % 3)};
  const auto secret = from.raw(from.u8() % (shamir_secret_bytes_max + 1));
  bytes entropy(shamir_entropy_bytes(policy.threshold), 0x5a);
  const auto content = from.raw(entropy.size());
  std::copy(content.begin(), content.end(), entropy.begin());
  auto shares = shamir_split(secret, policy, entropy);
  QUORATE_CHECK(shares.has_value() == !secret.empty());
  if (!shares) return;
  fuzz::accepted();
  std::vector<shamir_share> few;
  for (std::size_t i = 0; i < policy.threshold; ++i)
    few.push_back(shamir_share::parse((*shares)[shares->size() - 1 - i].to_text().text()).value());
  const auto back = shamir_combine(few);
  QUORATE_CHECK(back && fuzz::equal(back->view(), secret));
  few.pop_back();
  QUORATE_CHECK(!shamir_combine(few));
}

} // namespace

void fuzz::run(byte_view input) {
  check_texts(as_text(input));
  check_split(source{input});
}
