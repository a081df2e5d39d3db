// SLIP-39 shares as words, and of the numbers that the input gives.
#include "core/wallet/slip39.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

// Exponents that cost no time.
bool is_cheap(const slip39_share& share) { return share.set.iteration_exponent == 0; }

// The input's lines are shares of one secret, or of none.
void check_texts(std::string_view text) {
  std::vector<slip39_share> shares;
  bool cheap = true;
  for (std::size_t from = 0; from < text.size() && shares.size() < 4;) {
    const auto to = std::min(text.find('\n', from), text.size());
    auto share = parse_slip39_share(text.substr(from, to - from));
    from = to + 1;
    if (!share) continue;
    fuzz::accepted();
    const auto again = parse_slip39_share(to_words(*share).text());
    QUORATE_CHECK(again && to_words(*again).text() == to_words(*share).text());
    QUORATE_CHECK(share->value.size() >= slip39_secret_bytes_min && share->value.size() <= 64);
    cheap = cheap && is_cheap(*share);
    shares.push_back(std::move(*share));
  }
  if (cheap) (void)slip39_combine(shares, "");
}

void check_made(fuzz::source from) {
  slip39_share share;
  share.set.id = from.u16() & 0x7fff;
  share.set.extendable = from.u8() % 2 == 0;
  share.set.iteration_exponent = from.u8() % 16;
  share.set.group_count = static_cast<std::uint8_t>(1 + from.u8() % 16);
  share.set.group_threshold = static_cast<std::uint8_t>(1 + from.u8() % share.set.group_count);
  share.group = from.u8() % 16;
  share.member = from.u8() % 16;
  share.member_threshold = static_cast<std::uint8_t>(1 + from.u8() % 16);
  bytes value(16 + 2 * (from.u8() % 25));
  const auto content = from.raw(value.size());
  std::copy(content.begin(), content.end(), value.begin());
  share.value = secret_value::from(value).value();

  const auto words = to_words(share);
  const auto read = parse_slip39_share(words.text());
  QUORATE_CHECK(read.has_value());
  QUORATE_CHECK(read->set == share.set && read->group == share.group &&
                read->member == share.member && read->member_threshold == share.member_threshold &&
                fuzz::equal(read->value.view(), share.value.view()));
}

} // namespace

void fuzz::run(byte_view input) {
  check_texts(as_text(input));
  check_made(source{input});
}
