#include "core/crypto/keccak.hpp"

#include "core/crypto/secret.hpp"

#include <bit>

namespace quorate {

namespace {

constexpr std::size_t lanes = 25;
constexpr std::size_t rate_bytes = 136; // 1088 bits
constexpr int rounds = 24;

using state = std::array<std::uint64_t, lanes>; // lane (x, y) stands at x + 5y

/// One step of the linear feedback shift register x^8 + x^6 + x^5 + x^4 + 1.
constexpr bool next_bit(std::uint8_t& lfsr) {
  const bool bit = (lfsr & 1) != 0;
  lfsr = static_cast<std::uint8_t>((lfsr & 0x80) != 0 ? (lfsr << 1) ^ 0x71 : lfsr << 1);
  return bit;
}

/// Keccak reference, section 1.2: bit 2^j - 1 of each round's constant comes from the register.
constexpr auto round_constants = [] {
  std::array<std::uint64_t, rounds> constants{};
  std::uint8_t lfsr = 1;
  for (auto& constant : constants)
    for (int j = 0; j < 7; ++j)
      if (next_bit(lfsr)) constant |= std::uint64_t{1} << ((1U << j) - 1);
  return constants;
}();
static_assert(round_constants[0] == 1 && round_constants[23] == 0x8000000080008008);

/// The order in which rho and pi move the lanes, and how far each is rotated: triangular numbers.
struct move {
  std::size_t to;
  int rotation;
};
constexpr auto moves = [] {
  std::array<move, lanes - 1> all{};
  std::size_t x = 1;
  std::size_t y = 0;
  for (std::size_t t = 0; t < all.size(); ++t) {
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    all[t] = {x + 5 * y, static_cast<int>((t + 1) * (t + 2) / 2 % 64)};
  }
  return all;
}();

void permute(state& a) noexcept {
  for (const auto round_constant : round_constants) {
    std::array<std::uint64_t, 5> column{};
#pragma GCC unroll 5
    for (std::size_t x = 0; x < 5; ++x)
      column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 5
    for (std::size_t x = 0; x < 5; ++x) { // theta
      const auto mixed = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
#pragma GCC unroll 5
      for (std::size_t y = 0; y < lanes; y += 5)
        a[x + y] ^= mixed;
    }
    auto carried = a[1]; // rho and pi; unrolled, as all loops here, the places are constants
#pragma GCC unroll 24
    for (const auto& [to, rotation] : moves)
      carried = std::exchange(a[to], std::rotl(carried, rotation));
#pragma GCC unroll 5
    for (std::size_t y = 0; y < lanes; y += 5) { // chi
      const std::array<std::uint64_t, 5> row{a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
#pragma GCC unroll 5
      for (std::size_t x = 0; x < 5; ++x)
        a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= round_constant; // iota
  }
}

void absorb_byte(state& a, std::size_t at, std::uint8_t byte) noexcept {
  a[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8)); // lanes are little-endian
}

} // namespace

digest keccak256(std::initializer_list<byte_view> parts) noexcept {
  state a{};
  std::size_t at = 0;
  for (auto part : parts)
    for (auto byte : part) {
      absorb_byte(a, at, byte);
      if (++at == rate_bytes) {
        permute(a);
        at = 0;
      }
    }
  absorb_byte(a, at, 0x01);
  absorb_byte(a, rate_bytes - 1, 0x80);
  permute(a);
  digest out;
  for (std::size_t i = 0; i < digest::size; ++i)
    out.data[i] = static_cast<std::uint8_t>(a[i / 8] >> (8 * (i % 8)));
  wipe(a.data(), sizeof a); // keystores hash derived keys with it
  return out;
}

} // namespace quorate
