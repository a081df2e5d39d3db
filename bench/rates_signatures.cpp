#include "bench/rates.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/identity.hpp"
#include "core/crypto/secp256k1_context.hpp"
#include "core/crypto/taproot.hpp"

#include <secp256k1_extrakeys.h>
#include <secp256k1_recovery.h>
#include <secp256k1_schnorrsig.h>

namespace quorate::bench {

namespace {

const std::string digests = "signing of a prepared digest";
const std::string verification = "verification";
constexpr std::array<std::uint8_t, 32> auxiliary{};

/// A subject that does `once` with the next digest.
template <class Once>
subject of_digests(const std::string& group, const std::string& name, Once once,
                   const std::string& compared_with = {}) {
  return {group, name,
          [once = std::move(once), messages = prepared_digests{}](std::size_t times) mutable {
            for (; times > 0; --times)
              QUORATE_CHECK(once(messages.next()));
          },
          compared_with};
}

/// One key in the library's forms.
struct library_key {
  std::array<std::uint8_t, 32> secret{};
  secp256k1_keypair pair{};
  secp256k1_pubkey point{};
  secp256k1_xonly_pubkey x_only{};
};

library_key library_key_of(const ec_secret_key& secret) {
  const auto* context = secp256k1_shared_context();
  library_key made;
  std::copy_n(secret.data(), made.secret.size(), made.secret.begin());
  QUORATE_CHECK(secp256k1_keypair_create(context, &made.pair, secret.data()) == 1);
  QUORATE_CHECK(secp256k1_keypair_pub(context, &made.point, &made.pair) == 1);
  QUORATE_CHECK(secp256k1_keypair_xonly_pub(context, &made.x_only, nullptr, &made.pair) == 1);
  return made;
}

void add_ecdsa(std::vector<subject>& to) {
  const std::string plain = "secp256k1_ecdsa_sign";
  const std::string recoverable = "secp256k1_ecdsa_sign_recoverable";
  to.push_back(of_digests(digests, plain, [key = library_key_of(secret_of(1))](const digest& m) {
    secp256k1_ecdsa_signature made;
    return secp256k1_ecdsa_sign(secp256k1_shared_context(), &made, m.data.data(), key.secret.data(),
                                secp256k1_nonce_function_rfc6979, nullptr) == 1;
  }));
  to.push_back(of_digests(
      digests, "ECDSA, sign_ecdsa()",
      [](const digest& m) {
        static const auto secret = secret_of(1);
        return sign_ecdsa(secret, m).has_value();
      },
      plain));
  to.push_back(of_digests(
      digests, "ECDSA, signed and verified",
      [](const digest& m) {
        static const auto secret = secret_of(1);
        static const auto key = ec_public_key::of(secret).value();
        return verify(key, m, sign_ecdsa(secret, m).value()).has_value();
      },
      plain));
  to.push_back(
      of_digests(digests, recoverable, [key = library_key_of(secret_of(1))](const digest& m) {
        secp256k1_ecdsa_recoverable_signature made;
        return secp256k1_ecdsa_sign_recoverable(secp256k1_shared_context(), &made, m.data.data(),
                                                key.secret.data(), secp256k1_nonce_function_rfc6979,
                                                nullptr) == 1;
      }));
  to.push_back(of_digests(
      digests, "ECDSA, sign_recoverable()",
      [](const digest& m) {
        static const auto secret = secret_of(1);
        return sign_recoverable(secret, m).has_value();
      },
      recoverable));
}

void add_bip340(std::vector<subject>& to) {
  const std::string with_pair = "secp256k1_schnorrsig_sign32";
  const std::string with_secret = "secp256k1_keypair_create and _schnorrsig_sign32";
  to.push_back(
      of_digests(digests, with_pair, [key = library_key_of(secret_of(1))](const digest& m) {
        std::array<std::uint8_t, 64> made{};
        return secp256k1_schnorrsig_sign32(secp256k1_shared_context(), made.data(), m.data.data(),
                                           &key.pair, auxiliary.data()) == 1;
      }));
  to.push_back(of_digests(
      digests, "BIP-340, signing_key::sign() (votes, operations)",
      [](const digest& m) {
        static const auto key =
            signing_key::from_secret(secret_of(1), crypto_suite::standard).value();
        return key.sign(m) != signature{};
      },
      with_pair));
  to.push_back(of_digests(
      digests, "BIP-340, taproot_signing_key::sign()",
      [](const digest& m) {
        static const auto key = taproot_signing_key::of(secret_of(1)).value();
        return key.sign(m, auxiliary) != taproot_signature{};
      },
      with_pair));
  to.push_back(of_digests(
      digests, "BIP-340, signed and verified",
      [](const digest& m) {
        static const auto key = taproot_signing_key::of(secret_of(1)).value();
        static const auto point = x_only_of(secret_of(1)).value();
        return verify(point, m, key.sign(m, auxiliary)).has_value();
      },
      with_pair));
  to.push_back(
      of_digests(digests, with_secret, [key = library_key_of(secret_of(1))](const digest& m) {
        secp256k1_keypair pair;
        std::array<std::uint8_t, 64> made{};
        return secp256k1_keypair_create(secp256k1_shared_context(), &pair, key.secret.data()) ==
                   1 &&
               secp256k1_schnorrsig_sign32(secp256k1_shared_context(), made.data(), m.data.data(),
                                           &pair, auxiliary.data()) == 1;
      }));
  to.push_back(of_digests(
      digests, "BIP-340, sign_taproot() (from the secret)",
      [](const digest& m) {
        static const auto secret = secret_of(1);
        return sign_taproot(secret, m, auxiliary).has_value();
      },
      with_secret));
}

void add_ed25519(std::vector<subject>& to) {
  to.push_back(of_digests(digests, "Ed25519, sign_ed25519()", [](const digest& m) {
    static const auto seed = secret_of(1);
    return sign_ed25519(seed, m.view()) != ed25519_signature{};
  }));
  to.push_back(of_digests(verification, "Ed25519, verify()",
                          [made = sign_ed25519(secret_of(1), as_bytes("message")),
                           key = public_key_of(secret_of(1))](const digest&) {
                            return verify(key, as_bytes("message"), made).has_value();
                          }));
}

void add_national(std::vector<subject>& to) {
  to.push_back(
      of_digests(digests, "SM2, signing_key::sign() (national suite)", [](const digest& m) {
        static const auto key =
            signing_key::from_secret(secret_of(1), crypto_suite::national).value();
        return key.sign(m) != signature{};
      }));
  const auto key = signing_key::from_secret(secret_of(1), crypto_suite::national).value();
  to.push_back(of_digests(verification, "SM2, verifying_key::verify() (national suite)",
                          [made = key.sign(digest{}),
                           point = verifying_key::parse(crypto_suite::national, key.key()).value()](
                              const digest&) { return point.verify(digest{}, made); }));
}

void add_verification(std::vector<subject>& to) {
  const std::string ecdsa = "secp256k1_ecdsa_verify";
  const std::string bip340 = "secp256k1_schnorrsig_verify";
  const auto message = sha256(as_bytes("message"));
  const auto key = library_key_of(secret_of(1));
  const auto made = sign_ecdsa(secret_of(1), message).value();
  secp256k1_ecdsa_signature parsed;
  QUORATE_CHECK(secp256k1_ecdsa_signature_parse_compact(secp256k1_shared_context(), &parsed,
                                                        made.data.data()) == 1);
  to.push_back(of_digests(verification, ecdsa, [=](const digest&) {
    return secp256k1_ecdsa_verify(secp256k1_shared_context(), &parsed, message.data.data(),
                                  &key.point) == 1;
  }));
  to.push_back(of_digests(
      verification, "ECDSA, verify()",
      [=, point = ec_public_key::of(secret_of(1)).value()](const digest&) {
        return verify(point, message, made).has_value();
      },
      ecdsa));
  const auto vote =
      signing_key::from_secret(secret_of(1), crypto_suite::standard).value().sign(message);
  to.push_back(of_digests(verification, bip340, [=](const digest&) {
    return secp256k1_schnorrsig_verify(secp256k1_shared_context(), vote.data.data(),
                                       message.data.data(), digest::size, &key.x_only) == 1;
  }));
  const auto replica = signing_key::from_secret(secret_of(1), crypto_suite::standard).value().key();
  to.push_back(of_digests(
      verification, "BIP-340, verifying_key::verify()",
      [=, point = verifying_key::parse(crypto_suite::standard, replica).value()](const digest&) {
        return point.verify(message, vote);
      },
      bip340));
  to.push_back(of_digests(
      verification, "BIP-340, verify() (parses the key)",
      [=](const digest&) {
        return verify(crypto_suite::standard, replica, message, vote).has_value();
      },
      bip340));
}

} // namespace

void add_signatures(std::vector<subject>& to) {
  add_ecdsa(to);
  add_bip340(to);
  add_ed25519(to);
  add_national(to);
  add_verification(to);
}

} // namespace quorate::bench
