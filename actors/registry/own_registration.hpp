// What a node says of itself in the registry, and how often it started.
#pragma once

#include "actors/node/places.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "core/registry/registration.hpp"

namespace quorate {

/// The certificate of the configuration, which has to carry the labels of the configuration.
/// @returns none with what to tell the operator in `error`.
std::optional<registry::certificate_facts> load_own_certificate(const config::node_config& config,
                                                                std::string& error);

/// Makes one more start durable. @returns its number: above all earlier ones of this disk, and
/// above those of a disk that was lost too, unless the wall clock went back since. (It orders what
/// the node says of itself, and authorises nothing.)
std::uint64_t count_start(lmdb_store& log, block_time_ms wall);

/// @param place  where its peers reach it. Epoch, replica and counter are left to the caller.
registry::registration own_registration(const config::node_config& config, const node_place& place,
                                        const registry::certificate_facts& certificate);

} // namespace quorate
