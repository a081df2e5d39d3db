// The maps that a PSBT consists of: keys (a type, and data that some types have) and values.
#pragma once

#include "core/chain/bitcoin/wire.hpp"

#include <map>
#include <optional>

namespace quorate::bitcoin {

/// Which of the maps. The same number of a type means different things in each.
enum class psbt_scope : std::uint8_t { global, input, output };

/// Type of a field, the first byte of its key. Types from 0xfd on take more bytes; none is defined.
using psbt_type = std::uint8_t;

// Source: BIP-174; from BIP-370 and BIP-371 where noted.
namespace psbt_global {
inline constexpr psbt_type unsigned_transaction = 0x00;
inline constexpr psbt_type extended_key = 0x01;
inline constexpr psbt_type transaction_version = 0x02; // 370, to 0x06
inline constexpr psbt_type fallback_lock_time = 0x03;
inline constexpr psbt_type input_count = 0x04;
inline constexpr psbt_type output_count = 0x05;
inline constexpr psbt_type modifiable = 0x06;
inline constexpr psbt_type version = 0xfb;
} // namespace psbt_global

namespace psbt_input {
inline constexpr psbt_type previous_transaction = 0x00; ///< non-witness UTXO
inline constexpr psbt_type spent_output = 0x01;         ///< witness UTXO
inline constexpr psbt_type partial_signature = 0x02;
inline constexpr psbt_type sighash = 0x03;
inline constexpr psbt_type redeem_script = 0x04;
inline constexpr psbt_type witness_script = 0x05;
inline constexpr psbt_type derivation = 0x06;
inline constexpr psbt_type final_script = 0x07;
inline constexpr psbt_type final_witness = 0x08;
inline constexpr psbt_type reserves_commitment = 0x09;
inline constexpr psbt_type ripemd160_preimage = 0x0a;
inline constexpr psbt_type sha256_preimage = 0x0b;
inline constexpr psbt_type hash160_preimage = 0x0c;
inline constexpr psbt_type hash256_preimage = 0x0d;
inline constexpr psbt_type previous_id = 0x0e; // 370, to 0x12
inline constexpr psbt_type previous_index = 0x0f;
inline constexpr psbt_type sequence = 0x10;
inline constexpr psbt_type required_time = 0x11;
inline constexpr psbt_type required_height = 0x12;
inline constexpr psbt_type taproot_key_signature = 0x13; // 371, to 0x18
inline constexpr psbt_type taproot_script_signature = 0x14;
inline constexpr psbt_type taproot_leaf_script = 0x15;
inline constexpr psbt_type taproot_derivation = 0x16;
inline constexpr psbt_type taproot_internal_key = 0x17;
inline constexpr psbt_type taproot_root = 0x18;
} // namespace psbt_input

namespace psbt_output {
inline constexpr psbt_type redeem_script = 0x00;
inline constexpr psbt_type witness_script = 0x01;
inline constexpr psbt_type derivation = 0x02;
inline constexpr psbt_type amount = 0x03; // 370, to 0x04
inline constexpr psbt_type script = 0x04;
inline constexpr psbt_type taproot_internal_key = 0x05; // 371, to 0x07
inline constexpr psbt_type taproot_tree = 0x06;
inline constexpr psbt_type taproot_derivation = 0x07;
} // namespace psbt_output

/// One map, its keys in the order of their bytes.
class psbt_map {
public:
  using entries = std::map<bytes, bytes>;

  /// The value, valid until the map changes; none when there is no such key.
  std::optional<byte_view> find(psbt_type type, byte_view key_data = {}) const;
  bool contains(psbt_type type) const { return find(type).has_value(); }

  struct field {
    byte_view key_data;
    byte_view value;
  };
  /// All fields of the type, whatever their key data.
  std::vector<field> all(psbt_type type) const;

  void put(psbt_type type, byte_view value, byte_view key_data = {});
  /// Every field whose key has the type.
  void erase(psbt_type type);
  /// False, and unchanged, when the key is there already.
  bool insert(byte_view key, byte_view value);

  const entries& all() const noexcept { return entries_; }

  friend bool operator==(const psbt_map&, const psbt_map&) = default;

private:
  entries entries_;
};

/// Type of a key of at least one byte.
inline psbt_type type_of(byte_view key) noexcept { return key.front(); }

/// Reads fields up to and with the separator. Errors: over_limit, truncated, not_canonical;
/// repeated_psbt_key.
void read(wire_reader& r, psbt_map& map);
void write(wire_writer& w, const psbt_map& map);

/// Whether a field has the form that its BIP gives it; fields of unknown types always have.
/// Errors: bad_psbt_field; excluded_psbt_field when the version (0 or 2) does not allow it.
outcome check_form(psbt_scope scope, std::uint32_t version, byte_view key, byte_view value);

/// As above, of all fields.
outcome check_form(psbt_scope scope, std::uint32_t version, const psbt_map& map);

/// Whether check_form knows the type.
bool is_known(psbt_scope scope, psbt_type type) noexcept;

} // namespace quorate::bitcoin
