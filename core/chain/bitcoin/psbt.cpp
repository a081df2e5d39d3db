#include "core/chain/bitcoin/psbt.hpp"

#include "core/chain/bitcoin/psbt_fields.hpp"
#include "core/chain/bitcoin/script.hpp"

#include <algorithm>
#include <set>

namespace quorate::bitcoin {

namespace {

constexpr std::array<std::uint8_t, 5> magic{'p', 's', 'b', 't', 0xff};

constexpr std::uint32_t number_of(psbt_version version) noexcept {
  return static_cast<std::uint32_t>(version);
}

expected<psbt_version> version_of(const psbt_map& global) {
  const auto value = global.find(psbt_global::version);
  if (!value) return psbt_version::v0;
  if (value->size() != 4) return errc::bad_psbt_field;
  switch (wire_reader{*value}.u32()) {
  case 0:
    return psbt_version::v0;
  case 2:
    return psbt_version::v2;
  }
  return errc::bad_version;
}

/// The outputs are known to be no more than there can be, and no coin is spent twice.
outcome check_transaction(const transaction& tx) {
  QUORATE_TRY(sum_of(tx.outputs));
  std::set<outpoint> spent;
  for (const auto& input : tx.inputs)
    if (!spent.insert(input.previous).second) return errc::input_repeated;
  return {};
}

/// Whether an updater may put the field. Errors: bad_psbt_field; excluded_psbt_field.
outcome check_added(psbt_scope scope, psbt_version version, psbt_type type, byte_view value,
                    byte_view key_data) {
  if (is_transaction_field(scope, type)) return errc::bad_psbt_field;
  psbt_map added;
  added.put(type, value, key_data);
  return check_form(scope, number_of(version), added);
}

/// What the fields of input i say of the output that `previous` names.
expected<spent_output> spent_by(const psbt_map& fields, const outpoint& previous) {
  spent_output result;
  if (const auto raw = fields.find(psbt_input::spent_output)) {
    wire_reader r{*raw};
    read(r, result.output);
    result.knowledge = spent_knowledge::claimed;
  }
  if (const auto raw = fields.find(psbt_input::previous_transaction)) {
    QUORATE_ASSIGN(const auto tx, decode_transaction(*raw));
    if (id_of(tx) != previous.id || previous.index >= tx.outputs.size())
      return errc::wrong_previous;
    const auto& output = tx.outputs[previous.index];
    if (result.is_known() && result.output != output) return errc::wrong_previous;
    result = {output, spent_knowledge::proven};
  }
  return result;
}

} // namespace

expected<psbt> psbt::create(const transaction& tx, psbt_version version) {
  for (const auto& input : tx.inputs)
    QUORATE_CHECK(input.unlocking_script.empty() && input.witness.empty());
  QUORATE_TRY(check_transaction(tx));
  psbt result;
  result.version_ = version;
  result.inputs_.resize(tx.inputs.size());
  result.outputs_.resize(tx.outputs.size());
  result.spent_.resize(tx.inputs.size());
  result.tx_ = tx;
  switch (version) {
  case psbt_version::v0:
    result.global_.put(psbt_global::unsigned_transaction, encode_without_witness(tx));
    break;
  case psbt_version::v2:
    put_transaction_fields(tx, result.global_, result.inputs_, result.outputs_);
    break;
  }
  return result;
}

outcome psbt::read_maps(wire_reader& r) {
  read(r, global_);
  if (!r.ok()) return r.finish();
  QUORATE_ASSIGN(version_, version_of(global_));
  QUORATE_TRY(check_form(psbt_scope::global, number_of(version_), global_));
  QUORATE_ASSIGN(const auto counts, map_counts(version_, global_));
  // Each map is checked before the next is read, so that a count alone costs nothing.
  for (std::size_t i = 0; i < counts.inputs; ++i) {
    read(r, inputs_.emplace_back());
    if (!r.ok()) return r.finish();
    QUORATE_TRY(check_form(psbt_scope::input, number_of(version_), inputs_.back()));
    if (version_ == psbt_version::v2) QUORATE_TRY(check_input_complete(inputs_.back()));
  }
  for (std::size_t i = 0; i < counts.outputs; ++i) {
    read(r, outputs_.emplace_back());
    if (!r.ok()) return r.finish();
    QUORATE_TRY(check_form(psbt_scope::output, number_of(version_), outputs_.back()));
    if (version_ == psbt_version::v2) QUORATE_TRY(check_output_complete(outputs_.back()));
  }
  return r.finish();
}

expected<psbt> psbt::decode(byte_view from) {
  if (from.size() > limits::psbt_bytes_max) return errc::over_limit;
  wire_reader r{from};
  if (!std::ranges::equal(r.raw(magic.size()), magic)) return errc::not_a_psbt;
  psbt result;
  QUORATE_TRY(result.read_maps(r));
  QUORATE_ASSIGN(result.tx_,
                 transaction_of(result.version_, result.global_, result.inputs_, result.outputs_));
  QUORATE_TRY(check_transaction(result.tx_));
  result.spent_.resize(result.inputs_.size());
  for (std::size_t i = 0; i < result.inputs_.size(); ++i)
    QUORATE_TRY(result.check_spent(i));
  return result;
}

bytes psbt::encode() const {
  wire_writer w;
  for (const auto byte : magic)
    w.u8(byte);
  write(w, global_);
  for (const auto& map : inputs_)
    write(w, map);
  for (const auto& map : outputs_)
    write(w, map);
  return std::move(w).take();
}

bool psbt::is_final(std::size_t i) const {
  return input(i).contains(psbt_input::final_script) ||
         input(i).contains(psbt_input::final_witness);
}

outcome psbt::check_spent(std::size_t i) {
  QUORATE_ASSIGN(spent_[i], spent_by(inputs_[i], tx_.inputs[i].previous));
  return {};
}

outcome psbt::put_input(std::size_t i, psbt_type type, byte_view value, byte_view key_data) {
  QUORATE_CHECK(i < inputs_.size());
  QUORATE_TRY(check_added(psbt_scope::input, version_, type, value, key_data));
  if (type != psbt_input::previous_transaction && type != psbt_input::spent_output) {
    inputs_[i].put(type, value, key_data);
    return {};
  }
  psbt_map changed = inputs_[i];
  changed.put(type, value, key_data);
  QUORATE_ASSIGN(spent_[i], spent_by(changed, tx_.inputs[i].previous));
  inputs_[i] = std::move(changed);
  return {};
}

outcome psbt::put_output(std::size_t i, psbt_type type, byte_view value, byte_view key_data) {
  QUORATE_CHECK(i < outputs_.size());
  QUORATE_TRY(check_added(psbt_scope::output, version_, type, value, key_data));
  outputs_[i].put(type, value, key_data);
  return {};
}

outcome psbt::put_previous(std::size_t i, const transaction& tx) {
  QUORATE_TRY(put_input(i, psbt_input::previous_transaction, bitcoin::encode(tx)));
  const transaction_output output = spent_[i].output;
  const auto kind = classify(output.locking_script).kind;
  const bool witness =
      kind == script_kind::p2wpkh || kind == script_kind::p2wsh || kind == script_kind::p2tr;
  if (!witness) return {};
  wire_writer w;
  write(w, output);
  return put_input(i, psbt_input::spent_output, w.view());
}

void psbt::erase_input(std::size_t i, psbt_type type) {
  QUORATE_CHECK(!is_transaction_field(psbt_scope::input, type));
  QUORATE_CHECK(i < inputs_.size());
  inputs_[i].erase(type);
  QUORATE_CHECK(check_spent(i)); // one field less cannot contradict another
}

std::optional<std::uint8_t> psbt::modifiable() const {
  const auto flags = global_.find(psbt_global::modifiable);
  if (!flags) return std::nullopt;
  return flags->front();
}

void psbt::set_modifiable(std::uint8_t flags) {
  QUORATE_CHECK(modifiable());
  global_.put(psbt_global::modifiable, std::array{flags});
}

} // namespace quorate::bitcoin
