#include "core/chain/evm/message.hpp"

#include "core/crypto/keccak.hpp"
#include "core/crypto/secp256k1_key.hpp"

namespace quorate::evm {

namespace {

constexpr std::uint8_t v_offset = 27;

} // namespace

digest personal_message_digest(byte_view message) {
  const std::string prefix = "\x19"
                             "Ethereum Signed Message:\n" +
                             std::to_string(message.size());
  return keccak256({as_bytes(prefix), message});
}

digest validator_message_digest(const address& validator, byte_view data) {
  const std::array<std::uint8_t, 2> version{0x19, 0x00};
  return keccak256({version, validator.view(), data});
}

digest typed_message_digest(const digest& domain_separator, const digest& struct_hash) {
  const std::array<std::uint8_t, 2> version{0x19, 0x01};
  return keccak256({version, domain_separator.view(), struct_hash.view()});
}

expected<message_signature> sign_message(const ec_secret_key& secret, const digest& message,
                                         const nonce_entropy* entropy) {
  QUORATE_ASSIGN(const auto sig, sign_recoverable(secret, message, entropy));
  if (sig.recovery_id > 1) return errc::not_recoverable;
  message_signature out;
  std::memcpy(out.data.data(), sig.compact.data.data(), ecdsa_signature::size);
  out.data.back() = static_cast<std::uint8_t>(v_offset + sig.recovery_id);
  return out;
}

expected<address> message_signer(const digest& message, const message_signature& sig) {
  const auto v = sig.data.back();
  if (v != v_offset && v != v_offset + 1) return errc::bad_signature;
  recoverable_signature parts;
  std::memcpy(parts.compact.data.data(), sig.data.data(), ecdsa_signature::size);
  parts.recovery_id = static_cast<std::uint8_t>(v - v_offset);
  QUORATE_ASSIGN(const auto key, recover(message, parts));
  return address_of(key);
}

} // namespace quorate::evm
