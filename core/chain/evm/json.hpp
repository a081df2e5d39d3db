// JSON from outside, for the .cpp files of this folder: no public header includes this.
//
// What is shown and what is signed come from one parsed value. A name that stands twice in an
// object could be read in two ways elsewhere, so it is refused.
#pragma once

#include "core/base/expected.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace quorate::evm {

using json = nlohmann::json;

/// Larger: over_limit. Deeper: too_deep.
inline constexpr std::size_t json_bytes_max = 1 << 20;
inline constexpr std::size_t json_depth_max = 64;

/// One byte order mark in front of it is no part of the text, as RFC 8259, section 8.1, allows;
/// U+FEFF within a string is a character of it like any other.
/// Errors: bad_json; over_limit; too_deep.
expected<json> parse_json(std::string_view text);

/// Null when `from` is no object or has no such member.
const json* member(const json& from, const char* name);

/// The string there. Errors: bad_json when there is none.
expected<std::string> string_member(const json& from, const char* name);

/// The array there. Errors: bad_json when there is none.
expected<const json*> array_member(const json& from, const char* name);

} // namespace quorate::evm
