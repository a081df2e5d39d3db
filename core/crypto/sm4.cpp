#include "core/crypto/sm4.hpp"

#include "core/crypto/evp_cipher.hpp"
#include "core/crypto/hmac.hpp"

#include <algorithm>

namespace quorate {

namespace {

using block = std::array<std::uint8_t, 16>;
using sm4_key = std::span<const std::uint8_t, 16>;

void sm4_ctr(sm4_key key, const block& counter, byte_view in, std::uint8_t* out) noexcept {
  static const EVP_CIPHER* const algorithm = evp::fetched_cipher("SM4-CTR");
  evp::update(evp::start(algorithm, key, counter, evp::direction::encrypt).get(), in, out);
}

/// SM4 of one block: what counter mode adds to zeros.
block sm4(sm4_key key, const block& in) noexcept {
  block out{};
  sm4_ctr(key, in, out, out.data());
  return out;
}

/// An element of GF(2^128), its bits in GCM's order: the first bit of the block is high's highest.
struct element {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

std::uint64_t big_endian(const std::uint8_t* from) noexcept {
  std::uint64_t v = 0;
  for (int i = 0; i < 8; ++i)
    v = v << 8 | from[i];
  return v;
}

/// NIST SP 800-38D, algorithm 1, without a branch or index that depends on the numbers.
element product(element x, element v) noexcept {
  element z;
  for (int i = 0; i < 128; ++i) {
    const std::uint64_t taken = 0 - (x.high >> 63);
    z.high ^= v.high & taken;
    z.low ^= v.low & taken;
    const std::uint64_t reduced = 0 - (v.low & 1);
    v.low = v.low >> 1 | v.high << 63;
    v.high = v.high >> 1 ^ (reduced & 0xe100000000000000U);
    x.high = x.high << 1 | x.low >> 63;
    x.low <<= 1;
  }
  return z;
}

class ghash {
public:
  explicit ghash(const block& subkey) noexcept
      : subkey_{big_endian(subkey.data()), big_endian(subkey.data() + 8)} {}
  ghash(const ghash&) = delete;
  ghash& operator=(const ghash&) = delete;
  ~ghash() { wipe(&subkey_, sizeof subkey_); }

  /// Takes `in`, filled up with zeros to whole blocks.
  void take(byte_view in) noexcept {
    for (std::size_t at = 0; at < in.size(); at += 16) {
      block padded{};
      const auto part = in.subspan(at, std::min<std::size_t>(16, in.size() - at));
      std::memcpy(padded.data(), part.data(), part.size());
      take({big_endian(padded.data()), big_endian(padded.data() + 8)});
    }
  }

  void take(element e) noexcept { sum_ = product({sum_.high ^ e.high, sum_.low ^ e.low}, subkey_); }

  block value() const noexcept {
    block out;
    for (std::size_t i = 0; i < 16; ++i)
      out[i] = static_cast<std::uint8_t>((i < 8 ? sum_.high : sum_.low) >> (56 - 8 * (i % 8)));
    return out;
  }

private:
  element subkey_;
  element sum_;
};

block counter_block(const aead_nonce& nonce, std::uint8_t number) noexcept {
  block out{};
  std::memcpy(out.data(), nonce.data.data(), aead_nonce::size);
  out[15] = number;
  return out;
}

block tag_of(sm4_key key, const aead_nonce& nonce, byte_view associated,
             byte_view ciphertext) noexcept {
  ghash hash{sm4(key, {})};
  hash.take(associated);
  hash.take(ciphertext);
  hash.take(element{std::uint64_t{associated.size()} * 8, std::uint64_t{ciphertext.size()} * 8});
  auto tag = hash.value();
  const auto mask = sm4(key, counter_block(nonce, 1));
  for (std::size_t i = 0; i < tag.size(); ++i)
    tag[i] ^= mask[i];
  return tag;
}

// The counter's low 32 bits, which alone GCM counts, do not run over below 64 GiB; update() bounds.
void crypt(sm4_key key, const aead_nonce& nonce, byte_view in, std::uint8_t* out) noexcept {
  sm4_ctr(key, counter_block(nonce, 2), in, out);
}

} // namespace

bytes sm4_gcm_seal(sm4_key key, const aead_nonce& nonce, byte_view associated, byte_view plain) {
  bytes sealed(plain.size() + aead_tag_bytes);
  crypt(key, nonce, plain, sealed.data());
  const auto tag = tag_of(key, nonce, associated, byte_view{sealed}.first(plain.size()));
  std::memcpy(sealed.data() + plain.size(), tag.data(), tag.size());
  return sealed;
}

outcome sm4_gcm_open(sm4_key key, const aead_nonce& nonce, byte_view associated, byte_view sealed,
                     std::span<std::uint8_t> out) noexcept {
  QUORATE_CHECK(out.size() + aead_tag_bytes == sealed.size());
  const auto ciphertext = sealed.first(out.size());
  const auto tag = tag_of(key, nonce, associated, ciphertext);
  if (!equal_in_constant_time(tag, sealed.last(aead_tag_bytes))) return errc::decryption_failed;
  crypt(key, nonce, ciphertext, out.data());
  return {};
}

} // namespace quorate
