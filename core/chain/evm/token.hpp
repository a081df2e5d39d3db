// The one call that is read as a payment of a token: ERC-20's transfer. That the contract keeps to
// ERC-20 is not known from the call.
#pragma once

#include "core/chain/evm/contract.hpp"

namespace quorate::evm {

/// transfer(address to, uint256 value). Source: ERC-20.
const abi::contract& token();

} // namespace quorate::evm
