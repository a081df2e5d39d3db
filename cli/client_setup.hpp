// What every subcommand that asks a cluster needs: a client from a TOML file.
#pragma once

#include "actors/client/client.hpp"
#include "config/node_config.hpp"

#include <memory>
#include <string>

namespace quorate::cli {

/// A client's TOML, its genesis, and what follows from them.
struct client_setup {
  config::client_config config;
  client_options options;
  std::array<std::uint8_t, 32> seed{}; ///< of test accounts; zero without accounts_seed
};

/// Throws std::runtime_error with all that is wrong.
client_setup load_client_setup(const std::string& file);

/// As above, from a *node's* TOML: asks that node alone, with the probe certificate beside it.
client_setup load_probe_setup(const std::string& node_file);

/// Throws std::runtime_error.
std::unique_ptr<client> open_client(const client_options& options);

/// The account that pays for nothing but has to sign: the configuration's account_key, or else test
/// account `index`. Throws std::runtime_error.
signing_key signer_of(const client_setup& setup, std::uint32_t index);

/// The account with all that was acknowledged before, or none. Throws std::runtime_error, and
/// refusal where no quorum answers.
std::optional<ledger::account> current_account(client& cluster, const ledger::account_id& id);

/// The next sequence of an account: no operation that was acknowledged before has it. A stale read
/// could give one that was used, and its receipt would never come. Throws as current_account().
account_sequence next_sequence(client& cluster, const ledger::account_id& id);

/// Asks the cluster for every change of membership since genesis. Throws std::runtime_error.
std::shared_ptr<const ledger::trusted_epochs> learn_epochs(const client_options& options);

/// Asks each node by itself, all at the same time. None where a node did not answer.
std::vector<std::optional<protocol::node_status>> ask_all(const client_options& options);

/// What a node says of itself; nothing where it does not answer.
struct node_page {
  std::optional<protocol::node_status> status;
  std::optional<registry::labels> tags; ///< as it registered them
};
/// Of each node, all asked at the same time.
std::vector<node_page> ask_pages(const client_options& options);

/// What each node holds against replicas, all at the same time; checked (client::evidence).
std::vector<expected<protocol::evidence_answer>> ask_evidence(const client_options& options);

/// The replicas of a genesis: what evidence and receipts are checked against.
pbft::configuration members_of(const ledger::genesis& genesis);

/// Throws std::runtime_error.
ledger::genesis load_genesis_file(const std::filesystem::path& file);

/// An identity, of this suite where the cluster is known. Throws std::runtime_error, which names
/// the file.
signing_key load_identity_file(const std::filesystem::path& file,
                               std::optional<crypto_suite> of_cluster);

/// Whether the node takes part and sees a quorum.
bool is_ready(const protocol::node_status& s) noexcept;

} // namespace quorate::cli
