// The struct types of EIP-712's typed data, and the hashes of their values.
#pragma once

#include "core/chain/evm/abi_codec.hpp"

#include <map>

namespace quorate::evm {

/// Struct types of one message, and members of one type. More: over_limit.
inline constexpr std::size_t struct_types_max = 64;
inline constexpr std::size_t struct_members_max = 256;
/// Structs and arrays within each other in a value. Deeper: too_deep.
inline constexpr std::size_t struct_depth_max = 32;

/// What a member holds: an elementary type or a struct, in arrays or not.
struct member_type {
  std::string name;                                 ///< as written: `Person[3][]`
  std::string base;                                 ///< without its arrays: `Person`
  std::optional<abi::type> atomic;                  ///< of the base, unless it is a struct
  std::vector<std::optional<std::uint32_t>> arrays; ///< inner first; none: of any length

  /// What the elements of the outermost array hold. @pre !arrays.empty()
  member_type element() const;
};

struct struct_member {
  std::string name;
  member_type type;
};

/// Invariant: every base that is no elementary type is a struct here; names of members differ.
/// A value of a struct is an abi::value of its members in order, that of an array one of its
/// elements, and the others are as abi::value has them.
class struct_types {
public:
  /// Errors: bad_typed_data for a doubled or undefined name, or one that is an elementary type's;
  /// over_limit.
  static expected<struct_types> make(std::map<std::string, std::vector<struct_member>> definitions);

  /// `int256[2][]`, `Person`. Aliases as `uint` are refused: libraries do not agree on them.
  /// Errors: bad_typed_data; bad_abi_type; over_limit.
  static expected<member_type> parse_member_type(std::string_view name);

  /// Null when there is none.
  const std::vector<struct_member>* find(const std::string& name) const;

  /// `Mail(Person from,string contents)Person(string name)`: the type, then those that it needs,
  /// sorted. @pre find(name) != nullptr
  std::string encode_type(const std::string& name) const;

  /// The type's hash, then 32 bytes for each member. @pre `v` is a value of the struct `name`.
  bytes encode_data(const std::string& name, const abi::value& v) const;

  /// Keccak-256 of encode_data().
  digest hash_struct(const std::string& name, const abi::value& v) const;

private:
  digest hash_of(const member_type& t, const abi::value& v) const;

  std::map<std::string, std::vector<struct_member>> definitions_;
  std::map<std::string, digest> type_hashes_;
};

} // namespace quorate::evm
