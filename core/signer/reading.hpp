// What a transaction does, read out of its own bytes by the chain's engine: the signer judges this,
// and never what a request says of it.
#pragma once

#include "core/chain/bitcoin/address.hpp"
#include "core/chain/signature.hpp"
#include "core/ledger/operation.hpp"

#include <variant>

namespace quorate::signer {

/// Which network a key signs for, in the order of ledger::signing_chain. A transaction of another
/// one is refused.
struct bitcoin_network {
  bitcoin::network net = bitcoin::network::mainnet;
  bool taproot = true; ///< whether the key makes BIP-340 signatures; without, none of its own
                       ///< scripts is a taproot one, and what needs such a signature is refused
  friend bool operator==(const bitcoin_network&, const bitcoin_network&) = default;
};
struct evm_network {
  std::uint64_t chain_id = 1;
  friend bool operator==(const evm_network&, const evm_network&) = default;
};
struct cosmos_network {
  std::string chain_id;
  std::string prefix; ///< of addresses, e.g. "cosmos"
  friend bool operator==(const cosmos_network&, const cosmos_network&) = default;
};
using network = std::variant<bitcoin_network, evm_network, cosmos_network>;

inline ledger::signing_chain chain_of(const network& n) noexcept {
  return static_cast<ledger::signing_chain>(n.index() + 1);
}

/// Where a Cosmos payment goes: the address alone, or with `?memo=` and the memo behind it. At an
/// exchange, whose address is that of all its customers, the memo says whom it is credited to.
/// @param memo  printable ASCII, or empty; of all payments of a transaction.
/// Errors: cosmos_bad_address unless it is a lower-case address of 20 or 32 bytes on that network;
///   bad_memo for other characters, or when the whole is longer than destination_bytes_max.
expected<std::string> cosmos_destination(const cosmos_network& where, std::string_view address,
                                         std::string_view memo);

/// Whether readings of that network can name a payment's destination so: any other text in a list
/// would never match.
/// Errors: those of the chain's addresses; bad_address for another spelling of one;
///   cosmos_destination(), and bad_memo for `?memo=` without a memo.
outcome check_destination(const network& where, std::string_view text);

using chain::wanted_signature;

struct reading {
  std::string unit; ///< of the payments: "sat", "wei", a token's contract, a denomination
  std::vector<ledger::payment> payments; ///< to others, in the order of the transaction
  std::string fee_unit;
  amount fee;                           ///< the most that it can be
  std::vector<wanted_signature> wanted; ///< at least one
  std::string text;                     ///< lines of ASCII: what a screen shows

  /// What stands for all that is signed, 32 bytes: the message itself where there is one by ECDSA,
  /// otherwise a tagged hash of all of them.
  digest signed_digest() const;
};

/// Reads `transaction` as one that `key` is to sign. It has to be of that network, spend from that
/// key alone, and do nothing but pay and cost a fee; change that goes back to the key itself is no
/// payment.
/// Errors: those of the chain's decoder; wrong_network, wrong_chain_id for another network;
///   wrong_key, cosmos_wrong_signer when the key is not asked; taproot_not_allowed; shared_script
///   for a coin that not this key alone can spend (k of n keys, a taproot script tree);
///   bad_memo, cosmos_bad_address for a destination that cosmos_destination() does not take;
///   unclear_transaction for anything that is no payment in one unit; amount_overflow; over_limit
///   for more than payments_max.
expected<reading> read_transaction(byte_view transaction, const network& where,
                                   const ec_public_key& key);

/// Whether there is a payment, and all go to addresses of that key alone.
bool pays_only_to(const reading& of, const network& where, const ec_public_key& key);

} // namespace quorate::signer
