// What nodes say to each other: a hello, and frames of items.
#pragma once

#include "core/base/cluster.hpp"
#include "core/lease/heartbeat.hpp"
#include "core/ledger/receipt.hpp"
#include "core/pbft/message.hpp"
#include "core/protocol/read.hpp"
#include "core/registry/registration.hpp"
#include "core/state_transfer/message.hpp"

#include <variant>

namespace quorate::protocol {

inline constexpr std::uint16_t peer_version = 4;

struct peer_hello {
  std::uint16_t code = 0; ///< 0, or why the link is refused: bad_version, wrong_cluster, …
  std::uint16_t version = peer_version;
  cluster_id cluster;
  configuration_epoch epoch;
  replica_id replica;
  friend bool operator==(const peer_hello&, const peer_hello&) = default;
};

void write(writer& w, const peer_hello& v);
void read(reader& r, peer_hello& v);

/// A replica's signature over its summary of a height. Who has the same summary can check it.
struct height_attestation {
  sequence_number height;
  ledger::attestation what;
  friend bool operator==(const height_attestation&, const height_attestation&) = default;
};

/// Operations that a client gave to the sender, for every mempool.
struct forwarded_operations {
  std::vector<bytes> operations; ///< encoded signed operations
};

/// Asks for the receiver's attestation of a height.
struct attestation_request {
  sequence_number height;
};

/// The kind on the wire is the index plus one: append only.
using frame_item =
    std::variant<pbft::message, height_attestation, forwarded_operations, attestation_request,
                 state_transfer::message, lease::heartbeat, lease::heartbeat_ack,
                 registry::signed_registration, read_index_request, read_index_answer>;

/// One item's bytes, encoded once and shared between peers. A frame is a concatenation of items.
bytes encode_item(const frame_item& item);

/// A forwarded_operations item straight from views, without copying each operation first.
bytes encode_forwarded(const std::vector<byte_view>& operations);

/// Items of one frame. More: over_limit.
inline constexpr std::size_t frame_items_max = 4096;

/// Errors: truncated, over_limit, bad_enum, trailing_bytes, those of the messages inside.
expected<std::vector<frame_item>> decode_frame(byte_view frame);

} // namespace quorate::protocol
