#include "actors/node/recovery.hpp"

#include "actors/fatal.hpp"
#include "actors/gateway/receipt_book.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/log.hpp"
#include "actors/replica/records.hpp"
#include "actors/transfer/installation.hpp"
#include "core/ledger/batch.hpp"

#include <deque>

namespace quorate {

namespace {

constexpr std::uint64_t progress_blocks = 1000;

std::shared_ptr<lmdb_store> open_store(const std::filesystem::path& directory,
                                       const store_options& options, const cluster_id& cluster,
                                       const node_id& self) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    fatal(exit_code::storage_unavailable,
          "cannot create " + directory.string() + ": " + error.message());
  auto store = lmdb_store::open(directory, options);
  if (!store) fatal(exit_code_of(store.error().code), store.error().reason);
  if (const auto bound = (*store)->bind_identity(cluster.view(), self.view()); !bound)
    fatal(exit_code_of(bound.error().code), bound.error().reason);
  return std::move(*store);
}

ledger::ledger_state load_ledger(const lmdb_store& states, const ledger::genesis& genesis) {
  const auto last = states.get(table::meta, last_summary_key());
  if (!last) fatal(exit_code::storage_corrupt, last.error().reason);
  if (!*last) return ledger::ledger_state{genesis};
  const auto summary = decode<ledger::block_summary>(**last);
  std::vector<std::pair<digest, bytes>> records;
  const auto scanned =
      states.scan(table::state, {}, ~std::size_t{0}, [&](byte_view key, byte_view value) {
        if (const auto name = digest::from_bytes(key))
          records.emplace_back(*name, bytes{value.begin(), value.end()});
        return true;
      });
  if (!summary || !scanned)
    fatal(exit_code::storage_corrupt, "the stored ledger state cannot be read");
  auto state = ledger::ledger_state::restore(genesis, *summary, records);
  if (!state)
    fatal(exit_code::storage_corrupt,
          "the stored ledger state does not give the root that was stored with it");
  return std::move(*state);
}

// A stored block is final and proven; its operations need no second check.
ledger::ordered_batch to_batch(const stored_block& block, const ledger::authoriser& authoriser) {
  const auto view = ledger::read_batch(*block.body);
  if (!view) fatal(exit_code::storage_corrupt, "a stored block does not decode");
  ledger::ordered_batch batch{
      block.certificate.on.sequence, block.certificate.on.batch, view->time, {}};
  for (auto encoded : view->operations) {
    auto op = authoriser.accept_certified({encoded.begin(), encoded.end()});
    if (!op) fatal(exit_code::storage_corrupt, "an operation of a stored block does not decode");
    batch.operations.push_back(
        std::make_shared<const ledger::authorised_operation>(std::move(*op)));
  }
  return batch;
}

using block_ptr = std::shared_ptr<const ledger::applied_block>;

// Nothing to replay: the newest block is the one of the stored state.
block_ptr stored_head(const ledger::ledger_state& state, const lmdb_store& log) {
  auto stored = std::make_shared<ledger::applied_block>();
  stored->summary = state.last();
  stored->orders_signatures = true; // nobody knows: it is attested as if it did
  if (const auto results = log.get(table::results, key_of(state.height())); results && *results)
    if (auto decoded = decode_results(**results)) stored->results = std::move(*decoded);
  return stored;
}

// Those replayed last are kept for clients that wait for their receipts.
std::vector<block_ptr> replay(ledger::ledger_state& state, const lmdb_store& log,
                              const ledger::authoriser& authoriser) {
  std::deque<block_ptr> recent;
  const auto last = last_stored_block(log, state.height());
  while (state.height() < last) {
    const auto block = load_block(log, state.height().next());
    if (!block) fatal(exit_code::storage_corrupt, "a stored block is gone");
    recent.push_back(
        std::make_shared<const ledger::applied_block>(state.apply(to_batch(*block, authoriser))));
    if (recent.size() > receipt_book::blocks_kept) recent.pop_front();
    if (state.height().value % progress_blocks == 0)
      log::info("recovery", "replayed block " + std::to_string(state.height().value) + " of " +
                                std::to_string(last.value));
  }
  if (recent.empty() && state.height().value > 0) recent.push_back(stored_head(state, log));
  return {recent.begin(), recent.end()};
}

// A new node may vote at once. One whose disk was lost may have voted for things that it no longer
// knows; the marker that the first start consumes tells the two apart.
bool may_vote(lmdb_store& log, const std::filesystem::path& marker) {
  if (const auto known = load_voter(log)) return *known;
  std::error_code ignored;
  const bool first = std::filesystem::exists(marker, ignored);
  const record mark = voter_record(first);
  log.commit(std::span<const record>{&mark, 1});
  if (!first)
    log::warn("recovery", "the data directory is empty, but this node ran before: it learns from "
                          "its peers and votes again once past a later checkpoint");
  else if (!std::filesystem::remove(marker, ignored) && std::filesystem::exists(marker, ignored))
    log::warn("recovery", "cannot remove " + marker.string() +
                              " (a read-only folder?): if the data directory is ever lost, remove "
                              "it by hand before the next start");
  return first;
}

// The epoch that follows on what is delivered and known to be stable: until its last checkpoint
// is stable, a replica has work to do in the epoch before.
pbft::configuration configuration_to_go_on_in(const ledger::ledger_state& ledger,
                                              const lmdb_store& log,
                                              const ledger::authoriser& authoriser,
                                              sequence_number stable) {
  const auto base = std::min(stable, ledger.height());
  const auto& members = ledger.members();
  const auto end_before = [&log](const ledger::membership_epoch& of) {
    return load_epoch_end(log, {of.epoch.value - 1});
  };
  // A crash may have come after the last checkpoint was stable and before the end was stored: the
  // replica then starts in the epoch that ended, and ends it again.
  const auto* next = &members.at(base.next());
  if (members.pending && next == &*members.pending && !end_before(*next)) next = &members.current;
  const auto& epoch = *next;
  digest start_state;
  if (epoch.epoch > genesis_epoch) {
    const auto end = end_before(epoch);
    if (!end || end->sequence != epoch.after)
      fatal(exit_code::storage_corrupt, "the record of how the last epoch ended is gone");
    start_state = end->state;
  }
  return ledger::configuration_of(authoriser.cluster(), epoch, start_state, authoriser.suite());
}

} // namespace

recovered recover(const config::node_config& config, const ledger::genesis& genesis,
                  const ledger::authoriser& authoriser, const node_id& self,
                  const std::filesystem::path& first_start_marker) {
  const auto& cluster = authoriser.cluster();
  store_options log_options;
  log_options.map_size_bytes = config.map_size_mib * limits::MiB;
  auto log = open_store(config.data_directory / "log", log_options, cluster, self);
  store_options state_options;
  state_options.map_size_bytes = config.map_size_mib * limits::MiB;
  state_options.tables = {table::state};
  state_options.read_ahead = true;
  auto states = open_store(config.data_directory / "state", state_options, cluster, self);
  install_staged(
      {config.data_directory, state_options.map_size_bytes, *log, *states, genesis, cluster, self});
  auto ledger = load_ledger(*states, genesis);
  auto recent = replay(ledger, *log, authoriser);
  auto replica = load_replica_state(*log, ledger.height());
  replica.delivered_state = ledger.height().value == 0 ? digest{} : ledger::hash(ledger.last());
  replica.remembers = may_vote(*log, first_start_marker);
  auto configuration = configuration_to_go_on_in(ledger, *log, authoriser, replica.stable.sequence);
  const auto& pending = ledger.members().pending;
  if (pending && pending->epoch > configuration.epoch()) replica.epoch_end = pending->after;
  log::info("recovery", "at height " + std::to_string(ledger.height().value) + ", epoch " +
                            std::to_string(configuration.epoch().value));
  return {std::move(log),    std::move(states),  std::move(ledger),
          std::move(recent), std::move(replica), std::move(configuration)};
}

} // namespace quorate
