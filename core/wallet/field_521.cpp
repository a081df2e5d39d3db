#include "core/wallet/field_521.hpp"

namespace quorate::wallet {

namespace {

// Scratch numbers of one operation. OpenSSL clears them when it frees them.
class scratch {
public:
  scratch() : context_(BN_CTX_secure_new()) { QUORATE_CHECK(context_); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { BN_CTX_free(context_); }
  operator BN_CTX*() const noexcept { return context_; } // NOLINT(google-explicit-constructor)

private:
  BN_CTX* context_;
};

const BIGNUM* prime() { return BN_get0_nist_prime_521(); }

} // namespace

field_element::field_element() : n_(BN_secure_new()) {
  QUORATE_CHECK(n_);
  BN_set_flags(n_.get(), BN_FLG_CONSTTIME);
}

field_element::field_element(std::uint64_t value) : field_element() {
  QUORATE_CHECK(BN_set_word(n_.get(), value) == 1);
}

field_element field_element::from_uniform(std::span<const std::uint8_t, element_bytes> in) {
  secret_bytes<element_bytes> masked{in};
  masked.data()[0] &= 1; // 65 bytes and one bit
  field_element element;
  QUORATE_CHECK(BN_bin2bn(masked.data(), element_bytes, element.n_.get()));
  if (BN_cmp(element.n_.get(), prime()) == 0) BN_zero(element.n_.get());
  return element;
}

expected<field_element> field_element::from_bytes(std::span<const std::uint8_t, element_bytes> in) {
  field_element element;
  QUORATE_CHECK(BN_bin2bn(in.data(), element_bytes, element.n_.get()));
  if (BN_cmp(element.n_.get(), prime()) >= 0) return errc::not_canonical;
  return element;
}

secret_bytes<element_bytes> field_element::to_bytes() const {
  secret_bytes<element_bytes> out;
  QUORATE_CHECK(BN_bn2binpad(n_.get(), out.data(), element_bytes) == element_bytes);
  return out;
}

field_element field_element::operator+(const field_element& other) const {
  field_element sum;
  QUORATE_CHECK(BN_mod_add_quick(sum.n_.get(), n_.get(), other.n_.get(), prime()) == 1);
  return sum;
}

field_element field_element::operator-(const field_element& other) const {
  field_element difference;
  QUORATE_CHECK(BN_mod_sub_quick(difference.n_.get(), n_.get(), other.n_.get(), prime()) == 1);
  return difference;
}

field_element field_element::operator*(const field_element& other) const {
  field_element product;
  const scratch space;
  QUORATE_CHECK(BN_mul(product.n_.get(), n_.get(), other.n_.get(), space) == 1);
  // Folds the upper half onto the lower one: no division, whose time would depend on the number.
  QUORATE_CHECK(BN_nist_mod_521(product.n_.get(), product.n_.get(), prime(), space) == 1);
  return product;
}

field_element field_element::inverse() const {
  field_element inverted;
  const scratch space;
  QUORATE_CHECK(BN_mod_inverse(inverted.n_.get(), n_.get(), prime(), space) != nullptr);
  return inverted;
}

} // namespace quorate::wallet
