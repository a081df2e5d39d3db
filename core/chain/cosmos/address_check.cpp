#include "core/chain/cosmos/address_check.hpp"

#include "core/chain/bech32.hpp"

#include <algorithm>

namespace quorate::chain::cosmos {

namespace {

// The prefix of one address of 20 bytes (of a key) or 32 (of a module or contract, ADR-028). Nodes
// take upper case, too, but two spellings of one account look like two.
expected<std::string> prefix_of(std::string_view address) {
  const auto text = decode_bech32(address);
  if (!text) return errc::cosmos_bad_address;
  const auto payload = decode_bech32_bytes(text->prefix, address);
  if (!payload || (payload->size() != 20 && payload->size() != 32)) return errc::cosmos_bad_address;
  const auto again = encode_bech32_bytes(text->prefix, *payload);
  if (!again || *again != address) return errc::cosmos_bad_address;
  return text->prefix;
}

outcome check_prefix(std::string_view address, std::string_view prefix) {
  QUORATE_ASSIGN(const auto found, prefix_of(address));
  if (found != prefix) return errc::cosmos_bad_address;
  return {};
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

struct check_addresses {
  std::string_view prefix;

  outcome account(const std::string& address) const {
    return check_account_address(prefix, address);
  }
  outcome operator()(const msg_send& m) const {
    QUORATE_TRY(account(m.from));
    return account(m.to);
  }
  outcome operator()(const msg_multi_send& m) const {
    for (const auto* sides : {&m.inputs, &m.outputs})
      for (const auto& side : *sides)
        QUORATE_TRY(account(side.address));
    return {};
  }
  outcome operator()(const msg_transfer& m) const {
    if (!is_printable(m.receiver)) return errc::cosmos_bad_address;
    return account(m.sender);
  }
  outcome operator()(const stake& m) const {
    QUORATE_TRY(account(m.delegator));
    return check_prefix(m.validator, std::string{prefix}.append(validator_suffix));
  }
};

} // namespace

outcome check_account_address(std::string_view prefix, std::string_view address) {
  // Nobody signs for an account that is named like a validator.
  if (prefix.ends_with(validator_suffix)) return errc::cosmos_bad_address;
  return check_prefix(address, prefix);
}

expected<std::string> address_prefix(std::span<const message> messages) {
  QUORATE_CHECK(!messages.empty());
  const auto signers = signers_of(messages.front());
  if (signers.empty()) return errc::cosmos_bad_address;
  QUORATE_ASSIGN(auto prefix, prefix_of(signers.front()));
  for (const auto& m : messages)
    QUORATE_TRY(std::visit(check_addresses{prefix}, m));
  return prefix;
}

} // namespace quorate::chain::cosmos
