// The form of every field of a PSBT that a BIP defines: one table.
#include "core/chain/bitcoin/limits.hpp"
#include "core/chain/bitcoin/psbt_map.hpp"
#include "core/chain/bitcoin/transaction.hpp"
#include "core/crypto/digests.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

constexpr std::uint32_t lock_time_threshold = 500'000'000; // consensus: below it a height
constexpr std::size_t taproot_depth_max = 128;             // consensus

// --- keys' data ------------------------------------------------------------------------------

template <std::size_t... Sizes>
bool sized(byte_view data) {
  return ((data.size() == Sizes) || ...);
}

bool is_public_key(byte_view data) { return ec_public_key::parse(data).has_value(); }

bool is_control_block(byte_view data) {
  return data.size() >= 33 && data.size() <= 33 + 32 * taproot_depth_max &&
         (data.size() - 33) % 32 == 0;
}

// --- values ----------------------------------------------------------------------------------

template <bool (*Sound)(byte_view)>
bool value_is(byte_view, byte_view value) {
  return Sound(value);
}

bool any(byte_view) { return true; }
bool not_empty(byte_view value) { return !value.empty(); }

/// All of `value` is what `read_one` reads.
template <class Read>
bool reads(byte_view value, Read read_one) {
  wire_reader r{value};
  read_one(r);
  return r.finish().has_value();
}

bool is_transaction(byte_view value) { return decode_transaction(value).has_value(); }

bool is_unsigned_transaction(byte_view value) {
  const auto tx = decode_without_witness(value);
  return tx && std::all_of(tx->inputs.begin(), tx->inputs.end(),
                           [](const auto& input) { return input.unlocking_script.empty(); });
}

bool is_output(byte_view value) {
  transaction_output output;
  return reads(value, [&](auto& r) { read(r, output); });
}

bool is_amount(byte_view value) {
  return reads(value, [](auto& r) {
    if (r.u64() > money_max.value) r.fail(errc::bad_amount);
  });
}

bool is_compact_size(byte_view value) {
  return reads(value, [](auto& r) { r.compact_size(); });
}

std::uint32_t number(byte_view value) { return wire_reader{value}.u32(); }

bool is_required_time(byte_view value) {
  return value.size() == 4 && number(value) >= lock_time_threshold;
}

bool is_required_height(byte_view value) {
  return value.size() == 4 && number(value) > 0 && number(value) < lock_time_threshold;
}

/// A DER signature and the byte of its type; which type is asked when it is used.
bool is_ecdsa_signature(byte_view value) {
  return !value.empty() && from_der(value.first(value.size() - 1)).has_value();
}

/// A key's fingerprint and path.
bool is_derivation(byte_view value) {
  return value.size() % 4 == 0 && value.size() >= 4 &&
         value.size() <= 4 * (1 + limits::derivation_depth_max);
}

bool is_taproot_derivation(byte_view value) {
  wire_reader r{value};
  r.raw(32 * r.count(32));
  return r.ok() && is_derivation(r.raw(r.left()));
}

bool is_witness(byte_view value) {
  return reads(value, [](auto& r) {
    const std::size_t items = r.count(1);
    for (std::size_t i = 0; i < items && r.ok(); ++i)
      r.blob(limits::transaction_bytes_max);
  });
}

/// Leaves, depth first: two neighbours of one depth make a node of the depth above, and at last
/// there is the root.
bool is_taproot_tree(byte_view value) {
  wire_reader r{value};
  std::vector<std::uint8_t> open;
  while (r.ok() && r.left() != 0) {
    std::uint8_t depth = r.u8();
    const bool even_version = r.u8() % 2 == 0;
    r.blob(limits::transaction_bytes_max);
    if (depth > taproot_depth_max || !even_version) return false;
    for (; !open.empty() && open.back() == depth && depth > 0; --depth)
      open.pop_back();
    open.push_back(depth);
  }
  return r.ok() && open == std::vector<std::uint8_t>{0};
}

template <auto Hash>
bool hashes_to_key(byte_view key_data, byte_view value) {
  return std::ranges::equal(Hash(value).view(), key_data);
}

digest hash256(byte_view in) { return double_sha256(in); }
digest hash_once(byte_view in) { return sha256(in); }

bool depth_matches(byte_view key_data, byte_view value) {
  constexpr std::size_t depth_at = 4; // after the version of an extended key
  return is_derivation(value) && value.size() / 4 - 1 == key_data[depth_at];
}

// --- the table -------------------------------------------------------------------------------

enum class versions : std::uint8_t { both, only_0, only_2 };

struct rule {
  psbt_scope scope;
  psbt_type type;
  versions allowed;
  bool (*key)(byte_view data);
  bool (*value)(byte_view key_data, byte_view value);
};

constexpr auto no_data = sized<0>;

constexpr rule rules[] = {
    {psbt_scope::global, psbt_global::unsigned_transaction, versions::only_0, no_data,
     value_is<is_unsigned_transaction>},
    {psbt_scope::global, psbt_global::extended_key, versions::both, sized<78>, depth_matches},
    {psbt_scope::global, psbt_global::transaction_version, versions::only_2, no_data,
     value_is<sized<4>>},
    {psbt_scope::global, psbt_global::fallback_lock_time, versions::only_2, no_data,
     value_is<sized<4>>},
    {psbt_scope::global, psbt_global::input_count, versions::only_2, no_data,
     value_is<is_compact_size>},
    {psbt_scope::global, psbt_global::output_count, versions::only_2, no_data,
     value_is<is_compact_size>},
    {psbt_scope::global, psbt_global::modifiable, versions::only_2, no_data, value_is<sized<1>>},
    {psbt_scope::global, psbt_global::version, versions::both, no_data, value_is<sized<4>>},

    {psbt_scope::input, psbt_input::previous_transaction, versions::both, no_data,
     value_is<is_transaction>},
    {psbt_scope::input, psbt_input::spent_output, versions::both, no_data, value_is<is_output>},
    {psbt_scope::input, psbt_input::partial_signature, versions::both, is_public_key,
     value_is<is_ecdsa_signature>},
    {psbt_scope::input, psbt_input::sighash, versions::both, no_data, value_is<sized<4>>},
    {psbt_scope::input, psbt_input::redeem_script, versions::both, no_data, value_is<any>},
    {psbt_scope::input, psbt_input::witness_script, versions::both, no_data, value_is<any>},
    {psbt_scope::input, psbt_input::derivation, versions::both, is_public_key,
     value_is<is_derivation>},
    {psbt_scope::input, psbt_input::final_script, versions::both, no_data, value_is<not_empty>},
    {psbt_scope::input, psbt_input::final_witness, versions::both, no_data, value_is<is_witness>},
    {psbt_scope::input, psbt_input::reserves_commitment, versions::both, no_data, value_is<any>},
    {psbt_scope::input, psbt_input::ripemd160_preimage, versions::both, sized<20>,
     hashes_to_key<ripemd160>},
    {psbt_scope::input, psbt_input::sha256_preimage, versions::both, sized<32>,
     hashes_to_key<hash_once>},
    {psbt_scope::input, psbt_input::hash160_preimage, versions::both, sized<20>,
     hashes_to_key<hash160>},
    {psbt_scope::input, psbt_input::hash256_preimage, versions::both, sized<32>,
     hashes_to_key<hash256>},
    {psbt_scope::input, psbt_input::previous_id, versions::only_2, no_data, value_is<sized<32>>},
    {psbt_scope::input, psbt_input::previous_index, versions::only_2, no_data, value_is<sized<4>>},
    {psbt_scope::input, psbt_input::sequence, versions::only_2, no_data, value_is<sized<4>>},
    {psbt_scope::input, psbt_input::required_time, versions::only_2, no_data,
     value_is<is_required_time>},
    {psbt_scope::input, psbt_input::required_height, versions::only_2, no_data,
     value_is<is_required_height>},
    {psbt_scope::input, psbt_input::taproot_key_signature, versions::both, no_data,
     value_is<sized<64, 65>>},
    {psbt_scope::input, psbt_input::taproot_script_signature, versions::both, sized<64>,
     value_is<sized<64, 65>>},
    {psbt_scope::input, psbt_input::taproot_leaf_script, versions::both, is_control_block,
     value_is<not_empty>},
    {psbt_scope::input, psbt_input::taproot_derivation, versions::both, sized<32>,
     value_is<is_taproot_derivation>},
    {psbt_scope::input, psbt_input::taproot_internal_key, versions::both, no_data,
     value_is<sized<32>>},
    {psbt_scope::input, psbt_input::taproot_root, versions::both, no_data, value_is<sized<32>>},

    {psbt_scope::output, psbt_output::redeem_script, versions::both, no_data, value_is<any>},
    {psbt_scope::output, psbt_output::witness_script, versions::both, no_data, value_is<any>},
    {psbt_scope::output, psbt_output::derivation, versions::both, is_public_key,
     value_is<is_derivation>},
    {psbt_scope::output, psbt_output::amount, versions::only_2, no_data, value_is<is_amount>},
    {psbt_scope::output, psbt_output::script, versions::only_2, no_data, value_is<any>},
    {psbt_scope::output, psbt_output::taproot_internal_key, versions::both, no_data,
     value_is<sized<32>>},
    {psbt_scope::output, psbt_output::taproot_tree, versions::both, no_data,
     value_is<is_taproot_tree>},
    {psbt_scope::output, psbt_output::taproot_derivation, versions::both, sized<32>,
     value_is<is_taproot_derivation>},
};

const rule* rule_of(psbt_scope scope, psbt_type type) noexcept {
  const auto* found = std::find_if(std::begin(rules), std::end(rules), [&](const rule& r) {
    return r.scope == scope && r.type == type;
  });
  return found == std::end(rules) ? nullptr : found;
}

} // namespace

outcome check_form(psbt_scope scope, std::uint32_t version, byte_view key, byte_view value) {
  // A type is a compact size, and this one says that it goes on.
  if (wire_reader r{key}; key.empty() || (r.compact_size(), !r.ok())) return errc::bad_psbt_field;
  const rule* found = rule_of(scope, type_of(key));
  if (!found) return {};
  const auto only = version == 0 ? versions::only_0 : versions::only_2;
  if (found->allowed != versions::both && found->allowed != only) return errc::excluded_psbt_field;
  const auto key_data = key.subspan(1);
  if (!found->key(key_data) || !found->value(key_data, value)) return errc::bad_psbt_field;
  return {};
}

bool is_known(psbt_scope scope, psbt_type type) noexcept { return rule_of(scope, type) != nullptr; }

} // namespace quorate::bitcoin
