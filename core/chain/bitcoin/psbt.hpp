// Partially signed transactions, version 0 (BIP-174) and 2 (BIP-370), with taproot's fields
// (BIP-371). What one can do with them is in psbt_sign.hpp and psbt_finish.hpp.
//
// Invariants: every field of a known type has its form; the maps describe one transaction without
// signatures that spends no output twice; a previous transaction is the one that its input names,
// and agrees with the spent output beside it. Fields of unknown types are kept as they are.
#pragma once

#include "core/chain/bitcoin/psbt_map.hpp"
#include "core/chain/bitcoin/transaction.hpp"

namespace quorate::bitcoin {

enum class psbt_version : std::uint8_t { v0 = 0, v2 = 2 };

/// How far what an input spends is known.
enum class spent_knowledge : std::uint8_t {
  none,
  claimed, ///< by a field that anyone can have made up
  proven,  ///< by the whole previous transaction, which hashes to the id that the input names
};

struct spent_output {
  transaction_output output;
  spent_knowledge knowledge = spent_knowledge::none;

  bool is_known() const noexcept { return knowledge != spent_knowledge::none; }
  bool is_proven() const noexcept { return knowledge == spent_knowledge::proven; }

  friend bool operator==(const spent_output&, const spent_output&) = default;
};

class psbt {
public:
  /// The creator: `tx` in a PSBT without any further fields. In version 2 nothing can be added to
  /// the transaction.
  /// @pre no input has an unlocking script or a witness
  /// Errors: input_repeated; bad_amount.
  static expected<psbt> create(const transaction& tx, psbt_version version);

  /// Errors: not_a_psbt without the magic bytes; over_limit, truncated, trailing_bytes,
  ///   not_canonical; bad_version; bad_psbt_field, missing_psbt_field, excluded_psbt_field,
  ///   repeated_psbt_key; conflicting_lock_times; input_repeated; bad_amount; wrong_previous.
  static expected<psbt> decode(byte_view from);

  /// The bytes, fields in the order of their keys.
  bytes encode() const;

  psbt_version version() const noexcept { return version_; }
  const transaction& unsigned_transaction() const noexcept { return tx_; }
  std::size_t inputs() const noexcept { return inputs_.size(); }
  std::size_t outputs() const noexcept { return outputs_.size(); }
  const psbt_map& global() const noexcept { return global_; }
  const psbt_map& input(std::size_t i) const {
    return QUORATE_CHECK(i < inputs_.size()), inputs_[i];
  }
  const psbt_map& output(std::size_t i) const {
    return QUORATE_CHECK(i < outputs_.size()), outputs_[i];
  }

  /// What input i spends.
  const spent_output& spent(std::size_t i) const {
    return QUORATE_CHECK(i < spent_.size()), spent_[i];
  }
  bool is_final(std::size_t i) const;

  /// The updater: adds or replaces a field. Unchanged on error.
  /// @pre i below inputs() or outputs()
  /// Errors: bad_psbt_field, also for a field of the transaction itself; excluded_psbt_field;
  ///   wrong_previous.
  outcome put_input(std::size_t i, psbt_type type, byte_view value, byte_view key_data = {});
  outcome put_output(std::size_t i, psbt_type type, byte_view value, byte_view key_data = {});

  /// Adds what `tx`, the transaction whose output input i spends, tells: the whole of it, and for
  /// witness outputs the spent output too. Errors: wrong_previous.
  outcome put_previous(std::size_t i, const transaction& tx);

  /// Removes every field of the type.
  /// @pre not a field of the transaction itself
  void erase_input(std::size_t i, psbt_type type);

  /// BIP-370's flags of what may still be added; none when nothing may, as always in version 0.
  std::optional<std::uint8_t> modifiable() const;
  /// @pre modifiable() has a value
  void set_modifiable(std::uint8_t flags);

  friend bool operator==(const psbt&, const psbt&) = default;

private:
  friend expected<psbt> combine(const psbt& a, const psbt& b);

  psbt() = default;
  outcome read_maps(wire_reader& r);
  outcome check_spent(std::size_t i);

  psbt_version version_ = psbt_version::v0;
  psbt_map global_;
  std::vector<psbt_map> inputs_;
  std::vector<psbt_map> outputs_;
  // Follow from the maps.
  transaction tx_;
  std::vector<spent_output> spent_;
};

} // namespace quorate::bitcoin
