// Types of the contract ABI, and their names.
//
// Source: Solidity documentation, "Contract ABI Specification", Types.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::evm::abi {

/// Arrays and tuples within each other. Deeper: too_deep.
inline constexpr std::size_t type_depth_max = 16;
/// Bytes of a type's head, and so what an array of fixed length can claim. More: over_limit.
inline constexpr std::size_t head_bytes_max = 1 << 20;
/// Characters of a type's name, and members of a tuple. More: over_limit.
inline constexpr std::size_t type_name_max = 4096;
inline constexpr std::size_t tuple_members_max = 256;

enum class kind : std::uint8_t {
  unsigned_integer, ///< uintM
  signed_integer,   ///< intM
  unsigned_decimal, ///< ufixedMxN
  signed_decimal,   ///< fixedMxN
  boolean,
  address,
  fixed_bytes,   ///< bytesM
  function,      ///< an address and a selector, 24 bytes
  dynamic_bytes, ///< bytes
  string,
  dynamic_array, ///< T[]
  fixed_array,   ///< T[M]
  tuple,
};

/// Invariants, kept by parse_type() and the makers below: size and decimals are in the range of the
/// kind; an array has one part; nothing is of size zero but a tuple that stands alone; head_size()
/// is at most head_bytes_max.
struct type {
  abi::kind kind = abi::kind::tuple;
  std::uint32_t size = 0;         ///< numbers: bits; bytesM: bytes; T[M]: elements; otherwise 0
  std::uint32_t decimals = 0;     ///< of decimals, 1 to 80
  std::vector<type> parts;        ///< an array's element; a tuple's members
  std::vector<std::string> names; ///< a tuple's members' names, empty where they have none

  friend bool operator==(const type&, const type&) = default;
};

/// The type with this name: `uint256`, `(address,bytes32[2])[]`. `uint` and `int` stand for 256
/// bits, `fixed` and `ufixed` for 128x18, as in Solidity.
/// Errors: bad_abi_type; too_deep; over_limit.
expected<type> parse_type(std::string_view name);

/// An array of `element`, with the suffixes at the end of a name: `[2][]` behind it.
/// Errors: bad_abi_type; too_deep; over_limit.
expected<type> with_suffixes(type element, std::string_view suffixes);

/// Errors: too_deep; over_limit. @pre names.size() == parts.size()
expected<type> make_tuple(std::vector<type> parts, std::vector<std::string> names);

/// As it enters into a selector: no names of members, no abbreviations.
std::string canonical_name(const type& t);

/// Whether a value of the type stands behind an offset.
bool is_dynamic(const type& t) noexcept;

/// Bytes in the head: 32 for a dynamic type, all of it for a static one.
std::size_t head_size(const type& t) noexcept;

/// Whether this can name a function, a struct or a member: a letter, _ or $, then these and digits,
/// at most identifier_max characters.
inline constexpr std::size_t identifier_max = 128;
bool is_identifier(std::string_view name) noexcept;

/// Levels of arrays and tuples; 0 for an elementary type.
std::size_t depth(const type& t) noexcept;

} // namespace quorate::evm::abi
