#include "core/crypto/ecdsa.hpp"

#include "core/crypto/secp256k1_point.hpp"

#include <secp256k1_recovery.h>

#include <algorithm>

namespace quorate {

namespace {

// Two INTEGERs of 1 to 33 bytes, each behind two bytes, in a SEQUENCE.
constexpr std::size_t der_bytes_min = 8;
constexpr std::size_t der_bytes_max = 72;

const secp256k1_context* context() noexcept { return secp256k1_shared_context(); }

/// Fails for r or s that are not below the order.
bool parse(const ecdsa_signature& from, secp256k1_ecdsa_signature& into) noexcept {
  return secp256k1_ecdsa_signature_parse_compact(context(), &into, from.data.data()) == 1;
}

ecdsa_signature serialised(const secp256k1_ecdsa_signature& from) noexcept {
  ecdsa_signature out;
  QUORATE_CHECK(secp256k1_ecdsa_signature_serialize_compact(context(), out.data.data(), &from) ==
                1);
  return out;
}

struct der_form {
  std::array<std::uint8_t, der_bytes_max> data;
  std::size_t size = der_bytes_max;

  byte_view view() const noexcept { return byte_view{data}.first(size); }
};

der_form der_of(const secp256k1_ecdsa_signature& from) noexcept {
  der_form out;
  QUORATE_CHECK(
      secp256k1_ecdsa_signature_serialize_der(context(), out.data.data(), &out.size, &from) == 1);
  return out;
}

} // namespace

expected<ecdsa_signature> sign_ecdsa(const ec_secret_key& secret, const digest& message,
                                     const nonce_entropy* entropy) noexcept {
  const stack_wiper wiper;
  secp256k1_ecdsa_signature made;
  if (secp256k1_ecdsa_sign(context(), &made, message.data.data(), secret.data(),
                           secp256k1_nonce_function_rfc6979,
                           entropy != nullptr ? entropy->data() : nullptr) != 1)
    return errc::bad_secret_key;
  return serialised(made);
}

expected<recoverable_signature> sign_recoverable(const ec_secret_key& secret, const digest& message,
                                                 const nonce_entropy* entropy) noexcept {
  const stack_wiper wiper;
  secp256k1_ecdsa_recoverable_signature made;
  if (secp256k1_ecdsa_sign_recoverable(context(), &made, message.data.data(), secret.data(),
                                       secp256k1_nonce_function_rfc6979,
                                       entropy != nullptr ? entropy->data() : nullptr) != 1)
    return errc::bad_secret_key;
  recoverable_signature out;
  int recovery_id = 0;
  QUORATE_CHECK(secp256k1_ecdsa_recoverable_signature_serialize_compact(
                    context(), out.compact.data.data(), &recovery_id, &made) == 1);
  out.recovery_id = static_cast<std::uint8_t>(recovery_id);
  return out;
}

outcome verify(const ec_public_key& key, const digest& message,
               const ecdsa_signature& sig) noexcept {
  secp256k1_ecdsa_signature parsed;
  if (!parse(sig, parsed)) return errc::bad_signature;
  const auto point = ec_public_key_access::point_of(key);
  if (secp256k1_ecdsa_verify(context(), &parsed, message.data.data(), &point) == 1) return {};
  return secp256k1_ecdsa_signature_normalize(context(), nullptr, &parsed) == 1
             ? errc::high_s
             : errc::bad_signature;
}

expected<ec_public_key> recover(const digest& message, const recoverable_signature& sig) noexcept {
  if (sig.recovery_id > 3) return errc::not_recoverable;
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(
          context(), &parsed, sig.compact.data.data(), sig.recovery_id) != 1)
    return errc::not_recoverable;
  // The library recovers a key from high-s signatures too.
  if (!has_low_s(sig.compact)) return errc::high_s;
  secp256k1_pubkey point;
  if (secp256k1_ecdsa_recover(context(), &point, &parsed, message.data.data()) != 1)
    return errc::not_recoverable;
  return ec_public_key_access::key_of(point);
}

bool has_low_s(const ecdsa_signature& sig) noexcept {
  secp256k1_ecdsa_signature parsed;
  return parse(sig, parsed) &&
         secp256k1_ecdsa_signature_normalize(context(), nullptr, &parsed) == 0;
}

expected<ecdsa_signature> with_low_s(const ecdsa_signature& sig) noexcept {
  secp256k1_ecdsa_signature parsed;
  if (!parse(sig, parsed)) return errc::bad_signature;
  secp256k1_ecdsa_signature_normalize(context(), &parsed, &parsed);
  return serialised(parsed);
}

bytes to_der(const ecdsa_signature& sig) {
  secp256k1_ecdsa_signature parsed;
  QUORATE_CHECK(parse(sig, parsed));
  const auto der = der_of(parsed);
  return {der.view().begin(), der.view().end()};
}

expected<ecdsa_signature> from_der(byte_view der) noexcept {
  secp256k1_ecdsa_signature parsed;
  if (der.size() < der_bytes_min || der.size() > der_bytes_max ||
      secp256k1_ecdsa_signature_parse_der(context(), &parsed, der.data(), der.size()) != 1)
    return errc::bad_der;
  // The library reads numbers that are negative or not below the order as zero.
  const auto canonical = der_of(parsed);
  const auto again = canonical.view();
  const auto out = serialised(parsed);
  const byte_view numbers = out.view();
  const auto is_zero = [](byte_view number) {
    return std::all_of(number.begin(), number.end(), [](auto byte) { return byte == 0; });
  };
  if (!std::equal(again.begin(), again.end(), der.begin(), der.end()) ||
      is_zero(numbers.first(32)) || is_zero(numbers.last(32)))
    return errc::bad_der;
  return out;
}

} // namespace quorate
