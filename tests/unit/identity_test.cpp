// Identities of both suites: what they sign, and that neither is taken for the other.
#include "core/crypto/sm2.hpp"
#include "core/pbft/verifier.hpp"
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;

namespace {

const digest message = sha256(as_bytes("what is signed"));

secret_bytes<32> numbered(std::uint8_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw.back() = n;
  return secret_bytes<32>{raw};
}

/// A key that is one of the standard suite alone: no point of SM2's curve has that x.
public_key key_of_no_sm2_point() {
  for (int i = 0;; ++i)
    if (const auto key = key_named("outsider " + std::to_string(i)).key();
        !verifying_key::parse(crypto_suite::national, key))
      return key;
}

std::string error_of(const outcome& done) {
  return done ? "none" : std::string{name(done.error())};
}

} // namespace

BOOST_AUTO_TEST_SUITE(identity)

BOOST_AUTO_TEST_CASE(each_suite_takes_its_own_signatures_alone) {
  for (const auto suite : {crypto_suite::standard, crypto_suite::national}) {
    const auto other = suite == crypto_suite::standard ? crypto_suite::national //
                                                       : crypto_suite::standard;
    int refused = 0;
    for (int i = 0; i < 16; ++i) {
      const auto key = key_named("key " + std::to_string(i), suite);
      BOOST_TEST((key.suite() == suite));
      const auto sig = key.sign(message);
      BOOST_TEST((sig == key.sign(message)));
      BOOST_TEST(error_of(verify(suite, key.key(), message, sig)) == "none");
      const auto hedged = key.sign(message, sha256(as_bytes("auxiliary")).data);
      BOOST_TEST((hedged != sig));
      BOOST_TEST(error_of(verify(suite, key.key(), message, hedged)) == "none");
      BOOST_TEST(error_of(verify(suite, key.key(), digest{}, sig)) == "bad_signature");
      auto bent = sig;
      bent.data[40] ^= 1;
      BOOST_TEST(error_of(verify(suite, key.key(), message, bent)) == "bad_signature");
      const auto stranger = key_named("stranger", suite);
      BOOST_TEST(error_of(verify(suite, stranger.key(), message, sig)) == "bad_signature");
      // An x coordinate of one curve is one of the other's in half of all cases.
      const auto elsewhere = error_of(verify(other, key.key(), message, sig));
      BOOST_TEST((elsewhere == "bad_signature" || elsewhere == "bad_public_key"));
      refused += elsewhere == "bad_public_key" ? 1 : 0;
    }
    BOOST_TEST(refused > 0);
    BOOST_TEST(refused < 16);
  }
}

// The identity of the national suite is an SM2 key like any other: the point with the even y, and
// signatures that the standard's own verification takes.
BOOST_AUTO_TEST_CASE(a_national_identity_signs_as_sm2_does) {
  int negated = 0;
  for (std::uint8_t n = 1; n <= 20; ++n) {
    const auto key = signing_key::from_secret(numbered(n), crypto_suite::national).value();
    const auto own = sm2_public_key_of(numbered(n)).value();
    BOOST_TEST(std::equal(key.key().data.begin(), key.key().data.end(), own.data.begin() + 1));
    const auto even = sm2_even_point(key.key().data).value();
    BOOST_TEST(even.data.back() % 2 == 0);
    negated += even == own ? 0 : 1;
    sm2_signature plain;
    plain.data = key.sign(message).data;
    BOOST_TEST(verify(even, message.view(), plain).has_value());
    BOOST_TEST(verify(own, message.view(), plain).has_value() == (even == own));
  }
  BOOST_TEST(negated > 0);
  BOOST_TEST(negated < 20);
}

BOOST_AUTO_TEST_CASE(secrets_that_are_none_are_refused) {
  using enum crypto_suite;
  std::array<std::uint8_t, 32> most;
  most.fill(0xff);
  for (const auto suite : {standard, national})
    for (const auto& bad : {std::array<std::uint8_t, 32>{}, most})
      BOOST_TEST(
          (signing_key::from_secret(secret_bytes<32>{bad}, suite).error() == errc::bad_secret_key));
  // SM2's order less one has no inverse behind it; for BIP-340 that secret is good.
  const auto last =
      *fixed_from_hex<digest>("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122");
  BOOST_TEST((signing_key::from_secret(secret_bytes<32>{last.data}, national).error() ==
              errc::bad_secret_key));
  BOOST_TEST(signing_key::from_secret(secret_bytes<32>{last.data}, standard).has_value());
}

BOOST_AUTO_TEST_CASE(a_cluster_is_of_the_suite_that_its_genesis_names) {
  ledger_fixture national{crypto_suite::national};
  BOOST_TEST(ledger::validate(national.genesis).has_value());
  auto renamed = national.genesis;
  renamed.identity_suite = crypto_suite::standard;
  BOOST_TEST((ledger::id_of(renamed) != national.authoriser.cluster()));
  BOOST_TEST(error_of(ledger::validate(renamed)) == "bad_public_key");
  const auto read = decode<ledger::genesis>(encode(national.genesis)).value();
  BOOST_TEST((read.identity_suite == crypto_suite::national));
  auto raw = encode(national.genesis);
  raw[4 + national.genesis.name.size()] = 3;
  BOOST_TEST((decode<ledger::genesis>(raw).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_CASE(operations_approvals_and_members_are_of_the_suite) {
  ledger_fixture f{crypto_suite::national};
  BOOST_TEST(f.run(f.alice, ledger::transfer{{1}, f.bob.key(), amount{40}}) == 0);
  BOOST_TEST(f.balance(f.bob, 1) == 140U);
  // Signed by the same secret in the other suite.
  const auto forger = key_named("alice");
  auto forged = f.signed_by(f.alice, ledger::transfer{{1}, f.bob.key(), amount{1}});
  forged.sig = ledger::sign(f.authoriser.cluster(), forged.op, forger).sig;
  BOOST_TEST((f.authoriser.check(encode(forged)).error() == errc::bad_signature));

  auto outsider = f.adding(4, "new");
  outsider.key = key_of_no_sm2_point();
  BOOST_TEST(f.run(f.alice, f.approved(outsider, {{0, &f.admin}})) == number(errc::bad_public_key));
  BOOST_TEST(f.run(f.alice, f.approved(f.adding(4, "new"), {{0, &f.admin}})) == 0);
  BOOST_TEST(f.run(f.alice, ledger::open_account{outsider.key}) == number(errc::not_authorised));
  BOOST_TEST(f.run(f.admin, ledger::open_account{outsider.key}) == number(errc::bad_public_key));
}

BOOST_AUTO_TEST_CASE(clients_believe_replicas_of_the_suite) {
  ledger_fixture f{crypto_suite::national};
  f.run(f.alice, ledger::noop{});
  const auto config = ledger::trusted_epochs{f.genesis};
  BOOST_TEST((config.suite() == crypto_suite::national));
  const pbft::verifier checks{*config.find(genesis_epoch)};
  BOOST_TEST(error_of(checks.check_certificate(f.checkpoint_of_state())) == "none");
  auto bent = f.checkpoint_of_state();
  bent.votes[1].sig = bent.votes[0].sig;
  BOOST_TEST(error_of(checks.check_certificate(bent)) == "bad_signature");
}

BOOST_AUTO_TEST_CASE(a_signer_takes_approvals_of_the_suite) {
  signer_world w{{}, crypto_suite::national};
  auto p = w.policy();
  p.approvers = {w.approver0.key(), w.approver1.key()};
  std::ranges::sort(p.approvers);
  p.approvals_needed = 2;
  w.crash(p);
  BOOST_TEST(w.refusal(w.commit(w.approved(w.order(1), {&w.approver0}))) == "too_few_approvals");
  w.sign(w.commit(w.approved(w.order(1), {&w.approver0, &w.approver1})));
}

BOOST_AUTO_TEST_SUITE_END()
