#include "core/chain/evm/typed_data_types.hpp"

#include "core/crypto/keccak.hpp"

#include <algorithm>
#include <set>

namespace quorate::evm {

namespace {

// The elementary types that EIP-712 has: those of the ABI less decimals, functions and aliases.
std::optional<abi::type> atomic_type(std::string_view name) {
  const auto parsed = abi::parse_type(name);
  if (!parsed || abi::canonical_name(*parsed) != name) return std::nullopt;
  switch (parsed->kind) {
  case abi::kind::unsigned_integer:
  case abi::kind::signed_integer:
  case abi::kind::boolean:
  case abi::kind::address:
  case abi::kind::fixed_bytes:
  case abi::kind::dynamic_bytes:
  case abi::kind::string:
    return *parsed;
  case abi::kind::unsigned_decimal:
  case abi::kind::signed_decimal:
  case abi::kind::function:
  case abi::kind::dynamic_array:
  case abi::kind::fixed_array:
  case abi::kind::tuple:
    break;
  }
  return std::nullopt;
}

outcome check_members(const std::map<std::string, std::vector<struct_member>>& definitions,
                      const std::vector<struct_member>& members) {
  if (members.size() > struct_members_max) return errc::over_limit;
  std::set<std::string_view> seen;
  for (const auto& each : members) {
    if (!abi::is_identifier(each.name) || !seen.insert(each.name).second)
      return errc::bad_typed_data;
    if (!each.type.atomic && !definitions.contains(each.type.base)) return errc::bad_typed_data;
  }
  return {};
}

const std::vector<abi::value>& parts_of(const abi::value& v) {
  return std::get<std::vector<abi::value>>(v.content);
}

} // namespace

member_type member_type::element() const {
  member_type inner = *this;
  inner.arrays.pop_back();
  inner.name.erase(inner.name.rfind('['));
  return inner;
}

expected<member_type> struct_types::parse_member_type(std::string_view name) {
  const auto bracket = std::min(name.find('['), name.size());
  member_type t{std::string{name}, std::string{name.substr(0, bracket)}, {}, {}};
  if (!abi::is_identifier(t.base)) return errc::bad_typed_data;
  t.atomic = atomic_type(t.base);
  // The ABI knows how to read the arrays; of what they are makes no difference.
  QUORATE_ASSIGN(auto arrays, abi::with_suffixes(abi::type{abi::kind::boolean, 0, 0, {}, {}},
                                                 name.substr(bracket)));
  for (const auto* at = &arrays; !at->parts.empty(); at = &at->parts[0])
    t.arrays.push_back(at->kind == abi::kind::fixed_array ? std::optional{at->size} : std::nullopt);
  std::reverse(t.arrays.begin(), t.arrays.end());
  return t;
}

expected<struct_types>
struct_types::make(std::map<std::string, std::vector<struct_member>> definitions) {
  if (definitions.size() > struct_types_max) return errc::over_limit;
  for (const auto& [name, members] : definitions) {
    if (!abi::is_identifier(name) || abi::parse_type(name)) return errc::bad_typed_data;
    QUORATE_TRY(check_members(definitions, members));
  }
  struct_types types;
  types.definitions_ = std::move(definitions);
  for (const auto& [name, members] : types.definitions_)
    types.type_hashes_[name] = keccak256(as_bytes(types.encode_type(name)));
  return types;
}

const std::vector<struct_member>* struct_types::find(const std::string& name) const {
  const auto found = definitions_.find(name);
  return found == definitions_.end() ? nullptr : &found->second;
}

std::string struct_types::encode_type(const std::string& name) const {
  std::set<std::string> needed;
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const auto next = std::move(open.back());
    open.pop_back();
    if (!needed.insert(next).second) continue;
    for (const auto& each : definitions_.at(next))
      if (!each.type.atomic) open.push_back(each.type.base);
  }
  const auto written = [&](const std::string& type) {
    std::string text = type + "(";
    for (const auto& each : definitions_.at(type))
      text += (text.back() == '(' ? "" : ",") + each.type.name + " " + each.name;
    return text + ")";
  };
  needed.erase(name);
  std::string text = written(name);
  for (const auto& each : needed)
    text += written(each);
  return text;
}

bytes struct_types::encode_data(const std::string& name, const abi::value& v) const {
  const auto& type_hash = type_hashes_.at(name).data;
  bytes out{type_hash.begin(), type_hash.end()};
  const auto& members = definitions_.at(name);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& hash = hash_of(members[i].type, parts_of(v)[i]).data;
    out.insert(out.end(), hash.begin(), hash.end());
  }
  return out;
}

digest struct_types::hash_struct(const std::string& name, const abi::value& v) const {
  return keccak256(encode_data(name, v));
}

// The 32 bytes that stand for a value: itself where it fits, a hash otherwise.
digest struct_types::hash_of(const member_type& t, const abi::value& v) const {
  if (!t.arrays.empty()) {
    const auto element = t.element();
    bytes all;
    for (const auto& each : parts_of(v)) {
      const auto hash = hash_of(element, each);
      all.insert(all.end(), hash.data.begin(), hash.data.end());
    }
    return keccak256(all);
  }
  if (!t.atomic) return hash_struct(t.base, v);
  if (abi::is_dynamic(*t.atomic)) return keccak256(std::get<bytes>(v.content));
  return {*abi::encode_word(*t.atomic, v)};
}

} // namespace quorate::evm
