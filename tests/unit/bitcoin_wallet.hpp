// A wallet of fixed keys for tests of signing: a coin of each kind, in a previous transaction each.
#pragma once

#include "core/chain/bitcoin/fee.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "core/chain/bitcoin/script.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::bitcoin {

inline constexpr std::array coin_kinds{coin_kind::p2pkh, coin_kind::p2sh_p2wpkh, coin_kind::p2wpkh,
                                       coin_kind::p2tr};

/// The key of number `n`, from 1.
inline ec_secret_key secret_of(std::uint8_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw.back() = n;
  raw.front() = 7;
  return ec_secret_key{raw};
}

inline compressed_key key_of(std::uint8_t n) {
  return ec_public_key::of(secret_of(n))->compressed();
}

inline digest_160 hash_of(std::uint8_t n) { return hash160(key_of(n).view()); }

inline bytes script_of(coin_kind kind, std::uint8_t n) {
  switch (kind) {
  case coin_kind::p2pkh:
    return p2pkh_script(hash_of(n));
  case coin_kind::p2sh_p2wpkh:
    return p2sh_p2wpkh_script(hash_of(n));
  case coin_kind::p2wpkh:
    return p2wpkh_script(hash_of(n));
  case coin_kind::p2tr:
    return p2tr_script(*x_only_of(secret_of(n))).value();
  }
  return {};
}

/// Why the finaliser leaves the first input that it leaves. @pre it leaves one
inline errc why_unfinished(psbt& of) {
  const auto left = finalise(of);
  BOOST_REQUIRE(!left.empty());
  return left[0].why;
}

/// A transaction that pays `value` to the script in its second output.
inline transaction funding(const bytes& script, std::uint64_t value) {
  transaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].previous.id.data[0] = 1;
  tx.outputs = {{satoshi{12'345}, p2wpkh_script({})}, {satoshi{value}, script}};
  return tx;
}

/// Spends a coin of each of the kinds; key 1 for the first and so on. All that a signer needs is
/// there. Two outputs: one to a stranger, then change to key 100.
struct spend_each {
  std::vector<transaction> funded;
  psbt unsigned_psbt;

  explicit spend_each(std::span<const coin_kind> kinds, psbt_version version = psbt_version::v0)
      : unsigned_psbt(psbt::create(prepare(kinds), version).value()) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto n = static_cast<std::uint8_t>(i + 1);
      BOOST_REQUIRE(unsigned_psbt.put_previous(i, funded[i]));
      if (kinds[i] == coin_kind::p2sh_p2wpkh)
        BOOST_REQUIRE(
            unsigned_psbt.put_input(i, psbt_input::redeem_script, p2wpkh_script(hash_of(n))));
    }
  }

private:
  transaction prepare(std::span<const coin_kind> kinds) {
    transaction tx;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      funded.push_back(funding(script_of(kinds[i], static_cast<std::uint8_t>(i + 1)), 100'000));
      tx.inputs.push_back({{id_of(funded.back()), 1}, {}, sequence_replaceable, {}});
    }
    const std::uint64_t change = 100'000 * kinds.size() - 60'000 - 1'000;
    tx.outputs = {{satoshi{60'000}, p2wpkh_script(hash_of(200))},
                  {satoshi{change}, p2tr_script(*x_only_of(secret_of(100))).value()}};
    return tx;
  }
};

} // namespace quorate::bitcoin
