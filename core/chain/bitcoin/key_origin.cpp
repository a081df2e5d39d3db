#include "core/chain/bitcoin/key_origin.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

// @pre the field has its form, as every field of a psbt
key_origin read_origin(wire_reader from, const compressed_key& key) {
  key_origin made;
  made.key = key;
  std::ranges::copy(from.raw(made.fingerprint.size()), made.fingerprint.begin());
  while (from.left() != 0)
    made.path.push_back(from.u32());
  return made;
}

void add(std::vector<key_origin>& to, key_origin origin) {
  if (std::ranges::find(to, origin.key, &key_origin::key) == to.end())
    to.push_back(std::move(origin));
}

void add_map(std::vector<key_origin>& to, const psbt_map& map, bool input) {
  for (const auto& field : map.all(input ? psbt_input::derivation : psbt_output::derivation)) {
    if (field.key_data.size() != compressed_key::size) continue;
    compressed_key key;
    std::ranges::copy(field.key_data, key.data.begin());
    add(to, read_origin(wire_reader{field.value}, key));
  }
  const auto internal =
      map.find(input ? psbt_input::taproot_internal_key : psbt_output::taproot_internal_key);
  for (const auto& field :
       map.all(input ? psbt_input::taproot_derivation : psbt_output::taproot_derivation)) {
    if (!internal || !std::ranges::equal(*internal, field.key_data)) continue;
    compressed_key key;
    key.data[0] = 2;
    std::ranges::copy(field.key_data, key.data.begin() + 1);
    wire_reader r{field.value};
    r.raw(32 * r.count(32)); // the leaves that the key is in
    add(to, read_origin(r, key));
  }
}

} // namespace

std::vector<key_origin> key_origins(const psbt& of, psbt_scope scope) {
  std::vector<key_origin> found;
  const bool inputs = scope == psbt_scope::input;
  QUORATE_CHECK(scope != psbt_scope::global);
  for (std::size_t i = 0; i < (inputs ? of.inputs() : of.outputs()); ++i)
    add_map(found, inputs ? of.input(i) : of.output(i), inputs);
  return found;
}

} // namespace quorate::bitcoin
