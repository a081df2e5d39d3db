// Links the installed library and uses it as an integrator would: sign, verify, refuse a forgery.
// Exit code 0 if all of it holds.
#include "core/crypto/hash.hpp"
#include "core/crypto/schnorr.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

int main() {
  std::array<std::uint8_t, 32> raw{};
  raw.back() = 1;
  const auto key = quorate::signing_key::from_secret(quorate::secret_bytes<32>{raw});
  if (!key) {
    std::puts("the secret key was refused");
    return 1;
  }
  const quorate::digest message = quorate::hash_tag{"quorate/consumer"}(raw);
  const quorate::signature signature = key->sign(message);
  if (!quorate::verify(key->key(), message, signature)) {
    std::puts("an own signature does not verify");
    return 1;
  }
  if (quorate::verify(key->key(), quorate::sha256(raw), signature)) {
    std::puts("a signature verifies for another message");
    return 1;
  }
  std::puts("signed and verified");
  return 0;
}
