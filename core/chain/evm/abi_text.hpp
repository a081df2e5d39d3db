// Values of the contract ABI as text: on a signer's screen, and out of JSON. For the .cpp
// files of this folder: no public header includes this.
#pragma once

#include "core/chain/evm/abi_codec.hpp"
#include "core/chain/evm/json.hpp"

namespace quorate::evm::abi {

/// The value of an elementary type, an array or a tuple.
/// Numbers: JSON integers, or strings, decimal or behind 0x (a number that the JSON library would
/// round is none); decimals: strings of digits with a point; bool: true, false; bytes: behind 0x;
/// addresses: checked where mixed; arrays: arrays; tuples: arrays, or objects with each name once.
/// Errors: ambiguous_names for an object where members of the tuple have no name, or one name;
///   type_mismatch; number_overflow; bad_checksum; over_limit.
expected<value> value_from_json(const type& t, const json& from);

/// In one line. Bytes that are no printable ASCII character stand as \xNN in a string: no text can
/// turn around, hide or break what stands beside it.
/// @pre v is a value of t, as decode() and value_from_json() give it.
std::string to_text(const type& t, const value& v);

/// As a string of to_text().
std::string quoted(byte_view text);

} // namespace quorate::evm::abi
