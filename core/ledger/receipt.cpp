#include "core/ledger/receipt.hpp"

#include "core/crypto/hash.hpp"
#include "core/ledger/ledger_state.hpp"
#include "core/ledger/trust.hpp"

namespace quorate::ledger {

namespace {

constexpr std::size_t attestation_bytes = 2 + 64;

outcome check_attestations(const attested_block& block, const pbft::configuration& config,
                           std::size_t needed) {
  const auto statement = attestation_statement(config.cluster(), block.epoch, block.summary);
  std::size_t valid = 0;
  std::optional<replica_id> before;
  for (const auto& given : block.attestations) {
    if (before && given.replica <= *before) return errc::not_canonical;
    before = given.replica;
    if (!config.is_voter(given.replica)) continue;
    if (config.key(given.replica).verify(statement, given.sig)) ++valid;
    if (valid == needed) return {};
  }
  return errc::too_few_attestations;
}

/// That the receipt's result is in its block.
outcome check_path(const receipt& r, const operation_id& expected_id) {
  if (r.result.id != expected_id) return errc::wrong_operation;
  if (r.result.height != r.block.summary.height) return errc::bad_proof;
  QUORATE_ASSIGN(const digest root, merkle_root_of(merkle_leaf(encode(r.result)), r.path));
  if (root != r.block.summary.result_root) return errc::bad_proof;
  return {};
}

/// That the account, or that there is none, is in the state of its block.
outcome check_leaf(const account_proof& p, const account_id& of) {
  if (p.value && p.value->id != of) return errc::bad_proof;
  std::optional<digest> value;
  if (p.value) value = state_value_hash(*p.value);
  return verify(p.block.summary.state_root, state_key(of), value, p.proof);
}

} // namespace

digest hash(const block_summary& summary) {
  static const hash_tag tag{"quorate/block"};
  return tag(encode(summary));
}

digest attestation_statement(const cluster_id& cluster, configuration_epoch epoch,
                             const block_summary& summary) {
  static const hash_tag tag{"quorate/attestation"};
  return tag({cluster.view(), encode(epoch), encode(summary)});
}

outcome verify(const attested_block& block, const trusted_epochs& trusted) {
  const auto* config = trusted.find(block.epoch);
  if (config == nullptr) return errc::wrong_epoch;
  return check_attestations(block, *config, config->weak_quorum());
}

outcome verify_by_quorum(const attested_block& block, const trusted_epochs& trusted) {
  const auto* config = trusted.find(block.epoch);
  if (config == nullptr) return errc::wrong_epoch;
  return check_attestations(block, *config, config->quorum());
}

outcome verify(const receipt& r, const operation_id& expected_id, const trusted_epochs& trusted) {
  QUORATE_TRY(check_path(r, expected_id));
  return verify(r.block, trusted);
}

outcome verify_by_quorum(const receipt& r, const operation_id& expected_id,
                         const trusted_epochs& trusted) {
  QUORATE_TRY(check_path(r, expected_id));
  return verify_by_quorum(r.block, trusted);
}

outcome verify(const account_proof& p, const account_id& of, const trusted_epochs& trusted) {
  QUORATE_TRY(check_leaf(p, of));
  return verify(p.block, trusted);
}

outcome verify_by_quorum(const account_proof& p, const account_id& of,
                         const trusted_epochs& trusted) {
  QUORATE_TRY(check_leaf(p, of));
  return verify_by_quorum(p.block, trusted);
}

void write(writer& w, const operation_result& v) {
  write(w, v.id);
  write(w, v.account);
  write(w, v.sequence);
  write(w, v.height);
  w.u16(v.code);
}
void read(reader& r, operation_result& v) {
  read(r, v.id);
  read(r, v.account);
  read(r, v.sequence);
  read(r, v.height);
  v.code = r.u16();
}

void write(writer& w, const block_summary& v) {
  write(w, v.height);
  write(w, v.previous);
  write(w, v.batch_digest);
  write(w, v.time);
  write(w, v.result_root);
  write(w, v.state_root);
}
void read(reader& r, block_summary& v) {
  read(r, v.height);
  read(r, v.previous);
  read(r, v.batch_digest);
  read(r, v.time);
  read(r, v.result_root);
  read(r, v.state_root);
}

void write(writer& w, const attestation& v) {
  write(w, v.replica);
  write(w, v.sig);
}
void read(reader& r, attestation& v) {
  read(r, v.replica);
  read(r, v.sig);
}

void write(writer& w, const attested_block& v) {
  write(w, v.epoch);
  write(w, v.summary);
  w.count(v.attestations.size());
  for (const auto& given : v.attestations)
    write(w, given);
}
void read(reader& r, attested_block& v) {
  read(r, v.epoch);
  read(r, v.summary);
  v.attestations.resize(r.count(limits::replicas_max, attestation_bytes));
  for (std::size_t i = 0; i < v.attestations.size(); ++i) {
    read(r, v.attestations[i]);
    if (i > 0 && v.attestations[i].replica <= v.attestations[i - 1].replica)
      r.fail(errc::not_canonical);
  }
}

void write(writer& w, const receipt& v) {
  write(w, v.result);
  write(w, v.path);
  write(w, v.block);
}
void read(reader& r, receipt& v) {
  read(r, v.result);
  read(r, v.path);
  read(r, v.block);
}

void write(writer& w, const account_proof& v) {
  w.u8(v.value ? 1 : 0);
  if (v.value) write(w, *v.value);
  write(w, v.proof);
  write(w, v.block);
}
void read(reader& r, account_proof& v) {
  if (r.boolean()) read(r, v.value.emplace());
  read(r, v.proof);
  read(r, v.block);
}

} // namespace quorate::ledger
