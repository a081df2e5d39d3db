#include "core/state_transfer/message.hpp"

#include "core/ledger/ledger_state.hpp"

namespace quorate::state_transfer {

namespace {

void write(writer& w, const ledger::key_range& v) {
  write(w, v.from);
  write(w, v.through);
}

void read(reader& r, ledger::key_range& v) {
  read(r, v.from);
  read(r, v.through);
  if (v.through < v.from) r.fail(errc::not_canonical);
}

void write(writer& w, const find_snapshot& v) { write(w, v.above); }
void read(reader& r, find_snapshot& v) { read(r, v.above); }

void write(writer& w, const snapshot_unavailable& v) { write(w, v.height); }
void read(reader& r, snapshot_unavailable& v) { read(r, v.height); }

void write(writer& w, const find_epochs& v) { write(w, v.from); }
void read(reader& r, find_epochs& v) { read(r, v.from); }

void write(writer& w, const epochs_found& v) {
  w.count(v.proofs.size());
  for (const auto& one : v.proofs)
    write(w, one);
}

void read(reader& r, epochs_found& v) {
  constexpr std::size_t proof_bytes_min = 128;
  v.proofs.resize(r.count(ledger::epoch_proofs_max, proof_bytes_min));
  for (auto& one : v.proofs)
    read(r, one);
}

void write(writer& w, const fetch_chunk& v) {
  write(w, v.height);
  write(w, v.range);
  w.u32(v.bytes_max);
}

void read(reader& r, fetch_chunk& v) {
  read(r, v.height);
  read(r, v.range);
  v.bytes_max = r.u32();
  if (v.bytes_max < limits::snapshot_chunk_bytes_min ||
      v.bytes_max > limits::snapshot_chunk_bytes_max)
    r.fail(errc::over_limit);
}

void write(writer& w, const snapshot_chunk& v) {
  write(w, v.height);
  write(w, v.range);
  w.count(v.records.size());
  for (const auto& [key, record] : v.records) {
    write(w, key);
    w.blob(record);
  }
  write(w, v.proof);
}

void read(reader& r, snapshot_chunk& v) {
  read(r, v.height);
  read(r, v.range);
  constexpr std::size_t smallest = entry_bytes(1);
  v.records.resize(r.count(limits::snapshot_chunk_bytes_max / smallest, smallest));
  for (std::size_t i = 0; i < v.records.size() && r.ok(); ++i) {
    auto& [key, record] = v.records[i];
    read(r, key);
    const auto from = r.blob(limits::state_record_bytes_max);
    record.assign(from.begin(), from.end());
    if (i > 0 && key <= v.records[i - 1].first) r.fail(errc::not_canonical);
  }
  read(r, v.proof);
}

template <class T>
void read_into(reader& r, message& m) {
  read(r, m.emplace<T>());
}

} // namespace

void write(writer& w, const snapshot_offer& v) {
  write(w, v.summary);
  write(w, v.certificate);
}

void read(reader& r, snapshot_offer& v) {
  read(r, v.summary);
  read(r, v.certificate);
}

void write(writer& w, const message& m) {
  w.u8(static_cast<std::uint8_t>(m.index() + 1));
  std::visit([&w](const auto& v) { write(w, v); }, m);
}

void read(reader& r, message& m) {
  using reader_of_kind = void (*)(reader&, message&);
  static constexpr reader_of_kind kinds[] = {
      read_into<find_snapshot>,  read_into<snapshot_offer>,       read_into<fetch_chunk>,
      read_into<snapshot_chunk>, read_into<snapshot_unavailable>, read_into<find_epochs>,
      read_into<epochs_found>};
  static_assert(std::size(kinds) == std::variant_size_v<message>);
  const auto kind = r.u8();
  if (!r.ok()) return;
  if (kind == 0 || kind > std::size(kinds)) return r.fail(errc::bad_enum);
  kinds[kind - 1](r, m);
}

std::string_view kind_of(const message& m) noexcept {
  static constexpr std::string_view names[] = {
      "find_snapshot",        "snapshot_offer", "fetch_chunk", "snapshot_chunk",
      "snapshot_unavailable", "find_epochs",    "epochs_found"};
  static_assert(std::size(names) == std::variant_size_v<message>);
  return names[m.index()];
}

outcome verify(const snapshot_chunk& chunk, const fetch_chunk& asked, const digest& state_root) {
  const bool whole = chunk.range.through == asked.range.through;
  if (chunk.height != asked.height || chunk.range.from != asked.range.from ||
      asked.range.through < chunk.range.through)
    return errc::bad_proof;
  std::size_t size = 0;
  std::vector<ledger::state_leaf> leaves;
  leaves.reserve(chunk.records.size());
  for (const auto& [key, record] : chunk.records) {
    size += entry_bytes(record.size());
    leaves.push_back({key, ledger::state_record_hash(record)});
  }
  if (size > asked.bytes_max) return errc::over_limit;
  // What was cut short ends with a record, and there was no room for another of any size.
  if (!whole && (chunk.records.empty() || chunk.records.back().first != chunk.range.through ||
                 size + entry_bytes(limits::state_record_bytes_max) <= asked.bytes_max))
    return errc::bad_proof;
  return ledger::verify(state_root, chunk.range, leaves, chunk.proof);
}

expected<checked_offer> checked_offer::check(const pbft::verifier& verifier, snapshot_offer offer) {
  const auto& certificate = offer.certificate;
  if (certificate.sequence.value == 0 || certificate.sequence != offer.summary.height)
    return errc::bad_certificate;
  if (certificate.state != ledger::hash(offer.summary)) return errc::digest_mismatch;
  QUORATE_TRY(verifier.check_certificate(certificate));
  return checked_offer{std::move(offer)};
}

} // namespace quorate::state_transfer
