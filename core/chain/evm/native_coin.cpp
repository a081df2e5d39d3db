#include "core/chain/evm/native_coin.hpp"

#include <algorithm>
#include <array>

namespace quorate::evm {

namespace {

// Source: ethereum-lists/chains, `nativeCurrency` of each: symbol ETH, 18 decimals.
constexpr std::array<std::uint64_t, 10> ether_chains{
    1,        // Ethereum
    10,       // OP Mainnet
    324,      // zkSync Era
    8453,     // Base
    17000,    // Holesky, a test network
    42161,    // Arbitrum One
    59144,    // Linea
    534352,   // Scroll
    560048,   // Hoodi, a test network
    11155111, // Sepolia, a test network
};

} // namespace

std::string native_coin(std::uint64_t chain_id) {
  if (std::ranges::find(ether_chains, chain_id) != ether_chains.end()) return "ETH";
  return "of chain " + std::to_string(chain_id) + "'s coin";
}

} // namespace quorate::evm
