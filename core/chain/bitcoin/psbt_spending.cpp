#include "core/chain/bitcoin/psbt_spending.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

bytes owned(byte_view from) { return {from.begin(), from.end()}; }

digest_160 hash_in(byte_view program) { return *digest_160::from_bytes(program); }

/// The field's script when it hashes to the program. Errors: unsupported_script when it is not
/// there; conflicting_fields.
template <class Hash>
expected<bytes> script_of(const psbt_map& fields, psbt_type type, byte_view program, Hash hash) {
  const auto script = fields.find(type);
  if (!script) return errc::unsupported_script;
  if (!std::ranges::equal(hash(*script).view(), program)) return errc::conflicting_fields;
  return owned(*script);
}

expected<multisig> multisig_of(byte_view script) {
  auto parsed = parse_multisig(script);
  if (!parsed) return errc::unsupported_script;
  return *std::move(parsed);
}

expected<spending> spend_key(byte_view locking_script, byte_view written) {
  const auto key = ec_public_key::parse(written);
  if (!key) return errc::unsupported_script; // nobody can spend it
  return spending{
      key_lock{key->compressed(), owned(written)}, false, owned(locking_script), {}, {}};
}

expected<spending> spend_key_hash(byte_view program, bool witness_v0) {
  const auto key_hash = hash_in(program);
  // BIP-143: the code of a P2WPKH is the P2PKH script of the same hash.
  return spending{key_hash_lock{key_hash}, witness_v0, p2pkh_script(key_hash), {}, {}};
}

expected<spending> spend_witness_script(const psbt_map& fields, byte_view program) {
  QUORATE_ASSIGN(bytes script, script_of(fields, psbt_input::witness_script, program,
                                         [](byte_view s) { return sha256(s); }));
  QUORATE_ASSIGN(multisig keys, multisig_of(script));
  return spending{std::move(keys), true, script, {}, script};
}

expected<spending> spend_taproot(const psbt_map& fields, byte_view program) {
  taproot_lock result;
  result.output = *x_only_key::from_bytes(program);
  if (const auto internal = fields.find(psbt_input::taproot_internal_key))
    result.internal = *x_only_key::from_bytes(*internal);
  if (const auto root = fields.find(psbt_input::taproot_root))
    result.root = *digest::from_bytes(*root);
  // BIP-371 does not ask for the root beside the internal key, so without it nothing contradicts:
  // the output may have scripts that the signer at hand need not know of.
  if (result.internal && result.root) {
    QUORATE_ASSIGN(const auto output, taproot_output_key(*result.internal, result.root));
    if (output.key != result.output) return errc::conflicting_fields;
  }
  return spending{std::move(result), false, {}, {}, {}};
}

expected<spending> spend_script_hash(const psbt_map& fields, byte_view program) {
  QUORATE_ASSIGN(const bytes redeem,
                 script_of(fields, psbt_input::redeem_script, program, hash160));
  if (redeem.size() > push_bytes_max) return errc::unsupported_script; // could never be spent
  const auto [kind, nested] = classify(redeem);
  if (kind == script_kind::p2wpkh || kind == script_kind::p2wsh) {
    QUORATE_ASSIGN(spending inner, kind == script_kind::p2wpkh
                                       ? spend_key_hash(nested, true)
                                       : spend_witness_script(fields, nested));
    inner.redeem_script = redeem;
    return inner;
  }
  QUORATE_ASSIGN(multisig keys, multisig_of(redeem));
  return spending{std::move(keys), false, redeem, redeem, {}};
}

// What a signature takes at most: DER with low s and its type, or taproot's without a type.
const bytes longest_ecdsa_signature(72);
const bytes key_of_its_size(compressed_key::size);

} // namespace

expected<spending> spending_of(const psbt& from, std::size_t input) {
  QUORATE_CHECK(from.spent(input).is_known());
  const psbt_map& fields = from.input(input);
  const bytes& locking_script = from.spent(input).output.locking_script;
  const auto [kind, program] = classify(locking_script);
  switch (kind) {
  case script_kind::p2pk:
    return spend_key(locking_script, program);
  case script_kind::p2pkh:
    return spend_key_hash(program, false);
  case script_kind::p2wpkh:
    return spend_key_hash(program, true);
  case script_kind::p2sh:
    return spend_script_hash(fields, program);
  case script_kind::p2wsh:
    return spend_witness_script(fields, program);
  case script_kind::p2tr:
    return spend_taproot(fields, program);
  case script_kind::future_witness:
  case script_kind::data:
  case script_kind::other:
    return errc::unsupported_script;
  }
  return errc::unsupported_script;
}

expected<digest> digest_of(const psbt& from, std::size_t input, const spending& how,
                           const signature_hasher& hasher, sighash_type type) {
  if (std::holds_alternative<taproot_lock>(how.who)) return hasher.taproot_key_path(input, type);
  if (is_single(type) && input >= from.outputs()) return errc::no_matching_output;
  if (!how.witness_v0) return hasher.legacy(input, how.script_code, type);
  return hasher.witness_v0(input, how.script_code, from.spent(input).output.value, type);
}

unlocking unlock(const spending& how, std::vector<bytes> stack) {
  unlocking result;
  if (how.witness_v0 || std::holds_alternative<taproot_lock>(how.who)) {
    if (!how.witness_script.empty()) stack.push_back(how.witness_script);
    result.witness = std::move(stack);
  } else {
    for (const auto& item : stack)
      append_push(result.script, item);
  }
  if (!how.redeem_script.empty()) append_push(result.script, how.redeem_script);
  return result;
}

unlocking largest_unlocking(const spending& how) {
  if (std::holds_alternative<taproot_lock>(how.who))
    return unlock(how, {bytes(taproot_signature::size)});
  if (const auto* many = std::get_if<multisig>(&how.who)) {
    std::vector<bytes> stack(1);
    stack.resize(1 + many->required, longest_ecdsa_signature);
    return unlock(how, std::move(stack));
  }
  if (std::holds_alternative<key_lock>(how.who)) return unlock(how, {longest_ecdsa_signature});
  return unlock(how, {longest_ecdsa_signature, key_of_its_size});
}

unlocking final_unlocking(const psbt& from, std::size_t input) {
  unlocking result;
  if (const auto script = from.input(input).find(psbt_input::final_script))
    result.script = owned(*script);
  if (const auto witness = from.input(input).find(psbt_input::final_witness)) {
    wire_reader r{*witness};
    const std::size_t items = r.count(1);
    for (std::size_t i = 0; i < items; ++i)
      result.witness.push_back(r.owned_blob(limits::transaction_bytes_max));
  }
  return result;
}

outcome check_standard_weight(const psbt& of) {
  if (weight_of(of.unsigned_transaction()) > limits::standard_weight_max) return errc::over_limit;
  return {};
}

std::vector<transaction_output> all_spent(const psbt& from) {
  std::vector<transaction_output> result;
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    if (!from.spent(i).is_known()) return {};
    result.push_back(from.spent(i).output);
  }
  return result;
}

bool covers_lone_amount(const psbt& from, const spending& how, sighash_type type) noexcept {
  return how.witness_v0 && from.inputs() == 1 && type == sighash_type::all;
}

expected<sighash_type> wanted_type(const psbt& from, std::size_t input, const spending& how) {
  const bool taproot = std::holds_alternative<taproot_lock>(how.who);
  const auto field = from.input(input).find(psbt_input::sighash);
  if (!field) return taproot ? sighash_type::taproot_default : sighash_type::all;
  const std::uint32_t value = wire_reader{*field}.u32();
  return taproot ? taproot_sighash_type(value) : ecdsa_sighash_type(value);
}

} // namespace quorate::bitcoin
