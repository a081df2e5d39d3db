#include "core/chain/evm/typed_data.hpp"

#include "core/chain/evm/abi_text.hpp"
#include "core/chain/evm/json.hpp"
#include "core/chain/evm/message.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

const std::string domain_type = "EIP712Domain";

struct domain_field {
  const char* name;
  const char* type;
};

// EIP-712, "Definition of domainSeparator": any of these. It asks for this order in contracts, and
// of wallets that they take every order as the document has it: the separator hangs on it.
constexpr std::array<domain_field, 5> domain_fields{{{"name", "string"},
                                                     {"version", "string"},
                                                     {"chainId", "uint256"},
                                                     {"verifyingContract", "address"},
                                                     {"salt", "bytes32"}}};

outcome check_domain_type(const std::vector<struct_member>* members) {
  if (members == nullptr || members->empty()) return errc::bad_typed_data;
  const auto is_known = [](const struct_member& each) {
    return std::ranges::any_of(domain_fields, [&](const auto& field) {
      return each.name == field.name && each.type.name == field.type;
    });
  };
  return std::ranges::all_of(*members, is_known) ? outcome{} : errc::bad_typed_data;
}

expected<std::vector<struct_member>> members_from(const json& list) {
  if (!list.is_array()) return errc::bad_typed_data;
  std::vector<struct_member> members;
  for (const auto& each : list) {
    struct_member one;
    QUORATE_ASSIGN(one.name, string_member(each, "name"));
    QUORATE_ASSIGN(const auto type, string_member(each, "type"));
    QUORATE_ASSIGN(one.type, struct_types::parse_member_type(type));
    members.push_back(std::move(one));
  }
  return members;
}

expected<struct_types> types_from(const json& from) {
  if (!from.is_object()) return errc::bad_typed_data;
  std::map<std::string, std::vector<struct_member>> definitions;
  for (const auto& [name, list] : from.items()) {
    QUORATE_ASSIGN(definitions[name], members_from(list));
  }
  return struct_types::make(std::move(definitions));
}

// Reads values of known struct types.
class value_parser {
public:
  explicit value_parser(const struct_types& types) : types_(types) {}

  expected<abi::value> structure(const std::string& name, const json& from, std::size_t depth) {
    const auto& members = *types_.find(name);
    if (depth > struct_depth_max) return errc::too_deep;
    if (!from.is_object() || from.size() != members.size()) return errc::bad_typed_data;
    std::vector<abi::value> parts;
    for (const auto& each : members) {
      const auto* found = member(from, each.name.c_str());
      if (found == nullptr) return errc::bad_typed_data;
      QUORATE_ASSIGN(auto part, one(each.type, *found, depth + 1));
      parts.push_back(std::move(part));
    }
    return abi::value{std::move(parts)};
  }

private:
  expected<abi::value> one(const member_type& t, const json& from, std::size_t depth) {
    if (!t.arrays.empty()) return array(t, from, depth);
    if (!t.atomic) return structure(t.base, from, depth);
    return abi::value_from_json(*t.atomic, from);
  }

  expected<abi::value> array(const member_type& t, const json& from, std::size_t depth) {
    if (depth > struct_depth_max) return errc::too_deep;
    const auto length = t.arrays.back();
    if (!from.is_array() || (length && from.size() != *length)) return errc::type_mismatch;
    const auto element = t.element();
    std::vector<abi::value> parts;
    for (const auto& each : from) {
      QUORATE_ASSIGN(auto part, one(element, each, depth + 1));
      parts.push_back(std::move(part));
    }
    return abi::value{std::move(parts)};
  }

  const struct_types& types_;
};

// Every value with its way from the top: `to[0].wallet`.
void show(const struct_types& types, const member_type& t, const abi::value& v,
          const std::string& label, explanation& out) {
  if (t.atomic && t.arrays.empty()) {
    out.add(label, abi::to_text(*t.atomic, v));
    return;
  }
  const auto& parts = std::get<std::vector<abi::value>>(v.content);
  if (t.arrays.empty()) {
    const auto& members = *types.find(t.base);
    for (std::size_t i = 0; i < members.size(); ++i)
      show(types, members[i].type, parts[i], label + (label.empty() ? "" : ".") + members[i].name,
           out);
    return;
  }
  if (parts.empty()) out.add(label, "none");
  const auto element = t.element();
  for (std::size_t i = 0; i < parts.size(); ++i)
    show(types, element, parts[i], label + "[" + std::to_string(i) + "]", out);
}

} // namespace

expected<typed_data> typed_data::parse(std::string_view text) {
  if (text.size() > typed_data_bytes_max) return errc::over_limit;
  QUORATE_ASSIGN(const auto from, parse_json(text));
  const auto* types = member(from, "types");
  const auto* domain = member(from, "domain");
  const auto* message = member(from, "message");
  if (types == nullptr || domain == nullptr || message == nullptr || from.size() != 4)
    return errc::bad_typed_data;
  typed_data result;
  QUORATE_ASSIGN(result.primary_type_, string_member(from, "primaryType"));
  QUORATE_ASSIGN(result.types_, types_from(*types));
  QUORATE_TRY(check_domain_type(result.types_.find(domain_type)));
  if (result.primary_type_ == domain_type || result.types_.find(result.primary_type_) == nullptr)
    return errc::bad_typed_data;
  value_parser values{result.types_};
  QUORATE_ASSIGN(result.domain_, values.structure(domain_type, *domain, 0));
  QUORATE_ASSIGN(result.message_, values.structure(result.primary_type_, *message, 0));
  return result;
}

digest typed_data::domain_separator() const { return types_.hash_struct(domain_type, domain_); }

digest typed_data::signing_digest() const {
  return typed_message_digest(domain_separator(), types_.hash_struct(primary_type_, message_));
}

outcome typed_data::check_chain(std::uint64_t chain_id) const {
  const auto& members = *types_.find(domain_type);
  const auto found = std::find_if(members.begin(), members.end(),
                                  [](const auto& each) { return each.name == "chainId"; });
  if (found == members.end()) return errc::missing_chain_id;
  const auto at = static_cast<std::size_t>(found - members.begin());
  const auto& fields = std::get<std::vector<abi::value>>(domain_.content);
  if (std::get<uint256>(fields[at].content) != uint256{chain_id}) return errc::wrong_chain_id;
  return {};
}

explanation typed_data::explain() const {
  explanation out;
  out.add("Sign", "typed data (EIP-712): " + primary_type_);
  const auto whole = [](const std::string& name) { return member_type{name, name, {}, {}}; };
  show(types_, whole(domain_type), domain_, "Domain", out);
  show(types_, whole(primary_type_), message_, primary_type_, out);
  out.finish(signing_digest());
  return out;
}

} // namespace quorate::evm
