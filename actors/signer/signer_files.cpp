#include "actors/signer/signer_files.hpp"

#include "actors/fatal.hpp"
#include "actors/signer/signer_actor.hpp"

namespace quorate {

config::signer_config load_signer_file(const std::filesystem::path& file) {
  auto loaded = config::load_signer_config(file);
  if (loaded.value) return std::move(*loaded.value);
  std::string all;
  for (const auto& line : loaded.errors)
    all += (all.empty() ? "" : "; ") + line;
  fatal(exit_code::config_invalid, all);
}

ledger::genesis load_signer_genesis(const config::signer_config& c) {
  std::string error;
  auto genesis = config::load_genesis(c.genesis, error);
  if (!genesis) fatal(exit_code::config_invalid, error);
  for (const auto& key : c.keys)
    if (!key.policy.check_approvers(genesis->identity_suite))
      fatal(exit_code::config_invalid, "the policy of the key " + to_hex(key.public_key) +
                                           ": one of its approvers is no public key of the " +
                                           std::string{name(genesis->identity_suite)} +
                                           " suite, which this cluster's are of");
  return std::move(*genesis);
}

std::shared_ptr<lmdb_store> open_signer_store(const config::signer_config& c,
                                              const cluster_id& cluster) {
  std::error_code error;
  std::filesystem::create_directories(c.data_directory, error);
  if (error)
    fatal(exit_code::storage_unavailable,
          "cannot create " + c.data_directory.string() + ": " + error.message());
  store_options options;
  options.tables = signer_tables;
  auto store = lmdb_store::open(c.data_directory, options);
  if (!store) fatal(exit_code_of(store.error().code), store.error().reason);
  const auto bound = (*store)->bind_identity(cluster.view(), as_bytes("signer"));
  if (!bound) fatal(exit_code_of(bound.error().code), bound.error().reason);
  return std::move(*store);
}

digest name_of(const config::signer_key& key) {
  return signer::name_of(*ec_public_key::parse(key.public_key));
}

signer::held_key held_key_of(const config::signer_key& key) {
  return {*ec_public_key::parse(key.public_key), key.policy, key.standby};
}

} // namespace quorate
