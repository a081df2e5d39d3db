// Where the members of an epoch are reached, and which certificate to find there.
#pragma once

#include "actors/transport/identity.hpp"
#include "config/node_config.hpp"
#include "core/ledger/membership.hpp"

#include <map>

namespace quorate {

struct node_place {
  std::string host;
  std::uint16_t port = 0;
  transport::key_hash pin;
};

node_place place_of(const config::node_address& address);

/// The members that the ledger knows, now and from the next epoch on, and those that only this
/// node's configuration knows: a node that joins is behind, and the members of today may be none of
/// those of its own epoch. What the ledger says of a member goes before the configuration.
std::map<replica_id, node_place> places_of(const std::vector<node_place>& configured,
                                           const ledger::membership& members);

} // namespace quorate
