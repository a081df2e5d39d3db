#include "core/chain/proposal.hpp"

#include "core/chain/bitcoin/key_origin.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/chain/evm/explain.hpp"
#include "core/chain/evm/typed_data.hpp"

#include <algorithm>

namespace quorate::chain {

namespace {

using keys_view = std::span<const compressed_key>;

expected<bitcoin::network> network_of(std::uint64_t number) {
  for (const auto net : {bitcoin::network::mainnet, bitcoin::network::testnet,
                         bitcoin::network::signet, bitcoin::network::regtest})
    if (number_of(net) == number) return net;
  return errc::bad_network;
}

/// The one key of a document that has one signer here; none when there is only to explain.
expected<std::optional<compressed_key>> single_key(const reader_view& view) {
  if (view.keys.empty()) return std::optional<compressed_key>{};
  if (view.keys.size() > 1) return errc::wrong_key;
  return std::optional{view.keys[0]};
}

std::vector<bytes> scripts_of(std::initializer_list<keys_view> keys) {
  std::vector<bytes> scripts;
  for (const auto& some : keys)
    for (const auto& key : some)
      if (const auto point = ec_public_key::parse(key))
        std::ranges::move(bitcoin::own_scripts(*point), std::back_inserter(scripts));
  std::ranges::sort(scripts);
  return scripts;
}

std::string signatures_text(const std::vector<bitcoin::signature_request>& requests) {
  std::string text;
  for (const auto& one : requests)
    text += "Signs input " + std::to_string(one.input) + " by key " + to_hex(one.key) +
            (one.taproot ? " (taproot)" : "") + ", digest " + to_hex(one.message) + "\n";
  return text;
}

/// First line of an EVM document: who signs it.
expected<std::string> signer_text(const std::optional<compressed_key>& key) {
  if (!key) return std::string{};
  QUORATE_ASSIGN(const auto point, ec_public_key::parse(*key));
  return "Signer: " + to_string(evm::address_of(point)) + "\n";
}

} // namespace

wanted_signature wanted_of(const bitcoin::signature_request& request) {
  wanted_signature wanted{request.message, {}};
  if (request.taproot)
    wanted.taproot_tweak = bitcoin::taproot_tweak(request.taproot->internal, request.taproot->root);
  return wanted;
}

expected<proposal> proposal::read(const document& from, const reader_view& view) {
  switch (from.what) {
  case payload::cosmos:
    return read_cosmos(from, view);
  case payload::psbt:
    return read_psbt(from, view);
  case payload::evm_transaction:
    return read_transaction(from, view);
  case payload::evm_message:
    return read_message(from, view);
  case payload::evm_typed_data:
    return read_typed_data(from, view);
  }
  return errc::bad_enum;
}

expected<proposal> proposal::read_cosmos(const document& from, const reader_view& view) {
  if (from.network != 0) return errc::bad_network;
  QUORATE_ASSIGN(const auto document, cosmos::decode_document(from.content));
  QUORATE_ASSIGN(auto key, single_key(view));
  if (!key) {
    // A multisig's keys sign one digest each, all of them the same.
    const auto& first = document.auth.signers.at(0).key;
    const auto* one = std::get_if<compressed_key>(&first);
    key = one != nullptr ? *one : std::get<cosmos::multisig_key>(first).keys.at(0);
  }
  QUORATE_ASSIGN(auto text, cosmos::explain(document, *key));
  QUORATE_ASSIGN(const auto message, cosmos::digest_to_sign(document, *key));
  return proposal{std::move(text), {{key, {message, {}}}}, plain_signature{}};
}

expected<proposal> proposal::read_psbt(const document& from, const reader_view& view) {
  QUORATE_ASSIGN(const auto net, network_of(from.network));
  QUORATE_ASSIGN(auto psbt, bitcoin::psbt::decode(from.content));
  std::vector<compressed_key> named;
  if (view.keys.empty())
    for (const auto& origin : bitcoin::key_origins(psbt, bitcoin::psbt_scope::input))
      named.push_back(origin.key);
  if (named.size() > named_keys_max) return errc::over_limit;
  const auto keys = view.keys.empty() ? keys_view{named} : view.keys;
  const auto own = scripts_of({view.keys, view.own});
  bitcoin::signer_view how;
  how.net = net;
  how.keys = keys;
  how.is_ours = [&own](byte_view script) {
    const auto found = std::ranges::lower_bound(own, script, [](const auto& a, const auto& b) {
      return std::ranges::lexicographical_compare(a, b);
    });
    return found != own.end() && std::ranges::equal(*found, script);
  };
  QUORATE_ASSIGN(auto found, bitcoin::propose_signing(psbt, how));
  std::vector<asked_signature> asked;
  for (const auto& request : found.requests)
    asked.push_back({request.key, wanted_of(request)});
  return proposal{found.shown.text + signatures_text(found.requests), std::move(asked),
                  signed_psbt{std::move(psbt), std::move(found.requests)}};
}

expected<proposal> proposal::read_transaction(const document& from, const reader_view& view) {
  QUORATE_ASSIGN(const auto key, single_key(view));
  QUORATE_ASSIGN(auto text, signer_text(key));
  QUORATE_ASSIGN(auto tx, evm::decode_unsigned(from.content, from.network));
  const auto words = evm::explain(tx, {{}, view.callee});
  text += words.text();
  return proposal{std::move(text), {{key, {words.signing_digest(), {}}}}, std::move(tx)};
}

expected<proposal> proposal::read_message(const document& from, const reader_view& view) {
  if (from.network != 0) return errc::bad_network;
  if (from.content.size() > message_bytes_max) return errc::over_limit;
  QUORATE_ASSIGN(const auto key, single_key(view));
  QUORATE_ASSIGN(auto text, signer_text(key));
  const auto words = evm::explain_personal_message(from.content);
  text += words.text();
  return proposal{std::move(text), {{key, {words.signing_digest(), {}}}}, message_signature{}};
}

expected<proposal> proposal::read_typed_data(const document& from, const reader_view& view) {
  QUORATE_ASSIGN(const auto key, single_key(view));
  QUORATE_ASSIGN(auto text, signer_text(key));
  const std::string_view json{reinterpret_cast<const char*>(from.content.data()),
                              from.content.size()};
  QUORATE_ASSIGN(const auto data, evm::typed_data::parse(json));
  if (from.network != 0) QUORATE_TRY(data.check_chain(from.network));
  const auto words = data.explain();
  text += words.text();
  return proposal{std::move(text), {{key, {words.signing_digest(), {}}}}, message_signature{}};
}

expected<std::vector<chain_signature>> proposal::check(byte_view raw) const {
  constexpr std::size_t one = sizeof(chain_signature::value);
  if (raw.size() != asked_.size() * one) return errc::bad_signature;
  std::vector<chain_signature> made;
  for (const auto& [key, what] : asked_) {
    QUORATE_ASSIGN(const auto point, ec_public_key::parse(key.value()));
    QUORATE_ASSIGN(made.emplace_back(), check_signature(what, point, raw.first(one)));
    raw = raw.subspan(one);
  }
  return made;
}

expected<bytes> proposal::complete(std::span<const chain_signature> made) const {
  if (made.size() != asked_.size()) return errc::bad_signature;
  for (std::size_t i = 0; i < made.size(); ++i) {
    QUORATE_ASSIGN(const auto point, ec_public_key::parse(asked_[i].key.value()));
    QUORATE_TRY(verify(asked_[i].what, point, made[i]));
  }
  const auto& first = made[0];
  if (std::holds_alternative<plain_signature>(content_))
    return bytes{first.value.begin(), first.value.end()};
  if (const auto* tx = std::get_if<evm::transaction>(&content_)) {
    // An r that overflowed has no encoding; to meet one takes some 2^127 signatures.
    if (*first.recovery_id > 1) return errc::not_recoverable;
    return evm::encode({*tx, {ecdsa_signature{first.value}, *first.recovery_id}});
  }
  if (const auto* of = std::get_if<signed_psbt>(&content_)) {
    auto result = of->from;
    for (std::size_t i = 0; i < made.size(); ++i)
      QUORATE_TRY(of->requests[i].taproot
                      ? add_signature(result, of->requests[i], taproot_signature{made[i].value})
                      : add_signature(result, of->requests[i], ecdsa_signature{made[i].value}));
    return result.encode();
  }
  if (*first.recovery_id > 1) return errc::not_recoverable;
  bytes all{first.value.begin(), first.value.end()};
  all.push_back(static_cast<std::uint8_t>(27 + *first.recovery_id));
  return all;
}

} // namespace quorate::chain
