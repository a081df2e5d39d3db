// What the coin that a chain of the EVM pays values and fees in is called.
#pragma once

#include <cstdint>
#include <string>

namespace quorate::evm {

/// What stands behind a number of coins: `ETH` on chains whose coin is known to be ether, or a test
/// network's, and `of chain 137's coin` on every other one, since chains have coins of their own
/// and anybody can start one. Printable ASCII.
std::string native_coin(std::uint64_t chain_id);

} // namespace quorate::evm
