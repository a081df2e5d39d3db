#include "actors/ledger/epoch_proofs.hpp"

#include "actors/ledger/ledger_actor.hpp"
#include "actors/replica/records.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate {

std::optional<ledger::epoch_proof> load_epoch_proof(const lmdb_store& log,
                                                    configuration_epoch epoch) {
  if (epoch <= genesis_epoch) return std::nullopt;
  const auto stored = log.get(table::meta, epoch_proof_key(epoch));
  if (!stored || !*stored) return std::nullopt;
  auto proof = decode<ledger::epoch_proof>(**stored);
  if (!proof) return std::nullopt;
  auto end = load_epoch_end(log, {epoch.value - 1});
  if (!end) return std::nullopt;
  proof->end = std::move(*end);
  return std::move(*proof);
}

std::vector<ledger::epoch_proof> load_epoch_proofs(const lmdb_store& log,
                                                   configuration_epoch from) {
  std::vector<ledger::epoch_proof> found;
  for (auto epoch = from; found.size() < ledger::epoch_proofs_max; epoch = epoch.next()) {
    auto proof = load_epoch_proof(log, epoch);
    if (!proof) break;
    found.push_back(std::move(*proof));
  }
  return found;
}

ledger::trusted_epochs load_trusted_epochs(const lmdb_store& log, const ledger::genesis& genesis) {
  ledger::trusted_epochs trusted{genesis};
  while (const auto proof = load_epoch_proof(log, trusted.newest().next()))
    if (!trusted.extend(*proof)) break;
  return trusted;
}

std::vector<record> records_of(const ledger::epoch_proof& proof) {
  auto without_end = proof;
  without_end.end = {};
  return {{table::meta, epoch_proof_key(proof.value.pending->epoch), encode(without_end)},
          epoch_end_record(proof.end)};
}

} // namespace quorate
