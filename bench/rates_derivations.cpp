#include "bench/rates.hpp"
#include "core/wallet/address_forms.hpp"
#include "core/wallet/extended_key.hpp"
#include "core/wallet/slip10.hpp"

#include <memory>

namespace quorate::bench {

namespace {

using namespace wallet;

const std::string derivations = "derivations";

digest seed() { return sha256(as_bytes("seed of a benchmark")); }

template <class Key>
subject children(const std::string& name, std::shared_ptr<const Key> parent,
                 std::uint32_t first_index) {
  return {derivations,
          name,
          [=, at = std::uint32_t{0}](std::size_t times) mutable {
            for (; times > 0; --times)
              QUORATE_CHECK(parent->child(first_index + at++).has_value());
          },
          {}};
}

template <class Key>
std::shared_ptr<const Key> master() {
  return std::make_shared<const Key>(Key::from_seed(seed().view()).value());
}

/// m/84'/0'/0'/0/i from the master key, and the text of its address.
void add_address(std::vector<subject>& to) {
  to.push_back({derivations,
                "an address of m/84'/0'/0'/0/i: 5 levels and its text",
                [root = master<extended_private_key>(),
                 text_of = bitcoin_addresses(purpose::bip84, bitcoin::network::mainnet),
                 at = std::uint32_t{0}](std::size_t times) mutable {
                  for (; times > 0; --times) {
                    const auto path = address_path(purpose::bip84, coin_type::bitcoin,
                                                   {0, branch::external, at++});
                    QUORATE_CHECK(text_of(root->derive(path->indices()).value().key()));
                  }
                },
                {}});
}

} // namespace

void add_derivations(std::vector<subject>& to) {
  const auto root = master<extended_private_key>();
  to.push_back(children("BIP-32, private, hardened", root, hardened));
  to.push_back(children("BIP-32, private, not hardened", root, 0));
  to.push_back(children("BIP-32, public, not hardened",
                        std::make_shared<const extended_public_key>(root->to_public()), 0));
  to.push_back(children("SLIP-10, secp256k1, hardened (private alone)",
                        master<slip10_key<slip10_secp256k1>>(), hardened));
  to.push_back(children("SLIP-10, Ed25519, hardened (private alone)",
                        master<slip10_key<slip10_ed25519>>(), hardened));
  add_address(to);
}

} // namespace quorate::bench
