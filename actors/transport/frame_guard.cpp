#include "actors/transport/frame_guard.hpp"

#include <caf/atom.hpp>
#include <caf/sec.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

namespace quorate::transport {

namespace {

constexpr std::uint64_t system_error_max = static_cast<std::uint64_t>(caf::sec::connection_timeout);

enum operation : std::uint8_t {
  server_handshake = 0,
  client_handshake = 1,
  direct_message = 2,
  routed_message = 3,
  monitor_message = 4,
  down_message = 5,
  heartbeat = 6,
};

/// The kind of node id that is made of a host and a process: the atom "default".
constexpr std::uint64_t host_and_process_kind = 0x00003e9aab9bac79;
constexpr std::uint8_t named_receiver_flag = 0x01;
constexpr unsigned client_handshakes_max = 2; // CAF repeats its own to select the connection
constexpr std::size_t handshake_strings_max = 64;
constexpr std::size_t handshake_string_max = 4096;

/// Reads CAF's binary format; every length is checked against what is left.
class cursor {
public:
  explicit cursor(std::span<const std::uint8_t> in) : in_(in) {}

  std::optional<std::uint64_t> integer(std::size_t size) {
    if (in_.size() < size) return std::nullopt;
    std::uint64_t v = 0;
    for (auto byte : in_.first(size))
      v = v << 8 | byte;
    in_ = in_.subspan(size);
    return v;
  }

  // LEB128, at most five bytes; the last group first zero is refused as not canonical.
  std::optional<std::size_t> length() {
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const auto byte = integer(1);
      if (!byte) return std::nullopt;
      v |= (*byte & 0x7f) << shift;
      if ((*byte & 0x80) == 0) return static_cast<std::size_t>(v);
    }
    return std::nullopt;
  }

  std::optional<std::span<const std::uint8_t>> raw(std::size_t size) {
    if (in_.size() < size) return std::nullopt;
    const auto out = in_.first(size);
    in_ = in_.subspan(size);
    return out;
  }

  std::optional<std::string_view> text(std::size_t most) {
    const auto size = length();
    if (!size || *size > most) return std::nullopt;
    const auto bytes = raw(*size);
    if (!bytes) return std::nullopt;
    return std::string_view{reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }

  bool skip_texts() {
    const auto count = length();
    if (!count || *count > handshake_strings_max) return false;
    for (std::size_t i = 0; i < *count; ++i)
      if (!text(handshake_string_max)) return false;
    return true;
  }

  std::size_t left() const noexcept { return in_.size(); }

private:
  std::span<const std::uint8_t> in_;
};

} // namespace

std::string_view name(refusal r) noexcept {
  static constexpr std::string_view names[] = {"none",
                                               "bad_header",
                                               "payload_too_large",
                                               "payload_missing",
                                               "out_of_order",
                                               "unbound_node_id",
                                               "bad_handshake",
                                               "routed_message",
                                               "type_not_allowed",
                                               "bad_payload",
                                               "unknown_receiver",
                                               "slow_reader",
                                               "handshake_timeout",
                                               "too_many_connections",
                                               "not_trusted"};
  static_assert(std::size(names) == static_cast<std::size_t>(refusal::count_));
  return names[static_cast<std::size_t>(r)];
}

frame_guard::frame_guard(role other_side, bool accepted, const host_part& other_key,
                         std::function<bool(std::uint64_t)> exposed)
    : other_side_(other_side), accepted_(accepted), other_key_(other_key),
      exposed_(std::move(exposed)) {}

verdict frame_guard::refuse(refusal why) noexcept {
  why_ = why;
  return verdict::refuse;
}

std::size_t frame_guard::payload_max() const noexcept {
  std::size_t most = 0;
  for (const auto& type : allowed_types) {
    if (type.from == other_side_) most = std::max(most, type.bytes_max);
  }
  return most + direct_overhead_max;
}

// operation, two bytes of padding, flags, payload length, operation data, source, destination.
verdict frame_guard::check_header(std::span<const std::uint8_t> header) {
  if (header.size() != header_size) return refuse(refusal::bad_header);
  cursor in{header};
  operation_ = static_cast<std::uint8_t>(*in.integer(1));
  const auto padding = *in.integer(2);
  const auto flags = static_cast<std::uint8_t>(*in.integer(1));
  payload_size_ = static_cast<std::size_t>(*in.integer(4));
  in.integer(8);
  in.integer(8);
  const auto receiver = *in.integer(8);
  if (padding != 0 || operation_ > heartbeat) return refuse(refusal::bad_header);
  return check_operation(operation_, flags, receiver);
}

verdict frame_guard::check_operation(std::uint8_t operation, std::uint8_t flags,
                                     std::uint64_t receiver) {
  if (operation == routed_message) return refuse(refusal::routed_message);
  if (operation == heartbeat) {
    if (handshakes_ == 0) return refuse(refusal::out_of_order);
    return payload_size_ == 0 ? verdict::pass : refuse(refusal::bad_header);
  }
  // CAF reads the payload of everything else without asking whether there is one.
  if (payload_size_ == 0) return refuse(refusal::payload_missing);
  if (operation == server_handshake || operation == client_handshake) {
    if (payload_size_ > handshake_payload_max) return refuse(refusal::payload_too_large);
    const bool expected = operation == (accepted_ ? client_handshake : server_handshake);
    const unsigned most = accepted_ ? client_handshakes_max : 1;
    if (!expected || handshakes_ >= most) return refuse(refusal::out_of_order);
    return verdict::pass;
  }
  if (handshakes_ == 0) return refuse(refusal::out_of_order);
  if (operation == monitor_message || operation == down_message ||
      (flags & named_receiver_flag) != 0) {
    // CAF itself watches proxies and looks for a spawn server; neither is served here.
    return payload_size_ <= handshake_payload_max ? verdict::swallow
                                                  : refuse(refusal::payload_too_large);
  }
  if (payload_size_ > payload_max()) return refuse(refusal::payload_too_large);
  if (!exposed_(receiver)) return refuse(refusal::unknown_receiver);
  return verdict::pass;
}

verdict frame_guard::check_payload(std::span<const std::uint8_t> payload) {
  if (payload.size() != payload_size_) return refuse(refusal::bad_payload);
  if (operation_ == direct_message) return check_direct(payload);
  return check_handshake(payload, operation_ == server_handshake);
}

// The node id (kind of id, process, host), and from a server application ids, an actor id and the
// names of its interface.
verdict frame_guard::check_handshake(std::span<const std::uint8_t> payload, bool server) {
  cursor in{payload};
  const auto kind = in.integer(8);
  const auto process = in.integer(4);
  const auto host = in.raw(other_key_.size());
  if (!kind || *kind != host_and_process_kind || !process || *process == 0 || !host)
    return refuse(refusal::bad_handshake);
  if (!std::equal(host->begin(), host->end(), other_key_.begin()))
    return refuse(refusal::unbound_node_id);
  if (server && (!in.skip_texts() || !in.integer(8) || !in.skip_texts()))
    return refuse(refusal::bad_handshake);
  if (in.left() != 0) return refuse(refusal::bad_handshake);
  ++handshakes_;
  return verdict::pass;
}

// An empty forwarding stack, then a message of one element: type names, then the bytes.
verdict frame_guard::check_direct(std::span<const std::uint8_t> payload) {
  cursor in{payload};
  const auto stages = in.length();
  const auto zero = in.integer(2);
  const auto types = in.text(direct_overhead_max);
  if (!stages || *stages != 0 || !zero || *zero != 0 || !types) return refuse(refusal::bad_payload);
  static constexpr std::string_view prefix = "@<>+";
  // An error as the answer to a request: one of CAF's own, with no message inside. Of others CAF
  // would not know what they mean, and what it does then is not ours to find out.
  if (*types == "@<>+@error") {
    const auto code = in.integer(1);
    const auto category = in.integer(8);
    const auto context_zero = in.integer(2);
    const auto context = in.text(16);
    const bool known = code && *code != 0 && *code <= system_error_max && category &&
                       *category == static_cast<std::uint64_t>(caf::atom("system"));
    const bool plain = known && context_zero && *context_zero == 0 && context &&
                       *context == "@<>" && in.left() == 0;
    return plain ? verdict::pass : refuse(refusal::bad_payload);
  }
  if (!types->starts_with(prefix)) return refuse(refusal::type_not_allowed);
  for (const auto& type : allowed_types) {
    if (types->substr(prefix.size()) != type.name) continue;
    if (type.from != other_side_) return refuse(refusal::type_not_allowed);
    const auto size = in.length();
    if (!size || *size > type.bytes_max || *size != in.left()) return refuse(refusal::bad_payload);
    return verdict::pass;
  }
  return refuse(refusal::type_not_allowed);
}

} // namespace quorate::transport
