#include "core/signer/record.hpp"

namespace quorate::signer {

namespace {

/// One root for each bit of a size.
constexpr std::size_t roots_max = 48;
static_assert(audit::entries_max == std::uint64_t{1} << roots_max);

constexpr std::uint8_t no_recovery = 0xff;

} // namespace

void write(writer& w, const std::vector<chain_signature>& v) {
  w.count(v.size());
  for (const auto& one : v) {
    w.raw(one.value);
    w.u8(one.recovery_id.value_or(no_recovery));
  }
}
void read(reader& r, std::vector<chain_signature>& v) {
  v.resize(r.count(signatures_max, 65));
  for (auto& one : v) {
    const auto raw = r.raw(one.value.size());
    const auto recovery = r.u8();
    if (!r.ok()) return;
    std::ranges::copy(raw, one.value.begin());
    if (recovery > 3 && recovery != no_recovery) r.fail(errc::bad_enum);
    if (recovery <= 3) one.recovery_id = recovery;
  }
}

void write(writer& w, const decision& v) {
  w.u8(v.signed_digest ? 1 : 0);
  if (v.signed_digest) write(w, *v.signed_digest);
  write(w, v.key);
  write(w, v.time);
  w.u64(v.entry);
  w.u16(v.refused);
  write(w, v.signatures);
}
void read(reader& r, decision& v) {
  if (r.boolean()) read(r, v.signed_digest.emplace());
  read(r, v.key);
  read(r, v.time);
  v.entry = r.u64();
  v.refused = r.u16();
  if (v.refused != 0 && !is_defined(v.refused)) r.fail(errc::bad_enum);
  read(r, v.signatures);
  if (!v.signatures.empty() && !v.signed_digest) r.fail(errc::not_canonical);
}

void write(writer& w, const signer_state& v) {
  write(w, v.token.epoch);
  write(w, v.token.view);
  w.u64(v.token.counter);
  write(w, v.epoch);
  write(w, v.seen);
  w.u64(v.log_size);
  w.count(v.log_roots.size());
  for (const auto& root : v.log_roots)
    write(w, root);
  w.u64(v.key_steps);
}
void read(reader& r, signer_state& v) {
  read(r, v.token.epoch);
  read(r, v.token.view);
  v.token.counter = r.u64();
  read(r, v.epoch);
  read(r, v.seen);
  v.log_size = r.u64();
  v.log_roots.resize(r.count(roots_max, digest::size));
  for (auto& root : v.log_roots)
    read(r, root);
  v.key_steps = r.u64();
}

bytes state_key() { return key_of("signer.state"); }

bytes window_key(const digest& key, const std::string& unit) {
  return key_of("signer.spent." + to_hex(key) + '.' + unit);
}

bytes window_key_before(const digest& key, asset_id asset) {
  return key_of("signer.window." + to_hex(key) + '.' + std::to_string(asset.value));
}

void load_windows(const digest& key, const key_policy& policy,
                  const std::function<std::optional<spend_window>(const bytes&)>& find,
                  spend_windows& to) {
  const auto take = [&](const std::string& unit, const bytes& from) {
    if (to.contains({key, unit})) return;
    if (auto window = find(from)) to.emplace(std::pair{key, unit}, std::move(*window));
  };
  for (const auto& limit : policy.fees)
    take(limit.unit, window_key(key, limit.unit));
  for (const auto& limit : policy.assets) {
    take(limit.unit, window_key(key, limit.unit));
    take(limit.unit, window_key_before(key, limit.asset));
  }
}

bytes epoch_key(configuration_epoch epoch) {
  return key_of("signer.epoch." + std::to_string(epoch.value));
}

bytes key_step_key(std::uint64_t number) { return key_of("signer.key." + std::to_string(number)); }

bytes entry_key(std::uint64_t number) { return key_of(sequence_number{number}); }

bytes node_key(audit::node_place place) {
  writer w{9};
  w.u8(place.level);
  w.u64(place.index);
  return std::move(w).take();
}

record record_of(const ledger::operation_id& id, const decision& v) {
  return {table::decisions, {id.data.begin(), id.data.end()}, encode(v)};
}
record record_of(const signer_state& v) { return {table::meta, state_key(), encode(v)}; }
record record_of(const digest& key, const std::string& unit, const spend_window& v) {
  return {table::meta, window_key(key, unit), encode(v)};
}
record record_of(const ledger::epoch_proof& v) {
  return {table::meta, epoch_key(v.value.pending->epoch), encode(v)};
}
record record_of(const key_record& v) {
  return {table::meta, key_step_key(v.event.number), encode(v)};
}
record record_of(std::uint64_t number, const audit::entry& v) {
  return {table::audit, entry_key(number), encode(v)};
}
record record_of(const audit::log_node& v) {
  return {table::audit_nodes, node_key(v.place), {{v.hash.data.begin(), v.hash.data.end()}}};
}

} // namespace quorate::signer
