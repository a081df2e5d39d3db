#include "core/wallet/address_forms.hpp"

#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/taproot.hpp"
#include "core/chain/cosmos/keys.hpp"
#include "core/chain/evm/address.hpp"

namespace quorate::wallet {

namespace {

expected<bytes> locking_script(purpose p, const ec_public_key& key) {
  const auto key_hash = hash160(key.compressed().view());
  switch (p) {
  case purpose::bip44:
    return bitcoin::p2pkh_script(key_hash);
  case purpose::bip49:
    return bitcoin::p2sh_p2wpkh_script(key_hash);
  case purpose::bip84:
    return bitcoin::p2wpkh_script(key_hash);
  case purpose::bip86:
    return bitcoin::p2tr_script(x_only(key));
  }
  return errc::bad_path;
}

} // namespace

address_encoder bitcoin_addresses(purpose p, bitcoin::network net) {
  return [p, net](const ec_public_key& key) -> expected<std::string> {
    QUORATE_ASSIGN(const auto script, locking_script(p, key));
    return bitcoin::to_address(script, net);
  };
}

address_encoder evm_addresses() {
  return [](const ec_public_key& key) -> expected<std::string> {
    return evm::to_string(evm::address_of(key));
  };
}

address_encoder cosmos_addresses(std::string prefix) {
  return [prefix = std::move(prefix)](const ec_public_key& key) -> expected<std::string> {
    return chain::cosmos::address_of(prefix, chain::cosmos::account_of(key.compressed()));
  };
}

} // namespace quorate::wallet
