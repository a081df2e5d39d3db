#include "actors/transfer/installation.hpp"

#include "actors/fatal.hpp"
#include "actors/ledger/epoch_proofs.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/log.hpp"
#include "actors/replica/records.hpp"
#include "actors/transfer/offer_check.hpp"
#include "actors/transfer/staging_area.hpp"
#include "core/ledger/ledger_state.hpp"

#include <algorithm>

namespace quorate {

namespace {

sequence_number own_height(const installation_site& site) {
  const auto stored = site.states.get(table::meta, last_summary_key());
  if (!stored) fatal(exit_code::storage_corrupt, stored.error().reason);
  sequence_number flushed;
  if (*stored) {
    const auto summary = decode<ledger::block_summary>(**stored);
    if (!summary) fatal(exit_code::storage_corrupt, "the stored ledger state cannot be read");
    flushed = summary->height;
  }
  return last_stored_block(site.log, flushed);
}

// The certificate of an epoch's last checkpoint is also the proof that the epoch ended.
void prepare_log(const installation_site& site, const ledger::ledger_state& state,
                 const pbft::checkpoint_certificate& certificate) {
  std::vector<record> records;
  if (load_stable_checkpoint(site.log).sequence < certificate.sequence)
    append_records(records, certificate);
  records.push_back(snapshot_certificate_record(certificate));
  const auto& pending = state.members().pending;
  if (pending && pending->after == certificate.sequence) {
    const ledger::epoch_proof proof{state.members(), state.prove_members(), state.last(),
                                    certificate};
    for (auto& one : records_of(proof))
      records.push_back(std::move(one));
  }
  site.log.commit(std::span<const record>{records});
}

void replace_state(const installation_site& site, std::vector<state_transfer::state_entry> staged,
                   const ledger::block_summary& summary) {
  const auto old = load_state_records(site.states);
  if (!old) fatal(exit_code_of(old.error().code), old.error().reason);
  std::vector<record> records;
  records.reserve(staged.size() + 1);
  for (const auto& [key, value] : *old)
    if (!std::binary_search(staged.begin(), staged.end(), std::pair{key, bytes{}},
                            [](const auto& a, const auto& b) { return a.first < b.first; }))
      records.push_back({table::state, {key.data.begin(), key.data.end()}, std::nullopt});
  for (auto& [key, value] : staged)
    records.push_back({table::state, {key.data.begin(), key.data.end()}, std::move(value)});
  records.push_back({table::meta, last_summary_key(), encode(summary)});
  site.states.commit(std::span<const record>{records});
}

enum class verdict : std::uint8_t { installed, of_no_use, incomplete };

verdict try_install(const installation_site& site) {
  const auto area =
      staging_area::open(site.data_directory, site.map_size_bytes, site.cluster, site.self);
  const auto progress = area->progress();
  if (!progress) return verdict::of_no_use;
  const auto height = progress->target.summary.height;
  const auto own = own_height(site);
  if (height <= own) return verdict::of_no_use;
  const bool complete = std::none_of(progress->next.begin(), progress->next.end(),
                                     [](const auto& next) { return next.has_value(); });
  if (!complete) return verdict::incomplete;
  const auto offer = check_offer(load_trusted_epochs(site.log, site.genesis), progress->target);
  if (!offer) {
    log::error("transfer", "the staged snapshot is not proven: " +
                               std::string{explain(offer.error())} + "; it is fetched again");
    return verdict::of_no_use;
  }
  auto records = area->records();
  const auto state = ledger::ledger_state::restore(site.genesis, (*offer)->summary, records);
  if (!state) {
    log::error("transfer", "the staged snapshot is damaged; it is fetched again");
    return verdict::of_no_use;
  }
  const auto count = records.size();
  prepare_log(site, *state, (*offer)->certificate);
  replace_state(site, std::move(records), (*offer)->summary);
  log::info("transfer", "installed the snapshot of height " + std::to_string(height.value) + " (" +
                            std::to_string(count) + " records) over height " +
                            std::to_string(own.value));
  return verdict::installed;
}

} // namespace

void install_staged(const installation_site& site) {
  if (!staging_area::exists(site.data_directory)) return;
  switch (try_install(site)) {
  case verdict::incomplete:
    return;
  case verdict::installed:
  case verdict::of_no_use:
    staging_area::remove(site.data_directory);
  }
}

} // namespace quorate
