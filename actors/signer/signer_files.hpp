// What a signer's process and its operator's commands open alike. What cannot be opened ends the
// process, with one of exit_code.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "config/genesis_file.hpp"
#include "config/signer_config.hpp"
#include "core/signer/signer_core.hpp"

#include <memory>

namespace quorate {

/// All that is wrong with it is told at once.
config::signer_config load_signer_file(const std::filesystem::path& file);

/// Ends the process also when an approver of a policy is no key of the genesis' suite.
ledger::genesis load_signer_genesis(const config::signer_config& c);

/// Opened with signer_tables, made when there is none. One process at a time has it.
std::shared_ptr<lmdb_store> open_signer_store(const config::signer_config& c,
                                              const cluster_id& cluster);

/// The key as orders and the log name it.
digest name_of(const config::signer_key& key);
signer::held_key held_key_of(const config::signer_key& key);

} // namespace quorate
