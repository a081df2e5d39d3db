#include "core/chain/bitcoin/psbt_fields.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

std::optional<std::uint32_t> number(const psbt_map& map, psbt_type type) {
  const auto value = map.find(type);
  if (!value) return std::nullopt;
  return wire_reader{*value}.u32();
}

void put_number(psbt_map& map, psbt_type type, std::uint32_t value) {
  wire_writer w;
  w.u32(value);
  map.put(type, w.view());
}

void put_count(psbt_map& map, psbt_type type, std::size_t value) {
  wire_writer w;
  w.compact_size(value);
  map.put(type, w.view());
}

expected<std::size_t> count(const psbt_map& global, psbt_type type) {
  const auto value = global.find(type);
  if (!value) return errc::missing_psbt_field;
  return static_cast<std::size_t>(wire_reader{*value}.compact_size());
}

/// The greatest lock time of a kind that inputs require; none when an input that requires one
/// does not take this kind.
std::optional<std::uint32_t> common_lock_time(const std::vector<psbt_map>& inputs, psbt_type wanted,
                                              psbt_type other) {
  std::uint32_t greatest = 0;
  for (const auto& input : inputs) {
    const auto value = number(input, wanted);
    if (!value && input.contains(other)) return std::nullopt;
    greatest = std::max(greatest, value.value_or(0));
  }
  return greatest;
}

/// Source: BIP-370, "Determining Lock Time". A height is preferred when both would do.
expected<std::uint32_t> lock_time_of(const psbt_map& global, const std::vector<psbt_map>& inputs) {
  using namespace psbt_input;
  const bool required = std::any_of(inputs.begin(), inputs.end(), [](const auto& input) {
    return input.contains(required_time) || input.contains(required_height);
  });
  if (!required) return number(global, psbt_global::fallback_lock_time).value_or(0);
  if (const auto height = common_lock_time(inputs, required_height, required_time)) return *height;
  if (const auto time = common_lock_time(inputs, required_time, required_height)) return *time;
  return errc::conflicting_lock_times;
}

transaction_input input_of(const psbt_map& fields) {
  transaction_input input;
  wire_reader id{*fields.find(psbt_input::previous_id)};
  input.previous.id = id.fixed<transaction_id>();
  input.previous.index = *number(fields, psbt_input::previous_index);
  input.sequence = number(fields, psbt_input::sequence).value_or(sequence_final);
  return input;
}

transaction_output output_of(const psbt_map& fields) {
  const auto script = *fields.find(psbt_output::script);
  return {satoshi{wire_reader{*fields.find(psbt_output::amount)}.u64()},
          {script.begin(), script.end()}};
}

} // namespace

expected<psbt_counts> map_counts(psbt_version version, const psbt_map& global) {
  switch (version) {
  case psbt_version::v0: {
    const auto raw = global.find(psbt_global::unsigned_transaction);
    if (!raw) return errc::missing_psbt_field;
    QUORATE_ASSIGN(const auto tx, decode_without_witness(*raw));
    return psbt_counts{tx.inputs.size(), tx.outputs.size()};
  }
  case psbt_version::v2: {
    if (!global.contains(psbt_global::transaction_version)) return errc::missing_psbt_field;
    psbt_counts result;
    QUORATE_ASSIGN(result.inputs, count(global, psbt_global::input_count));
    QUORATE_ASSIGN(result.outputs, count(global, psbt_global::output_count));
    return result;
  }
  }
  return errc::bad_version;
}

outcome check_input_complete(const psbt_map& input) {
  if (!input.contains(psbt_input::previous_id) || !input.contains(psbt_input::previous_index))
    return errc::missing_psbt_field;
  return {};
}

outcome check_output_complete(const psbt_map& output) {
  if (!output.contains(psbt_output::amount) || !output.contains(psbt_output::script))
    return errc::missing_psbt_field;
  return {};
}

expected<transaction> transaction_of(psbt_version version, const psbt_map& global,
                                     const std::vector<psbt_map>& inputs,
                                     const std::vector<psbt_map>& outputs) {
  if (version == psbt_version::v0)
    return decode_without_witness(*global.find(psbt_global::unsigned_transaction));
  transaction tx;
  tx.version = *number(global, psbt_global::transaction_version);
  QUORATE_ASSIGN(tx.lock_time, lock_time_of(global, inputs));
  std::ranges::transform(inputs, std::back_inserter(tx.inputs), input_of);
  std::ranges::transform(outputs, std::back_inserter(tx.outputs), output_of);
  return tx;
}

void put_transaction_fields(const transaction& tx, psbt_map& global, std::vector<psbt_map>& inputs,
                            std::vector<psbt_map>& outputs) {
  put_number(global, psbt_global::version, 2);
  put_number(global, psbt_global::transaction_version, tx.version);
  put_number(global, psbt_global::fallback_lock_time, tx.lock_time);
  put_count(global, psbt_global::input_count, tx.inputs.size());
  put_count(global, psbt_global::output_count, tx.outputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].put(psbt_input::previous_id, tx.inputs[i].previous.id.view());
    put_number(inputs[i], psbt_input::previous_index, tx.inputs[i].previous.index);
    put_number(inputs[i], psbt_input::sequence, tx.inputs[i].sequence);
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    wire_writer amount;
    amount.u64(tx.outputs[i].value.value);
    outputs[i].put(psbt_output::amount, amount.view());
    outputs[i].put(psbt_output::script, tx.outputs[i].locking_script);
  }
}

bool is_transaction_field(psbt_scope scope, psbt_type type) noexcept {
  switch (scope) {
  case psbt_scope::global:
    return type == psbt_global::unsigned_transaction ||
           (type >= psbt_global::transaction_version && type <= psbt_global::output_count);
  case psbt_scope::input:
    return type >= psbt_input::previous_id && type <= psbt_input::required_height;
  case psbt_scope::output:
    return type == psbt_output::amount || type == psbt_output::script;
  }
  return false;
}

} // namespace quorate::bitcoin
