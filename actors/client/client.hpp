// The client as a library for programs that are no actor systems: blocking calls.
//
//   auto client = quorate::client::open(settings, error);
//   auto done = client->submit(quorate::ledger::sign(client->cluster(), operation, key));
//   if (done.result && done.result->code == 0) …            // ordered, applied, proven
#pragma once

#include "actors/client/client_actor.hpp"
#include "core/ledger/genesis.hpp"
#include "core/signer/message.hpp"

#include <caf/actor_system_config.hpp>

namespace quorate {

struct client_options {
  transport::tls_files tls;
  std::vector<transport::target> nodes;
  std::string region;          ///< whose nodes are preferred; empty: those that `nodes` names first
  bool follow_registry = true; ///< false: `nodes` and no others, as for asking one by one
  ledger::genesis genesis;     ///< whom to trust; must be the cluster's own, from a trusted place
  std::uint64_t answer_timeout_ms = 5'000;
  std::uint64_t operation_timeout_ms = 60'000;
};

/// Submitting is thread-safe; one thread at a time reads. Destruction waits for nothing: what is
/// under way may still be ordered.
class client {
public:
  /// @returns null with a sentence in `error` when certificates or genesis cannot be used.
  static std::unique_ptr<client> open(const client_options& options, std::string& error);
  ~client();

  const cluster_id& cluster() const noexcept { return cluster_; }
  /// Genesis, and every change of membership that was proven to this client since.
  std::shared_ptr<const ledger::trusted_epochs> trusted() const { return settings_.trusted->get(); }

  /// Submits and waits for the verified result.
  submitted submit(const ledger::signed_operation& operation);

  /// Submits all at once; `done` is called as they finish, from another thread.
  void submit(std::vector<prepared_operation> operations, on_submitted done);

  prepared_operation prepare(const ledger::signed_operation& operation) const;

  /// The account, or none, as of an attested block; verified.
  /// Errors: timed_out, unreachable, bad_proof, too_few_attestations.
  expected<ledger::account_proof> account(const ledger::account_id& id);

  /// As above, as current as asked for. A linearizable answer is checked against what 2f+1 replicas
  /// signed for this question; a leased one is the word of one node, asked for by name.
  /// Errors: as above; read_only, halted, no_lease: why() tells what the nodes said.
  expected<protocol::account_answer> account(const ledger::account_id& id,
                                             protocol::consistency kind);

  /// What was said with the last refusal of a read; empty when nothing was.
  const std::string& why() const noexcept { return why_; }

  /// Errors: as above; not_found.
  expected<ledger::receipt> receipt(const ledger::account_id& id, account_sequence sequence);

  /// What the signer said to this account's signing order of that sequence, brought by the
  /// connected node. The signature itself tells whether it is one.
  /// Errors: timed_out, unreachable; not_found; not_ready: ask again soon; read_only, halted.
  expected<signer::answer> ask_signature(const ledger::account_id& id, account_sequence sequence);

  /// What the connected node says of itself, and of the members: not proven.
  expected<protocol::node_status> status();
  expected<ledger::membership> members();

  /// What the members registered of themselves, as the connected node has heard it, each signed by
  /// its member; those that do not verify are left out. Rising by replica.
  /// Errors: timed_out, unreachable; bad_enum from a node that does not know the question.
  expected<std::vector<registry::registration>> registrations();

  /// All contradictions that the connected node holds, each checked; `more` is false. The counts
  /// are what the node says.
  /// Errors: timed_out, unreachable; bad_enum from a node that does not know the question;
  /// bad_certificate when a piece proves nothing; over_limit.
  expected<protocol::evidence_answer> evidence();

  const client_actor& actor() const noexcept { return actor_; }

private:
  client(client_settings settings, const ledger::genesis& genesis);
  expected<bytes> read(const protocol::query& what);
  outcome check_genesis_answer(const ledger::account_proof& proof,
                               const ledger::account_id& id) const;

  client_settings settings_;
  cluster_id cluster_;
  digest genesis_state_root_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<transport::endpoint> net_;
  client_actor actor_;
  std::string why_;
};

} // namespace quorate
