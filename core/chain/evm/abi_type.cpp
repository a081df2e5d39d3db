#include "core/chain/evm/abi_type.hpp"

#include <algorithm>

namespace quorate::evm::abi {

namespace {

constexpr std::size_t word_size = 32;

// A decimal number without leading zeros, from `least` to `most`.
expected<std::uint32_t> number_in(std::string_view text, std::uint32_t least, std::uint32_t most) {
  if (text.empty() || text.size() > 9 || text[0] == '0') return errc::bad_abi_type;
  std::uint32_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return errc::bad_abi_type;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value < least || value > most) return errc::bad_abi_type;
  return value;
}

expected<type> integer(kind k, std::string_view bits) {
  if (bits.empty()) return type{k, 256, 0, {}, {}};
  QUORATE_ASSIGN(const auto size, number_in(bits, 8, 256));
  if (size % 8 != 0) return errc::bad_abi_type;
  return type{k, size, 0, {}, {}};
}

expected<type> decimal(kind k, std::string_view sizes) {
  if (sizes.empty()) return type{k, 128, 18, {}, {}};
  const auto cross = sizes.find('x');
  if (cross == sizes.npos) return errc::bad_abi_type;
  QUORATE_ASSIGN(auto result, integer(k, sizes.substr(0, cross)));
  QUORATE_ASSIGN(result.decimals, number_in(sizes.substr(cross + 1), 1, 80));
  return result;
}

expected<type> elementary(std::string_view name) {
  if (name == "bool") return type{kind::boolean, 0, 0, {}, {}};
  if (name == "address") return type{kind::address, 0, 0, {}, {}};
  if (name == "function") return type{kind::function, 0, 0, {}, {}};
  if (name == "bytes") return type{kind::dynamic_bytes, 0, 0, {}, {}};
  if (name == "string") return type{kind::string, 0, 0, {}, {}};
  if (name.starts_with("ufixed")) return decimal(kind::unsigned_decimal, name.substr(6));
  if (name.starts_with("fixed")) return decimal(kind::signed_decimal, name.substr(5));
  if (name.starts_with("uint")) return integer(kind::unsigned_integer, name.substr(4));
  if (name.starts_with("int")) return integer(kind::signed_integer, name.substr(3));
  if (!name.starts_with("bytes")) return errc::bad_abi_type;
  QUORATE_ASSIGN(const auto size, number_in(name.substr(5), 1, 32));
  return type{kind::fixed_bytes, size, 0, {}, {}};
}

// Reads a name from the left. Depth is counted on the way down, so that a long row of opening
// parentheses ends soon.
class name_parser {
public:
  explicit name_parser(std::string_view in) : in_(in) {}

  expected<type> whole() {
    QUORATE_ASSIGN(auto result, one(0));
    if (!in_.empty()) return errc::bad_abi_type;
    return result;
  }

private:
  expected<type> one(std::size_t level) {
    if (level > type_depth_max) return errc::too_deep;
    expected<type> base = errc::bad_abi_type;
    if (in_.starts_with('('))
      base = tuple(level);
    else
      base = elementary(take(in_.find_first_of("[,)")));
    QUORATE_TRY(base);
    const auto end = in_.find_first_of(",)");
    return with_suffixes(*std::move(base), take(end));
  }

  expected<type> tuple(std::size_t level) {
    take(1);
    std::vector<type> parts;
    if (in_.starts_with(')')) {
      take(1);
      return make_tuple({}, {});
    }
    for (;;) {
      QUORATE_ASSIGN(auto part, one(level + 1));
      parts.push_back(std::move(part));
      if (in_.empty()) return errc::bad_abi_type;
      const bool ends = in_[0] == ')';
      take(1);
      if (!ends) continue;
      std::vector<std::string> names(parts.size());
      return make_tuple(std::move(parts), std::move(names));
    }
  }

  std::string_view take(std::size_t n) {
    const auto taken = in_.substr(0, n);
    in_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view in_;
};

bool is_empty(const type& t) noexcept { return t.kind == kind::tuple && t.parts.empty(); }

} // namespace

expected<type> parse_type(std::string_view name) {
  if (name.size() > type_name_max) return errc::over_limit;
  return name_parser{name}.whole();
}

expected<type> with_suffixes(type element, std::string_view suffixes) {
  std::size_t levels = depth(element);
  while (!suffixes.empty()) {
    const auto close = suffixes.find(']');
    if (suffixes[0] != '[' || close == suffixes.npos) return errc::bad_abi_type;
    if (is_empty(element)) return errc::bad_abi_type;
    if (++levels > type_depth_max) return errc::too_deep;
    type array{kind::dynamic_array, 0, 0, {}, {}};
    if (close > 1) {
      QUORATE_ASSIGN(array.size, number_in(suffixes.substr(1, close - 1), 1, 999'999'999));
      array.kind = kind::fixed_array;
      if (array.size > head_bytes_max / head_size(element)) return errc::over_limit;
    }
    array.parts.push_back(std::move(element));
    element = std::move(array);
    suffixes.remove_prefix(close + 1);
  }
  return element;
}

expected<type> make_tuple(std::vector<type> parts, std::vector<std::string> names) {
  QUORATE_CHECK(parts.size() == names.size());
  if (parts.size() > tuple_members_max) return errc::over_limit;
  std::size_t size = 0;
  for (const auto& part : parts) {
    if (is_empty(part)) return errc::bad_abi_type;
    if (depth(part) >= type_depth_max) return errc::too_deep;
    size += head_size(part);
  }
  if (size > head_bytes_max) return errc::over_limit;
  return type{kind::tuple, 0, 0, std::move(parts), std::move(names)};
}

std::string canonical_name(const type& t) {
  const auto bits = [&] { return std::to_string(t.size); };
  switch (t.kind) {
  case kind::unsigned_integer:
    return "uint" + bits();
  case kind::signed_integer:
    return "int" + bits();
  case kind::unsigned_decimal:
    return "ufixed" + bits() + "x" + std::to_string(t.decimals);
  case kind::signed_decimal:
    return "fixed" + bits() + "x" + std::to_string(t.decimals);
  case kind::boolean:
    return "bool";
  case kind::address:
    return "address";
  case kind::fixed_bytes:
    return "bytes" + bits();
  case kind::function:
    return "function";
  case kind::dynamic_bytes:
    return "bytes";
  case kind::string:
    return "string";
  case kind::dynamic_array:
    return canonical_name(t.parts[0]) + "[]";
  case kind::fixed_array:
    return canonical_name(t.parts[0]) + "[" + bits() + "]";
  case kind::tuple:
    break;
  }
  std::string name = "(";
  for (const auto& part : t.parts)
    name += (name.size() > 1 ? "," : "") + canonical_name(part);
  return name + ")";
}

bool is_dynamic(const type& t) noexcept {
  switch (t.kind) {
  case kind::unsigned_integer:
  case kind::signed_integer:
  case kind::unsigned_decimal:
  case kind::signed_decimal:
  case kind::boolean:
  case kind::address:
  case kind::fixed_bytes:
  case kind::function:
    return false;
  case kind::dynamic_bytes:
  case kind::string:
  case kind::dynamic_array:
    return true;
  case kind::fixed_array:
  case kind::tuple:
    break;
  }
  return std::any_of(t.parts.begin(), t.parts.end(), is_dynamic);
}

std::size_t head_size(const type& t) noexcept {
  if (is_dynamic(t)) return word_size;
  if (t.kind == kind::fixed_array) return t.size * head_size(t.parts[0]);
  if (t.kind != kind::tuple) return word_size;
  std::size_t size = 0;
  for (const auto& part : t.parts)
    size += head_size(part);
  return size;
}

bool is_identifier(std::string_view name) noexcept {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  };
  return !name.empty() && name.size() <= identifier_max && letter(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::size_t depth(const type& t) noexcept {
  std::size_t deepest = 0;
  for (const auto& part : t.parts)
    deepest = std::max(deepest, depth(part) + 1);
  return deepest;
}

} // namespace quorate::evm::abi
