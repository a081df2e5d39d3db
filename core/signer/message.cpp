#include "core/signer/message.hpp"

namespace quorate::signer {

namespace {

void write(writer& w, const epochs_shown& v) {
  w.count(v.proofs.size());
  for (const auto& one : v.proofs)
    ledger::write(w, one);
}
void read(reader& r, epochs_shown& v) {
  v.proofs.resize(r.count(ledger::epoch_proofs_max, 1));
  if (v.proofs.empty()) r.fail(errc::not_canonical);
  for (auto& one : v.proofs) {
    ledger::read(r, one);
    if (r.ok() && !one.value.pending) r.fail(errc::bad_proof);
  }
}

void write(writer&, const status_question&) {}
void read(reader&, status_question&) {}

void write(writer& w, const head_wanted& v) {
  w.u8(v.account ? 1 : 0);
  if (v.account) ledger::write(w, *v.account);
}
void read(reader& r, head_wanted& v) {
  if (!r.boolean()) return;
  ledger::read(r, v.account.emplace());
  if (r.ok() && !v.account->value) r.fail(errc::bad_proof);
}

void write(writer& w, const head_answer& v) { ledger::write(w, v.operation); }
void read(reader& r, head_answer& v) {
  ledger::read(r, v.operation);
  if (!std::holds_alternative<ledger::audit_head>(v.operation.op.body) &&
      !std::holds_alternative<ledger::open_account>(v.operation.op.body))
    r.fail(errc::bad_enum);
}

void write(writer& w, const signed_answer& v) {
  write(w, v.id);
  write(w, v.signed_digest);
  signer::write(w, v.signatures);
}
void read(reader& r, signed_answer& v) {
  read(r, v.id);
  read(r, v.signed_digest);
  signer::read(r, v.signatures);
}

void write(writer& w, const refused_answer& v) { w.u16(static_cast<std::uint16_t>(v.why)); }
void read(reader& r, refused_answer& v) {
  const auto number = r.u16();
  if (!is_defined(number)) r.fail(errc::bad_enum);
  v.why = static_cast<errc>(number);
}

template <std::size_t Kind, class Variant>
void read_kind(reader& r, std::uint8_t kind, Variant& v) {
  if constexpr (Kind == std::variant_size_v<Variant>) {
    r.fail(errc::bad_enum);
  } else if (kind == Kind + 1) {
    read(r, v.template emplace<Kind>());
  } else {
    read_kind<Kind + 1>(r, kind, v);
  }
}

template <class Variant>
void write_kind(writer& w, const Variant& v) {
  w.u8(static_cast<std::uint8_t>(v.index() + 1));
  std::visit([&w](const auto& what) { write(w, what); }, v);
}

} // namespace

void write(writer& w, const question& v) { write_kind(w, v); }
void read(reader& r, question& v) { read_kind<0>(r, r.u8(), v); }
void write(writer& w, const answer& v) { write_kind(w, v); }
void read(reader& r, answer& v) { read_kind<0>(r, r.u8(), v); }

} // namespace quorate::signer
