#include "core/chain/bitcoin/psbt_finaliser.hpp"

#include "core/crypto/ecdsa.hpp"

namespace quorate::bitcoin {

namespace {

bytes owned(byte_view from) { return {from.begin(), from.end()}; }

} // namespace

input_finaliser::input_finaliser(const psbt& of)
    : of_(of), spent_(all_spent(of)), hasher_(of.unsigned_transaction(), spent_) {}

expected<unlocking> input_finaliser::operator()(std::size_t input) const {
  if (!of_.spent(input).is_known()) return errc::missing_previous;
  QUORATE_ASSIGN(const auto how, spending_of(of_, input));
  std::vector<bytes> stack;
  if (const auto* taproot = std::get_if<taproot_lock>(&how.who)) {
    QUORATE_ASSIGN(stack, taproot_stack(input, how, *taproot));
  } else if (const auto* key = std::get_if<key_lock>(&how.who)) {
    QUORATE_ASSIGN(stack, key_stack(input, how, *key));
  } else if (const auto* single = std::get_if<key_hash_lock>(&how.who)) {
    QUORATE_ASSIGN(stack, key_hash_stack(input, how, *single));
  } else {
    QUORATE_ASSIGN(stack, multisig_stack(input, how, std::get<multisig>(how.who)));
  }
  return unlock(how, std::move(stack));
}

outcome input_finaliser::check_signature(std::size_t input, psbt_type type, byte_view key,
                                         byte_view value) const {
  if (!of_.spent(input).is_known()) return errc::missing_previous;
  QUORATE_ASSIGN(const auto how, spending_of(of_, input));
  const auto* taproot = std::get_if<taproot_lock>(&how.who);
  if (taproot != nullptr && type == psbt_input::taproot_key_signature)
    return check_taproot(input, how, taproot->output, value);
  if (taproot == nullptr && type == psbt_input::partial_signature)
    return check_ecdsa(input, how, key, value);
  return errc::unsupported_script;
}

outcome input_finaliser::check_ecdsa(std::size_t input, const spending& how, byte_view raw_key,
                                     byte_view value) const {
  QUORATE_ASSIGN(const auto type, ecdsa_sighash_type(value.back()));
  QUORATE_TRY(check_type(input, type));
  QUORATE_ASSIGN(const auto message, digest_of(of_, input, how, hasher_, type));
  QUORATE_ASSIGN(const auto key, ec_public_key::parse(raw_key));
  QUORATE_ASSIGN(const auto signature, from_der(value.first(value.size() - 1)));
  if (!verify(key, message, signature)) return errc::missing_signatures;
  return {};
}

outcome input_finaliser::check_taproot(std::size_t input, const spending& how,
                                       const x_only_key& output, byte_view value) const {
  if (spent_.size() != of_.inputs()) return errc::missing_previous;
  auto type = sighash_type::taproot_default;
  if (value.size() > taproot_signature::size) {
    QUORATE_ASSIGN(type, ecdsa_sighash_type(value.back())); // 0 must not be named
  }
  QUORATE_TRY(check_type(input, type));
  QUORATE_ASSIGN(const auto message, digest_of(of_, input, how, hasher_, type));
  QUORATE_ASSIGN(const auto signature,
                 taproot_signature::from_bytes(value.first(taproot_signature::size)));
  if (!verify(output, message, signature)) return errc::missing_signatures;
  return {};
}

outcome input_finaliser::check_type(std::size_t input, sighash_type type) const {
  const auto field = of_.input(input).find(psbt_input::sighash);
  if (field && wire_reader{*field}.u32() != static_cast<std::uint32_t>(type))
    return errc::sighash_not_allowed;
  return {};
}

expected<std::vector<bytes>> input_finaliser::key_stack(std::size_t input, const spending& how,
                                                        const key_lock& who) const {
  const auto value = of_.input(input).find(psbt_input::partial_signature, who.written);
  if (!value) return errc::missing_signatures;
  QUORATE_TRY(check_ecdsa(input, how, who.written, *value));
  return std::vector<bytes>{owned(*value)};
}

expected<std::vector<bytes>> input_finaliser::key_hash_stack(std::size_t input, const spending& how,
                                                             const key_hash_lock& who) const {
  for (const auto& [key, value] : of_.input(input).all(psbt_input::partial_signature)) {
    if (hash160(key) != who.key_hash) continue;
    QUORATE_TRY(check_ecdsa(input, how, key, value));
    return std::vector{owned(value), owned(key)};
  }
  return errc::missing_signatures;
}

/// Signatures in the order of the keys, behind the empty item that CHECKMULTISIG drops.
expected<std::vector<bytes>> input_finaliser::multisig_stack(std::size_t input, const spending& how,
                                                             const multisig& who) const {
  std::vector<bytes> stack(1);
  auto why = errc::missing_signatures;
  for (const auto& key : who.keys) {
    if (stack.size() > who.required) break;
    const auto value = of_.input(input).find(psbt_input::partial_signature, key.view());
    if (!value) continue;
    const auto checked = check_ecdsa(input, how, key.view(), *value);
    // Whoever passes a PSBT on can add a bad one; the others may be enough.
    if (checked)
      stack.push_back(owned(*value));
    else
      why = checked.error();
  }
  if (stack.size() <= who.required) return why;
  return stack;
}

expected<std::vector<bytes>> input_finaliser::taproot_stack(std::size_t input, const spending& how,
                                                            const taproot_lock& who) const {
  const auto value = of_.input(input).find(psbt_input::taproot_key_signature);
  if (!value) return errc::missing_signatures;
  QUORATE_TRY(check_taproot(input, how, who.output, *value));
  return std::vector<bytes>{owned(*value)};
}

} // namespace quorate::bitcoin
