// Values of the contract ABI, to bytes and back.
//
// Decoding is strict, as the specification's section "Strict Encoding Mode" has it: offsets point
// where the encoder would have put the data, padding is zero, nothing is left over. So a value has
// one encoding, what is shown of a call is all that is in it, and decoding takes time linear in the
// input.
//
// Source: Solidity documentation, "Contract ABI Specification", Formal Specification of the
// Encoding.
#pragma once

#include "core/chain/evm/abi_type.hpp"
#include "core/chain/evm/uint256.hpp"

#include <variant>

namespace quorate::evm::abi {

/// Encoded arguments. More: over_limit. No node relays a transaction above 128 KiB.
inline constexpr std::size_t data_bytes_max = 1 << 20;

/// What a type's values look like here:
/// - numbers and bool: uint256, in two's complement where signed; decimals times 10^decimals;
/// - address (20), bytesM, function (24), bytes, string: bytes;
/// - arrays and tuples: values, one a part.
struct value {
  std::variant<uint256, bytes, std::vector<value>> content;

  friend bool operator==(const value&, const value&) = default;
};

using word = uint256::word;

/// The 32 bytes of an elementary static value. @pre t is elementary and static.
/// Errors: type_mismatch; number_overflow outside the type's range.
expected<word> encode_word(const type& t, const value& v);

/// The value of a type on its own, without an offset before it: what a tuple of arguments needs.
/// Errors: type_mismatch; number_overflow; over_limit.
expected<bytes> encode(const type& t, const value& v);

/// Reads what encode() writes, and nothing else.
/// Errors: truncated; trailing_bytes; over_limit; number_overflow for a number outside its type's
/// range; not_canonical for an offset elsewhere, or padding that is not zero.
expected<value> decode(const type& t, byte_view in);

} // namespace quorate::evm::abi
