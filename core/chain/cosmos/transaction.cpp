#include "core/chain/cosmos/transaction.hpp"

#include "core/chain/cosmos/address_check.hpp"
#include "core/chain/cosmos/amino_json.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::chain::cosmos {

namespace {

constexpr std::size_t signature_bytes_max = (ecdsa_signature::size + 2) * multisig_keys_max;

bytes copy(byte_view from) { return {from.begin(), from.end()}; }

std::optional<sign_mode> known_mode(std::uint64_t number) {
  for (const auto mode : {sign_mode::direct, sign_mode::legacy_amino_json})
    if (static_cast<std::uint64_t>(mode) == number) return mode;
  return std::nullopt;
}

// --- ModeInfo: single { mode = 1 } = 1, multi { bitarray = 1, mode_infos = 2 } = 2 --------------

bytes single_mode(sign_mode mode) {
  proto_writer inner;
  inner.number(1, static_cast<std::uint64_t>(mode));
  proto_writer w;
  w.element(1, std::move(inner).take());
  return std::move(w).take();
}

bytes encode_mode(const signer_info& signer) {
  if (std::holds_alternative<compressed_key>(signer.key)) return single_mode(signer.mode);
  proto_writer inner;
  inner.element(1, encode_bits(signer.multi_bits));
  for (const bool set : signer.multi_bits.set)
    if (set) inner.element(2, single_mode(signer.mode));
  proto_writer w;
  w.element(2, std::move(inner).take());
  return std::move(w).take();
}

expected<sign_mode> decode_single_mode(byte_view from) {
  proto_reader r{from};
  const auto single = r.element(1, part_bytes_max);
  QUORATE_TRY(r.finish());
  if (!single) return errc::cosmos_wrong_mode;
  proto_reader inner{*single};
  const auto mode = known_mode(inner.number(1));
  QUORATE_TRY(inner.finish());
  if (!mode) return errc::cosmos_wrong_mode;
  return *mode;
}

outcome decode_multi_mode(byte_view from, const multisig_key& key, signer_info& signer) {
  proto_reader r{from};
  const auto multi = r.element(2, part_bytes_max);
  QUORATE_TRY(r.finish());
  if (!multi) return errc::cosmos_wrong_mode;
  proto_reader inner{*multi};
  const auto bits = inner.element(1, part_bytes_max);
  if (!bits) return inner.ok() ? errc::cosmos_bad_multisig : inner.finish().error();
  QUORATE_ASSIGN(signer.multi_bits, decode_bits(*bits));
  std::size_t modes = 0;
  while (const auto raw = inner.element(2, part_bytes_max)) {
    QUORATE_ASSIGN(const auto mode, decode_single_mode(*raw));
    if (modes++ > 0 && mode != signer.mode) return errc::cosmos_wrong_mode;
    signer.mode = mode;
  }
  QUORATE_TRY(inner.finish());
  const auto& set = signer.multi_bits.set;
  if (set.size() != key.keys.size() ||
      static_cast<std::size_t>(std::count(set.begin(), set.end(), true)) != modes)
    return errc::cosmos_bad_multisig;
  return {};
}

// --- SignerInfo and Fee -----------------------------------------------------------------------

bytes encode_signer(const signer_info& signer) {
  proto_writer w;
  w.element(1, encode_public_key(signer.key));
  w.element(2, encode_mode(signer));
  w.number(3, signer.sequence);
  return std::move(w).take();
}

expected<signer_info> decode_signer(byte_view from) {
  proto_reader r{from};
  const auto key = r.element(1, part_bytes_max);
  const auto mode = r.element(2, part_bytes_max);
  signer_info signer;
  signer.sequence = r.number(3);
  QUORATE_TRY(r.finish());
  if (!key || !mode) return errc::cosmos_bad_document;
  QUORATE_ASSIGN(signer.key, decode_public_key(*key));
  if (const auto* multisig = std::get_if<multisig_key>(&signer.key)) {
    QUORATE_TRY(decode_multi_mode(*mode, *multisig, signer));
  } else {
    QUORATE_ASSIGN(signer.mode, decode_single_mode(*mode));
  }
  return signer;
}

bytes encode_fee(const tx_fee& fee) {
  proto_writer w;
  for (const auto& c : fee.what)
    w.element(1, encode_coin(c));
  w.number(2, fee.gas_limit);
  w.text(3, fee.payer);
  w.text(4, fee.granter);
  return std::move(w).take();
}

expected<tx_fee> decode_fee(byte_view from) {
  proto_reader r{from};
  tx_fee fee;
  fee.what = read_coins(r, 1);
  fee.gas_limit = r.number(2);
  fee.payer = r.text(3, address_bytes_max);
  fee.granter = r.text(4, address_bytes_max);
  QUORATE_TRY(r.finish());
  return fee;
}

// The fee's accounts are of the chain that the messages are of.
outcome check_fee_addresses(const tx_fee& fee, const tx_body& body) {
  if (fee.payer.empty() && fee.granter.empty()) return {};
  QUORATE_ASSIGN(const auto prefix, address_prefix(body.messages));
  for (const auto* address : {&fee.payer, &fee.granter})
    if (!address->empty()) QUORATE_TRY(check_account_address(prefix, *address));
  return {};
}

// Whether any message, or the fee, needs the signature of this account.
bool is_asked_for(const sign_document& document, const account_bytes& account) {
  const auto is_it = [&account](const std::string& address) {
    const auto raw = bytes_of_address(address);
    return raw && std::equal(raw->begin(), raw->end(), account.data.begin(), account.data.end());
  };
  if (is_it(document.auth.fee.payer)) return true;
  for (const auto& m : document.body.messages) {
    const auto needed = signers_of(m);
    if (std::any_of(needed.begin(), needed.end(), is_it)) return true;
  }
  return false;
}

bool belongs_to(const compressed_key& key, const public_key_of_account& account) {
  if (const auto* single = std::get_if<compressed_key>(&account)) return *single == key;
  const auto& keys = std::get<multisig_key>(account).keys;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

} // namespace

bytes encode_body(const tx_body& body) {
  proto_writer w;
  for (const auto& m : body.messages)
    w.element(1, encode_message(m));
  w.text(2, body.memo);
  w.number(3, body.timeout_height);
  return std::move(w).take();
}

expected<tx_body> decode_body(byte_view from) {
  proto_reader r{from};
  tx_body body;
  while (const auto raw = r.element(1, part_bytes_max)) {
    if (body.messages.size() == messages_max) return errc::over_limit;
    QUORATE_ASSIGN(auto m, decode_message(*raw));
    body.messages.push_back(std::move(m));
  }
  body.memo = r.text(2, memo_bytes_max);
  body.timeout_height = r.number(3);
  QUORATE_TRY(r.finish());
  if (body.messages.empty()) return errc::cosmos_bad_document;
  QUORATE_TRY(address_prefix(body.messages));
  return body;
}

bytes encode_auth_info(const auth_info& auth) {
  proto_writer w;
  for (const auto& signer : auth.signers)
    w.element(1, encode_signer(signer));
  w.element(2, encode_fee(auth.fee));
  return std::move(w).take();
}

expected<auth_info> decode_auth_info(byte_view from) {
  proto_reader r{from};
  auth_info auth;
  while (const auto raw = r.element(1, part_bytes_max)) {
    if (auth.signers.size() == signers_max) return errc::over_limit;
    QUORATE_ASSIGN(auto signer, decode_signer(*raw));
    auth.signers.push_back(std::move(signer));
  }
  const auto fee = r.element(2, part_bytes_max);
  QUORATE_TRY(r.finish());
  if (auth.signers.empty() || !fee) return errc::cosmos_bad_document;
  QUORATE_ASSIGN(auth.fee, decode_fee(*fee));
  return auth;
}

expected<sign_document> make_document(const tx_body& body, const auth_info& auth,
                                      std::string_view chain_id, std::uint64_t account_number) {
  sign_document made;
  made.body_bytes = encode_body(body);
  made.auth_info_bytes = encode_auth_info(auth);
  made.chain_id = chain_id;
  made.account_number = account_number;
  // What was put together wrongly is refused as a stranger's would be.
  return decode_document(encode_document(made));
}

bytes encode_document(const sign_document& document) {
  proto_writer w;
  w.blob(1, document.body_bytes);
  w.blob(2, document.auth_info_bytes);
  w.text(3, document.chain_id);
  w.number(4, document.account_number);
  return std::move(w).take();
}

expected<sign_document> decode_document(byte_view from) {
  proto_reader r{from};
  sign_document document;
  document.body_bytes = copy(r.blob(1, part_bytes_max));
  document.auth_info_bytes = copy(r.blob(2, part_bytes_max));
  document.chain_id = r.text(3, chain_id_bytes_max);
  document.account_number = r.number(4);
  QUORATE_TRY(r.finish());
  if (document.chain_id.empty()) return errc::cosmos_bad_document;
  QUORATE_ASSIGN(document.body, decode_body(document.body_bytes));
  QUORATE_ASSIGN(document.auth, decode_auth_info(document.auth_info_bytes));
  QUORATE_TRY(check_fee_addresses(document.auth.fee, document.body));
  return document;
}

expected<digest> digest_to_sign(const sign_document& document, const compressed_key& signer) {
  for (const auto& info : document.auth.signers) {
    if (!belongs_to(signer, info.key) || !is_asked_for(document, account_of(info.key))) continue;
    switch (info.mode) {
    case sign_mode::direct:
      if (std::holds_alternative<multisig_key>(info.key)) return errc::cosmos_wrong_mode;
      return sha256(encode_document(document));
    case sign_mode::legacy_amino_json: {
      QUORATE_ASSIGN(const auto json, amino_json(document, info.sequence));
      return sha256(as_bytes(json));
    }
    }
  }
  return errc::cosmos_wrong_signer;
}

bytes encode_transaction(const sign_document& document, const std::vector<bytes>& signatures) {
  QUORATE_CHECK(signatures.size() == document.auth.signers.size());
  proto_writer w;
  w.blob(1, document.body_bytes);
  w.blob(2, document.auth_info_bytes);
  for (const auto& one : signatures)
    w.element(3, one);
  return std::move(w).take();
}

expected<raw_transaction> decode_transaction(byte_view from) {
  proto_reader r{from};
  raw_transaction raw;
  raw.body_bytes = copy(r.blob(1, part_bytes_max));
  raw.auth_info_bytes = copy(r.blob(2, part_bytes_max));
  while (const auto one = r.element(3, signature_bytes_max)) {
    if (raw.signatures.size() == signers_max) return errc::over_limit;
    raw.signatures.push_back(copy(*one));
  }
  QUORATE_TRY(r.finish());
  QUORATE_ASSIGN(const auto body, decode_body(raw.body_bytes));
  QUORATE_ASSIGN(const auto auth, decode_auth_info(raw.auth_info_bytes));
  QUORATE_TRY(check_fee_addresses(auth.fee, body));
  return raw;
}

digest transaction_id(byte_view transaction) noexcept { return sha256(transaction); }

expected<bytes> combine_multisig(const sign_document& document,
                                 const std::vector<std::optional<ecdsa_signature>>& by_key) {
  if (document.auth.signers.size() != 1) return errc::cosmos_bad_multisig;
  signer_info signer = document.auth.signers[0];
  const auto* key = std::get_if<multisig_key>(&signer.key);
  if (key == nullptr || by_key.size() != key->keys.size()) return errc::cosmos_bad_multisig;
  signer.multi_bits.set.assign(by_key.size(), false);
  std::vector<ecdsa_signature> chosen;
  for (std::size_t i = 0; i < by_key.size() && chosen.size() < key->threshold; ++i) {
    if (!by_key[i]) continue;
    signer.multi_bits.set[i] = true;
    chosen.push_back(*by_key[i]);
  }
  QUORATE_ASSIGN(const auto json, amino_json(document, signer.sequence));
  QUORATE_TRY(verify(*key, signer.multi_bits, chosen, sha256(as_bytes(json))));
  signer.mode = sign_mode::legacy_amino_json;
  // Who signed is not part of the JSON, so it is filled in behind the signatures.
  sign_document complete = document;
  complete.auth.signers[0] = signer;
  complete.auth_info_bytes = encode_auth_info(complete.auth);
  return encode_transaction(complete, {encode_multisignature(chosen)});
}

} // namespace quorate::chain::cosmos
