#include "core/wallet/mnemonic.hpp"

#include "core/crypto/hash.hpp"
#include "core/crypto/kdf.hpp"
#include "core/wallet/bit_string.hpp"
#include "core/wallet/nfkd.hpp"

namespace quorate::wallet {

namespace {

constexpr unsigned bits_per_word = 11;
constexpr std::size_t words_max = 24;
constexpr std::uint64_t seed_rounds = 2048;

// Entropy and its checksum: one bit of checksum for each 32 of entropy, so at most 264.
using sentence_bits = bit_string<33>;

// The first bits of SHA-256 of the entropy.
std::uint32_t checksum_of(byte_view entropy) {
  auto hash = sha256(entropy);
  const auto first = hash.data[0] >> (8 - entropy.size() / 4);
  wipe(hash.data.data(), hash.data.size());
  return static_cast<std::uint32_t>(first);
}

} // namespace

expected<mnemonic> mnemonic::from_entropy(byte_view entropy, const word_list& words) {
  QUORATE_CHECK(words.size() == bip39_word_count);
  if (entropy.size() < 16 || entropy.size() > 32 || entropy.size() % 4 != 0)
    return errc::bad_entropy_size;
  sentence_bits bits;
  bits.push_bytes(entropy);
  bits.push(checksum_of(entropy), static_cast<unsigned>(entropy.size() / 4));
  mnemonic made;
  QUORATE_TRY(made.entropy_.append(entropy));
  for (auto left = bits.size() / bits_per_word; left > 0; --left) {
    QUORATE_TRY(made.sentence_.append(words.word(bits.take(bits_per_word))));
    if (left > 1) QUORATE_TRY(made.sentence_.append(" "));
  }
  return made;
}

expected<mnemonic> mnemonic::parse(std::string_view sentence, const word_list& words) {
  QUORATE_CHECK(words.size() == bip39_word_count);
  QUORATE_ASSIGN(const auto normal, nfkd(sentence));
  sentence_bits bits;
  std::size_t count = 0;
  QUORATE_TRY(for_each_word(normal.text(), [&](std::string_view word) -> outcome {
    if (++count > words_max) return errc::bad_word_count;
    QUORATE_ASSIGN(const auto number, words.number_of(word));
    bits.push(number, bits_per_word);
    return {};
  }));
  if (count < 12 || count % 3 != 0) return errc::bad_word_count;
  auto entropy = bounded_secret<32>::zeros(count / 3 * 4);
  bits.take_bytes(entropy.span());
  if (bits.take(static_cast<unsigned>(count / 3)) != checksum_of(entropy.view()))
    return errc::bad_word_checksum;
  return from_entropy(entropy.view(), words);
}

expected<wallet_seed> mnemonic::seed(std::string_view passphrase) const {
  QUORATE_ASSIGN(const auto normal, nfkd(passphrase));
  secret_text salt;
  QUORATE_TRY(salt.append("mnemonic"));
  QUORATE_TRY(salt.append(normal.text()));
  wallet_seed seed;
  QUORATE_TRY(
      pbkdf2_hmac_sha512(sentence_.view(), salt.view(), seed_rounds, {seed.data(), seed.size()}));
  return seed;
}

} // namespace quorate::wallet
