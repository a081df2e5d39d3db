#include "cli/document.hpp"

#include "cli/offline_files.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/codec/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>

namespace quorate::cli {

namespace {

using chain::payload;

const std::map<std::string, bitcoin::network> networks{{"mainnet", bitcoin::network::mainnet},
                                                       {"testnet", bitcoin::network::testnet},
                                                       {"signet", bitcoin::network::signet},
                                                       {"regtest", bitcoin::network::regtest}};

const char* name_of(payload what) {
  switch (what) {
  case payload::cosmos:
    return "cosmos";
  case payload::psbt:
    return "psbt";
  case payload::evm_transaction:
    return "evm_transaction";
  case payload::evm_message:
    return "evm_message";
  case payload::evm_typed_data:
    return "evm_typed_data";
  }
  return "";
}

bool is_text(std::string_view content) {
  return std::ranges::all_of(content, [](char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
  });
}

/// Bytes of a text, in whichever of the two ways it is written. Every binary transaction has bytes
/// that no text has, so the two cannot be taken for one another.
expected<bytes> from_text(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == ' '; });
  auto hex = text.starts_with("0x") ? text.substr(2) : text;
  std::ranges::transform(hex, hex.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (auto raw = from_hex(hex)) return std::move(*raw);
  return from_base64(text);
}

payload payload_of(const document_options& o) {
  if (o.chain == "bitcoin" || o.chain == "cosmos") {
    if (o.transaction.empty())
      throw std::runtime_error{"give --transaction FILE; messages are signed for EVM chains only"};
    return o.chain == "bitcoin" ? payload::psbt : payload::cosmos;
  }
  if (!o.message.empty()) return payload::evm_message;
  if (!o.typed_data.empty()) return payload::evm_typed_data;
  if (o.transaction.empty())
    throw std::runtime_error{"give --transaction, --message or --typed-data FILE"};
  return payload::evm_transaction;
}

} // namespace

void add_document_options(CLI::App& c, document_options& o) {
  c.add_option("--chain", o.chain, "bitcoin, evm or cosmos")
      ->check(CLI::IsMember({"bitcoin", "evm", "cosmos"}));
  auto* transaction = c.add_option(
      "--transaction", o.transaction,
      "A file, - for standard input: a PSBT (version 0 or 2), an EVM transaction's signing "
      "payload, or a Cosmos SignDoc; in binary, hexadecimal, Base64 or UR texts");
  auto* message =
      c.add_option("--message", o.message, "EVM: a file with a message, signed as it is (EIP-191)");
  auto* typed =
      c.add_option("--typed-data", o.typed_data, "EVM: a file with typed data in JSON (EIP-712)");
  transaction->excludes(message)->excludes(typed);
  message->excludes(typed);
  c.add_option("--network", o.network, "Bitcoin: mainnet, testnet, signet or regtest")
      ->check(CLI::IsMember(networks))
      ->capture_default_str();
  c.add_option("--chain-id", o.chain_id,
               "EVM: the chain that it has to be for; a signature needs it for a transaction");
}

void add_abi_option(CLI::App& c, document_options& o) {
  c.add_option("--abi", o.abi,
               "EVM: a file with the called contract's ABI in JSON, to show calls by name");
}

loaded_document::loaded_document(const document_options& o, bool to_sign) : what_(payload_of(o)) {
  switch (what_) {
  case payload::cosmos:
    name_ = o.transaction;
    break;
  case payload::psbt:
    name_ = o.transaction;
    network_ = chain::number_of(networks.at(o.network));
    break;
  case payload::evm_transaction:
    name_ = o.transaction;
    network_ = o.chain_id;
    break;
  case payload::evm_message:
    name_ = o.message;
    break;
  case payload::evm_typed_data:
    name_ = o.typed_data;
    network_ = o.chain_id;
    break;
  }
  if (o.transaction.empty()) {
    const auto content = read_everything(name_);
    content_.assign(content.begin(), content.end());
  } else {
    content_ = read_transaction_file(name_);
  }
  if (what_ == payload::evm_transaction && network_ == 0) {
    if (to_sign)
      throw std::runtime_error{"give --chain-id: what is signed for one chain holds on no other"};
    network_ = or_throw(evm::stated_chain(content_), name_);
  }
  if (!o.abi.empty())
    callee_ = or_throw(evm::abi::contract::from_json(read_everything(o.abi)), o.abi);
}

bytes read_transaction_file(const std::string& file) {
  const auto content = read_message(file, "bytes");
  const std::string_view text{reinterpret_cast<const char*>(content.data()), content.size()};
  if (!is_text(text)) return content;
  auto raw = from_text(std::string{text});
  if (!raw || raw->empty())
    throw std::runtime_error{file + ": neither a binary transaction nor one in hexadecimal or "
                                    "Base64"};
  return std::move(*raw);
}

nlohmann::json told(payload what, const chain::proposal& of) {
  auto lines = nlohmann::json::array();
  for (std::size_t at = 0; at < of.text().size();) {
    const auto end = of.text().find('\n', at);
    lines.push_back(of.text().substr(at, end - at));
    at = end + 1;
  }
  auto signatures = nlohmann::json::array();
  for (const auto& [key, wanted] : of.asked()) {
    nlohmann::json one{{"digest", to_hex(wanted.message)}};
    if (key) one["key"] = to_hex(*key);
    if (wanted.taproot_tweak) one["taproot_tweak"] = to_hex(*wanted.taproot_tweak);
    signatures.push_back(std::move(one));
  }
  return {{"payload", name_of(what)}, {"text", lines}, {"signatures", signatures}};
}

std::string written(payload what, byte_view value) {
  switch (what) {
  case payload::cosmos:
    return to_hex(value);
  case payload::psbt:
    return to_base64(value);
  case payload::evm_transaction:
  case payload::evm_message:
  case payload::evm_typed_data:
    return "0x" + to_hex(value);
  }
  return {};
}

std::optional<std::string> broadcast_form(const chain::document& of, byte_view signature) {
  if (of.what != payload::cosmos) return std::nullopt;
  const auto document = chain::cosmos::decode_document(of.content);
  if (!document || document->auth.signers.size() != 1 ||
      !std::holds_alternative<compressed_key>(document->auth.signers[0].key))
    return std::nullopt;
  return to_base64(
      chain::cosmos::encode_transaction(*document, {{signature.begin(), signature.end()}}));
}

int explain_document(const document_options& o, const std::vector<std::string>& public_keys,
                     bool as_json) {
  const loaded_document document{o, false};
  std::vector<compressed_key> keys;
  for (const auto& text : public_keys)
    keys.push_back(or_throw(fixed_from_hex<compressed_key>(text), "--public-key " + text));
  const auto of = chain::proposal::read(document.view(), {keys, {}, document.callee()});
  if (!of && of.error() == errc::wrong_key && keys.empty())
    throw std::runtime_error{document.name() + ": the document names no key that is to sign it. "
                                               "Give --public-key"};
  if (!of) throw std::runtime_error{document.name() + ": " + std::string{explain(of.error())}};
  if (as_json)
    std::printf("%s\n", told(document.what(), *of).dump(2).c_str());
  else
    std::printf("%s", of->text().c_str());
  return ok;
}

} // namespace quorate::cli
