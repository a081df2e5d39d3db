// The functions of a contract, as its JSON ABI names them, and calls of them.
//
// Source: Solidity documentation, "Contract ABI Specification", Function Selector; JSON.
#pragma once

#include "core/chain/evm/abi_codec.hpp"

#include <map>

namespace quorate::evm::abi {

/// Functions of one contract. More: over_limit.
inline constexpr std::size_t functions_max = 4096;

/// The first four bytes of the Keccak-256 of the signature.
using selector = std::array<std::uint8_t, 4>;

struct function {
  std::string name;
  type inputs;  ///< a tuple with the parameters' names
  type outputs; ///< likewise
  bool is_payable = false;

  /// `transfer(address,uint256)`
  std::string signature() const { return name + canonical_name(inputs); }
  abi::selector selector() const;
};

/// From a signature: `transfer(address,uint256)`. Parameters have no names, and there are no
/// outputs. Errors: bad_abi_type; too_deep; over_limit.
expected<function> parse_function(std::string_view signature);

/// Selector and arguments. Errors: as encode().
expected<bytes> encode_call(const function& f, const value& arguments);

/// As above, from a JSON array or object of the arguments (see abi_text.hpp).
/// Errors: bad_json; as value_from_json() and encode().
expected<bytes> encode_call_json(const function& f, std::string_view arguments);

class contract {
public:
  /// The ABI as compilers write it: an array of functions, events, errors and so on. Only the
  /// functions are kept.
  /// Errors: bad_json; bad_abi_type; over_limit; too_deep; selector_collision, since a call could
  /// then be shown as another one.
  static expected<contract> from_json(std::string_view text);

  /// Null when there is none.
  const function* find(const selector& s) const;

  /// Null unless exactly one function has this signature, or this name.
  const function* find(std::string_view signature_or_name) const;

  std::size_t size() const noexcept { return functions_.size(); }

private:
  std::map<selector, function> functions_;
};

struct call {
  const function* callee = nullptr;
  value arguments;
};

/// What `data` calls. The result points into `of`.
/// Errors: truncated; unknown_selector; as decode().
expected<call> decode_call(const contract& of, byte_view data);

} // namespace quorate::evm::abi
