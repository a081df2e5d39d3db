#include "actors/ledger/ledger_actor.hpp"

#include "actors/fatal.hpp"
#include "actors/handlers.hpp"

#include <deque>

namespace quorate {

namespace {

class ledger_shell : public ledger_actor::base {
public:
  ledger_shell(caf::actor_config& config, ledger_setup setup,
               std::shared_ptr<const ledger_wiring> wiring)
      : ledger_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "ledger");
    return {
        [this](local::ordered_block& in) { on_ordered(in); },
        [this](durable in) { on_durable(in.token); },
        [this](const local::account_lookup& in) {
          const auto* found = setup_.state.find(in.account);
          return local::account_answer{found ? std::optional{*found} : std::nullopt,
                                       setup_.state.prove(in.account), setup_.state.last()};
        },
        [this](const local::reply_lookup& in) {
          return local::reply_answer{setup_.state.reply(in.account, in.sequence)};
        },
        [this](local::members_lookup) {
          return local::members_answer{setup_.state.members().as_of(setup_.state.height().next())};
        },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    wiring_.reset();
    setup_.blocks = nullptr;
    setup_.states = nullptr;
  }

private:
  void on_ordered(local::ordered_block& in) {
    auto block = std::make_shared<const ledger::applied_block>(setup_.state.apply(*in.batch));
    const auto& summary = block->summary;
    const ledger::attestation own{setup_.self, setup_.key->sign(ledger::attestation_statement(
                                                   setup_.cluster, setup_.epoch, summary))};
    send(wiring_->gateway, local::block_results{block});
    tell_replica({summary.height, ledger::hash(summary), own, epoch_end()});
    tell_mempool(*in.batch, *block);
    keep(std::move(in.records), *block);
  }

  std::optional<sequence_number> epoch_end() const {
    const auto& pending = setup_.state.members().pending;
    return pending ? std::optional{pending->after} : std::nullopt;
  }

  // What proves the next epoch to clients is made while the state is at hand; the certificate comes
  // when the checkpoint is stable.
  void keep_epoch_proof(std::vector<record>& records, const ledger::block_summary& summary) {
    const auto& members = setup_.state.members();
    if (!members.pending || members.pending->after != summary.height) return;
    const ledger::epoch_proof proof{members, setup_.state.prove_members(), summary, {}};
    records.push_back({table::meta, epoch_proof_key(members.pending->epoch), encode(proof)});
  }

  // A checkpoint vote says "I keep this state": it may leave only once the block is on the disk, or
  // a power cut could leave a stable checkpoint whose blocks nobody has.
  void tell_replica(local::block_applied applied) {
    if (applied.height.value % limits::checkpoint_interval == 0)
      checkpoints_.push_back(std::move(applied));
    else
      send(wiring_->replica, std::move(applied));
  }

  void on_durable(std::uint64_t height) {
    while (!checkpoints_.empty() && checkpoints_.front().height.value <= height) {
      send(wiring_->replica, std::move(checkpoints_.front()));
      checkpoints_.pop_front();
    }
    flush_if_durable(height);
  }

  // A primary cannot fill its batches with what was executed before, or cannot be yet.
  static mempool::block_load load_of(const ledger::ordered_batch& batch,
                                     const ledger::applied_block& block) {
    if (batch.operations.empty()) return {};
    std::size_t bytes = 0;
    std::size_t useful = block.touched.size();
    for (const auto& op : batch.operations) {
      bytes += op->encoded().size();
      useful += op->op().account.is_zero() ? 1 : 0;
    }
    return {useful, bytes * useful / batch.operations.size()};
  }

  void tell_mempool(const ledger::ordered_batch& batch, const ledger::applied_block& block) {
    auto ids = std::make_shared<std::vector<ledger::operation_id>>();
    auto noops = std::make_shared<std::vector<ledger::operation_id>>();
    ids->reserve(batch.operations.size());
    for (const auto& op : batch.operations) {
      ids->push_back(op->id());
      if (op->op().account.is_zero()) noops->push_back(op->id());
    }
    auto sequences =
        std::make_shared<std::vector<std::pair<ledger::account_id, account_sequence>>>();
    for (const auto& account : block.touched)
      sequences->emplace_back(account, setup_.state.find(account)->last_sequence);
    // An account that was opened for somebody else is new to admission too.
    for (const auto& op : batch.operations)
      if (const auto* open = std::get_if<ledger::open_account>(&op->op().body))
        if (const auto* opened = setup_.state.find(open->account))
          sequences->emplace_back(opened->id, opened->last_sequence);
    send(wiring_->mempool, local::applied_notice{load_of(batch, block), std::move(ids),
                                                 std::move(noops), std::move(sequences)});
  }

  void keep(std::shared_ptr<std::vector<record>> records, const ledger::applied_block& block) {
    if (!records) records = std::make_shared<std::vector<record>>();
    const auto height = block.summary.height;
    records->push_back({table::results, key_of(height), encode_results(block.results)});
    keep_epoch_proof(*records, block.summary);
    send(setup_.blocks, persist_request{height.value, records});
    if (height.value % setup_.state_flush_interval != 0 || to_flush_) return;
    if (const auto conserved = setup_.state.check_conservation(); !conserved)
      fatal(exit_code::state_diverged,
            "at height " + std::to_string(height.value) + " balances do not add up to supplies");
    to_flush_ = std::make_shared<std::vector<record>>();
    for (auto& changed : setup_.state.take_dirty())
      to_flush_->push_back({table::state,
                            {changed.key.data.begin(), changed.key.data.end()},
                            std::move(changed.value)});
    to_flush_->push_back({table::meta, last_summary_key(), encode(block.summary)});
    flush_summary_ = block.summary;
  }

  // The state of a height is stored only after the block itself, so that no block is ever missing
  // below a stored state.
  void flush_if_durable(std::uint64_t height) {
    const auto at = flush_summary_.height.value;
    if (!to_flush_ || height < at) return;
    caf::anon_send(setup_.states, persist_request{at, std::exchange(to_flush_, {})});
    if (setup_.snapshot_interval > 0 && at % setup_.snapshot_interval == 0)
      send(wiring_->transfer, local::snapshot_due{flush_summary_});
  }

  ledger_setup setup_;
  std::shared_ptr<const ledger_wiring> wiring_;
  std::deque<local::block_applied> checkpoints_; ///< applied, not durable yet
  std::shared_ptr<std::vector<record>> to_flush_;
  ledger::block_summary flush_summary_; ///< of to_flush_
};

} // namespace

ledger_actor spawn_ledger(caf::actor_system& system, ledger_setup setup,
                          std::shared_ptr<const ledger_wiring> wiring) {
  return system.spawn<ledger_shell>(std::move(setup), std::move(wiring));
}

bytes epoch_proof_key(configuration_epoch epoch) {
  return key_of("ledger.epoch_proof." + std::to_string(epoch.value));
}

bytes last_summary_key() { return key_of("ledger.last"); }

bytes encode_results(const std::vector<ledger::operation_result>& results) {
  writer w{results.size() * 96 + 4};
  w.count(results.size());
  for (const auto& one : results)
    write(w, one);
  return std::move(w).take();
}

expected<std::vector<ledger::operation_result>> decode_results(byte_view from) {
  reader r{from};
  std::vector<ledger::operation_result> results(r.count(limits::batch_operations_max, 82));
  for (auto& one : results)
    read(r, one);
  QUORATE_TRY(r.finish());
  return results;
}

} // namespace quorate
