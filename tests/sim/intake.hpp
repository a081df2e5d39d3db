// From a peer's bytes to an input, exactly as a node does it: decode, verify, hand over.
#pragma once

#include "core/pbft/input.hpp"

namespace quorate::sim {

/// @param from  who is at the other end of the link; only status and fetch messages are taken on
///   its word.
/// Errors: those of decoding and of the verifier.
expected<pbft::input_event> take_in(const pbft::verifier& check, replica_id from, byte_view in);

} // namespace quorate::sim
