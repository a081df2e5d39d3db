// What clients sign: the operations of the ledger, their canonical bytes and their identity.
//
// Encoding: version u8, kind u8, account 32, sequence u64, valid_until u64, body; behind a signed
// operation its 64-byte signature. A transfer takes 166 bytes with its signature.
#pragma once

#include "core/audit/merkle_log.hpp"
#include "core/base/amount.hpp"
#include "core/base/cluster.hpp"
#include "core/base/limits.hpp"
#include "core/base/strong.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/identity.hpp"

#include <string>
#include <variant>

namespace quorate::ledger {

/// Tagged hash of cluster id and canonical operation without its signature. Also what is signed.
using operation_id = fixed_bytes<struct operation_id_tag, 32>;

/// An account is its BIP-340 public key.
using account_id = public_key;

/// One signature of a member (attester or administrator, by its place in genesis) over an
/// approval_statement.
struct approval {
  std::uint16_t member = 0;
  signature sig;
  friend bool operator==(const approval&, const approval&) = default;
};

/// Opens `account`. Signed by that key itself where genesis has self_open, or by an administrator.
struct open_account {
  account_id account;
  friend bool operator==(const open_account&, const open_account&) = default;
};

/// Moves `units` of `asset` from the signer to `to`.
struct transfer {
  asset_id asset;
  account_id to;
  amount units;
  friend bool operator==(const transfer&, const transfer&) = default;
};

/// 1 to transfer_legs_max transfers under one signature: all of them happen, or none.
struct transfer_batch {
  std::vector<transfer> legs;
  friend bool operator==(const transfer_batch&, const transfer_batch&) = default;
};

/// A deposit seen on a chain, by a quorum of attesters. (chain, transaction, locator) credits once.
struct credit {
  asset_id asset;
  account_id to;
  amount units;
  std::uint32_t chain = 0; ///< SLIP-44 coin type
  digest transaction;      ///< transaction id on that chain
  bytes locator;           ///< output index or log ordinal; 1 to locator_bytes_max bytes
  std::vector<approval> approvals;
  friend bool operator==(const credit&, const credit&) = default;
};

/// Holds `units` of the signer for a withdrawal to `destination`. The hold's id is this
/// operation's id.
struct withdrawal_request {
  asset_id asset;
  amount units;
  std::uint32_t chain = 0;
  bytes destination; ///< 1 to destination_bytes_max bytes
  friend bool operator==(const withdrawal_request&, const withdrawal_request&) = default;
};

/// Ends a hold by a quorum of attesters: the units left by the chain (settled), or go back to the
/// available balance of `owner`.
struct withdrawal_release {
  account_id owner;
  operation_id hold;
  bool settled = false;
  std::vector<approval> approvals;
  friend bool operator==(const withdrawal_release&, const withdrawal_release&) = default;
};

/// Freezes or unfreezes `account` by a quorum of administrators. `counter` is the account's
/// freeze counter plus one, so that an old approval cannot be shown again.
struct set_frozen {
  account_id account;
  bool frozen = false;
  std::uint64_t counter = 0;
  std::vector<approval> approvals;
  friend bool operator==(const set_frozen&, const set_frozen&) = default;
};

/// Ordered and nothing else: for benchmarks and probes. May be unsigned (account and signature
/// zero, no sequence) where genesis allows it.
struct noop {
  bytes payload; ///< at most noop_bytes_max bytes
  friend bool operator==(const noop&, const noop&) = default;
};

enum class membership_change : std::uint8_t {
  add = 1,     ///< a new member, on probation: it learns and has no vote
  promote = 2, ///< a member on probation gets a vote
  remove = 3,
  replace = 4, ///< `successor`, on probation so far, takes the vote of `member`, which leaves
  rotate = 5,  ///< a member gets another key
};

/// Changes who belongs to the cluster, by a quorum of administrators. In force with `epoch`, which
/// begins at the end of the checkpoint interval after the one in which this is executed.
struct change_membership {
  configuration_epoch epoch; ///< the current one plus one, so that an approval is good once
  membership_change what = membership_change::add;
  replica_id member;    ///< add: the next id that was never given
  replica_id successor; ///< replace; else zero
  public_key key;       ///< add and rotate; else zero
  digest tls_key;       ///< SHA-256 of the certificate's key; with `key`
  std::string endpoint; ///< "host:port", 3 to endpoint_bytes_max bytes; with `key`
  std::vector<approval> approvals;
  friend bool operator==(const change_membership&, const change_membership&) = default;
};

/// How an order's transaction is encoded, and by which rules it is signed. Append only.
enum class signing_chain : std::uint8_t {
  bitcoin = 1, ///< a PSBT with everything that its inputs need
  evm = 2,     ///< the payload that is hashed and signed (EIP-155, EIP-2718)
  cosmos = 3,  ///< a SignDoc
};

/// What an order says of one output or message of its transaction.
struct payment {
  std::string
      destination; ///< as the chain writes it; 1 to destination_bytes_max of printable ASCII
  amount units;
  friend auto operator<=>(const payment&, const payment&) = default;
};

/// Over signer::approval_statement() of the whole operation.
struct signing_approval {
  public_key approver;
  signature sig;
  friend bool operator==(const signing_approval&, const signing_approval&) = default;
};

/// Orders a signature of a chain's key over one transaction. The ledger only says that it was
/// ordered, by whom and when; whether it is signed decides the policy of the key, in the signer,
/// which takes payments from the transaction itself and refuses an order that states others.
struct signing_order {
  digest key; ///< SHA-256 of the chain's public key
  signing_chain chain = signing_chain::bitcoin;
  bytes transaction; ///< without signatures; 1 to signing_transaction_bytes_max bytes
  asset_id asset;
  std::vector<payment> payments; ///< at most payments_max, in the order of the transaction
  std::vector<signing_approval> approvals; ///< rising by approver
  friend bool operator==(const signing_order&, const signing_order&) = default;
};

/// Puts the head of an audit log into the account that keeps it, whose key is the log's own. Heads
/// only ever go on from one another, so the newest speaks for all before it.
struct audit_head {
  audit::log_head head;      ///< of one entry or more
  std::vector<digest> proof; ///< as audit::prove_consistency gives from the account's head to this
  friend bool operator==(const audit_head&, const audit_head&) = default;
};

/// The kind on the wire is the index plus one: append only.
using operation_body = std::variant<open_account, transfer, transfer_batch, credit,
                                    withdrawal_request, withdrawal_release, set_frozen, noop,
                                    change_membership, signing_order, audit_head>;

struct operation {
  account_id account;        ///< signer; zero for an unsigned no-op
  account_sequence sequence; ///< from 1, one more each time; 0 for an unsigned no-op
  block_time_ms valid_until; ///< refused as expired in blocks of a later time; 0: no expiry
  operation_body body;
  friend bool operator==(const operation&, const operation&) = default;
};

struct signed_operation {
  operation op;
  signature sig; ///< zero for an unsigned no-op
  friend bool operator==(const signed_operation&, const signed_operation&) = default;
};

/// Errors of reading: bad_version, bad_enum, over_limit, not_canonical (approvals not strictly
/// rising by member; an unsigned no-op with a sequence), truncated.
void write(writer& w, const operation& op);
void read(reader& r, operation& op);
void write(writer& w, const signed_operation& op);
void read(reader& r, signed_operation& op);

operation_id id_of(const cluster_id& cluster, const operation& op);

/// As id_of(), from the canonical bytes of a *signed* operation, without decoding.
/// @pre encoded.size() > 64.
operation_id id_of_encoded(const cluster_id& cluster, byte_view encoded_signed_operation);

signed_operation sign(const cluster_id& cluster, operation op, const signing_key& key);

/// What attesters or administrators sign: tagged hash of the cluster id and the canonical body
/// without its approvals.
digest approval_statement(const cluster_id& cluster, const operation_body& body);

/// Whether the body is a no-op without signer, sequence and signature.
bool is_unsigned(const signed_operation& op) noexcept;

/// Transfers that this operation makes: the legs of a batch, 1 for any other kind.
std::size_t leg_count(const operation& op) noexcept;

} // namespace quorate::ledger
