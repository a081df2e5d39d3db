#include "core/registry/registration.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::registry {

namespace {

void write(writer& w, const endpoint& v) {
  w.blob(as_bytes(v.host));
  w.u16(v.port);
}
void read(reader& r, endpoint& v) {
  const auto from = r.blob(limits::host_bytes_max);
  v.host.assign(from.begin(), from.end());
  if (!is_host(v.host)) r.fail(errc::bad_label);
  v.port = r.u16();
  if (v.port == 0) r.fail(errc::bad_label);
}

void write(writer& w, const registration& v) {
  write(w, v.epoch);
  write(w, v.replica);
  w.u64(v.at.boot);
  w.u64(v.at.sequence);
  write(w, v.peers);
  write(w, v.clients);
  write(w, v.tls_key);
  write(w, v.tags);
}
void read(reader& r, registration& v) {
  read(r, v.epoch);
  read(r, v.replica);
  v.at.boot = r.u64();
  v.at.sequence = r.u64();
  read(r, v.peers);
  read(r, v.clients);
  read(r, v.tls_key);
  read(r, v.tags);
}

} // namespace

bool is_host(std::string_view text) noexcept {
  return !text.empty() && text.size() <= limits::host_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == ':' || c == '_';
         });
}

digest statement_of(const cluster_id& cluster, const registration& what) {
  static const hash_tag tag{"quorate/registration"};
  writer w;
  write(w, what);
  return tag({cluster.view(), w.view()});
}

signed_registration sign(const cluster_id& cluster, registration what, const signing_key& key) {
  const auto sig = key.sign(statement_of(cluster, what));
  return {std::move(what), sig};
}

expected<verified_registration> check(signed_registration what,
                                      const pbft::configuration& members) {
  if (what.what.epoch != members.epoch()) return errc::wrong_epoch;
  if (!members.is_member(what.what.replica)) return errc::unknown_signer;
  QUORATE_TRY(decode<signed_registration>(encode(what)));
  const auto statement = statement_of(members.cluster(), what.what);
  if (!members.key(what.what.replica).verify(statement, what.sig)) return errc::bad_signature;
  return verified_registration{std::move(what)};
}

outcome check_agrees(const registration& what, const certificate_facts& shown) {
  if (what.tls_key != shown.key) return errc::certificate_mismatch;
  if (!shown.tags || what.tags != *shown.tags) return errc::label_mismatch;
  return {};
}

void write(writer& w, const signed_registration& v) {
  write(w, v.what);
  write(w, v.sig);
}
void read(reader& r, signed_registration& v) {
  read(r, v.what);
  read(r, v.sig);
}

} // namespace quorate::registry
