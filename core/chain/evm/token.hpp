// The one call whose effect is a payment, whatever the contract is: ERC-20's transfer.
#pragma once

#include "core/chain/evm/contract.hpp"

namespace quorate::evm {

/// transfer(address to, uint256 value). Source: ERC-20.
const abi::contract& token();

} // namespace quorate::evm
