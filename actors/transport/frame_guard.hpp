// Looks at each BASP header and payload before CAF does, and lets through what an honest node or
// client of this project sends. Pure: bytes in, a verdict out.
//
// CAF 0.17.6 trusts its peers: a zero payload length is a null dereference, a claimed length is
// allocated before it is checked, nested messages recurse, exit messages kill any actor, routed
// messages forge their sender. Source of the layouts: its binary serialiser and basp/instance.
#pragma once

#include "actors/transport/limits.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>

namespace quorate::transport {

/// First 20 bytes of SHA-256 of a certificate's SubjectPublicKeyInfo; the host part of a node id.
using host_part = std::array<std::uint8_t, 20>;

enum class verdict : std::uint8_t {
  pass,    ///< give it to CAF
  swallow, ///< honest CAF nodes send it, and it is not wanted: read it and forget it
  refuse,  ///< close the connection
};

/// Why a connection was refused or closed; each has a counter.
enum class refusal : std::uint8_t {
  none,
  bad_header, ///< not 32 bytes of a known operation, or a payload where none may be
  payload_too_large,
  payload_missing,
  out_of_order,    ///< a message before the handshake, or a second handshake
  unbound_node_id, ///< the node id is not that of the certificate
  bad_handshake,
  routed_message,
  type_not_allowed,
  bad_payload,      ///< lengths that do not add up
  unknown_receiver, ///< an actor that was not exposed
  slow_reader,
  handshake_timeout,
  too_many_connections,
  not_trusted, ///< no certificate, or one of another authority, or not pinned
  count_,
};

std::string_view name(refusal r) noexcept;

class frame_guard {
public:
  /// @param accepted  this side accepted the connection (the other one says hello first).
  /// @param exposed  whether an actor id of this side may be addressed from outside.
  frame_guard(role other_side, bool accepted, const host_part& other_key,
              std::function<bool(std::uint64_t)> exposed);

  static constexpr std::size_t header_size = 32;

  /// @param header  exactly header_size bytes.
  /// After pass or swallow, payload_size() bytes follow.
  verdict check_header(std::span<const std::uint8_t> header);
  std::size_t payload_size() const noexcept { return payload_size_; }
  /// @pre the last header passed and payload_size() > 0.
  verdict check_payload(std::span<const std::uint8_t> payload);

  refusal why() const noexcept { return why_; }

private:
  verdict refuse(refusal why) noexcept;
  verdict check_operation(std::uint8_t operation, std::uint8_t flags, std::uint64_t receiver);
  verdict check_handshake(std::span<const std::uint8_t> payload, bool server);
  verdict check_direct(std::span<const std::uint8_t> payload);
  std::size_t payload_max() const noexcept;

  role other_side_;
  bool accepted_;
  host_part other_key_;
  std::function<bool(std::uint64_t)> exposed_;
  std::uint8_t operation_ = 0;
  std::size_t payload_size_ = 0;
  unsigned handshakes_ = 0;
  refusal why_ = refusal::none;
};

} // namespace quorate::transport
