// Transactions and messages in words.
#pragma once

#include "core/chain/evm/contract.hpp"
#include "core/chain/evm/explanation.hpp"
#include "core/chain/evm/transaction.hpp"

namespace quorate::evm {

/// What is known beside the transaction.
struct explain_context {
  std::string chain_name;                ///< printable; may be empty
  const abi::contract* callee = nullptr; ///< the ABI of the recipient, where it is known
};

/// Chain, recipient, value, bounds of the fee, the call by name with its arguments. Amounts have 18
/// decimals and native_coin() behind them. Without an ABI of the recipient, data of ERC-20's
/// transfer is said to look like one, behind a warning: any contract can give those four bytes
/// another meaning. Data that nothing explains is shown as what it is, with its hash, behind a
/// warning.
/// @pre check() holds for tx.
explanation explain(const transaction& tx, const explain_context& context);

/// A message for personal_sign (EIP-191).
explanation explain_personal_message(byte_view message);

} // namespace quorate::evm
