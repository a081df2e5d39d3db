// Keys and signatures in the encodings that chains give them.
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/identity.hpp"
#include "core/crypto/sm2.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  if (const auto sig = from_der(input)) {
    accepted();
    QUORATE_CHECK(equal(to_der(*sig), input));
    const auto low = with_low_s(*sig);
    QUORATE_CHECK(low && has_low_s(*low));
    QUORATE_CHECK(has_low_s(*sig) == (*low == *sig));
    for (std::uint8_t id = 0; id < 5; ++id) {
      const auto key = recover(digest{}, {*sig, id});
      if (key) QUORATE_CHECK(verify(*key, digest{}, *sig));
    }
  }
  if (const auto key = ec_public_key::parse(input)) {
    accepted();
    QUORATE_CHECK(ec_public_key::parse(key->compressed()).value() == *key);
    QUORATE_CHECK(ec_public_key::parse(key->uncompressed().view()).value() == *key);
    QUORATE_CHECK(
        equal(input, input.size() == 33 ? key->compressed().view() : key->uncompressed().view()));
  }
  if (const auto key = public_key::from_bytes(input))
    for (const auto suite : {crypto_suite::standard, crypto_suite::national})
      if (const auto parsed = verifying_key::parse(suite, *key))
        QUORATE_CHECK(!parsed->verify(digest{}, signature{}));
  // Keys and signatures of the other curves, of any bytes.
  source from{input};
  const auto edwards = from.fixed<ed25519_public_key>();
  (void)verify(edwards, as_bytes("message"), from.fixed<ed25519_signature>());
  from = source{input};
  const auto national = from.fixed<sm2_public_key>();
  (void)verify(national, as_bytes("message"), from.fixed<sm2_signature>());
}
