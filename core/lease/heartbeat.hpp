// What members tell each other several times a second, and the answer to it.
//
// Both are signed, so that what a node says of others' health can be shown; nobody acts on them but
// to refuse work, to suspect, and to tell people.
#pragma once

#include "core/base/cluster.hpp"
#include "core/base/strong.hpp"
#include "core/crypto/identity.hpp"
#include "core/lease/mode.hpp"

#include <vector>

namespace quorate {
class writer;
class reader;
} // namespace quorate

namespace quorate::lease {

/// What the sender knows of one member.
struct heard_of {
  replica_id replica;
  std::uint32_t age_ms = 0; ///< since its last heartbeat
  std::uint32_t hears = 0;  ///< bit i: it said that it hears the i-th member, by rising id
  friend bool operator==(const heard_of&, const heard_of&) = default;
};

struct heartbeat {
  configuration_epoch epoch;
  replica_id from;
  std::uint64_t counter = 0; ///< of the sender's heartbeats, rising; named by the answer
  view_number view;
  sequence_number height;           ///< applied
  std::uint32_t durable_age_ms = 0; ///< how long its oldest write has been waiting for the disk
  std::uint16_t load_permille = 0;  ///< of its mempool
  node_mode mode = node_mode::normal;
  std::vector<heard_of> heard; ///< rising by replica, at most replicas_max
  signature sig;
  friend bool operator==(const heartbeat&, const heartbeat&) = default;
};

/// "I had your heartbeat `counter` before I said this."
struct heartbeat_ack {
  configuration_epoch epoch;
  replica_id from;
  replica_id to;
  std::uint64_t counter = 0;
  monotonic_ms clock; ///< the answerer's, for the offset that people see
  signature sig;
  friend bool operator==(const heartbeat_ack&, const heartbeat_ack&) = default;
};

// Errors of reading: truncated, over_limit, bad_enum, not_canonical.
void write(writer& w, const heartbeat& v);
void read(reader& r, heartbeat& v);
void write(writer& w, const heartbeat_ack& v);
void read(reader& r, heartbeat_ack& v);

/// What is signed: all but the signature, under a tag of its own and the cluster. 32 bytes.
digest statement_of(const cluster_id& cluster, const heartbeat& v);
digest statement_of(const cluster_id& cluster, const heartbeat_ack& v);

} // namespace quorate::lease
