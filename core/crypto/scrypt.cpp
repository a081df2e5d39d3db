// scrypt between OpenSSL's two runs of PBKDF2. Its own scrypt holds to RFC 7914's n < 2^(16·r),
// which Ethereum's keystores, and the official vectors of their format, do not.
#include "core/crypto/kdf.hpp"
#include "core/crypto/secret.hpp"

#include <bit>

namespace quorate {

namespace {

constexpr std::size_t words_a_block = 16; // Salsa20's

using words = std::span<std::uint32_t>;
using salsa_block = std::array<std::uint32_t, words_a_block>;

/// Words that are wiped when they go.
class scratch {
public:
  explicit scratch(std::size_t size) : words_(size) {}
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { wipe(words_.data(), words_.size() * sizeof(std::uint32_t)); }

  words all() noexcept { return words_; }
  words part(std::size_t at, std::size_t size) noexcept { return all().subspan(at, size); }

private:
  std::vector<std::uint32_t> words_;
};

void quarter(salsa_block& x, std::size_t a, std::size_t b, std::size_t c, std::size_t d) noexcept {
  x[b] ^= std::rotl(x[a] + x[d], 7);
  x[c] ^= std::rotl(x[b] + x[a], 9);
  x[d] ^= std::rotl(x[c] + x[b], 13);
  x[a] ^= std::rotl(x[d] + x[c], 18);
}

/// Section 3: Salsa20's core with 8 rounds.
void salsa20_8(salsa_block& block) noexcept {
  auto x = block;
  for (int round = 0; round < 8; round += 2) {
    quarter(x, 0, 4, 8, 12); // columns
    quarter(x, 5, 9, 13, 1);
    quarter(x, 10, 14, 2, 6);
    quarter(x, 15, 3, 7, 11);
    quarter(x, 0, 1, 2, 3); // rows
    quarter(x, 5, 6, 7, 4);
    quarter(x, 10, 11, 8, 9);
    quarter(x, 15, 12, 13, 14);
  }
  for (std::size_t i = 0; i < words_a_block; ++i)
    block[i] += x[i];
}

void exclusive_or(words to, std::span<const std::uint32_t> from) noexcept {
  for (std::size_t i = 0; i < to.size(); ++i)
    to[i] ^= from[i];
}

/// Section 4: from 2·r blocks to as many, even ones before odd ones.
void block_mix(std::span<const std::uint32_t> in, words out) noexcept {
  const auto blocks = in.size() / words_a_block;
  salsa_block x;
  std::memcpy(x.data(), &in[(blocks - 1) * words_a_block], sizeof x);
  for (std::size_t i = 0; i < blocks; ++i) {
    exclusive_or(x, in.subspan(i * words_a_block, words_a_block));
    salsa20_8(x);
    std::memcpy(&out[(i / 2 + i % 2 * (blocks / 2)) * words_a_block], x.data(), sizeof x);
  }
}

/// Section 5. `table` holds n times as many words as `x`.
void ro_mix(words x, words mixed, scratch& table, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    std::memcpy(&table.all()[i * x.size()], x.data(), x.size_bytes());
    block_mix(x, mixed);
    std::swap(x, mixed);
  }
  for (std::size_t i = 0; i < n; ++i) {
    // Integerify: the last block's first 64 bits, of which n is at most 2^32.
    const std::size_t j = x[x.size() - words_a_block] & (n - 1);
    exclusive_or(x, table.part(j * x.size(), x.size()));
    block_mix(x, mixed);
    std::swap(x, mixed);
  }
} // after an even number of swaps, the result stands where x was

/// Between bytes and little-endian words, in place.
void swap_on_big_endian(words all) noexcept {
  if constexpr (std::endian::native == std::endian::big)
    for (auto& w : all)
      w = w >> 24 | (w >> 8 & 0xff00) | (w & 0xff00) << 8 | w << 24;
}

} // namespace

outcome check(const scrypt_cost& cost) noexcept {
  if (cost.n < 2 || !std::has_single_bit(cost.n) || cost.r == 0 || cost.p == 0)
    return errc::kdf_parameters;
  // By division, so that no product overflows; p is short enough for a sum of 64 bits.
  const std::uint64_t lanes_max = scrypt_memory_bytes_max / 128 / cost.r;
  if (cost.n > lanes_max || 2 * std::uint64_t{cost.p} + 1 > lanes_max - cost.n)
    return errc::kdf_parameters;
  if (cost.p > scrypt_work_max / (cost.n * cost.r)) return errc::kdf_parameters;
  return {};
}

outcome scrypt(byte_view password, byte_view salt, const scrypt_cost& cost,
               std::span<std::uint8_t> out) noexcept {
  QUORATE_TRY(check(cost));
  const std::size_t lane = 2 * words_a_block * std::size_t{cost.r};
  scratch lanes{lane * cost.p};
  scratch mixed{lane};
  scratch table{lane * cost.n};
  const std::span<std::uint8_t> lane_bytes{reinterpret_cast<std::uint8_t*>(lanes.all().data()),
                                           lanes.all().size_bytes()};
  QUORATE_TRY(pbkdf2_hmac_sha256(password, salt, 1, lane_bytes));
  swap_on_big_endian(lanes.all());
  for (std::size_t i = 0; i < cost.p; ++i)
    ro_mix(lanes.part(i * lane, lane), mixed.all(), table, cost.n);
  swap_on_big_endian(lanes.all());
  return pbkdf2_hmac_sha256(password, lane_bytes, 1, out);
}

} // namespace quorate
