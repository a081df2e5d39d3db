#include "core/approval/proposal.hpp"

#include "core/approval/words.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/chain/proposal.hpp"
#include "core/signer/signer_core.hpp"

#include <algorithm>

namespace quorate::approval {

namespace {

using ledger::change_membership;
using ledger::signing_order;

constexpr std::string_view magic = "quorate-proposal";
constexpr std::uint16_t version = 1;

void write_network(writer& w, const signer::bitcoin_network& v) {
  w.u8(static_cast<std::uint8_t>(chain::number_of(v.net)));
  w.u8(v.taproot ? 1 : 0);
}
void write_network(writer& w, const signer::evm_network& v) { w.u64(v.chain_id); }
void write_network(writer& w, const signer::cosmos_network& v) {
  w.blob(as_bytes(v.chain_id));
  w.blob(as_bytes(v.prefix));
}

void read_network(reader& r, signer::bitcoin_network& v) {
  const auto number = r.u8();
  if (number < chain::number_of(bitcoin::network::mainnet) ||
      number > chain::number_of(bitcoin::network::regtest))
    r.fail(errc::bad_enum);
  v.net = static_cast<bitcoin::network>(number - 1);
  v.taproot = r.boolean();
}
void read_network(reader& r, signer::evm_network& v) { v.chain_id = r.u64(); }

// 1 to `most` printable characters.
void read_text(reader& r, std::string& v, std::size_t most) {
  const auto from = r.blob(most);
  v.assign(from.begin(), from.end());
  if (v.empty() || !std::ranges::all_of(v, [](char c) { return c > ' ' && c <= '~'; }))
    r.fail(errc::not_canonical);
}
void read_network(reader& r, signer::cosmos_network& v) {
  read_text(r, v.chain_id, chain::cosmos::chain_id_bytes_max);
  read_text(r, v.prefix, prefix_bytes_max);
}

void read_reading(reader& r, ledger::signing_chain chain, key_and_network& v) {
  switch (chain) {
  case ledger::signing_chain::bitcoin:
    read_network(r, v.where.emplace<signer::bitcoin_network>());
    break;
  case ledger::signing_chain::evm:
    read_network(r, v.where.emplace<signer::evm_network>());
    break;
  case ledger::signing_chain::cosmos:
    read_network(r, v.where.emplace<signer::cosmos_network>());
    break;
  }
  read(r, v.key);
}

// What is approved, in one form: what approvals do not cover is not in it.
void check_form(reader& r, const ledger::operation& op) {
  if (const auto* order = std::get_if<signing_order>(&op.body)) {
    if (!order->approvals.empty() || op.account.is_zero() || op.sequence.value == 0)
      r.fail(errc::not_canonical);
  } else if (const auto* change = std::get_if<change_membership>(&op.body)) {
    if (!change->approvals.empty() || !op.account.is_zero() || op.sequence.value != 0 ||
        op.valid_until.value != 0)
      r.fail(errc::not_canonical);
  } else {
    r.fail(errc::wrong_operation);
  }
}

std::vector<digest> digests_of(const signer::reading& of) {
  std::vector<digest> all;
  for (const auto& one : of.wanted)
    all.push_back(one.message);
  return all;
}

} // namespace

void write(writer& w, const proposal& v) {
  w.raw(as_bytes(magic));
  w.u16(version);
  write(w, v.cluster);
  w.blob(encode(v.operation));
  if (!v.reading) return;
  std::visit([&w](const auto& where) { write_network(w, where); }, v.reading->where);
  write(w, v.reading->key);
}

void read(reader& r, proposal& v) {
  if (!std::ranges::equal(r.raw(magic.size()), as_bytes(magic))) r.fail(errc::bad_enum);
  if (r.u16() != version) r.fail(errc::bad_version);
  read(r, v.cluster);
  auto operation = decode<ledger::operation>(r.blob(limits::operation_bytes_max));
  if (!operation) return r.fail(operation.error());
  v.operation = std::move(*operation);
  check_form(r, v.operation);
  if (const auto* order = std::get_if<signing_order>(&v.operation.body); order && r.ok())
    read_reading(r, order->chain, v.reading.emplace());
}

digest statement_of(const proposal& of) {
  if (std::holds_alternative<signing_order>(of.operation.body))
    return signer::approval_statement(of.cluster, of.operation);
  return ledger::approval_statement(of.cluster, of.operation.body);
}

expected<reviewed> review(proposal from) {
  reviewed made;
  made.statement_ = statement_of(from);
  if (const auto* order = std::get_if<signing_order>(&from.operation.body)) {
    QUORATE_CHECK(from.reading.has_value());
    QUORATE_ASSIGN(const auto key, ec_public_key::parse(from.reading->key));
    if (signer::name_of(key) != order->key) return errc::wrong_key;
    QUORATE_ASSIGN(const auto of,
                   signer::read_transaction(order->transaction, from.reading->where, key));
    if (of.payments != order->payments) return errc::amount_mismatch;
    made.digests_ = digests_of(of);
    made.text_ = words_of_order(from, made.statement_, of);
  } else {
    made.text_ = words_of_change(from, made.statement_);
  }
  made.what_ = std::move(from);
  return made;
}

} // namespace quorate::approval
