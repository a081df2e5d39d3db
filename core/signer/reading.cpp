#include "core/signer/reading.hpp"

#include "core/chain/bech32.hpp"
#include "core/chain/bitcoin/explain.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/chain/evm/explain.hpp"
#include "core/chain/evm/token.hpp"
#include "core/chain/proposal.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::signer {

namespace {

namespace cosmos = chain::cosmos;

constexpr std::string_view memo_mark = "?memo=";

outcome add_payment(reading& to, std::string destination, amount units) {
  if (to.payments.size() >= limits::payments_max) return errc::over_limit;
  if (destination.size() > limits::destination_bytes_max) return errc::unclear_transaction;
  to.payments.push_back({std::move(destination), units});
  return {};
}

// --- Bitcoin ---------------------------------------------------------------------------------

expected<reading> read_as(byte_view transaction, const bitcoin_network& where,
                          const ec_public_key& key) {
  QUORATE_ASSIGN(const auto psbt, bitcoin::psbt::decode(transaction));
  const std::array keys{key.compressed()};
  const auto own = bitcoin::own_scripts(key, where.taproot);
  bitcoin::signer_view view;
  view.net = where.net;
  view.keys = keys;
  view.is_ours = [&own](byte_view script) {
    return std::ranges::any_of(own, [&](const bytes& s) { return std::ranges::equal(s, script); });
  };
  QUORATE_ASSIGN(const auto proposal, bitcoin::propose_signing(psbt, view));
  for (const auto& request : proposal.requests)
    if (request.taproot && !where.taproot) return errc::taproot_not_allowed;
  for (const auto& input : proposal.shown.inputs) {
    // With coins of others in it, who pays what to whom is not to be told.
    if (!input.signed_now) return errc::unclear_transaction;
    // One of several keys of a vault is asked for so that people look at what it pays, and whoever
    // can spend a coin by another script decides over the change, too.
    if (!input.ours) return errc::shared_script;
  }
  reading made;
  made.unit = made.fee_unit = "sat";
  made.fee = amount{proposal.shown.fee.value};
  made.text = proposal.shown.text;
  for (const auto& output : proposal.shown.outputs) {
    if (output.ours) continue;
    QUORATE_TRY(add_payment(made, bitcoin::destination(output.output.locking_script, where.net),
                            amount{output.output.value.value}));
  }
  for (const auto& request : proposal.requests)
    made.wanted.push_back(chain::wanted_of(request));
  return made;
}

// --- EVM -------------------------------------------------------------------------------------

expected<amount> to_amount(const evm::uint256& from) {
  if (from.bit_length() > 128) return errc::amount_overflow;
  const auto word = from.to_word();
  reader r{byte_view{word}.subspan(16)};
  amount units;
  read(r, units);
  return units;
}

/// The receiver and the units of a token's transfer. @pre decode_call() took the data.
outcome add_token_payment(reading& to, byte_view data) {
  constexpr std::size_t selector_bytes = 4;
  QUORATE_ASSIGN(const auto receiver,
                 evm::address::from_bytes(data.subspan(selector_bytes + 12, evm::address::size)));
  QUORATE_ASSIGN(const auto word, evm::uint256::from_big_endian(data.subspan(selector_bytes + 32)));
  QUORATE_ASSIGN(const auto units, to_amount(word));
  return add_payment(to, to_string(receiver), units);
}

expected<reading> read_as(byte_view transaction, const evm_network& where, const ec_public_key&) {
  QUORATE_ASSIGN(const auto tx, evm::decode_unsigned(transaction, where.chain_id));
  if (!tx.to || tx.type == evm::transaction_type::blob) return errc::unclear_transaction;
  reading made;
  made.fee_unit = "wei";
  QUORATE_ASSIGN(const auto cost, evm::cost_max(tx));
  QUORATE_ASSIGN(const auto fee, evm::subtract(cost, tx.value));
  QUORATE_ASSIGN(made.fee, to_amount(fee));
  if (tx.data.empty()) {
    made.unit = "wei";
    QUORATE_ASSIGN(const auto units, to_amount(tx.value));
    QUORATE_TRY(add_payment(made, to_string(*tx.to), units));
  } else {
    if (!tx.value.is_zero() || !evm::abi::decode_call(evm::token(), tx.data))
      return errc::unclear_transaction;
    made.unit = to_string(*tx.to);
    QUORATE_TRY(add_token_payment(made, tx.data));
  }
  made.text = evm::explain(tx, {}).text();
  made.wanted.push_back({evm::signing_digest(tx), {}});
  return made;
}

// --- Cosmos ----------------------------------------------------------------------------------

outcome add_coins(reading& to, const std::string& destination, const cosmos::coins& what) {
  if (what.size() != 1) return errc::unclear_transaction;
  if (to.unit.empty()) to.unit = what[0].denomination;
  if (to.unit != what[0].denomination) return errc::unclear_transaction;
  return add_payment(to, destination, what[0].units);
}

/// Payments of one message; the memo is that of the whole transaction.
struct payments_of_message {
  reading& made;
  const cosmos_network& where;
  const std::string& own;
  const std::string& memo;

  outcome add(const std::string& address, const cosmos::coins& what) const {
    QUORATE_ASSIGN(const auto destination, cosmos_destination(where, address, memo));
    return add_coins(made, destination, what);
  }
  outcome operator()(const cosmos::msg_send& m) const {
    if (m.from != own) return errc::cosmos_wrong_signer;
    return add(m.to, m.what);
  }
  outcome operator()(const cosmos::msg_multi_send& m) const {
    if (m.inputs.size() != 1) return errc::unclear_transaction;
    if (m.inputs[0].address != own) return errc::cosmos_wrong_signer;
    for (const auto& side : m.outputs)
      QUORATE_TRY(add(side.address, side.what));
    return {};
  }
  // What another chain does with a transfer, and a stake that comes back, are no payments.
  outcome operator()(const cosmos::msg_transfer&) const { return errc::unclear_transaction; }
  outcome operator()(const cosmos::msg_delegate&) const { return errc::unclear_transaction; }
  outcome operator()(const cosmos::msg_undelegate&) const { return errc::unclear_transaction; }
};

outcome add_fee(reading& to, const cosmos::tx_fee& fee, const std::string& own) {
  if (!fee.payer.empty() && fee.payer != own) return errc::unclear_transaction;
  if (!fee.granter.empty() || fee.what.size() > 1) return errc::unclear_transaction;
  to.fee_unit = fee.what.empty() ? to.unit : fee.what[0].denomination;
  to.fee = fee.what.empty() ? amount{} : fee.what[0].units;
  return {};
}

expected<reading> read_as(byte_view transaction, const cosmos_network& where,
                          const ec_public_key& key) {
  QUORATE_ASSIGN(const auto document, cosmos::decode_document(transaction));
  if (document.chain_id != where.chain_id) return errc::wrong_network;
  const auto compressed = key.compressed();
  QUORATE_ASSIGN(const auto own, cosmos::address_of(where.prefix, cosmos::account_of(compressed)));
  if (document.auth.signers.size() != 1) return errc::unclear_transaction;
  reading made;
  // The time-out alone of the body's other fields is no part of what is judged: it can only keep
  // the payments from being made. Extension options, tips and fields that newer chains have are
  // refused by the decoder.
  for (const auto& message : document.body.messages)
    QUORATE_TRY(std::visit(payments_of_message{made, where, own, document.body.memo}, message));
  QUORATE_TRY(add_fee(made, document.auth.fee, own));
  QUORATE_ASSIGN(made.text, cosmos::explain(document, compressed));
  QUORATE_ASSIGN(const auto message, cosmos::digest_to_sign(document, compressed));
  made.wanted.push_back({message, {}});
  return made;
}

outcome check_as(std::string_view text, const cosmos_network& where) {
  const auto mark = text.find(memo_mark);
  const bool has_memo = mark != std::string_view::npos;
  const auto memo = has_memo ? text.substr(mark + memo_mark.size()) : std::string_view{};
  if (has_memo && memo.empty()) return errc::bad_memo;
  QUORATE_TRY(cosmos_destination(where, text.substr(0, mark), memo));
  return {};
}

outcome check_as(std::string_view text, const bitcoin_network& where) {
  QUORATE_ASSIGN(const auto script, bitcoin::from_address(text, where.net));
  QUORATE_ASSIGN(const auto again, bitcoin::to_address(script, where.net));
  if (again != text) return errc::bad_address;
  return {};
}

outcome check_as(std::string_view text, const evm_network&) {
  QUORATE_TRY(evm::parse_address(text, evm::checksum::required));
  return {};
}

// --- addresses -------------------------------------------------------------------------------

std::vector<std::string> addresses_of(const bitcoin_network& where, const ec_public_key& key) {
  std::vector<std::string> all;
  for (const auto& script : bitcoin::own_scripts(key, where.taproot))
    all.push_back(bitcoin::destination(script, where.net));
  return all;
}

std::vector<std::string> addresses_of(const evm_network&, const ec_public_key& key) {
  return {to_string(evm::address_of(key))};
}

std::vector<std::string> addresses_of(const cosmos_network& where, const ec_public_key& key) {
  auto own = cosmos::address_of(where.prefix, cosmos::account_of(key.compressed()));
  if (!own) return {};
  return {std::move(*own)};
}

} // namespace

expected<std::string> cosmos_destination(const cosmos_network& where, std::string_view address,
                                         std::string_view memo) {
  const auto raw = chain::decode_bech32_bytes(where.prefix, address);
  if (!raw || (raw->size() != 20 && raw->size() != 32)) return errc::cosmos_bad_address;
  QUORATE_ASSIGN(auto text, chain::encode_bech32_bytes(where.prefix, *raw));
  if (text != address) return errc::cosmos_bad_address;
  if (memo.empty()) return text;
  const bool printable = std::ranges::all_of(memo, [](char c) { return c >= ' ' && c <= '~'; });
  text.append(memo_mark).append(memo);
  if (!printable || text.size() > limits::destination_bytes_max) return errc::bad_memo;
  return text;
}

outcome check_destination(const network& where, std::string_view text) {
  return std::visit([text](const auto& n) { return check_as(text, n); }, where);
}

digest reading::signed_digest() const {
  if (wanted.size() == 1 && !wanted[0].taproot_tweak) return wanted[0].message;
  static const hash_tag tag{"quorate/signed-digest"};
  writer w;
  for (const auto& one : wanted) {
    write(w, one.message);
    w.u8(one.taproot_tweak ? 1 : 0);
    if (one.taproot_tweak) write(w, *one.taproot_tweak);
  }
  return tag(w.view());
}

expected<reading> read_transaction(byte_view transaction, const network& where,
                                   const ec_public_key& key) {
  return std::visit([&](const auto& n) { return read_as(transaction, n, key); }, where);
}

bool pays_only_to(const reading& of, const network& where, const ec_public_key& key) {
  const auto own = std::visit([&](const auto& n) { return addresses_of(n, key); }, where);
  return !of.payments.empty() && std::ranges::all_of(of.payments, [&](const auto& payment) {
    return std::ranges::find(own, payment.destination) != own.end();
  });
}

} // namespace quorate::signer
