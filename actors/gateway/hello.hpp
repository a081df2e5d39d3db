// What a client is told when it connects.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/protocol/client.hpp"

namespace quorate {

/// @param has_room  whether one more client is served; else: busy
inline protocol::server_hello answer_hello(const bytes& in, const pbft::configuration& members,
                                           replica_id self, sequence_number height, bool has_room) {
  protocol::server_hello hello;
  hello.cluster = members.cluster();
  hello.epoch = members.epoch();
  hello.node = self;
  hello.height = height;
  const auto client = decode<protocol::client_hello>(in);
  const auto refuse = [&hello](errc why) { hello.code = static_cast<std::uint16_t>(why); };
  if (!client)
    refuse(client.error());
  else if (client->version != protocol::client_version)
    refuse(errc::bad_version);
  else if (client->cluster != hello.cluster)
    refuse(errc::wrong_cluster);
  else if (!has_room)
    refuse(errc::busy);
  return hello;
}

} // namespace quorate
