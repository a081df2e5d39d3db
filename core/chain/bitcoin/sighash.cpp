#include "core/chain/bitcoin/sighash.hpp"

#include "core/crypto/digests.hpp"
#include "core/crypto/hash.hpp"

namespace quorate::bitcoin {

namespace {

/// SHA-256 of what `write_one(writer, element)` writes of every element.
template <class List, class Write>
digest hash_each(const List& list, Write write_one) {
  wire_writer w;
  for (const auto& element : list)
    write_one(w, element);
  return sha256(w.view());
}

digest hash_one(const transaction_output& output) {
  wire_writer w;
  write(w, output);
  return sha256(w.view());
}

std::uint8_t base_type(sighash_type type) noexcept { return static_cast<std::uint8_t>(type) & 3; }

} // namespace

expected<sighash_type> ecdsa_sighash_type(std::uint32_t value) {
  if (value == 0) return errc::bad_sighash_type;
  return taproot_sighash_type(value);
}

expected<sighash_type> taproot_sighash_type(std::uint32_t value) {
  if (value > 0x83 || (value & 0x7f) > 3 || value == 0x80) return errc::bad_sighash_type;
  return static_cast<sighash_type>(value);
}

bool is_single(sighash_type type) noexcept { return base_type(type) == 3; }
bool is_none(sighash_type type) noexcept { return base_type(type) == 2; }
bool anyone_can_pay(sighash_type type) noexcept {
  return (static_cast<std::uint8_t>(type) & 0x80) != 0;
}

signature_hasher::signature_hasher(const transaction& tx,
                                   const std::vector<transaction_output>& spent)
    : tx_(tx) {
  QUORATE_CHECK(spent.empty() || spent.size() == tx.inputs.size());
  previous_ = hash_each(tx.inputs, [](auto& w, const auto& i) { write(w, i.previous); });
  sequences_ = hash_each(tx.inputs, [](auto& w, const auto& i) { w.u32(i.sequence); });
  outputs_ = hash_each(tx.outputs, [](auto& w, const auto& o) { write(w, o); });
  amounts_ = hash_each(spent, [](auto& w, const auto& o) { w.u64(o.value.value); });
  scripts_ = hash_each(spent, [](auto& w, const auto& o) { w.blob(o.locking_script); });
  for (const auto& output : spent) {
    wire_writer w;
    write(w, output);
    spent_.push_back(std::move(w).take());
  }
}

expected<digest> signature_hasher::legacy(std::size_t input, byte_view script_code,
                                          sighash_type type) const {
  QUORATE_CHECK(input < tx_.inputs.size() && type != sighash_type::taproot_default);
  if (is_single(type) && input >= tx_.outputs.size()) return errc::no_matching_output;

  wire_writer w;
  w.u32(tx_.version);
  const bool alone = anyone_can_pay(type);
  w.compact_size(alone ? 1 : tx_.inputs.size());
  for (std::size_t i = 0; i < tx_.inputs.size(); ++i) {
    if (alone && i != input) continue;
    write(w, tx_.inputs[i].previous);
    w.blob(i == input ? script_code : byte_view{});
    // The other inputs may be replaced at will when not all outputs are signed.
    const bool open = i != input && (is_single(type) || is_none(type));
    w.u32(open ? 0 : tx_.inputs[i].sequence);
  }
  // With single, the outputs before the signed one are there in number only.
  const std::size_t outputs = is_none(type) ? 0 : is_single(type) ? input + 1 : tx_.outputs.size();
  w.compact_size(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    if (is_single(type) && i != input)
      w.u64(~0ULL), w.blob({});
    else
      write(w, tx_.outputs[i]);
  }
  w.u32(tx_.lock_time);
  w.u32(static_cast<std::uint32_t>(type));
  return double_sha256(w.view());
}

digest signature_hasher::witness_v0(std::size_t input, byte_view script_code, satoshi value,
                                    sighash_type type) const {
  QUORATE_CHECK(input < tx_.inputs.size() && type != sighash_type::taproot_default);
  const auto& signed_input = tx_.inputs[input];
  const bool all_outputs = !is_single(type) && !is_none(type);
  const digest none{};

  wire_writer w;
  w.u32(tx_.version);
  w.raw((anyone_can_pay(type) ? none : sha256(previous_.view())).view());
  w.raw((anyone_can_pay(type) || !all_outputs ? none : sha256(sequences_.view())).view());
  write(w, signed_input.previous);
  w.blob(script_code);
  w.u64(value.value);
  w.u32(signed_input.sequence);
  if (all_outputs)
    w.raw(sha256(outputs_.view()).view());
  else if (is_single(type) && input < tx_.outputs.size())
    w.raw(sha256(hash_one(tx_.outputs[input]).view()).view());
  else
    w.raw(none.view());
  w.u32(tx_.lock_time);
  w.u32(static_cast<std::uint32_t>(type));
  return double_sha256(w.view());
}

expected<digest> signature_hasher::taproot_key_path(std::size_t input, sighash_type type,
                                                    std::optional<byte_view> annex) const {
  QUORATE_CHECK(input < tx_.inputs.size() && spent_.size() == tx_.inputs.size());
  if (is_single(type) && input >= tx_.outputs.size()) return errc::no_matching_output;
  static const hash_tag tag{"TapSighash"};
  constexpr std::uint8_t epoch = 0;

  wire_writer w;
  w.u8(epoch);
  w.u8(static_cast<std::uint8_t>(type));
  w.u32(tx_.version);
  w.u32(tx_.lock_time);
  if (!anyone_can_pay(type))
    for (const digest* shared : {&previous_, &amounts_, &scripts_, &sequences_})
      w.raw(shared->view());
  if (!is_none(type) && !is_single(type)) w.raw(outputs_.view());
  w.u8(annex ? 1 : 0); // spend type: no extension, so the key path
  if (anyone_can_pay(type)) {
    write(w, tx_.inputs[input].previous);
    w.raw(spent_[input]);
    w.u32(tx_.inputs[input].sequence);
  } else {
    w.u32(static_cast<std::uint32_t>(input));
  }
  if (annex) {
    wire_writer encoded;
    encoded.blob(*annex);
    w.raw(sha256(encoded.view()).view());
  }
  if (is_single(type)) w.raw(hash_one(tx_.outputs[input]).view());
  return tag(w.view());
}

} // namespace quorate::bitcoin
