#include "actors/registry/own_registration.hpp"

#include "actors/fatal.hpp"
#include "core/codec/reader.hpp"

namespace quorate {

std::optional<registry::certificate_facts> load_own_certificate(const config::node_config& config,
                                                                std::string& error) {
  const auto file = config.tls.certificate.string();
  auto facts = transport::facts_of_file(file);
  if (!facts) {
    error = "cannot read the certificate " + file + ": give a PEM file that this user may read";
    return std::nullopt;
  }
  if (facts->tags && *facts->tags == config.labels) return facts;
  error = facts->tags
              ? "the labels of the configuration ([labels]: " + registry::to_string(config.labels) +
                    ") are not those of the certificate " + file + " (" +
                    registry::to_string(*facts->tags) +
                    "): correct the configuration, or issue a certificate with its labels"
              : "the labels in the certificate " + file +
                    " cannot be used: " + std::string{explain(facts->tags.error())};
  return std::nullopt;
}

std::uint64_t count_start(lmdb_store& log, block_time_ms wall) {
  const auto key = key_of("registry.starts");
  const auto stored = log.get(table::meta, key);
  if (!stored) fatal(exit_code::storage_corrupt, stored.error().reason);
  std::uint64_t last = 0;
  if (*stored) {
    reader r{**stored};
    last = r.u64();
    if (!r.finish()) fatal(exit_code::storage_corrupt, "the number of starts cannot be read");
  }
  const auto next = std::max(last + 1, wall.value);
  writer w;
  w.u64(next);
  const record counted{table::meta, key, std::move(w).take()};
  log.commit(std::span<const record>{&counted, 1});
  return next;
}

registry::registration own_registration(const config::node_config& config, const node_place& place,
                                        const registry::certificate_facts& certificate) {
  registry::registration own;
  own.peers = {place.host, place.port};
  own.clients = {config.client_host.empty() ? place.host : config.client_host, config.client_port};
  own.tls_key = certificate.key;
  own.tags = config.labels;
  return own;
}

} // namespace quorate
