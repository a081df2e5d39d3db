#include "core/wallet/slip39_share.hpp"

#include "core/wallet/bit_string.hpp"
#include "core/wallet/words.hpp"

namespace quorate::wallet {

namespace {

constexpr unsigned bits_per_word = 10;
constexpr std::size_t header_words = 4;
constexpr std::size_t checksum_words = 3;
constexpr std::size_t words_min = 20;
constexpr std::size_t words_max = 59; // of 64 bytes
constexpr unsigned padding_bits_max = 8;

using share_bits = bit_string<(words_max * bits_per_word + 7) / 8>;

constexpr std::size_t value_words(std::size_t bytes) { return (bytes * 8 + 9) / 10; }
static_assert(header_words + value_words(16) + checksum_words == words_min);
static_assert(header_words + value_words(64) + checksum_words == words_max);

// The words of one share as numbers.
struct word_numbers {
  std::array<std::uint16_t, words_max> at{};
  std::size_t size = 0;

  word_numbers() = default;
  word_numbers(const word_numbers&) = delete;
  word_numbers& operator=(const word_numbers&) = delete;
  ~word_numbers() { wipe(at.data(), sizeof at); }

  std::span<const std::uint16_t> all() const { return {at.data(), size}; }
};

// A Reed-Solomon code over GF(1024): finds any three wrong words. Source: SLIP-39, "Checksum".
class rs1024 {
public:
  explicit rs1024(bool extendable) {
    // The customization string: shares of another scheme have another checksum.
    const std::string_view customization = extendable ? "shamir_extendable" : "shamir";
    for (const char c : customization)
      feed(static_cast<std::uint32_t>(c));
  }

  void feed(std::uint32_t value) {
    constexpr std::array<std::uint32_t, 10> generator{
        0x00e0e040, 0x01c1c080, 0x03838100, 0x07070200, 0x0e0e0009,
        0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x03f3f120};
    const auto top = state_ >> 20;
    state_ = (state_ & 0xfffff) << 10 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i)
      state_ ^= generator[i] & (0U - (top >> i & 1U));
  }
  std::uint32_t state() const { return state_; }

private:
  std::uint32_t state_ = 1;
};

bool has_checksum(std::span<const std::uint16_t> words, bool extendable) {
  rs1024 code{extendable};
  for (const auto word : words)
    code.feed(word);
  return code.state() == 1;
}

// Appends the three words that bring the state to 1.
void append_checksum(word_numbers& words, bool extendable) {
  rs1024 code{extendable};
  for (const auto word : words.all())
    code.feed(word);
  for (std::size_t i = 0; i < checksum_words; ++i)
    code.feed(0);
  const auto sum = code.state() ^ 1;
  for (const unsigned shift : {20U, 10U, 0U})
    words.at[words.size++] = static_cast<std::uint16_t>(sum >> shift & 1023);
}

expected<slip39_share> read_fields(share_bits& bits) {
  slip39_share share;
  share.set.id = static_cast<std::uint16_t>(bits.take(15));
  share.set.extendable = bits.take(1) != 0;
  share.set.iteration_exponent = static_cast<std::uint8_t>(bits.take(4));
  share.group = static_cast<std::uint8_t>(bits.take(4));
  share.set.group_threshold = static_cast<std::uint8_t>(bits.take(4) + 1);
  share.set.group_count = static_cast<std::uint8_t>(bits.take(4) + 1);
  share.member = static_cast<std::uint8_t>(bits.take(4));
  share.member_threshold = static_cast<std::uint8_t>(bits.take(4) + 1);
  const auto padding = static_cast<unsigned>(bits.size() % 16);
  if (padding > padding_bits_max || bits.take(padding) != 0) return errc::bad_share;
  share.value = secret_value::zeros(bits.size() / 8);
  bits.take_bytes(share.value.span());
  if (share.set.group_threshold > share.set.group_count) return errc::bad_share;
  return share;
}

} // namespace

secret_text to_words(const slip39_share& share) {
  share_bits bits;
  bits.push(share.set.id, 15);
  bits.push(share.set.extendable ? 1 : 0, 1);
  bits.push(share.set.iteration_exponent, 4);
  bits.push(share.group, 4);
  bits.push(share.set.group_threshold - 1U, 4);
  bits.push(share.set.group_count - 1U, 4);
  bits.push(share.member, 4);
  bits.push(share.member_threshold - 1U, 4);
  const auto value_bits = share.value.size() * 8;
  bits.push(0, static_cast<unsigned>(value_words(share.value.size()) * bits_per_word - value_bits));
  bits.push_bytes(share.value.view());

  word_numbers numbers;
  while (bits.size() > 0)
    numbers.at[numbers.size++] = static_cast<std::uint16_t>(bits.take(bits_per_word));
  append_checksum(numbers, share.set.extendable);
  secret_text text;
  for (const auto number : numbers.all()) {
    if (text.size() > 0) QUORATE_CHECK(text.append(" "));
    QUORATE_CHECK(text.append(word_list::slip39().word(number)));
  }
  return text;
}

expected<slip39_share> parse_slip39_share(std::string_view words) {
  word_numbers numbers;
  QUORATE_TRY(for_each_word(words, [&](std::string_view word) -> outcome {
    if (numbers.size == words_max) return errc::bad_word_count;
    QUORATE_ASSIGN(numbers.at[numbers.size], word_list::slip39().number_of(word));
    ++numbers.size;
    return {};
  }));
  if (numbers.size < words_min) return errc::bad_word_count;
  const bool extendable = (numbers.at[1] >> 4 & 1) != 0;
  if (!has_checksum(numbers.all(), extendable)) return errc::bad_word_checksum;
  share_bits bits;
  for (const auto number : numbers.all().first(numbers.size - checksum_words))
    bits.push(number, bits_per_word);
  return read_fields(bits);
}

} // namespace quorate::wallet
