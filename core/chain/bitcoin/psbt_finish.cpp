#include "core/chain/bitcoin/psbt_finish.hpp"

#include "core/chain/bitcoin/psbt_fields.hpp"
#include "core/chain/bitcoin/psbt_spending.hpp"
#include "core/crypto/ecdsa.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

// --- combining -------------------------------------------------------------------------------

/// Fields that two signers may fill differently, both rightly.
bool may_differ(psbt_scope scope, psbt_type type) noexcept {
  using namespace psbt_input;
  return scope == psbt_scope::input &&
         (type == partial_signature || type == taproot_key_signature ||
          type == taproot_script_signature || type == final_script || type == final_witness);
}

/// Open only when both say so; a SINGLE signature that either knows of is there.
std::uint8_t both_modifiable(byte_view a, byte_view b) noexcept {
  constexpr std::uint8_t has_single = 4;
  return static_cast<std::uint8_t>((a[0] & b[0] & ~has_single) | ((a[0] | b[0]) & has_single));
}

outcome merge(psbt_scope scope, psbt_map& into, const psbt_map& from) {
  for (const auto& [key, value] : from.all()) {
    if (into.insert(key, value)) continue;
    const auto type = type_of(key);
    const auto key_data = byte_view{key}.subspan(1);
    const auto ours = *into.find(type, key_data);
    if (std::ranges::equal(ours, value)) continue;
    if (scope == psbt_scope::global && type == psbt_global::modifiable)
      into.put(type, std::array{both_modifiable(ours, value)});
    else if (!may_differ(scope, type))
      return errc::conflicting_fields;
    else if (std::ranges::lexicographical_compare(value, ours))
      into.put(type, value, key_data);
  }
  return {};
}

// --- finalising ------------------------------------------------------------------------------

class finaliser {
public:
  explicit finaliser(const psbt& of)
      : of_(of), spent_(all_spent(of)), hasher_(of.unsigned_transaction(), spent_) {}

  expected<unlocking> operator()(std::size_t input) const {
    if (!of_.spent(input).is_known()) return errc::missing_previous;
    QUORATE_ASSIGN(const auto how, spending_of(of_, input));
    if (const auto* lock = std::get_if<taproot_lock>(&how.who))
      return unlock_taproot(input, how, lock->output);
    std::vector<bytes> stack;
    if (const auto* key = std::get_if<key_lock>(&how.who)) {
      QUORATE_ASSIGN(stack, key_stack(input, how, *key));
    } else if (const auto* lock = std::get_if<key_hash_lock>(&how.who)) {
      QUORATE_ASSIGN(stack, key_hash_stack(input, how, *lock));
    } else {
      QUORATE_ASSIGN(stack, multisig_stack(input, how, std::get<multisig>(how.who)));
    }
    return unlock(how, std::move(stack));
  }

private:
  /// The signature with its type when it is one of the key over this input.
  /// Errors: bad_sighash_type; sighash_not_allowed; missing_signatures for an invalid one.
  expected<bytes> checked(std::size_t input, const spending& how, byte_view raw_key,
                          byte_view value) const {
    QUORATE_ASSIGN(const auto type, ecdsa_sighash_type(value.back()));
    QUORATE_TRY(check_type(input, type));
    QUORATE_ASSIGN(const auto message, digest_of(of_, input, how, hasher_, type));
    QUORATE_ASSIGN(const auto key, ec_public_key::parse(raw_key));
    QUORATE_ASSIGN(const auto signature, from_der(value.first(value.size() - 1)));
    if (!verify(key, message, signature)) return errc::missing_signatures;
    return bytes{value.begin(), value.end()};
  }

  outcome check_type(std::size_t input, sighash_type type) const {
    const auto field = of_.input(input).find(psbt_input::sighash);
    if (field && wire_reader{*field}.u32() != static_cast<std::uint32_t>(type))
      return errc::sighash_not_allowed;
    return {};
  }

  expected<std::vector<bytes>> key_stack(std::size_t input, const spending& how,
                                         const key_lock& lock) const {
    const auto value = of_.input(input).find(psbt_input::partial_signature, lock.written);
    if (!value) return errc::missing_signatures;
    QUORATE_ASSIGN(auto signature, checked(input, how, lock.written, *value));
    return std::vector<bytes>{std::move(signature)};
  }

  expected<std::vector<bytes>> key_hash_stack(std::size_t input, const spending& how,
                                              const key_hash_lock& lock) const {
    for (const auto& [key, value] : of_.input(input).all(psbt_input::partial_signature)) {
      if (hash160(key) != lock.key_hash) continue;
      QUORATE_ASSIGN(auto signature, checked(input, how, key, value));
      return std::vector{std::move(signature), bytes{key.begin(), key.end()}};
    }
    return errc::missing_signatures;
  }

  /// Signatures in the order of the keys, behind the empty item that CHECKMULTISIG drops.
  expected<std::vector<bytes>> multisig_stack(std::size_t input, const spending& how,
                                              const multisig& lock) const {
    std::vector<bytes> stack(1);
    auto why = errc::missing_signatures;
    for (const auto& key : lock.keys) {
      if (stack.size() > lock.required) break;
      const auto value = of_.input(input).find(psbt_input::partial_signature, key.view());
      if (!value) continue;
      auto signature = checked(input, how, key.view(), *value);
      // Whoever passes a PSBT on can add a bad one; the others may be enough.
      if (signature)
        stack.push_back(*std::move(signature));
      else
        why = signature.error();
    }
    if (stack.size() <= lock.required) return why;
    return stack;
  }

  expected<unlocking> unlock_taproot(std::size_t input, const spending& how,
                                     const x_only_key& output) const {
    if (spent_.size() != of_.inputs()) return errc::missing_previous;
    const auto value = of_.input(input).find(psbt_input::taproot_key_signature);
    if (!value) return errc::missing_signatures;
    auto type = sighash_type::taproot_default;
    if (value->size() > taproot_signature::size) {
      QUORATE_ASSIGN(type, ecdsa_sighash_type(value->back())); // 0 must not be named
    }
    QUORATE_TRY(check_type(input, type));
    QUORATE_ASSIGN(const auto message, digest_of(of_, input, how, hasher_, type));
    QUORATE_ASSIGN(const auto signature,
                   taproot_signature::from_bytes(value->first(taproot_signature::size)));
    if (!verify(output, message, signature)) return errc::missing_signatures;
    return unlock(how, {bytes{value->begin(), value->end()}});
  }

  const psbt& of_;
  std::vector<transaction_output> spent_;
  signature_hasher hasher_;
};

/// Whether the finaliser leaves the field in an input.
bool survives(psbt_type type) noexcept {
  return type == psbt_input::previous_transaction || type == psbt_input::spent_output ||
         !is_known(psbt_scope::input, type) || is_transaction_field(psbt_scope::input, type);
}

void put_unlocking(psbt& of, std::size_t i, const unlocking& found) {
  std::vector<psbt_type> obsolete;
  for (const auto& [key, value] : of.input(i).all())
    if (!survives(type_of(key))) obsolete.push_back(type_of(key));
  for (const auto type : obsolete)
    of.erase_input(i, type);
  // What was built here has the form that fields ask for.
  if (!found.script.empty()) QUORATE_CHECK(of.put_input(i, psbt_input::final_script, found.script));
  if (found.witness.empty()) return;
  wire_writer w;
  w.compact_size(found.witness.size());
  for (const auto& item : found.witness)
    w.blob(item);
  QUORATE_CHECK(of.put_input(i, psbt_input::final_witness, w.view()));
}

} // namespace

expected<psbt> combine(const psbt& a, const psbt& b) {
  if (a.version_ != b.version_) return errc::bad_version;
  if (a.inputs() != b.inputs() || a.outputs() != b.outputs()) return errc::different_transactions;
  if (a.version_ == psbt_version::v0 && a.tx_ != b.tx_) return errc::different_transactions;
  for (std::size_t i = 0; i < a.inputs(); ++i)
    if (a.tx_.inputs[i].previous != b.tx_.inputs[i].previous) return errc::different_transactions;
  if (a.tx_.outputs != b.tx_.outputs) return errc::different_transactions;

  psbt result = a;
  QUORATE_TRY(merge(psbt_scope::global, result.global_, b.global_));
  for (std::size_t i = 0; i < a.inputs(); ++i)
    QUORATE_TRY(merge(psbt_scope::input, result.inputs_[i], b.inputs_[i]));
  for (std::size_t i = 0; i < a.outputs(); ++i)
    QUORATE_TRY(merge(psbt_scope::output, result.outputs_[i], b.outputs_[i]));
  // The fields together have to say one thing, as if they had been read.
  return psbt::decode(result.encode());
}

std::vector<unfinished_input> finalise(psbt& of) {
  std::vector<unfinished_input> left;
  const auto leave = [&](std::size_t i, errc why) { left.push_back({i, why}); };
  const auto weight = check_standard_weight(of);
  psbt result = of;
  const finaliser finish{of};
  for (std::size_t i = 0; i < of.inputs(); ++i) {
    if (of.is_final(i)) continue;
    if (!weight) {
      leave(i, weight.error());
      continue;
    }
    const auto found = finish(i);
    if (found)
      put_unlocking(result, i, *found);
    else
      leave(i, found.error());
  }
  of = std::move(result);
  return left;
}

expected<transaction> extract(const psbt& from) {
  transaction tx = from.unsigned_transaction();
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    if (!from.is_final(i)) return errc::missing_signatures;
    auto unlock_with = final_unlocking(from, i);
    tx.inputs[i].unlocking_script = std::move(unlock_with.script);
    tx.inputs[i].witness = std::move(unlock_with.witness);
  }
  return tx;
}

} // namespace quorate::bitcoin
