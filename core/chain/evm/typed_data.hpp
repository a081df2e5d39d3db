// Typed structured data: what a contract will verify off chain, and a person can read first.
//
// Source: EIP-712.
#pragma once

#include "core/chain/evm/explanation.hpp"
#include "core/chain/evm/typed_data_types.hpp"

namespace quorate::evm {

/// In JSON. Bounds what hashing types costs, which each can name all others. More: over_limit.
inline constexpr std::size_t typed_data_bytes_max = 128 * 1024;

/// A message and the domain it is for. Everything in it is signed: a member that its type does not
/// have is refused, as is one that is missing or null.
class typed_data {
public:
  /// The parameter of eth_signTypedData_v4: an object of `types`, `primaryType`, `domain` and
  /// `message`. Values are written as in value_from_json() (abi_text.hpp).
  /// Errors: bad_json; bad_typed_data, also for an EIP712Domain without members, or with other
  ///   members or types than EIP-712 names; type_mismatch; number_overflow;
  ///   bad_checksum; bad_abi_type; over_limit; too_deep.
  static expected<typed_data> parse(std::string_view text);

  /// What is signed, 32 bytes: see typed_message_digest().
  digest signing_digest() const;

  digest domain_separator() const;
  bytes encoded_message() const { return types_.encode_data(primary_type_, message_); }

  /// Errors: missing_chain_id when the domain has none; wrong_chain_id.
  outcome check_chain(std::uint64_t chain_id) const;

  /// What the signer's screen shows: the domain, then each value of the message on its own line.
  explanation explain() const;

private:
  struct_types types_;
  std::string primary_type_;
  abi::value domain_;
  abi::value message_;
};

} // namespace quorate::evm
