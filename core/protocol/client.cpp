#include "core/protocol/client.hpp"

#include "core/codec/text.hpp"

namespace quorate::protocol {

namespace {

constexpr std::size_t counters_max = 512;
constexpr std::size_t counter_name_max = 128;
constexpr std::size_t version_length_max = 64;
constexpr std::size_t groups_max = 1024;
constexpr std::size_t answer_bytes_max = 2 * limits::MiB;
constexpr std::size_t evidence_item_bytes = 1 + 2 + 2 * (48 + 64);
static_assert(evidence_page_bytes_max + 64 * limits::KiB <= answer_bytes_max &&
                  limits::evidence_bytes_max + 64 * limits::KiB <= answer_bytes_max,
              "a page of evidence, or its largest piece, fits into an answer");
constexpr std::size_t peer_line_bytes =
    2 + 1 + 8 + 8 + 1 + 1 + 8 + 1 + 1; // without round trip, offset
constexpr std::size_t result_bytes = 32 + 32 + 8 + 8 + 2;

void write_text(writer& w, const std::string& text) { w.blob(as_bytes(text)); }

void write(writer& w, const account_query& v) {
  write(w, v.account);
  w.u8(static_cast<std::uint8_t>(v.kind));
  write(w, v.nonce);
}
void read(reader& r, account_query& v) {
  read(r, v.account);
  v.kind = static_cast<consistency>(r.u8());
  if (v.kind > consistency::linearizable) r.fail(errc::bad_enum);
  read(r, v.nonce);
}
void write(writer& w, const receipt_query& v) {
  write(w, v.account);
  write(w, v.sequence);
}
void read(reader& r, receipt_query& v) {
  read(r, v.account);
  read(r, v.sequence);
}
void write(writer& w, const signature_query& v) {
  write(w, v.account);
  write(w, v.sequence);
}
void read(reader& r, signature_query& v) {
  read(r, v.account);
  read(r, v.sequence);
}
void write(writer&, const status_query&) {}
void read(reader&, status_query&) {}
void write(writer& w, const epochs_query& v) { write(w, v.from); }
void read(reader& r, epochs_query& v) { read(r, v.from); }
void write(writer&, const members_query&) {}
void read(reader&, members_query&) {}
void write(writer&, const registry_query&) {}
void read(reader&, registry_query&) {}

void write(writer& w, const evidence_query& v) {
  w.u8(v.after ? 1 : 0);
  if (v.after) write(w, *v.after);
}
void read(reader& r, evidence_query& v) {
  v.after.reset();
  if (r.boolean()) read(r, v.after.emplace());
}

template <std::size_t Kind>
void read_query(reader& r, std::uint8_t kind, query& v) {
  if constexpr (Kind == std::variant_size_v<query>)
    r.fail(errc::bad_enum);
  else if (kind == Kind + 1)
    read(r, v.emplace<Kind>());
  else
    read_query<Kind + 1>(r, kind, v);
}

void write(writer& w, const peer_line& v) {
  write(w, v.replica);
  w.u8(v.connected ? 1 : 0);
  write(w, v.delivered);
  write(w, v.view);
  w.u8(static_cast<std::uint8_t>(v.state));
  w.u8(static_cast<std::uint8_t>(v.loses));
  w.u64(v.silent_ms);
  w.u8(v.round_trip_ms ? 1 : 0);
  if (v.round_trip_ms) w.u64(*v.round_trip_ms);
  w.u8(v.clock_offset_ms ? 1 : 0);
  if (v.clock_offset_ms) w.u64(static_cast<std::uint64_t>(*v.clock_offset_ms));
}
void read(reader& r, peer_line& v) {
  read(r, v.replica);
  v.connected = r.boolean();
  read(r, v.delivered);
  read(r, v.view);
  v.state = static_cast<lease::liveness>(r.u8());
  v.loses = static_cast<lease::loss>(r.u8());
  if (v.state > lease::liveness::unreachable || v.loses > lease::loss::both) r.fail(errc::bad_enum);
  v.silent_ms = r.u64();
  if (r.boolean()) v.round_trip_ms = r.u64();
  if (r.boolean()) v.clock_offset_ms = static_cast<std::int64_t>(r.u64());
}

// What the node may do, and since when.
void write_mode(writer& w, const node_status& v) {
  w.u8(static_cast<std::uint8_t>(v.mode));
  w.u64(v.mode_age_ms);
  write_text(w, v.mode_why);
  w.u8(v.lease ? 1 : 0);
  if (!v.lease) return;
  write(w, v.lease->epoch);
  write(w, v.lease->view);
  w.u64(v.lease->counter);
  w.u64(v.lease_left_ms);
}
void read_mode(reader& r, node_status& v) {
  v.mode = static_cast<lease::node_mode>(r.u8());
  if (v.mode > lease::node_mode::halted) r.fail(errc::bad_enum);
  v.mode_age_ms = r.u64();
  v.mode_why = read_printable(r, why_max);
  if (!r.boolean()) return;
  auto& token = v.lease.emplace();
  read(r, token.epoch);
  read(r, token.view);
  token.counter = r.u64();
  v.lease_left_ms = r.u64();
}

digest leaf_hash(const result_leaf& leaf) {
  if (const auto* known = std::get_if<ledger::operation_result>(&leaf))
    return merkle_leaf(encode(*known));
  return std::get<digest>(leaf);
}

std::vector<digest> leaf_hashes(const receipt_group& group) {
  std::vector<digest> hashes;
  hashes.reserve(group.leaves.size());
  for (const auto& leaf : group.leaves)
    hashes.push_back(leaf_hash(leaf));
  return hashes;
}

} // namespace

expected<std::vector<ledger::operation_result>> verify(const receipt_group& group,
                                                       const ledger::trusted_epochs& trusted) {
  std::vector<ledger::operation_result> results;
  const auto& summary = group.block.summary;
  if (!group.leaves.empty()) {
    if (merkle_tree{leaf_hashes(group)}.root() != summary.result_root) return errc::bad_proof;
    for (const auto& leaf : group.leaves)
      if (const auto* known = std::get_if<ledger::operation_result>(&leaf))
        results.push_back(*known);
  }
  for (const auto& [result, path] : group.singles) {
    QUORATE_ASSIGN(const digest root, merkle_root_of(merkle_leaf(encode(result)), path));
    if (root != summary.result_root) return errc::bad_proof;
    results.push_back(result);
  }
  for (const auto& one : results)
    if (one.height != summary.height) return errc::bad_proof;
  QUORATE_TRY(ledger::verify(group.block, trusted));
  return results;
}

expected<ledger::receipt> receipt_of(const receipt_group& group, const ledger::operation_id& id) {
  for (const auto& [result, path] : group.singles)
    if (result.id == id) return ledger::receipt{result, path, group.block};
  for (std::size_t i = 0; i < group.leaves.size(); ++i) {
    const auto* known = std::get_if<ledger::operation_result>(&group.leaves[i]);
    if (known == nullptr || known->id != id) continue;
    return ledger::receipt{
        *known, merkle_tree{leaf_hashes(group)}.path(static_cast<std::uint32_t>(i)), group.block};
  }
  return errc::not_found;
}

void write(writer& w, const client_hello& v) {
  w.u16(v.version);
  write(w, v.cluster);
}
void read(reader& r, client_hello& v) {
  v.version = r.u16();
  read(r, v.cluster);
}

void write(writer& w, const server_hello& v) {
  w.u16(v.code);
  w.u16(v.version);
  write(w, v.cluster);
  write(w, v.epoch);
  write(w, v.node);
  write(w, v.height);
}
void read(reader& r, server_hello& v) {
  v.code = r.u16();
  v.version = r.u16();
  read(r, v.cluster);
  read(r, v.epoch);
  read(r, v.node);
  read(r, v.height);
}

void write(writer& w, const submit_request& v) {
  w.count(v.operations.size());
  for (const auto& operation : v.operations)
    w.blob(operation);
}
void read(reader& r, submit_request& v) {
  v.operations.resize(r.count(bundle_operations_max, 4));
  if (v.operations.empty()) r.fail(errc::not_canonical);
  for (auto& operation : v.operations) {
    const auto from = r.blob(limits::operation_bytes_max);
    operation.assign(from.begin(), from.end());
  }
}

void write(writer& w, const submit_reply& v) {
  w.count(v.admissions.size());
  for (const auto& one : v.admissions) {
    w.u16(one.code);
    w.u32(one.retry_after_ms);
  }
  write_text(w, v.why);
}
void read(reader& r, submit_reply& v) {
  v.admissions.resize(r.count(bundle_operations_max, 6));
  for (auto& one : v.admissions) {
    one.code = r.u16();
    one.retry_after_ms = r.u32();
  }
  v.why = read_printable(r, why_max);
}

void write(writer& w, const query& v) {
  w.u8(static_cast<std::uint8_t>(v.index() + 1));
  std::visit([&w](const auto& what) { write(w, what); }, v);
}
void read(reader& r, query& v) { read_query<0>(r, r.u8(), v); }

void write(writer& w, const epoch_proofs& v) {
  w.count(v.proofs.size());
  for (const auto& one : v.proofs)
    write(w, one);
}
void read(reader& r, epoch_proofs& v) {
  constexpr std::size_t proof_bytes_min = 128;
  v.proofs.resize(r.count(ledger::epoch_proofs_max, proof_bytes_min));
  for (auto& one : v.proofs)
    read(r, one);
}

void write(writer& w, const registry_answer& v) {
  w.count(v.entries.size());
  for (const auto& one : v.entries)
    write(w, one);
}
void read(reader& r, registry_answer& v) {
  constexpr std::size_t entry_bytes_min = 8 + 2 + 16 + 2 * (4 + 1 + 2) + 32 + 3 * 4 + 1 + 64;
  v.entries.resize(r.count(limits::replicas_max, entry_bytes_min));
  for (std::size_t i = 0; i < v.entries.size() && r.ok(); ++i) {
    read(r, v.entries[i]);
    if (i > 0 && v.entries[i].what.replica <= v.entries[i - 1].what.replica)
      r.fail(errc::not_canonical);
  }
}

void write(writer& w, const node_status& v) {
  write(w, v.node);
  write(w, v.epoch);
  write(w, v.view);
  write(w, v.primary);
  w.u8(v.view_changing ? 1 : 0);
  w.u8(v.voter ? 1 : 0);
  w.u8(v.quorum_seen ? 1 : 0);
  write(w, v.height);
  write(w, v.attested);
  write(w, v.stable_checkpoint);
  write(w, v.state_root);
  w.u64(v.mempool_operations);
  w.u64(v.view_changes);
  w.u64(v.evidence);
  w.u64(v.uptime_ms);
  write_mode(w, v);
  write_text(w, v.version);
  w.count(v.peers.size());
  for (const auto& peer : v.peers)
    write(w, peer);
  w.count(v.counters.size());
  for (const auto& counter : v.counters) {
    w.blob(as_bytes(counter.name));
    w.u64(counter.value);
  }
  w.u8(v.signer ? 1 : 0);
  if (v.signer) write(w, *v.signer);
}
void read(reader& r, node_status& v) {
  read(r, v.node);
  read(r, v.epoch);
  read(r, v.view);
  read(r, v.primary);
  v.view_changing = r.boolean();
  v.voter = r.boolean();
  v.quorum_seen = r.boolean();
  read(r, v.height);
  read(r, v.attested);
  read(r, v.stable_checkpoint);
  read(r, v.state_root);
  v.mempool_operations = r.u64();
  v.view_changes = r.u64();
  v.evidence = r.u64();
  v.uptime_ms = r.u64();
  read_mode(r, v);
  v.version = read_printable(r, version_length_max);
  v.peers.resize(r.count(limits::replicas_max, peer_line_bytes));
  for (auto& peer : v.peers)
    read(r, peer);
  v.counters.resize(r.count(counters_max, 12));
  for (auto& counter : v.counters) {
    counter.name = read_counter_name(r, counter_name_max);
    counter.value = r.u64();
  }
  v.signer.reset();
  if (r.boolean()) read(r, v.signer.emplace());
}

void write(writer& w, const evidence_answer& v) {
  w.count(v.culprits.size());
  for (const auto& line : v.culprits) {
    write(w, line.replica);
    w.u64(line.kept);
    w.u64(line.beyond_limit);
  }
  w.count(v.items.size());
  for (const auto& item : v.items)
    write(w, item);
  w.u8(v.more ? 1 : 0);
}
void read(reader& r, evidence_answer& v) {
  v.culprits.resize(r.count(limits::replicas_max, 18));
  for (auto& line : v.culprits) {
    read(r, line.replica);
    line.kept = r.u64();
    line.beyond_limit = r.u64();
  }
  v.items.resize(r.count(evidence_items_max, evidence_item_bytes));
  for (std::size_t i = 0; i < v.items.size() && r.ok(); ++i) {
    read(r, v.items[i]);
    if (i > 0 && v.items[i].id() <= v.items[i - 1].id()) r.fail(errc::not_canonical);
  }
  v.more = r.boolean();
  if (v.more && v.items.empty()) r.fail(errc::not_canonical);
}

void write(writer& w, const query_reply& v) {
  w.u16(v.code);
  w.blob(v.answer);
  write_text(w, v.why);
}
void read(reader& r, query_reply& v) {
  v.code = r.u16();
  const auto from = r.blob(answer_bytes_max);
  v.answer.assign(from.begin(), from.end());
  v.why = read_printable(r, why_max);
}

void write(writer& w, const receipt_group& v) {
  write(w, v.block);
  w.count(v.leaves.size());
  for (const auto& leaf : v.leaves) {
    w.u8(static_cast<std::uint8_t>(leaf.index()));
    std::visit([&w](const auto& what) { write(w, what); }, leaf);
  }
  w.count(v.singles.size());
  for (const auto& [result, path] : v.singles) {
    write(w, result);
    write(w, path);
  }
}
void read(reader& r, receipt_group& v) {
  read(r, v.block);
  v.leaves.resize(r.count(limits::batch_operations_max, 1 + digest::size));
  for (auto& leaf : v.leaves) {
    if (r.boolean())
      read(r, leaf.emplace<digest>());
    else
      read(r, leaf.emplace<ledger::operation_result>());
  }
  v.singles.resize(r.count(limits::batch_operations_max, result_bytes + 12));
  for (auto& [result, path] : v.singles) {
    read(r, result);
    read(r, path);
  }
}

void write(writer& w, const receipt_push& v) {
  w.count(v.groups.size());
  for (const auto& group : v.groups)
    write(w, group);
}
void read(reader& r, receipt_push& v) {
  v.groups.resize(r.count(groups_max, 100));
  for (auto& group : v.groups)
    read(r, group);
}

} // namespace quorate::protocol
