// Accepts and opens connections and finishes their TLS handshakes, in a thread of its own.
//
// CAF sees a connection only after the other side's certificate was checked. A peer that connects
// and stays silent therefore costs one file descriptor until its deadline, and a listener that
// never answers holds up nobody else's connect.
#pragma once

#include "actors/transport/identity.hpp"
#include "actors/transport/limits.hpp"
#include "actors/transport/tls_context.hpp"

#include <functional>
#include <memory>
#include <string>

struct ssl_st;

namespace quorate::transport {

struct ssl_deleter {
  void operator()(ssl_st* ssl) const noexcept;
};
using ssl_ptr = std::unique_ptr<ssl_st, ssl_deleter>;

/// A connection whose two sides know each other. The owner closes the descriptor.
struct established {
  int descriptor = -1;
  ssl_ptr ssl;
  key_hash other_key{};
  registry::certificate_facts shown{}; ///< by the other side
};

class handshaker {
public:
  /// Called on the handshaker's thread; must not block.
  using on_accepted = std::function<void(established)>;
  /// With nothing in `established.ssl` on failure, and why.
  using on_connected = std::function<void(established, std::string why)>;
  /// Whether a connection with this key may go on.
  using is_allowed = std::function<bool(const key_hash&)>;
  using on_refused = std::function<void(refusal)>;

  handshaker(const transport_limits& limits, on_refused refused);
  ~handshaker();
  handshaker(const handshaker&) = delete;
  handshaker& operator=(const handshaker&) = delete;

  /// Listens. @param address  numeric or a name; empty: all.
  /// @param port  0: any. @returns the port, or 0 with `error`.
  /// @param room  whether one more connection is welcome.
  std::uint16_t listen(const std::string& address, std::uint16_t port, tls_context context,
                       is_allowed allowed, std::function<bool()> room, on_accepted accepted,
                       std::string& error);

  /// Opens a connection; the answer comes within connect_timeout_ms and handshake_timeout_ms.
  void connect(const std::string& host, std::uint16_t port, tls_context context, is_allowed allowed,
               on_connected connected);

private:
  class loop;
  std::unique_ptr<loop> loop_;
};

} // namespace quorate::transport
