// What a node is made of before any actor runs, whatever the epoch; and who it is in one.
#pragma once

#include "actors/node/places.hpp"
#include "actors/node/recovery.hpp"
#include "config/node_config.hpp"

namespace quorate {

struct material {
  config::node_config config;
  ledger::genesis genesis;
  std::shared_ptr<const ledger::authoriser> authoriser;
  std::vector<std::shared_ptr<const signing_key>> keys; ///< node_key, then node_key_next if any
  std::vector<node_place> places;                       ///< by replica, as the configuration says
  registry::certificate_facts certificate;              ///< its own
};

/// Which replica this node is in an epoch, and the key with which it signs there.
struct identity_in_epoch {
  replica_id self;
  std::shared_ptr<const signing_key> key;
};

/// Ends the process: no node can run with this configuration.
[[noreturn]] void refuse_config(const std::string& why);

/// Reads the configuration and every file that it names; ends the process when one is not usable.
material load_material(const std::filesystem::path& file);

/// Ends the process when the node is no member of the epoch, and will not be.
identity_in_epoch identity_in(const material& m, const recovered& state);

} // namespace quorate
