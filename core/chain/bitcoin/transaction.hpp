// Bitcoin transactions and their encoding, with and without witnesses.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/strong.hpp"
#include "core/chain/bitcoin/limits.hpp"
#include "core/chain/bitcoin/wire.hpp"

namespace quorate::bitcoin {

/// 10^-8 bitcoin.
using satoshi = strong<struct satoshi_tag>;
/// There will never be more: 21 million bitcoin. An output above it, or a sum: bad_amount.
inline constexpr satoshi money_max{2'100'000'000'000'000};

/// Errors: bad_amount above money_max.
expected<satoshi> add(satoshi a, satoshi b);

/// The double SHA-256 of a transaction without its witnesses, 32 bytes in the order of the wire.
using transaction_id = fixed_bytes<struct transaction_id_tag, 32>;

/// The text that people read: hexadecimal of the bytes in reverse.
std::string to_text(const transaction_id& id);

/// Which output of which transaction.
struct outpoint {
  transaction_id id;
  std::uint32_t index = 0;

  friend auto operator<=>(const outpoint&, const outpoint&) = default;
  friend bool operator==(const outpoint&, const outpoint&) = default;
};

/// No relative lock time, not replaceable, and no lock time when every input has it.
inline constexpr std::uint32_t sequence_final = 0xffff'ffff;
/// The lowest that does not ask to be replaceable. Source: BIP-125.
inline constexpr std::uint32_t sequence_not_replaceable = 0xffff'fffe;
/// Replaceable, and without a relative lock time (BIP-68).
inline constexpr std::uint32_t sequence_replaceable = 0xffff'fffd;

struct transaction_input {
  outpoint previous;
  bytes unlocking_script; ///< scriptSig
  std::uint32_t sequence = sequence_final;
  std::vector<bytes> witness;

  friend bool operator==(const transaction_input&, const transaction_input&) = default;
};

struct transaction_output {
  satoshi value;
  bytes locking_script; ///< scriptPubKey

  friend bool operator==(const transaction_output&, const transaction_output&) = default;
};

struct transaction {
  std::uint32_t version = 2;
  std::vector<transaction_input> inputs;
  std::vector<transaction_output> outputs;
  std::uint32_t lock_time = 0; ///< a height below 500,000,000, else seconds since the epoch

  bool has_witness() const noexcept;

  friend bool operator==(const transaction&, const transaction&) = default;
};

/// The bytes that nodes relay: with the witnesses (BIP-144) when there are any.
bytes encode(const transaction& tx);

/// Without witnesses: what the id is made of, and what a PSBT holds.
bytes encode_without_witness(const transaction& tx);

/// One transaction that is all of `from`. Inputs, but not outputs, may be none only without
/// witnesses.
/// Errors: over_limit above transaction_bytes_max; truncated; trailing_bytes; not_canonical for a
///   long compact size, or a witness section without a witness; bad_enum for an unknown flag;
///   bad_amount.
/// Source: BIP-144, "Serialization".
expected<transaction> decode_transaction(byte_view from);

/// As above, but the bytes are taken as having no witness section, so that no inputs are possible.
expected<transaction> decode_without_witness(byte_view from);

void write(wire_writer& w, const outpoint& v);
void write(wire_writer& w, const transaction_output& v);
void read(wire_reader& r, outpoint& v);
void read(wire_reader& r, transaction_output& v);

transaction_id id_of(const transaction& tx);

/// Three times the bytes without witnesses, and once all bytes. Source: BIP-141.
std::size_t weight_of(const transaction& tx);

/// Weight in vbytes, rounded up.
constexpr std::size_t virtual_bytes(std::size_t weight) noexcept { return (weight + 3) / 4; }

/// Sum of the outputs. Errors: bad_amount.
expected<satoshi> sum_of(const std::vector<transaction_output>& outputs);

} // namespace quorate::bitcoin
