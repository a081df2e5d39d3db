#include "core/crypto/sm2.hpp"

#include "core/crypto/digests.hpp"
#include "core/crypto/evp.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <secp256k1.h>

namespace quorate {

namespace {

using number = std::unique_ptr<BIGNUM, evp::freed_by<BN_clear_free>>;
using numbers = std::unique_ptr<BN_CTX, evp::freed_by<BN_CTX_free>>;
using point = std::unique_ptr<EC_POINT, evp::freed_by<EC_POINT_clear_free>>;

constexpr std::size_t id_bytes_max = 8191; // its bits are counted in 16

/// Calls that fail for want of memory only.
void must(int result) noexcept { QUORATE_CHECK(result == 1); }

const EC_GROUP* curve() noexcept {
  static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_sm2);
  QUORATE_CHECK(group != nullptr);
  return group;
}

const BIGNUM* order() noexcept { return EC_GROUP_get0_order(curve()); }

number new_number() noexcept {
  number n{BN_new()};
  QUORATE_CHECK(n);
  return n;
}

number number_of(byte_view big_endian) noexcept {
  number n{BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr)};
  QUORATE_CHECK(n);
  return n;
}

/// In OpenSSL's locked heap where there is one, and marked, so that the calls that heed the mark do
/// not branch on its bits.
number secret_number_of(byte_view big_endian) noexcept {
  number n{BN_secure_new()};
  QUORATE_CHECK(n);
  QUORATE_CHECK(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), n.get()) !=
                nullptr);
  BN_set_flags(n.get(), BN_FLG_CONSTTIME);
  return n;
}

void write_32(const BIGNUM* n, std::uint8_t* out) noexcept {
  QUORATE_CHECK(BN_bn2binpad(n, out, 32) == 32);
}

/// The secret as a number d with 1 <= d <= order - 2, so that 1 + d has an inverse.
expected<number> valid_secret(const sm2_secret_key& secret) noexcept {
  auto d = secret_number_of(secret.view());
  const auto most = new_number();
  must(BN_sub(most.get(), order(), BN_value_one()));
  if (BN_is_zero(d.get()) || BN_cmp(d.get(), most.get()) >= 0) return errc::bad_secret_key;
  return d;
}

/// k times the generator; one multiplication, which OpenSSL does by a ladder of even steps.
point times_generator(const BIGNUM* k, BN_CTX* scratch) noexcept {
  point p{EC_POINT_new(curve())};
  QUORATE_CHECK(p);
  must(EC_POINT_mul(curve(), p.get(), k, nullptr, nullptr, scratch));
  return p;
}

sm2_public_key encoded(const point& p, BN_CTX* scratch) noexcept {
  sm2_public_key out;
  QUORATE_CHECK(EC_POINT_point2oct(curve(), p.get(), POINT_CONVERSION_UNCOMPRESSED, out.data.data(),
                                   sm2_public_key::size, scratch) == sm2_public_key::size);
  return out;
}

expected<point> parse(const sm2_public_key& key, BN_CTX* scratch) noexcept {
  point p{EC_POINT_new(curve())};
  QUORATE_CHECK(p);
  if (key.data[0] != 0x04 ||
      EC_POINT_oct2point(curve(), p.get(), key.data.data(), sm2_public_key::size, scratch) != 1)
    return errc::bad_public_key;
  return p;
}

/// a, b and the generator's coordinates.
std::array<std::uint8_t, 128> make_parameters() noexcept {
  const numbers scratch{BN_CTX_new()};
  QUORATE_CHECK(scratch);
  const auto a = new_number();
  const auto b = new_number();
  must(EC_GROUP_get_curve(curve(), nullptr, a.get(), b.get(), scratch.get()));
  const auto generator = encoded(times_generator(BN_value_one(), scratch.get()), scratch.get());
  std::array<std::uint8_t, 128> out;
  write_32(a.get(), out.data());
  write_32(b.get(), out.data() + 32);
  std::copy(generator.data.begin() + 1, generator.data.end(), out.begin() + 64);
  return out;
}

/// e = SM3(Z || message), Z = SM3(bits of id || id || a || b || generator || key).
/// Source: GB/T 32918.2-2016, sections 5.5 and 6.1.
expected<digest> digest_of(const sm2_public_key& key, byte_view message,
                           std::string_view id) noexcept {
  static const auto parameters = make_parameters();
  if (id.size() > id_bytes_max) return errc::over_limit;
  const auto bits = static_cast<std::uint16_t>(id.size() * 8);
  const std::uint8_t length[] = {static_cast<std::uint8_t>(bits >> 8),
                                 static_cast<std::uint8_t>(bits)};
  const auto z = sm3({length, as_bytes(id), parameters, key.view().subspan(1)});
  return sm3({z.view(), message});
}

/// x of the point, which is public in both uses.
number x_of(const point& p, BN_CTX* scratch) noexcept {
  auto x = new_number();
  must(EC_POINT_get_affine_coordinates(curve(), p.get(), x.get(), nullptr, scratch));
  return x;
}

/// 1 / (1 + d) mod n as a power (Fermat), in steps that do not depend on d, unlike Euclid's.
number inverse_of_next(const BIGNUM* d, BN_CTX* scratch) noexcept {
  const auto next = secret_number_of({});
  must(BN_add(next.get(), d, BN_value_one()));
  const auto exponent = new_number();
  must(BN_sub(exponent.get(), order(), BN_value_one()));
  must(BN_sub_word(exponent.get(), 1));
  auto inverse = secret_number_of({});
  must(BN_mod_exp_mont_consttime(inverse.get(), next.get(), exponent.get(), order(), scratch,
                                 nullptr));
  return inverse;
}

/// r = (e + x of k times the generator) mod n; s = (k - r·d) / (1 + d) mod n.
/// Source: GB/T 32918.2-2016, section 6.1. False when another nonce has to be taken.
/// s is made as (k + r) / (1 + d) - r, the same: its one comparison is of what r and s tell anyway.
/// @param inverse  1 / (1 + d).
bool sign_with(const BIGNUM* inverse, const BIGNUM* k, const digest& e, sm2_signature& out,
               BN_CTX* scratch) noexcept {
  if (BN_is_zero(k) || BN_cmp(k, order()) >= 0) return false;
  const auto x = x_of(times_generator(k, scratch), scratch);
  const auto r = new_number();
  must(BN_mod_add(r.get(), number_of(e.view()).get(), x.get(), order(), scratch));
  const auto sum = secret_number_of({});
  must(BN_add(sum.get(), r.get(), k));
  if (BN_is_zero(r.get()) || BN_cmp(sum.get(), order()) == 0) return false;
  const auto s = secret_number_of({});
  must(BN_mod_mul(s.get(), sum.get(), inverse, order(), scratch));
  must(BN_mod_sub(s.get(), s.get(), r.get(), order(), scratch));
  if (BN_is_zero(s.get())) return false;
  write_32(r.get(), out.data.data());
  write_32(s.get(), out.data.data() + 32);
  return true;
}

numbers new_scratch() noexcept {
  numbers scratch{BN_CTX_new()};
  QUORATE_CHECK(scratch);
  return scratch;
}

numbers new_secret_scratch() noexcept {
  numbers scratch{BN_CTX_secure_new()};
  QUORATE_CHECK(scratch);
  return scratch;
}

/// @pre the secret is valid, and `inverse` is its inverse_of_next().
sm2_signature sign_digest(const sm2_secret_key& secret, const BIGNUM* inverse, const digest& e,
                          const std::array<std::uint8_t, 32>* entropy) noexcept {
  // libsecp256k1's nonce function is RFC 6979's generator and knows no curve; the name keeps its
  // nonces for SM2 apart from those of ECDSA with the same key.
  static constexpr std::uint8_t name[17] = "quorate SM2 sign";
  const auto scratch = new_secret_scratch();
  for (unsigned attempt = 0;; ++attempt) {
    secret_bytes<32> nonce;
    must(secp256k1_nonce_function_rfc6979(
        nonce.data(), e.data.data(), secret.data(), name,
        entropy != nullptr ? const_cast<std::uint8_t*>(entropy->data()) : nullptr, attempt));
    const auto k = secret_number_of(nonce.view());
    sm2_signature out;
    if (sign_with(inverse, k.get(), e, out, scratch.get())) return out;
  }
}

} // namespace

expected<sm2_public_key> sm2_public_key_of(const sm2_secret_key& secret) {
  const stack_wiper wiper;
  const auto scratch = new_secret_scratch();
  QUORATE_ASSIGN(const auto d, valid_secret(secret));
  return encoded(times_generator(d.get(), scratch.get()), scratch.get());
}

expected<sm2_signature> sign_sm2(const sm2_secret_key& secret, byte_view message,
                                 const std::array<std::uint8_t, 32>* entropy, std::string_view id) {
  const stack_wiper wiper;
  QUORATE_ASSIGN(const auto key, sm2_public_key_of(secret));
  QUORATE_ASSIGN(const auto e, digest_of(key, message, id));
  const auto scratch = new_secret_scratch();
  const auto inverse = inverse_of_next(secret_number_of(secret.view()).get(), scratch.get());
  return sign_digest(secret, inverse.get(), e, entropy);
}

sm2_signature sign_sm2(const sm2_pair& pair, byte_view message,
                       const std::array<std::uint8_t, 32>* entropy) {
  const stack_wiper wiper;
  const auto e = digest_of(pair.key, message, sm2_default_id);
  return sign_digest(pair.secret, secret_number_of(pair.inverse.view()).get(), e.value(), entropy);
}

expected<sm2_pair> sm2_even_pair(const sm2_secret_key& secret) {
  const stack_wiper wiper;
  sm2_pair made;
  QUORATE_ASSIGN(made.key, sm2_public_key_of(secret));
  const auto d = secret_number_of(secret.view());
  const bool is_odd = made.key.data.back() % 2 == 1;
  if (is_odd) must(BN_sub(d.get(), order(), d.get()));
  write_32(d.get(), made.secret.data());
  if (is_odd) {
    QUORATE_ASSIGN(made.key, sm2_public_key_of(made.secret));
  }
  const auto scratch = new_secret_scratch();
  write_32(inverse_of_next(d.get(), scratch.get()).get(), made.inverse.data());
  return made;
}

expected<sm2_public_key> sm2_even_point(const std::array<std::uint8_t, 32>& x) {
  const auto scratch = new_scratch();
  std::array<std::uint8_t, 33> compressed;
  compressed[0] = 0x02;
  std::copy(x.begin(), x.end(), compressed.begin() + 1);
  const point p{EC_POINT_new(curve())};
  QUORATE_CHECK(p);
  if (EC_POINT_oct2point(curve(), p.get(), compressed.data(), compressed.size(), scratch.get()) !=
      1)
    return errc::bad_public_key;
  return encoded(p, scratch.get());
}

// Source: GB/T 32918.2-2016, section 7.1: with t = r + s mod n, r is e + x of s·G + t·key.
outcome verify(const sm2_public_key& key, byte_view message, const sm2_signature& sig,
               std::string_view id) {
  const auto scratch = new_scratch();
  QUORATE_ASSIGN(const auto p, parse(key, scratch.get()));
  QUORATE_ASSIGN(const auto e, digest_of(key, message, id));
  const auto r = number_of(sig.view().first(32));
  const auto s = number_of(sig.view().last(32));
  for (const auto* n : {r.get(), s.get()})
    if (BN_is_zero(n) || BN_cmp(n, order()) >= 0) return errc::bad_signature;
  const auto t = new_number();
  must(BN_mod_add(t.get(), r.get(), s.get(), order(), scratch.get()));
  if (BN_is_zero(t.get())) return errc::bad_signature;
  const point sum{EC_POINT_new(curve())};
  QUORATE_CHECK(sum);
  must(EC_POINT_mul(curve(), sum.get(), s.get(), p.get(), t.get(), scratch.get()));
  if (EC_POINT_is_at_infinity(curve(), sum.get()) == 1) return errc::bad_signature;
  const auto again = new_number();
  must(BN_mod_add(again.get(), number_of(e.view()).get(), x_of(sum, scratch.get()).get(), order(),
                  scratch.get()));
  if (BN_cmp(again.get(), r.get()) != 0) return errc::bad_signature;
  return {};
}

} // namespace quorate
