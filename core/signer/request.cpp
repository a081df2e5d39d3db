#include "core/signer/request.hpp"

#include "core/crypto/hash.hpp"
#include "core/pbft/verifier.hpp"

namespace quorate::signer {

namespace {

constexpr std::uint8_t request_version = 1;

lease::fencing_token token_of(const pbft::ballot& on) { return {on.epoch, on.view, 0}; }

outcome check_receipt(const ledger::receipt& r, const ledger::operation_id& id,
                      const ledger::trusted_epochs& trusted) {
  if (r.block.epoch != trusted.newest()) return errc::wrong_epoch;
  QUORATE_TRY(ledger::verify_by_quorum(r, id, trusted));
  if (r.result.code != 0) return errc::order_refused;
  return {};
}

outcome check_certificates(const signing_request& from, const ledger::trusted_epochs& trusted) {
  const pbft::verifier verifier{*trusted.find(trusted.newest())};
  QUORATE_TRY(verifier.check_certificate(from.certificate));
  const auto& block = from.receipt.block.summary;
  if (from.certificate.on.sequence != block.height ||
      from.certificate.on.batch != block.batch_digest)
    return errc::bad_certificate;
  if (from.newest == from.certificate) return {};
  return verifier.check_certificate(from.newest);
}

} // namespace

void write(writer& w, const signing_request& v) {
  w.u8(request_version);
  write(w, v.cluster);
  w.blob(encode(v.operation));
  write(w, v.receipt);
  write(w, v.certificate);
  write(w, v.newest);
}

void read(reader& r, signing_request& v) {
  if (r.u8() != request_version) r.fail(errc::bad_version);
  read(r, v.cluster);
  auto operation = decode<ledger::operation>(r.blob(limits::operation_bytes_max));
  if (operation)
    v.operation = std::move(*operation);
  else
    r.fail(operation.error());
  read(r, v.receipt);
  read(r, v.certificate);
  read(r, v.newest);
}

digest approval_statement(const cluster_id& cluster, ledger::operation operation) {
  static const hash_tag tag{"quorate/signing-approval"};
  std::get<ledger::signing_order>(operation.body).approvals.clear();
  return tag({cluster.view(), encode(operation)});
}

expected<committed_order> prove(signing_request from, const ledger::trusted_epochs& trusted) {
  if (from.cluster != trusted.cluster()) return errc::wrong_cluster;
  if (!std::holds_alternative<ledger::signing_order>(from.operation.body))
    return errc::wrong_operation;
  committed_order made;
  made.id_ = ledger::id_of(trusted.cluster(), from.operation);
  QUORATE_TRY(check_receipt(from.receipt, made.id_, trusted));
  QUORATE_TRY(check_certificates(from, trusted));
  made.operation_ = std::move(from.operation);
  made.time_ = from.receipt.block.summary.time;
  made.token_ = std::max(token_of(from.certificate.on), token_of(from.newest.on));
  return made;
}

} // namespace quorate::signer
