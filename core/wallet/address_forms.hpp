// How each chain writes the address of a key: what an address book is opened with.
#pragma once

#include "core/chain/bitcoin/address.hpp"
#include "core/wallet/address_book.hpp"

namespace quorate::wallet {

/// The form that belongs to a path's purpose: bip44 P2PKH, bip49 P2WPKH in P2SH, bip84 P2WPKH,
/// bip86 P2TR without scripts.
address_encoder bitcoin_addresses(purpose p, bitcoin::network net);

/// 0x and 40 digits with EIP-55's checksum.
address_encoder evm_addresses();

/// Bech32 with the chain's prefix, such as "cosmos". A bad prefix shows at the first address.
address_encoder cosmos_addresses(std::string prefix);

} // namespace quorate::wallet
