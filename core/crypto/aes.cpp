#include "core/crypto/aes.hpp"

#include "core/crypto/evp_cipher.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

namespace {

const EVP_CIPHER* aes256_gcm() noexcept {
  static const EVP_CIPHER* const algorithm = evp::fetched_cipher("AES-256-GCM");
  return algorithm;
}

} // namespace

bytes aes256_gcm_seal(std::span<const std::uint8_t, 32> key, const aead_nonce& nonce,
                      byte_view associated, byte_view plain) {
  const auto context = evp::start(aes256_gcm(), key, nonce.view(), evp::direction::encrypt);
  bytes sealed(plain.size() + aead_tag_bytes);
  evp::update(context.get(), associated, nullptr);
  evp::update(context.get(), plain, sealed.data());
  int written = 0;
  QUORATE_CHECK(EVP_CipherFinal_ex(context.get(), sealed.data() + plain.size(), &written) == 1);
  QUORATE_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_bytes,
                                    sealed.data() + plain.size()) == 1);
  return sealed;
}

outcome aes256_gcm_open(std::span<const std::uint8_t, 32> key, const aead_nonce& nonce,
                        byte_view associated, byte_view sealed,
                        std::span<std::uint8_t> out) noexcept {
  QUORATE_CHECK(out.size() + aead_tag_bytes == sealed.size());
  const auto context = evp::start(aes256_gcm(), key, nonce.view(), evp::direction::decrypt);
  evp::update(context.get(), associated, nullptr);
  evp::update(context.get(), sealed.first(out.size()), out.data());
  std::array<std::uint8_t, aead_tag_bytes> tag;
  std::memcpy(tag.data(), sealed.data() + out.size(), tag.size());
  QUORATE_CHECK(
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_bytes, tag.data()) == 1);
  std::uint8_t none = 0;
  int written = 0;
  if (EVP_CipherFinal_ex(context.get(), &none, &written) == 1) return {};
  wipe(out.data(), out.size());
  return errc::decryption_failed;
}

void aes128_ctr(std::span<const std::uint8_t, 16> key, std::span<const std::uint8_t, 16> iv,
                byte_view in, std::span<std::uint8_t> out) noexcept {
  QUORATE_CHECK(in.size() == out.size());
  static const EVP_CIPHER* const algorithm = evp::fetched_cipher("AES-128-CTR");
  evp::update(evp::start(algorithm, key, iv, evp::direction::encrypt).get(), in, out.data());
}

} // namespace quorate
