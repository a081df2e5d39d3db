#include "core/protocol/peer.hpp"

namespace quorate::protocol {

namespace {

enum class item_kind : std::uint8_t {
  consensus = 1,
  attestation,
  operations,
  attestation_request,
  state_transfer,
  heartbeat,
  heartbeat_ack,
  registration,
  read_index_request,
  read_index_answer
};

constexpr std::size_t operations_per_item_max = 8192;

void write_content(writer& w, const pbft::message& v) { write(w, v); }

void write_content(writer& w, const height_attestation& v) {
  write(w, v.height);
  write(w, v.what.replica);
  write(w, v.what.sig);
}

void write_content(writer& w, const forwarded_operations& v) {
  w.count(v.operations.size());
  for (const auto& operation : v.operations)
    w.blob(operation);
}

void write_content(writer& w, const attestation_request& v) { write(w, v.height); }

void write_content(writer& w, const state_transfer::message& v) { write(w, v); }
void write_content(writer& w, const lease::heartbeat& v) { write(w, v); }
void write_content(writer& w, const read_index_request& v) { write(w, v); }
void write_content(writer& w, const read_index_answer& v) { write(w, v); }
void write_content(writer& w, const lease::heartbeat_ack& v) { write(w, v); }

void write_content(writer& w, const registry::signed_registration& v) { write(w, v); }

bytes with_length(std::uint8_t kind, const bytes& content) {
  writer w{content.size() + 5};
  w.u8(kind);
  w.blob(content);
  return std::move(w).take();
}

expected<frame_item> decode_item(std::uint8_t kind, byte_view content) {
  reader r{content};
  frame_item item;
  switch (static_cast<item_kind>(kind)) {
  case item_kind::consensus:
    read(r, item.emplace<pbft::message>());
    break;
  case item_kind::attestation: {
    auto& v = item.emplace<height_attestation>();
    read(r, v.height);
    read(r, v.what.replica);
    read(r, v.what.sig);
    break;
  }
  case item_kind::operations: {
    auto& v = item.emplace<forwarded_operations>();
    v.operations.resize(r.count(operations_per_item_max, 4));
    for (auto& operation : v.operations) {
      const auto from = r.blob(limits::operation_bytes_max);
      operation.assign(from.begin(), from.end());
    }
    break;
  }
  case item_kind::attestation_request:
    read(r, item.emplace<attestation_request>().height);
    break;
  case item_kind::state_transfer:
    read(r, item.emplace<state_transfer::message>());
    break;
  case item_kind::heartbeat:
    read(r, item.emplace<lease::heartbeat>());
    break;
  case item_kind::heartbeat_ack:
    read(r, item.emplace<lease::heartbeat_ack>());
    break;
  case item_kind::registration:
    read(r, item.emplace<registry::signed_registration>());
    break;
  case item_kind::read_index_request:
    read(r, item.emplace<read_index_request>());
    break;
  case item_kind::read_index_answer:
    read(r, item.emplace<read_index_answer>());
    break;
  }
  QUORATE_TRY(r.finish());
  return item;
}

} // namespace

void write(writer& w, const peer_hello& v) {
  w.u16(v.code);
  w.u16(v.version);
  write(w, v.cluster);
  write(w, v.epoch);
  write(w, v.replica);
}

void read(reader& r, peer_hello& v) {
  v.code = r.u16();
  v.version = r.u16();
  read(r, v.cluster);
  read(r, v.epoch);
  read(r, v.replica);
}

bytes encode_item(const frame_item& item) {
  writer content;
  std::visit([&content](const auto& v) { write_content(content, v); }, item);
  return with_length(static_cast<std::uint8_t>(item.index() + 1), content.view());
}

bytes encode_forwarded(const std::vector<byte_view>& operations) {
  std::size_t size = 4;
  for (auto operation : operations)
    size += operation.size() + 4;
  writer w{size + 5};
  w.u8(static_cast<std::uint8_t>(item_kind::operations));
  w.count(size);
  w.count(operations.size());
  for (auto operation : operations)
    w.blob(operation);
  return std::move(w).take();
}

expected<std::vector<frame_item>> decode_frame(byte_view frame) {
  reader r{frame};
  std::vector<frame_item> items;
  while (r.ok() && r.left() > 0) {
    if (items.size() == frame_items_max) return errc::over_limit;
    const auto kind = r.u8();
    const auto content = r.blob(limits::peer_message_bytes_max);
    if (!r.ok()) break;
    if (kind == 0 || kind > std::variant_size_v<frame_item>) return errc::bad_enum;
    QUORATE_ASSIGN(auto item, decode_item(kind, content));
    items.push_back(std::move(item));
  }
  QUORATE_TRY(r.finish());
  return items;
}

} // namespace quorate::protocol
