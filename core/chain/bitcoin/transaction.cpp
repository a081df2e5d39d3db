#include "core/chain/bitcoin/transaction.hpp"

#include "core/crypto/digests.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

// The smallest of each on the wire, which bounds how many there can be.
constexpr std::size_t input_bytes_min = 32 + 4 + 1 + 4;
constexpr std::size_t output_bytes_min = 8 + 1;
constexpr std::uint8_t witness_flag = 1;

void write_inputs_and_outputs(wire_writer& w, const transaction& tx) {
  w.compact_size(tx.inputs.size());
  for (const auto& input : tx.inputs) {
    write(w, input.previous);
    w.blob(input.unlocking_script);
    w.u32(input.sequence);
  }
  w.compact_size(tx.outputs.size());
  for (const auto& output : tx.outputs)
    write(w, output);
}

bytes encode(const transaction& tx, bool with_witness) {
  wire_writer w;
  w.u32(tx.version);
  if (with_witness) w.u8(0), w.u8(witness_flag);
  write_inputs_and_outputs(w, tx);
  if (with_witness) {
    for (const auto& input : tx.inputs) {
      w.compact_size(input.witness.size());
      for (const auto& item : input.witness)
        w.blob(item);
    }
  }
  w.u32(tx.lock_time);
  return std::move(w).take();
}

void read_inputs(wire_reader& r, transaction& tx) {
  const std::size_t inputs = r.count(input_bytes_min);
  for (std::size_t i = 0; i < inputs && r.ok(); ++i) {
    auto& input = tx.inputs.emplace_back();
    read(r, input.previous);
    input.unlocking_script = r.owned_blob(limits::transaction_bytes_max);
    input.sequence = r.u32();
  }
}

void read_outputs(wire_reader& r, transaction& tx) {
  const std::size_t outputs = r.count(output_bytes_min);
  for (std::size_t i = 0; i < outputs && r.ok(); ++i)
    read(r, tx.outputs.emplace_back());
}

void read_witnesses(wire_reader& r, transaction& tx) {
  for (auto& input : tx.inputs) {
    const std::size_t items = r.count(1);
    for (std::size_t i = 0; i < items && r.ok(); ++i)
      input.witness.push_back(r.owned_blob(limits::transaction_bytes_max));
  }
  if (r.ok() && !tx.has_witness()) r.fail(errc::not_canonical);
}

/// The first byte after the version is 0 in both a transaction with witnesses and one without
/// inputs; as nodes do, it is taken for the first.
expected<transaction> decode(byte_view from, bool maybe_with_witness) {
  if (from.size() > limits::transaction_bytes_max) return errc::over_limit;
  wire_reader r{from};
  transaction tx;
  tx.version = r.u32();
  const bool with_witness = maybe_with_witness && from.size() > 4 && from[4] == 0;
  if (with_witness) {
    r.u8();
    if (r.u8() != witness_flag) r.fail(errc::bad_enum);
  }
  read_inputs(r, tx);
  read_outputs(r, tx);
  if (with_witness) read_witnesses(r, tx);
  tx.lock_time = r.u32();
  QUORATE_TRY(r.finish());
  return tx;
}

} // namespace

expected<satoshi> add(satoshi a, satoshi b) {
  if (a > money_max || b > money_max || a.value + b.value > money_max.value)
    return errc::bad_amount;
  return a.plus(b.value);
}

std::string to_text(const transaction_id& id) {
  auto reversed = id;
  std::reverse(reversed.data.begin(), reversed.data.end());
  return to_hex(reversed);
}

bool transaction::has_witness() const noexcept {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const auto& i) { return !i.witness.empty(); });
}

bytes encode(const transaction& tx) { return encode(tx, tx.has_witness()); }

bytes encode_without_witness(const transaction& tx) { return encode(tx, false); }

expected<transaction> decode_transaction(byte_view from) { return decode(from, true); }

expected<transaction> decode_without_witness(byte_view from) { return decode(from, false); }

void write(wire_writer& w, const outpoint& v) {
  w.raw(v.id.view());
  w.u32(v.index);
}

void write(wire_writer& w, const transaction_output& v) {
  w.u64(v.value.value);
  w.blob(v.locking_script);
}

void read(wire_reader& r, outpoint& v) {
  v.id = r.fixed<transaction_id>();
  v.index = r.u32();
}

void read(wire_reader& r, transaction_output& v) {
  v.value = satoshi{r.u64()};
  if (v.value > money_max) r.fail(errc::bad_amount);
  v.locking_script = r.owned_blob(limits::transaction_bytes_max);
}

transaction_id id_of(const transaction& tx) {
  return {double_sha256(encode_without_witness(tx)).data};
}

std::size_t weight_of(const transaction& tx) {
  return 3 * encode_without_witness(tx).size() + encode(tx).size();
}

expected<satoshi> sum_of(const std::vector<transaction_output>& outputs) {
  satoshi sum{};
  for (const auto& output : outputs) {
    QUORATE_ASSIGN(sum, add(sum, output.value));
  }
  return sum;
}

} // namespace quorate::bitcoin
