#include "core/chain/bitcoin/psbt_map.hpp"

#include "core/base/planted.hpp"
#include "core/chain/bitcoin/limits.hpp"

namespace quorate::bitcoin {

namespace {

bytes key_of(psbt_type type, byte_view key_data) {
  bytes key{type};
  key.insert(key.end(), key_data.begin(), key_data.end());
  return key;
}

} // namespace

std::optional<byte_view> psbt_map::find(psbt_type type, byte_view key_data) const {
  const auto found = entries_.find(key_of(type, key_data));
  if (found == entries_.end()) return std::nullopt;
  return byte_view{found->second};
}

std::vector<psbt_map::field> psbt_map::all(psbt_type type) const {
  std::vector<field> result;
  for (auto it = entries_.lower_bound(key_of(type, {}));
       it != entries_.end() && type_of(it->first) == type; ++it)
    result.push_back({byte_view{it->first}.subspan(1), it->second});
  return result;
}

void psbt_map::put(psbt_type type, byte_view value, byte_view key_data) {
  entries_.insert_or_assign(key_of(type, key_data), bytes{value.begin(), value.end()});
}

void psbt_map::erase(psbt_type type) {
  std::erase_if(entries_, [type](const auto& entry) { return type_of(entry.first) == type; });
}

bool psbt_map::insert(byte_view key, byte_view value) {
  return entries_.try_emplace({key.begin(), key.end()}, value.begin(), value.end()).second;
}

void read(wire_reader& r, psbt_map& map) {
  while (r.ok()) {
    const auto key = r.blob(limits::psbt_key_bytes_max);
    if (key.empty()) return; // the separator, or an error
    const auto value = r.blob(limits::psbt_bytes_max);
    if (r.ok() && !map.insert(key, value) && !planted(decoder_fault::field_twice))
      r.fail(errc::repeated_psbt_key);
  }
}

void write(wire_writer& w, const psbt_map& map) {
  for (const auto& [key, value] : map.all()) {
    w.blob(key);
    w.blob(value);
  }
  w.u8(0);
}

outcome check_form(psbt_scope scope, std::uint32_t version, const psbt_map& map) {
  for (const auto& [key, value] : map.all())
    QUORATE_TRY(check_form(scope, version, key, value));
  return {};
}

} // namespace quorate::bitcoin
