// Who a node is on the network: its certificate's key, and the CAF node id that is bound to it.
#pragma once

#include "actors/transport/frame_guard.hpp"
#include "core/registry/registration.hpp"

#include <caf/node_id.hpp>

#include <array>
#include <optional>
#include <string>

struct x509_st;

namespace caf {
class actor_system_config;
}

namespace quorate::transport {

/// SHA-256 of a certificate's DER-encoded SubjectPublicKeyInfo.
using key_hash = std::array<std::uint8_t, 32>;

/// Errors: none when the file is no PEM certificate.
std::optional<key_hash> key_hash_of_file(const std::string& certificate_pem);
std::optional<key_hash> key_hash_of(const x509_st* certificate);

/// The key, and the labels among the URIs of the subject alternative name.
/// Errors: none when the file is no PEM certificate.
std::optional<registry::certificate_facts> facts_of_file(const std::string& certificate_pem);
registry::certificate_facts facts_of(const x509_st* certificate, const key_hash& key);

host_part host_part_of(const key_hash& key) noexcept;

/// The key that the transport bound to a remote actor's node; none for another kind of id.
std::optional<host_part> host_part_of(const caf::node_id& node);

/// Makes every actor system of this configuration call itself (key, random boot number) instead of
/// (MAC addresses, process id): two containers with process 1 on one host must not collide.
void bind_node_id(caf::actor_system_config& config, const key_hash& own_key);

} // namespace quorate::transport
