#include "core/chain/evm/contract.hpp"

#include "core/chain/evm/abi_text.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm::abi {

namespace {

expected<type> parameters(const json& list, std::size_t level);

// A parameter; that of a tuple type has its members beside it.
expected<type> parameter_type(const json& from, std::size_t level) {
  if (level > type_depth_max) return errc::too_deep;
  QUORATE_ASSIGN(const auto name, string_member(from, "type"));
  if (!name.starts_with("tuple")) {
    // Parentheses belong to signatures only.
    if (name.find('(') != name.npos) return errc::bad_abi_type;
    return parse_type(name);
  }
  QUORATE_ASSIGN(const auto* components, array_member(from, "components"));
  QUORATE_ASSIGN(auto tuple, parameters(*components, level + 1));
  return with_suffixes(std::move(tuple), std::string_view{name}.substr(5));
}

expected<type> parameters(const json& list, std::size_t level) {
  std::vector<type> types;
  std::vector<std::string> names;
  if (list.size() > tuple_members_max) return errc::over_limit;
  for (const auto& each : list) {
    QUORATE_ASSIGN(auto one, parameter_type(each, level));
    QUORATE_ASSIGN(auto name, string_member(each, "name"));
    if (!name.empty() && !is_identifier(name)) return errc::bad_json;
    types.push_back(std::move(one));
    names.push_back(std::move(name));
  }
  return make_tuple(std::move(types), std::move(names));
}

expected<function> function_from(const json& from) {
  function f;
  QUORATE_ASSIGN(f.name, string_member(from, "name"));
  if (!is_identifier(f.name)) return errc::bad_json;
  QUORATE_ASSIGN(const auto* inputs, array_member(from, "inputs"));
  QUORATE_ASSIGN(f.inputs, parameters(*inputs, 0));
  if (const auto* outputs = member(from, "outputs")) {
    if (!outputs->is_array()) return errc::bad_json;
    QUORATE_ASSIGN(f.outputs, parameters(*outputs, 0));
  }
  if (const auto* mutability = member(from, "stateMutability"))
    f.is_payable = *mutability == "payable";
  else if (const auto* payable = member(from, "payable")) // compilers before 0.4.16
    f.is_payable = *payable == true;
  return f;
}

} // namespace

selector function::selector() const {
  const auto hash = keccak256(as_bytes(signature()));
  return {hash.data[0], hash.data[1], hash.data[2], hash.data[3]};
}

expected<function> parse_function(std::string_view signature) {
  const auto open = std::min(signature.find('('), signature.size());
  function f;
  f.name = signature.substr(0, open);
  if (!is_identifier(f.name)) return errc::bad_abi_type;
  QUORATE_ASSIGN(f.inputs, parse_type(signature.substr(open)));
  if (f.inputs.kind != kind::tuple) return errc::bad_abi_type;
  return f;
}

expected<bytes> encode_call(const function& f, const value& arguments) {
  QUORATE_ASSIGN(const auto encoded, encode(f.inputs, arguments));
  const auto prefix = f.selector();
  bytes data{prefix.begin(), prefix.end()};
  data.insert(data.end(), encoded.begin(), encoded.end());
  return data;
}

expected<bytes> encode_call_json(const function& f, std::string_view arguments) {
  QUORATE_ASSIGN(const auto from, parse_json(arguments));
  QUORATE_ASSIGN(const auto values, value_from_json(f.inputs, from));
  return encode_call(f, values);
}

expected<contract> contract::from_json(std::string_view text) {
  QUORATE_ASSIGN(const auto from, parse_json(text));
  if (!from.is_array()) return errc::bad_json;
  if (from.size() > functions_max) return errc::over_limit;
  contract result;
  for (const auto& each : from) {
    if (!each.is_object()) return errc::bad_json;
    const auto* type = member(each, "type"); // without one it is a function
    if (type != nullptr && *type != "function") continue;
    QUORATE_ASSIGN(auto f, function_from(each));
    const auto key = f.selector();
    if (!result.functions_.emplace(key, std::move(f)).second) return errc::selector_collision;
  }
  return result;
}

const function* contract::find(const selector& s) const {
  const auto found = functions_.find(s);
  return found == functions_.end() ? nullptr : &found->second;
}

const function* contract::find(std::string_view signature_or_name) const {
  const bool by_name = signature_or_name.find('(') == signature_or_name.npos;
  const function* found = nullptr;
  for (const auto& [key, f] : functions_) {
    if ((by_name ? f.name : f.signature()) != signature_or_name) continue;
    if (found != nullptr) return nullptr;
    found = &f;
  }
  return found;
}

expected<call> decode_call(const contract& of, byte_view data) {
  selector s;
  if (data.size() < s.size()) return errc::truncated;
  std::copy_n(data.begin(), s.size(), s.begin());
  const auto* callee = of.find(s);
  if (callee == nullptr) return errc::unknown_selector;
  QUORATE_ASSIGN(auto arguments, decode(callee->inputs, data.subspan(s.size())));
  return call{callee, std::move(arguments)};
}

} // namespace quorate::evm::abi
