#include "core/crypto/secp256k1_key.hpp"

#include "core/crypto/secp256k1_point.hpp"

namespace quorate {

namespace {

template <class Encoded>
Encoded serialised(const ec_public_key& key, unsigned form) noexcept {
  const auto point = ec_public_key_access::point_of(key);
  Encoded out;
  std::size_t size = Encoded::size;
  QUORATE_CHECK(secp256k1_ec_pubkey_serialize(secp256k1_shared_context(), out.data.data(), &size,
                                              &point, form) == 1);
  QUORATE_CHECK(size == Encoded::size);
  return out;
}

} // namespace

expected<ec_public_key> ec_public_key::parse(byte_view encoded) noexcept {
  // The library also takes the hybrid form, which is a second encoding of the same point.
  const bool is_compressed = encoded.size() == 33;
  if (!is_compressed && (encoded.size() != 65 || encoded[0] != 0x04)) return errc::bad_public_key;
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_parse(secp256k1_shared_context(), &point, encoded.data(),
                                encoded.size()) != 1)
    return errc::bad_public_key;
  return ec_public_key_access::key_of(point);
}

expected<ec_public_key> ec_public_key::of(const ec_secret_key& secret) noexcept {
  const stack_wiper wiper;
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_create(secp256k1_shared_context(), &point, secret.data()) != 1)
    return errc::bad_secret_key;
  return ec_public_key_access::key_of(point);
}

compressed_key ec_public_key::compressed() const noexcept {
  return serialised<compressed_key>(*this, SECP256K1_EC_COMPRESSED);
}

uncompressed_key ec_public_key::uncompressed() const noexcept {
  return serialised<uncompressed_key>(*this, SECP256K1_EC_UNCOMPRESSED);
}

expected<ec_public_key> ec_public_key::tweak_add(key_tweak tweak) const noexcept {
  auto point = ec_public_key_access::point_of(*this);
  if (secp256k1_ec_pubkey_tweak_add(secp256k1_shared_context(), &point, tweak.data()) != 1)
    return errc::bad_tweak;
  return ec_public_key_access::key_of(point);
}

bool is_valid(const ec_secret_key& secret) noexcept {
  const stack_wiper wiper;
  return secp256k1_ec_seckey_verify(secp256k1_shared_context(), secret.data()) == 1;
}

expected<ec_secret_key> tweak_add(const ec_secret_key& secret, key_tweak tweak) noexcept {
  const stack_wiper wiper;
  if (secp256k1_ec_seckey_verify(secp256k1_shared_context(), secret.data()) != 1)
    return errc::bad_secret_key;
  ec_secret_key sum{std::span<const std::uint8_t, 32>{secret.data(), 32}};
  if (secp256k1_ec_seckey_tweak_add(secp256k1_shared_context(), sum.data(), tweak.data()) != 1)
    return errc::bad_tweak;
  return sum;
}

} // namespace quorate
