// Whether the addresses in a transaction can be of one chain. Its prefix stands nowhere else in
// what is signed, and an address that the chain does not take is one that nobody has compared.
#pragma once

#include "core/chain/cosmos/message.hpp"

#include <span>

namespace quorate::chain::cosmos {

/// What stands behind the prefix of accounts in the addresses of validators.
/// Source: Cosmos SDK, types/address.go.
inline constexpr std::string_view validator_suffix = "valoper";

/// The prefix that the accounts in `messages` have, e.g. "cosmos", when each is an address as the
/// chain writes it: Bech32 in lower case, of 20 or 32 bytes, all with one prefix, validators with
/// this one and "valoper". A receiver on another chain is any printable ASCII.
/// Errors: cosmos_bad_address. @pre !messages.empty()
expected<std::string> address_prefix(std::span<const message> messages);

/// Errors: cosmos_bad_address unless `address` is that of an account, as above, with this prefix.
outcome check_account_address(std::string_view prefix, std::string_view address);

} // namespace quorate::chain::cosmos
