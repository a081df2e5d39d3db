#include "core/ledger/operation.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::ledger {

namespace {

constexpr std::uint8_t operation_version = 1;
constexpr std::size_t transfer_bytes = 4 + 32 + 16;
constexpr std::size_t approval_bytes = 2 + 64;
constexpr std::size_t signing_approval_bytes = 32 + 64;
constexpr std::size_t payment_bytes = 4 + 1 + 16;

void write_approvals(writer& w, const std::vector<approval>& approvals) {
  w.count(approvals.size());
  for (const auto& a : approvals) {
    w.u16(a.member);
    write(w, a.sig);
  }
}

// Strictly rising members: one encoding for a set, and nobody counts twice.
void read_approvals(reader& r, std::vector<approval>& approvals) {
  approvals.resize(r.count(limits::approvals_max, approval_bytes));
  for (std::size_t i = 0; i < approvals.size(); ++i) {
    approvals[i].member = r.u16();
    read(r, approvals[i].sig);
    if (i > 0 && approvals[i].member <= approvals[i - 1].member) r.fail(errc::not_canonical);
  }
}

void write_short_blob(writer& w, const bytes& v) { w.blob(v); }

// 1 to `most` bytes.
void read_short_blob(reader& r, bytes& v, std::size_t most) {
  const auto from = r.blob(most);
  if (from.empty()) r.fail(errc::not_canonical);
  v.assign(from.begin(), from.end());
}

void write(writer& w, const open_account& v) { write(w, v.account); }
void read(reader& r, open_account& v) { read(r, v.account); }

void write(writer& w, const transfer& v) {
  write(w, v.asset);
  write(w, v.to);
  write(w, v.units);
}
void read(reader& r, transfer& v) {
  read(r, v.asset);
  read(r, v.to);
  read(r, v.units);
}

void write(writer& w, const transfer_batch& v) {
  w.count(v.legs.size());
  for (const auto& leg : v.legs)
    write(w, leg);
}
void read(reader& r, transfer_batch& v) {
  v.legs.resize(r.count(limits::transfer_legs_max, transfer_bytes));
  if (v.legs.empty()) r.fail(errc::not_canonical);
  for (auto& leg : v.legs)
    read(r, leg);
}

// The part of a body that approvals are given for comes first, then the approvals.
void write_approved(writer& w, const credit& v) {
  write(w, v.asset);
  write(w, v.to);
  write(w, v.units);
  w.u32(v.chain);
  write(w, v.transaction);
  write_short_blob(w, v.locator);
}
void write(writer& w, const credit& v) {
  write_approved(w, v);
  write_approvals(w, v.approvals);
}
void read(reader& r, credit& v) {
  read(r, v.asset);
  read(r, v.to);
  read(r, v.units);
  v.chain = r.u32();
  read(r, v.transaction);
  read_short_blob(r, v.locator, limits::locator_bytes_max);
  read_approvals(r, v.approvals);
}

void write(writer& w, const withdrawal_request& v) {
  write(w, v.asset);
  write(w, v.units);
  w.u32(v.chain);
  write_short_blob(w, v.destination);
}
void read(reader& r, withdrawal_request& v) {
  read(r, v.asset);
  read(r, v.units);
  v.chain = r.u32();
  read_short_blob(r, v.destination, limits::destination_bytes_max);
}

void write_approved(writer& w, const withdrawal_release& v) {
  write(w, v.owner);
  write(w, v.hold);
  w.u8(v.settled ? 1 : 0);
}
void write(writer& w, const withdrawal_release& v) {
  write_approved(w, v);
  write_approvals(w, v.approvals);
}
void read(reader& r, withdrawal_release& v) {
  read(r, v.owner);
  read(r, v.hold);
  v.settled = r.boolean();
  read_approvals(r, v.approvals);
}

void write_approved(writer& w, const set_frozen& v) {
  write(w, v.account);
  w.u8(v.frozen ? 1 : 0);
  w.u64(v.counter);
}
void write(writer& w, const set_frozen& v) {
  write_approved(w, v);
  write_approvals(w, v.approvals);
}
void read(reader& r, set_frozen& v) {
  read(r, v.account);
  v.frozen = r.boolean();
  v.counter = r.u64();
  read_approvals(r, v.approvals);
}

void write(writer& w, const noop& v) { w.blob(v.payload); }
void read(reader& r, noop& v) {
  const auto from = r.blob(limits::noop_bytes_max);
  v.payload.assign(from.begin(), from.end());
}

void write_approved(writer& w, const change_membership& v) {
  write(w, v.epoch);
  w.u8(static_cast<std::uint8_t>(v.what));
  write(w, v.member);
  write(w, v.successor);
  write(w, v.key);
  write(w, v.tls_key);
  w.blob(as_bytes(v.endpoint));
}
void write(writer& w, const change_membership& v) {
  write_approved(w, v);
  write_approvals(w, v.approvals);
}

// What a change does not use is zero, so that one change has one encoding.
bool is_canonical(const change_membership& v) {
  const bool names_key = v.what == membership_change::add || v.what == membership_change::rotate;
  if (v.what != membership_change::replace && v.successor.value != 0) return false;
  if (!names_key) return v.key.is_zero() && v.tls_key.is_zero() && v.endpoint.empty();
  const bool printable = std::all_of(v.endpoint.begin(), v.endpoint.end(),
                                     [](char c) { return c > 0x20 && c < 0x7f; });
  const auto colon = v.endpoint.rfind(':');
  return printable && colon != std::string::npos && colon > 0 && colon + 1 < v.endpoint.size();
}

void read(reader& r, change_membership& v) {
  read(r, v.epoch);
  const auto what = r.u8();
  if (what < 1 || what > static_cast<std::uint8_t>(membership_change::rotate))
    r.fail(errc::bad_enum);
  v.what = static_cast<membership_change>(what);
  read(r, v.member);
  read(r, v.successor);
  read(r, v.key);
  read(r, v.tls_key);
  const auto endpoint = r.blob(limits::endpoint_bytes_max);
  v.endpoint.assign(endpoint.begin(), endpoint.end());
  read_approvals(r, v.approvals);
  if (r.ok() && !is_canonical(v)) r.fail(errc::not_canonical);
}

void write_approved(writer& w, const signing_order& v) {
  write(w, v.key);
  w.u8(static_cast<std::uint8_t>(v.chain));
  write_short_blob(w, v.transaction);
  write(w, v.asset);
  w.count(v.payments.size());
  for (const auto& one : v.payments) {
    w.blob(as_bytes(one.destination));
    write(w, one.units);
  }
}
void write(writer& w, const signing_order& v) {
  write_approved(w, v);
  w.count(v.approvals.size());
  for (const auto& a : v.approvals) {
    write(w, a.approver);
    write(w, a.sig);
  }
}

void read(reader& r, payment& v) {
  const auto text = r.blob(limits::destination_bytes_max);
  v.destination.assign(text.begin(), text.end());
  read(r, v.units);
  const bool printable = std::all_of(v.destination.begin(), v.destination.end(),
                                     [](char c) { return c >= ' ' && c <= '~'; });
  if (r.ok() && (v.destination.empty() || !printable)) r.fail(errc::not_canonical);
}

void read(reader& r, signing_order& v) {
  read(r, v.key);
  const auto chain = r.u8();
  if (chain < 1 || chain > static_cast<std::uint8_t>(signing_chain::cosmos)) r.fail(errc::bad_enum);
  v.chain = static_cast<signing_chain>(chain);
  read_short_blob(r, v.transaction, limits::signing_transaction_bytes_max);
  read(r, v.asset);
  v.payments.resize(r.count(limits::payments_max, payment_bytes));
  for (auto& one : v.payments)
    read(r, one);
  v.approvals.resize(r.count(limits::approvals_max, signing_approval_bytes));
  for (std::size_t i = 0; i < v.approvals.size(); ++i) {
    read(r, v.approvals[i].approver);
    read(r, v.approvals[i].sig);
    if (i > 0 && v.approvals[i].approver <= v.approvals[i - 1].approver)
      r.fail(errc::not_canonical);
  }
}

void write(writer& w, const audit_head& v) {
  write(w, v.head);
  w.count(v.proof.size());
  for (const auto& one : v.proof)
    write(w, one);
}
void read(reader& r, audit_head& v) {
  read(r, v.head);
  if (r.ok() && v.head.size == 0) r.fail(errc::not_canonical);
  v.proof.resize(r.count(audit::proof_hashes_max, digest::size));
  for (auto& one : v.proof)
    read(r, one);
}

template <std::size_t Kind>
void read_body(reader& r, std::uint8_t kind, operation_body& body) {
  if constexpr (Kind == std::variant_size_v<operation_body>) {
    r.fail(errc::bad_enum);
  } else if (kind == Kind + 1) {
    read(r, body.emplace<Kind>());
  } else {
    read_body<Kind + 1>(r, kind, body);
  }
}

operation_id id_of_unsigned_bytes(const cluster_id& cluster, byte_view encoded) {
  static const hash_tag tag{"quorate/operation"};
  return {tag({cluster.view(), encoded}).data};
}

} // namespace

void write(writer& w, const operation& op) {
  w.u8(operation_version);
  w.u8(static_cast<std::uint8_t>(op.body.index() + 1));
  write(w, op.account);
  write(w, op.sequence);
  write(w, op.valid_until);
  std::visit([&w](const auto& body) { write(w, body); }, op.body);
}

void read(reader& r, operation& op) {
  if (r.u8() != operation_version) r.fail(errc::bad_version);
  const auto kind = r.u8();
  read(r, op.account);
  read(r, op.sequence);
  read(r, op.valid_until);
  read_body<0>(r, kind, op.body);
}

void write(writer& w, const signed_operation& op) {
  write(w, op.op);
  write(w, op.sig);
}

void read(reader& r, signed_operation& op) {
  read(r, op.op);
  read(r, op.sig);
  // Without a signer there is only the unsigned no-op, in one form; with one, sequences start at 1.
  const bool no_signer = op.op.account.is_zero();
  if (no_signer && r.ok() && !is_unsigned(op)) r.fail(errc::not_canonical);
  if (!no_signer && op.op.sequence.value == 0) r.fail(errc::not_canonical);
}

operation_id id_of(const cluster_id& cluster, const operation& op) {
  return id_of_unsigned_bytes(cluster, encode(op));
}

operation_id id_of_encoded(const cluster_id& cluster, byte_view encoded_signed_operation) {
  QUORATE_CHECK(encoded_signed_operation.size() > signature::size);
  return id_of_unsigned_bytes(
      cluster, encoded_signed_operation.first(encoded_signed_operation.size() - signature::size));
}

signed_operation sign(const cluster_id& cluster, operation op, const signing_key& key) {
  const auto id = id_of(cluster, op);
  return {std::move(op), key.sign(digest{id.data})};
}

digest approval_statement(const cluster_id& cluster, const operation_body& body) {
  static const hash_tag tag{"quorate/approval"};
  writer w;
  write(w, cluster);
  w.u8(static_cast<std::uint8_t>(body.index() + 1));
  std::visit(
      [&w](const auto& v) {
        if constexpr (requires { write_approved(w, v); })
          write_approved(w, v);
        else
          write(w, v);
      },
      body);
  return tag(w.view());
}

bool is_unsigned(const signed_operation& op) noexcept {
  return std::holds_alternative<noop>(op.op.body) && op.op.account.is_zero() &&
         op.op.sequence.value == 0 && op.sig.is_zero();
}

std::size_t leg_count(const operation& op) noexcept {
  const auto* batch = std::get_if<transfer_batch>(&op.body);
  return batch ? batch->legs.size() : 1;
}

} // namespace quorate::ledger
