#include "core/chain/evm/abi_text.hpp"

#include "core/chain/evm/address.hpp"
#include "core/chain/evm/hex.hpp"

#include <algorithm>
#include <set>

namespace quorate::evm::abi {

namespace {

// A number and its range.
expected<value> number_value(const type& t, bool is_signed, const std::string& text) {
  const auto number = is_signed ? parse_int256(text) : parse_uint256(text);
  if (!number)
    return number.error() == errc::number_overflow ? number.error() : errc::type_mismatch;
  value v{*number};
  QUORATE_TRY(encode_word(t, v));
  return v;
}

expected<value> integer_from(const type& t, const json& from) {
  const bool is_signed = t.kind == kind::signed_integer;
  if (from.is_number_integer()) return number_value(t, is_signed, from.dump());
  if (from.is_string()) return number_value(t, is_signed, from.get<std::string>());
  return errc::type_mismatch;
}

// -1.5 with two decimals is -150.
expected<value> decimal_from(const type& t, const json& from) {
  if (!from.is_string()) return errc::type_mismatch;
  std::string whole = from.get<std::string>();
  const bool below_zero = whole.starts_with('-');
  if (below_zero) whole.erase(0, 1);
  std::string fraction;
  if (const auto point = whole.find('.'); point != whole.npos) {
    fraction = whole.substr(point + 1);
    whole.erase(point);
    if (fraction.empty()) return errc::type_mismatch;
  }
  if (whole.empty() || fraction.size() > t.decimals) return errc::type_mismatch;
  if (whole.size() > 1 && whole[0] == '0') return errc::type_mismatch;
  std::string digits = whole + fraction + std::string(t.decimals - fraction.size(), '0');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return number_value(t, t.kind == kind::signed_decimal, (below_zero ? "-" : "") + digits);
}

expected<value> bytes_from(const type& t, const json& from) {
  if (!from.is_string()) return errc::type_mismatch;
  const auto& text = from.get_ref<const std::string&>();
  if (t.kind == kind::string) return value{bytes{text.begin(), text.end()}};
  if (t.kind == kind::address) {
    const auto who = parse_address(text, checksum::where_mixed);
    if (!who) return who.error() == errc::bad_checksum ? who.error() : errc::type_mismatch;
    return value{bytes{who->data.begin(), who->data.end()}};
  }
  auto raw = parse_data(text);
  if (!raw) return errc::type_mismatch;
  value v{*std::move(raw)};
  if (t.kind != kind::dynamic_bytes) QUORATE_TRY(encode_word(t, v)); // of the right length
  return v;
}

expected<value> array_from(const type& t, const json& from) {
  if (!from.is_array() || (t.kind == kind::fixed_array && from.size() != t.size))
    return errc::type_mismatch;
  std::vector<value> parts;
  for (const auto& each : from) {
    QUORATE_ASSIGN(auto part, value_from_json(t.parts[0], each));
    parts.push_back(std::move(part));
  }
  return value{std::move(parts)};
}

// With two members of one name the object has one value for both, and room for one that is dropped.
bool has_distinct_names(const type& tuple) {
  std::set<std::string_view> seen;
  return std::ranges::all_of(tuple.names, [&seen](std::string_view name) {
    return !name.empty() && seen.insert(name).second;
  });
}

expected<value> tuple_from(const type& t, const json& from) {
  if (from.is_object() && !has_distinct_names(t)) return errc::ambiguous_names;
  if (!(from.is_array() || from.is_object()) || from.size() != t.parts.size())
    return errc::type_mismatch;
  std::vector<value> parts;
  for (std::size_t i = 0; i < t.parts.size(); ++i) {
    const json* each = from.is_array() ? &from[i] : member(from, t.names[i].c_str());
    if (each == nullptr) return errc::type_mismatch;
    QUORATE_ASSIGN(auto part, value_from_json(t.parts[i], *each));
    parts.push_back(std::move(part));
  }
  return value{std::move(parts)};
}

std::string decimal_text(const type& t, const uint256& number) {
  const bool below_zero = t.kind == kind::signed_decimal && is_negative(number);
  return (below_zero ? "-" : "") +
         to_decimal_string(below_zero ? wrapping_negate(number) : number, t.decimals);
}

std::string parts_text(const type& t, const std::vector<value>& parts) {
  const bool is_tuple = t.kind == kind::tuple;
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += ", ";
    if (is_tuple && !t.names[i].empty()) text += t.names[i] + ": ";
    text += to_text(t.parts[is_tuple ? i : 0], parts[i]);
  }
  return is_tuple ? "(" + text + ")" : "[" + text + "]";
}

} // namespace

expected<value> value_from_json(const type& t, const json& from) {
  switch (t.kind) {
  case kind::unsigned_integer:
  case kind::signed_integer:
    return integer_from(t, from);
  case kind::unsigned_decimal:
  case kind::signed_decimal:
    return decimal_from(t, from);
  case kind::boolean:
    if (!from.is_boolean()) return errc::type_mismatch;
    return value{uint256{from.get<bool>() ? 1ULL : 0ULL}};
  case kind::address:
  case kind::fixed_bytes:
  case kind::function:
  case kind::dynamic_bytes:
  case kind::string:
    return bytes_from(t, from);
  case kind::dynamic_array:
  case kind::fixed_array:
    return array_from(t, from);
  case kind::tuple:
    break;
  }
  return tuple_from(t, from);
}

std::string to_text(const type& t, const value& v) {
  const auto number = [&]() -> const uint256& { return std::get<uint256>(v.content); };
  const auto raw = [&]() -> const bytes& { return std::get<bytes>(v.content); };
  switch (t.kind) {
  case kind::unsigned_integer:
    return to_string(number());
  case kind::signed_integer:
    return to_signed_string(number());
  case kind::unsigned_decimal:
  case kind::signed_decimal:
    return decimal_text(t, number());
  case kind::boolean:
    return number().is_zero() ? "false" : "true";
  case kind::address:
    return evm::to_string(*address::from_bytes(raw()));
  case kind::fixed_bytes:
  case kind::function:
  case kind::dynamic_bytes:
    return to_data(raw());
  case kind::string:
    return quoted(raw());
  case kind::dynamic_array:
  case kind::fixed_array:
  case kind::tuple:
    break;
  }
  return parts_text(t, std::get<std::vector<value>>(v.content));
}

std::string quoted(byte_view text) {
  std::string out = "\"";
  for (auto byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte >= 0x20 && byte < 0x7f)
      out += static_cast<char>(byte);
    else
      out += "\\x" + to_hex(byte_view{&byte, 1});
  }
  return out + '"';
}

} // namespace quorate::evm::abi
