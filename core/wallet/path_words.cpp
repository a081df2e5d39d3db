#include "core/wallet/path_words.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

std::string number(std::uint32_t index) { return std::to_string(index & ~hardened); }

bool is_hardened(std::uint32_t index) { return index >= hardened; }

std::string purpose_words(std::uint32_t index) {
  switch (static_cast<purpose>(index & ~hardened)) {
  case purpose::bip44:
    return "BIP-44: legacy Bitcoin addresses (P2PKH, 1...), or accounts of EVM and Cosmos chains.";
  case purpose::bip49:
    return "BIP-49: segregated witness inside a script hash (P2SH-P2WPKH, 3...).";
  case purpose::bip84:
    return "BIP-84: segregated witness (P2WPKH, bc1q...).";
  case purpose::bip86:
    return "BIP-86: taproot, spent by its key (P2TR, bc1p...).";
  }
  return "";
}

std::string coin_words(std::uint32_t index) {
  switch (static_cast<coin_type>(index & ~hardened)) {
  case coin_type::bitcoin:
    return "Bitcoin.";
  case coin_type::testnet:
    return "A test network: coins here are worth nothing.";
  case coin_type::ether:
    return "Ethereum, and what shares its addresses.";
  case coin_type::atom:
    return "Cosmos.";
  }
  return "Coin type " + number(index) + " of SLIP-44; this program knows no address for it.";
}

// Whether the levels are hardened as BIP-44 has them: the first three are, the others not.
bool is_standard(child_indices levels) {
  if (levels.size() < 3 || levels.size() > 5) return false;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (is_hardened(levels[i]) != (i < 3)) return false;
  return levels.size() < 4 || (levels[3] & ~hardened) <= 1;
}

std::string end_words(child_indices levels) {
  if (levels.size() == 3)
    return "The account itself: its public key shows every address of the account, to whoever has "
           "it.";
  const bool change = levels[3] == static_cast<std::uint32_t>(branch::change);
  const std::string of =
      change ? "change, which nobody else is told" : "receiving, which are given to payers";
  if (levels.size() == 4) return "All addresses for " + of + ".";
  return "Address number " + number(levels[4]) + " (from 0) of those for " + of + ".";
}

} // namespace

std::vector<std::string> describe(const derivation_path& path) {
  const auto levels = path.indices();
  if (levels.empty()) return {"The master key: every other key follows from it."};
  const auto purpose = purpose_words(levels[0]);
  if (purpose.empty() || !is_standard(levels)) {
    const bool all_hardened = std::all_of(levels.begin(), levels.end(), is_hardened);
    return {std::to_string(levels.size()) + " levels below the master key" +
                (all_hardened ? ", all hardened (the form of Ed25519, SLIP-10)." : "."),
            "No standard path: other wallets do not look here, so keep the path with the words."};
  }
  return {purpose, coin_words(levels[1]), "Account " + number(levels[2]) + " (from 0).",
          end_words(levels)};
}

} // namespace quorate::wallet
