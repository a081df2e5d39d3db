// One connection under CAF's broker: TLS below, the frame guard in between.
#pragma once

#include "actors/transport/frame_guard.hpp"
#include "actors/transport/handshaker.hpp"

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/scribe.hpp>

#include <functional>

namespace quorate::transport {

struct scribe_setup {
  established connection;
  role other_side = role::peer;
  bool accepted = false;
  std::function<bool(std::uint64_t)> exposed;
  std::size_t write_buffer_bytes_max = 0;
  std::function<void(refusal)> refused;
  std::function<void()> closed; ///< exactly once, when the connection is gone
};

/// The scribe owns the connection from here on.
caf::io::scribe_ptr make_guarded_scribe(caf::io::network::default_multiplexer& multiplexer,
                                        scribe_setup setup);

} // namespace quorate::transport
