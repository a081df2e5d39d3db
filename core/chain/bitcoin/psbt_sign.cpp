#include "core/chain/bitcoin/psbt_sign.hpp"

#include "core/chain/bitcoin/psbt_spending.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

/// What one of our keys has to do with an input.
struct match {
  compressed_key key;
  std::optional<taproot_signer> taproot;
};

expected<std::optional<match>> match_taproot(const taproot_lock& lock, const compressed_key& key) {
  QUORATE_ASSIGN(const auto internal, x_only_key::from_bytes(key.view().subspan(1)));
  if (lock.internal && *lock.internal != internal) return std::optional<match>{};
  const taproot_signer signer{internal, lock.root, lock.output};
  QUORATE_ASSIGN(const auto output, taproot_output_key(signer.internal, signer.root));
  if (output.key != lock.output) return std::optional<match>{};
  return std::optional{match{key, signer}};
}

/// Whether the lock asks for the key, and how.
expected<std::optional<match>> match_key(const lock& who, const compressed_key& key) {
  if (const auto* taproot = std::get_if<taproot_lock>(&who)) return match_taproot(*taproot, key);
  bool ours = false;
  if (const auto* one = std::get_if<key_lock>(&who))
    ours = one->key == key;
  else if (const auto* key_hash = std::get_if<key_hash_lock>(&who))
    ours = key_hash->key_hash == hash160(key.view());
  else if (const auto* many = std::get_if<multisig>(&who))
    ours = std::ranges::find(many->keys, key) != many->keys.end();
  return ours ? std::optional{match{key, std::nullopt}} : std::nullopt;
}

bool covers_everything(sighash_type type) noexcept {
  return type == sighash_type::all || type == sighash_type::taproot_default;
}

class request_maker {
public:
  request_maker(const psbt& from, signing_policy policy)
      : from_(from), policy_(policy), spent_(all_spent(from)),
        hasher_(from.unsigned_transaction(), spent_) {}

  outcome add(std::size_t input, std::span<const compressed_key> keys,
              std::vector<signature_request>& to) const {
    if (from_.is_final(input) || !from_.spent(input).is_known()) return {};
    const auto how = spending_of(from_, input);
    // A foreign script may be of any kind; it only has to be left alone.
    if (!how) return how.error() == errc::unsupported_script ? outcome{} : outcome{how.error()};
    for (const auto& key : keys) {
      QUORATE_ASSIGN(const auto found, match_key(how->who, key));
      if (!found) continue;
      QUORATE_ASSIGN(auto request, make(input, *how, *found));
      to.push_back(std::move(request));
    }
    return {};
  }

private:
  expected<signature_request> make(std::size_t input, const spending& how,
                                   const match& found) const {
    QUORATE_ASSIGN(const auto type, wanted_type(from_, input, how));
    const bool amounts_known =
        found.taproot ? spent_.size() == from_.inputs()
                      : from_.spent(input).is_proven() || covers_lone_amount(from_, how, type);
    if (!amounts_known) return errc::missing_previous;
    if (!covers_everything(type) && !policy_.any_sighash_type) return errc::sighash_not_allowed;
    QUORATE_ASSIGN(const auto message, digest_of(from_, input, how, hasher_, type));
    return signature_request{input, type, message, found.key, found.taproot};
  }

  const psbt& from_;
  signing_policy policy_;
  std::vector<transaction_output> spent_;
  signature_hasher hasher_;
};

/// The key as the input's script writes it: what a signature is filed under.
bytes written_key(const psbt& of, const signature_request& request) {
  const auto [kind, program] = classify(of.spent(request.input).output.locking_script);
  const byte_view key = kind == script_kind::p2pk ? program : request.key.view();
  return {key.begin(), key.end()};
}

/// After a signature, a version 2 PSBT says what can still be added to its transaction.
/// Source: BIP-370, "Signer".
void note_signature(psbt& to, sighash_type type) {
  constexpr std::uint8_t inputs_open = 1;
  constexpr std::uint8_t outputs_open = 2;
  constexpr std::uint8_t has_single = 4;
  auto flags = to.modifiable();
  if (!flags) return;
  if (!anyone_can_pay(type)) *flags &= static_cast<std::uint8_t>(~inputs_open);
  if (!is_none(type)) *flags &= static_cast<std::uint8_t>(~outputs_open);
  if (is_single(type)) *flags |= has_single;
  to.set_modifiable(*flags);
}

/// Answers requests with one secret. Inputs in a row mostly spend outputs of one tweaked key, whose
/// public key costs as much as a signature: it is kept from one to the next.
class answerer {
public:
  answerer(const ec_secret_key& secret, const std::array<std::uint8_t, 32>& auxiliary)
      : secret_(secret), auxiliary_(auxiliary) {}

  outcome answer(psbt& to, const signature_request& request) {
    if (!request.taproot) {
      QUORATE_ASSIGN(const auto signature, sign_ecdsa(secret_, request.message));
      return add_signature(to, request, signature);
    }
    if (!tweaked_ || signer_ != *request.taproot) {
      signer_ = *request.taproot;
      const digest tweak = taproot_tweak(signer_.internal, signer_.root);
      QUORATE_ASSIGN(tweaked_, taproot_signing_key::tweaked(secret_, tweak.data));
    }
    return add_signature(to, request, tweaked_->sign(request.message, auxiliary_));
  }

private:
  const ec_secret_key& secret_;
  const std::array<std::uint8_t, 32>& auxiliary_;
  taproot_signer signer_; ///< whose key tweaked_ is
  std::optional<taproot_signing_key> tweaked_;
};

} // namespace

expected<std::vector<signature_request>>
signature_requests(const psbt& from, std::span<const compressed_key> keys, signing_policy policy) {
  QUORATE_TRY(check_standard_weight(from));
  const request_maker maker{from, policy};
  std::vector<signature_request> result;
  for (std::size_t i = 0; i < from.inputs(); ++i)
    QUORATE_TRY(maker.add(i, keys, result));
  return result;
}

outcome add_signature(psbt& to, const signature_request& request,
                      const ecdsa_signature& signature) {
  QUORATE_CHECK(!request.taproot);
  if (to.is_final(request.input)) return errc::already_final;
  QUORATE_ASSIGN(const auto key, ec_public_key::parse(request.key));
  QUORATE_TRY(verify(key, request.message, signature));
  bytes value = to_der(signature);
  value.push_back(static_cast<std::uint8_t>(request.type));
  QUORATE_TRY(
      to.put_input(request.input, psbt_input::partial_signature, value, written_key(to, request)));
  note_signature(to, request.type);
  return {};
}

outcome add_signature(psbt& to, const signature_request& request,
                      const taproot_signature& signature) {
  QUORATE_CHECK(request.taproot);
  if (to.is_final(request.input)) return errc::already_final;
  QUORATE_TRY(verify(request.taproot->output, request.message, signature));
  bytes value{signature.data.begin(), signature.data.end()};
  // A type of 0 is said by silence; a 65th byte of 0 would make the signature invalid.
  if (request.type != sighash_type::taproot_default)
    value.push_back(static_cast<std::uint8_t>(request.type));
  QUORATE_TRY(to.put_input(request.input, psbt_input::taproot_key_signature, value));
  note_signature(to, request.type);
  return {};
}

expected<std::size_t> sign(psbt& to, const ec_secret_key& secret, signing_policy policy,
                           const std::array<std::uint8_t, 32>& auxiliary) {
  QUORATE_ASSIGN(const auto point, ec_public_key::of(secret));
  const std::array keys{point.compressed()};
  QUORATE_ASSIGN(const auto requests, signature_requests(to, keys, policy));
  if (requests.empty()) return errc::wrong_key;
  psbt result = to;
  answerer with{secret, auxiliary};
  for (const auto& request : requests)
    QUORATE_TRY(with.answer(result, request));
  to = std::move(result);
  return requests.size();
}

} // namespace quorate::bitcoin
