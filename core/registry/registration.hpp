// What a member says of itself to everyone: where it is reached, and what its labels are. Signed
// with its consensus key, so that a client can take it from any node.
#pragma once

#include "core/pbft/configuration.hpp"
#include "core/registry/labels.hpp"

namespace quorate::registry {

/// A registration counts for so long from its receipt, on the receiver's monotonic clock.
inline constexpr std::uint64_t lease_ms = 30'000;
/// So often a node registers: two in a row may get lost.
inline constexpr std::uint64_t interval_ms = 10'000;
static_assert(3 * interval_ms <= lease_ms);

struct endpoint {
  std::string host; ///< a name or an address; is_host()
  std::uint16_t port = 0;
  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Characters that a host name or an address may have; at most limits::host_bytes_max.
bool is_host(std::string_view text) noexcept;

/// Orders the registrations of one node. Rises strictly over restarts, and over the loss of a disk.
struct counter {
  std::uint64_t boot = 0;     ///< of the node's process
  std::uint64_t sequence = 0; ///< within it
  friend auto operator<=>(const counter&, const counter&) = default;
};

struct registration {
  configuration_epoch epoch;
  replica_id replica;
  counter at;
  endpoint peers;   ///< where other nodes reach it
  endpoint clients; ///< where clients reach it
  digest tls_key;   ///< SHA-256 of its certificate's public key: what to find there
  labels tags;
  friend bool operator==(const registration&, const registration&) = default;
};

struct signed_registration {
  registration what;
  signature sig;
  friend bool operator==(const signed_registration&, const signed_registration&) = default;
};

/// Tagged hash of the cluster and the registration, its epoch included.
digest statement_of(const cluster_id& cluster, const registration& what);

signed_registration sign(const cluster_id& cluster, registration what, const signing_key& key);

/// A registration whose signature was checked under one configuration.
class verified_registration {
public:
  const registration& operator*() const noexcept { return value_.what; }
  const registration* operator->() const noexcept { return &value_.what; }
  const signed_registration& proof() const noexcept { return value_; }

private:
  friend expected<verified_registration> check(signed_registration, const pbft::configuration&);
  explicit verified_registration(signed_registration value) : value_(std::move(value)) {}
  signed_registration value_;
};

/// Errors: wrong_epoch; unknown_signer unless a member, with or without a vote, registers itself;
/// bad_label for labels or hosts that reading would refuse; bad_signature.
expected<verified_registration> check(signed_registration what, const pbft::configuration& members);

/// What the certificate says that a node shows in its TLS handshakes.
struct certificate_facts {
  digest key; ///< SHA-256 of its public key
  /// Errors: bad_label, as labels_from_uris() gives.
  expected<labels> tags = labels{};
};

/// A node may say of itself only what its certificate says too.
/// Errors: certificate_mismatch for another key, label_mismatch.
outcome check_agrees(const registration& what, const certificate_facts& shown);

/// Errors of reading: those of the reader; bad_label.
void write(writer& w, const signed_registration& v);
void read(reader& r, signed_registration& v);

} // namespace quorate::registry
