// The messages that cross the network: between nodes, clients and nodes, nodes and the signer.
//
// Each carries one canonical encoding (core/codec) as bytes: it is encoded once and sent to every
// peer, it is bounded by the transport before anything is allocated, and CAF's own deserialiser
// never sees a nested structure that came from outside.
#pragma once

#include <cstdint>
#include <vector>

namespace quorate::wire {

using payload = std::vector<std::uint8_t>;

/// First message on a peer link, both ways: protocol version, cluster id, epoch, signed identity.
struct peer_hello {
  payload bytes;
};
/// One or more signed protocol messages or forwarded operations from one node to another.
struct peer_frame {
  payload bytes;
};
/// Credit for one peer_frame: the receiver has taken it out of its queue.
struct peer_ack {
  payload bytes;
};

/// First message of a client on a connection.
struct client_hello {
  payload bytes;
};
/// The node's answer: cluster id, epoch, height, limits.
struct server_hello {
  payload bytes;
};
/// A bundle of signed operations.
struct submit_request {
  payload bytes;
};
/// For each operation of the bundle: accepted, or the error and when to retry.
struct submit_reply {
  payload bytes;
};
/// A read: account with proof, status, stored receipt.
struct query_request {
  payload bytes;
};
struct query_reply {
  payload bytes;
};
/// Results with Merkle paths and attestations, pushed to the client's sink.
struct receipt_push {
  payload bytes;
};
/// What a node asks the signer: an order with its proofs (core/signer/message.hpp).
struct signer_question {
  payload bytes;
};
struct signer_answer {
  payload bytes;
};

template <class Inspector>
auto inspect(Inspector& f, peer_hello& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, peer_frame& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, peer_ack& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, client_hello& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, server_hello& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, submit_request& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, submit_reply& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, query_request& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, query_reply& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, receipt_push& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, signer_question& x) {
  return f(x.bytes);
}
template <class Inspector>
auto inspect(Inspector& f, signer_answer& x) {
  return f(x.bytes);
}

} // namespace quorate::wire
