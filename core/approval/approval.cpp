#include "core/approval/approval.hpp"

#include <algorithm>

namespace quorate::approval {

namespace {

constexpr std::string_view magic = "quorate-approval";
constexpr std::uint16_t version = 1;
static_assert(approval_bytes == magic.size() + sizeof version + cluster_id::size + digest::size +
                                    public_key::size + signature::size);

} // namespace

void write(writer& w, const approval& v) {
  w.raw(as_bytes(magic));
  w.u16(version);
  write(w, v.cluster);
  write(w, v.statement);
  write(w, v.approver);
  write(w, v.sig);
}

void read(reader& r, approval& v) {
  if (!std::ranges::equal(r.raw(magic.size()), as_bytes(magic))) r.fail(errc::bad_enum);
  if (r.u16() != version) r.fail(errc::bad_version);
  read(r, v.cluster);
  read(r, v.statement);
  read(r, v.approver);
  read(r, v.sig);
}

approval approve(const reviewed& what, const signing_key& by) {
  return {what.what().cluster, what.statement(), by.key(), by.sign(what.statement())};
}

outcome check(const approval& given, const reviewed& of, crypto_suite suite) {
  if (given.cluster != of.what().cluster) return errc::wrong_cluster;
  if (given.statement != of.statement()) return errc::digest_mismatch;
  return verify(suite, given.approver, of.statement(), given.sig);
}

expected<ledger::operation> with_approvals(const reviewed& of, const std::vector<approval>& given) {
  auto operation = of.what().operation;
  auto* order = std::get_if<ledger::signing_order>(&operation.body);
  if (order == nullptr) return errc::wrong_operation;
  if (given.size() > limits::approvals_max) return errc::over_limit;
  for (const auto& one : given)
    order->approvals.push_back({one.approver, one.sig});
  std::ranges::sort(order->approvals, {}, &ledger::signing_approval::approver);
  return operation;
}

} // namespace quorate::approval
