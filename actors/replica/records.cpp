#include "actors/replica/records.hpp"

#include "actors/clocks.hpp"
#include "actors/fatal.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate {

namespace {

const bytes view_key = key_of("pbft.view");
const bytes stable_key = key_of("pbft.stable");
const bytes promise_key = key_of("lease.promise");
const bytes voter_key = key_of("pbft.voter");
const bytes snapshot_key = key_of("pbft.snapshot");

bytes epoch_end_key(configuration_epoch epoch) {
  return key_of("pbft.epoch_end." + std::to_string(epoch.value));
}

[[noreturn]] void give_up(std::string_view what, std::string_view why) {
  fatal(exit_code::storage_corrupt, std::string{what} + ": " + std::string{why});
}

std::optional<bytes> get_or_die(const lmdb_store& store, table where, byte_view key) {
  auto found = store.get(where, key);
  if (!found) give_up("cannot read what this replica stored", found.error().reason);
  return std::move(*found);
}

template <class T>
T decode_or_die(byte_view from, std::string_view what) {
  auto value = decode<T>(from);
  if (!value) give_up(what, explain(value.error()));
  return std::move(*value);
}

void append_body(std::vector<record>& out, sequence_number sequence, const digest& batch,
                 const pbft::body_ptr& body) {
  if (body && !body->empty()) out.push_back({table::bodies, key_of(sequence, batch), *body});
}

pbft::body_ptr load_body(const lmdb_store& store, sequence_number sequence, const digest& batch) {
  if (batch == pbft::null_digest()) return pbft::null_body();
  auto found = get_or_die(store, table::bodies, key_of(sequence, batch));
  return found ? std::make_shared<const bytes>(std::move(*found)) : nullptr;
}

} // namespace

void append_records(std::vector<record>& out, const pbft::slot_record& slot,
                    const pbft::body_ptr& body) {
  const auto& on = slot.accepted.on;
  append_body(out, on.sequence, on.batch, body);
  out.push_back({table::slots, key_of(on.sequence), encode(slot)});
}

void append_records(std::vector<record>& out, const pbft::view_record& view) {
  out.push_back({table::meta, view_key, encode(view)});
}

void append_records(std::vector<record>& out, const pbft::block_record& block,
                    const pbft::body_ptr& body) {
  const auto& on = block.certificate.on;
  append_body(out, on.sequence, on.batch, body);
  out.push_back({table::blocks, key_of(on.sequence), encode(block)});
}

void append_records(std::vector<record>& out, const pbft::checkpoint_certificate& stable) {
  out.push_back({table::meta, stable_key, encode(stable)});
}

void append_records(std::vector<record>& out, const lease::promise& promised) {
  out.push_back({table::meta, promise_key, encode(promised)});
}

pbft::checkpoint_certificate load_stable_checkpoint(const lmdb_store& store) {
  const auto found = get_or_die(store, table::meta, stable_key);
  if (!found) return {};
  return decode_or_die<pbft::checkpoint_certificate>(*found, "the stable checkpoint");
}

record epoch_end_record(const pbft::checkpoint_certificate& end) {
  return {table::meta, epoch_end_key(end.epoch), encode(end)};
}

std::optional<pbft::checkpoint_certificate> load_epoch_end(const lmdb_store& store,
                                                           configuration_epoch epoch) {
  const auto found = get_or_die(store, table::meta, epoch_end_key(epoch));
  if (!found) return std::nullopt;
  return decode_or_die<pbft::checkpoint_certificate>(*found, "the end of an epoch");
}

record snapshot_certificate_record(const pbft::checkpoint_certificate& certificate) {
  return {table::meta, snapshot_key, encode(certificate)};
}

std::optional<pbft::checkpoint_certificate> load_snapshot_certificate(const lmdb_store& store) {
  const auto found = get_or_die(store, table::meta, snapshot_key);
  if (!found) return std::nullopt;
  return decode_or_die<pbft::checkpoint_certificate>(*found, "the certificate of a snapshot");
}

record voter_record(bool voter) {
  return {table::meta, voter_key, bytes{static_cast<std::uint8_t>(voter ? 1 : 0)}};
}

std::optional<bool> load_voter(const lmdb_store& store) {
  const auto found = get_or_die(store, table::meta, voter_key);
  if (!found || found->empty()) return std::nullopt;
  return found->front() == 1;
}

std::optional<stored_block> load_block(const lmdb_store& store, sequence_number height) {
  const auto found = get_or_die(store, table::blocks, key_of(height));
  if (!found) return std::nullopt;
  auto block = decode_or_die<pbft::block_record>(*found, "a stored block");
  auto body = load_body(store, height, block.certificate.on.batch);
  if (!body) give_up("a stored block", "its batch is gone");
  return stored_block{std::move(block.certificate), std::move(body)};
}

sequence_number last_stored_block(const lmdb_store& store, sequence_number from) {
  auto expected_next = from.next();
  const auto visited = store.scan(table::blocks, key_of(expected_next), ~std::size_t{0},
                                  [&](byte_view key, byte_view) {
                                    const auto height = sequence_of(key);
                                    if (!height || *height != expected_next) return false;
                                    expected_next = expected_next.next();
                                    return true;
                                  });
  if (!visited) give_up("cannot read the stored blocks", visited.error().reason);
  return {expected_next.value - 1};
}

pbft::restored_state load_replica_state(const lmdb_store& store, sequence_number delivered) {
  pbft::restored_state state;
  state.delivered = delivered;
  if (const auto found = get_or_die(store, table::meta, view_key))
    state.view = decode_or_die<pbft::view_record>(*found, "the record of the view");
  if (const auto found = get_or_die(store, table::meta, promise_key))
    state.promised = decode_or_die<lease::promise>(*found, "the record of a promise");
  state.boot = machine_boot();
  state.stable = load_stable_checkpoint(store);

  std::vector<pbft::slot_record> slots;
  const auto first = key_of(state.stable.sequence.next());
  const auto visited =
      store.scan(table::slots, first, ~std::size_t{0}, [&](byte_view, byte_view value) {
        slots.push_back(decode_or_die<pbft::slot_record>(value, "a stored vote"));
        return true;
      });
  if (!visited) give_up("cannot read the stored votes", visited.error().reason);
  for (auto& slot : slots) {
    const auto& on = slot.accepted.on;
    const bool is_delivered = on.sequence <= delivered;
    auto body = is_delivered ? nullptr : load_body(store, on.sequence, on.batch);
    pbft::body_ptr prepared_body;
    if (slot.prepared && !is_delivered)
      prepared_body = load_body(store, on.sequence, slot.prepared->header.on.batch);
    state.slots.push_back({std::move(slot), std::move(body), std::move(prepared_body)});
  }
  for (auto height = state.stable.sequence.next(); height <= delivered; height = height.next())
    if (const auto found = get_or_die(store, table::blocks, key_of(height)))
      state.committed.push_back(
          decode_or_die<pbft::block_record>(*found, "a stored block").certificate);
  return state;
}

} // namespace quorate
