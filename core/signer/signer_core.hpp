// The signer without its disk, its keys and its network: questions in, effects out.
//
// What becomes of a question for a signature is an entry of the audit log, once the ledger has the
// log's newest head (log_anchor.hpp): until then every one is turned away. Before an answer leaves,
// the entry, and for a signature the decision (this request, this digest, for ever), the fencing
// token, the epoch and what was spent, are on the disk; keys are asked only then. So a crash at any
// moment leaves at most a decision without a signature. The signature is kept: whoever brings the
// same request again gets the same bytes, and neither the key nor the log hears of it. Nor of a
// request that is refused again for the same reason. So the log grows with what the cluster
// commits, and with lies, for which there is patience (patience.hpp).
#pragma once

#include "core/lease/fence.hpp"
#include "core/signer/log_anchor.hpp"
#include "core/signer/message.hpp"
#include "core/signer/policy.hpp"
#include "core/signer/record.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace quorate::signer {

/// Requests under way. More: busy.
inline constexpr std::size_t jobs_max = 256;

/// Names who asked, for the answer.
using asker = std::uint64_t;

/// A question's asker, and the node that brought it as people know it, for the log and, as a part
/// of an is_counter_name(), the counters: at most node_name_max. As many different ones as the
/// signer listens to.
struct asking {
  asker from = 0;
  std::string node;
};
inline constexpr std::size_t node_name_max = 32;

namespace effect {
/// Makes the records durable, all or none, in the order of the tokens.
struct persist {
  std::uint64_t token = 0;
  std::vector<record> records;
};
/// Asks the key's backend for these signatures, answered by on_made().
struct make {
  std::uint64_t job = 0;
  digest key;
  std::vector<wanted_signature> wanted;
};
struct reply {
  asker to = 0;
  answer what;
  bool is_charged = false; ///< no correct node asks such a thing: it costs the asker patience
};
} // namespace effect
using effects = std::vector<std::variant<effect::persist, effect::make, effect::reply>>;

struct held_key {
  ec_public_key key;
  key_policy policy;
  bool standby = false; ///< when it is new: created only, and not active
};

/// What was on the disk.
struct stored {
  signer_state state;
  std::vector<ledger::epoch_proof> epochs; ///< rising by one, from the one after genesis
  spend_windows windows;
  std::vector<key_record> key_steps; ///< as many as the state says, in order
};

struct signer_setup {
  std::map<digest, held_key> keys; ///< by the SHA-256 of the compressed public key
  /// The decision on the disk; none when there is none.
  std::function<std::optional<decision>(const ledger::operation_id&)> find;
  /// Its account is where the heads of the log go; null: they go nowhere, and nothing is signed.
  std::shared_ptr<const signing_key> log_key;
  /// A subtree of the log on the disk; only with log_key.
  audit::node_lookup find_node;
};

struct signer_counters {
  std::uint64_t requests = 0;
  std::uint64_t signed_new = 0;   ///< requests signed for the first time
  std::uint64_t signed_again = 0; ///< repeated ones, answered with the same signatures
  std::uint64_t busy = 0;         ///< turned away without an entry
  /// Of the refused, for want of a proof, so a lie or an old epoch: by the node that brought it.
  std::map<std::string, std::uint64_t> unproven_by;
  std::uint64_t unproven() const noexcept;
  std::map<errc, std::uint64_t> refused;
};

/// Invariants: one digest a request; the fencing token, the epoch and the time of the newest proven
/// block never go back; what leaves is on the disk; every signature was checked under its key.
class signer_core {
public:
  /// @param first  none on the very first start.
  /// Errors: over_limit for more keys than keys_max; those of key_policy::validate(); bad_proof,
  ///   wrong_epoch, sequence_gap and those of key_book::replay() when what was stored does not go
  ///   together.
  static expected<signer_core> restore(signer_setup setup, const ledger::genesis& genesis,
                                       std::optional<stored> first);

  /// Begins the lives of keys that were never held before. Once, before anything.
  effects start();

  /// Begins to serve: with an entry of the log, which the ledger has to know before anything is
  /// signed (log_anchor.hpp). Once, after start(). @param drawn  32 random bytes
  effects serve(const digest& drawn);

  /// A step in the life of a key, as its operator wants it. Nobody signs with it before the effect
  /// is done: only for a signer that serves nobody. Each is an entry of the log.
  /// Errors (unchanged then): those of key_book::take().
  expected<effects> change_key(const key_change& change);
  /// Whether it would. Errors: as it.
  outcome may_change_key(const key_change& change) const { return book_.check(change, seen_); }

  const key_book& keys() const noexcept { return book_; }

  /// @param encoded  of a question, as it came.
  effects on_question(const asking& by, byte_view encoded);

  /// For one who asked too much: busy, and nothing is logged.
  effects turn_away(asker from);

  /// Everything asked for up to `token` is on the disk.
  effects on_durable(std::uint64_t token);

  /// What the backend made, in the order that was asked for; or why not.
  effects on_made(std::uint64_t job, const expected<std::vector<chain_signature>>& made);

  /// Its keys' secrets were wiped: every request is refused from now on, and no head of the log is
  /// given, as signer_locked. Lets go of the log's key.
  void lock() noexcept {
    is_locked_ = true;
    setup_.log_key.reset();
  }

  status_answer status() const;
  const signer_counters& counters() const noexcept { return counters_; }

private:
  /// A proven request on its way to a decision, and what the log will say of it.
  struct attempt {
    asker from = 0;
    audit::entry entry;
    decision known;         ///< what became of it before; empty when it is new
    bool has_moved = false; ///< it raised what must not go back, which is not on the disk yet
    std::vector<wanted_signature> wanted;
    std::vector<record> records;
  };
  /// Signatures that the backend is asked for, or will be.
  struct job {
    asker from = 0;
    audit::entry entry; ///< of the request
    std::vector<wanted_signature> wanted;
  };
  using leaving = std::variant<effect::reply, effect::make>;
  /// What leaves when the records up to `token` are on the disk.
  struct waiting {
    std::uint64_t token = 0;
    leaving what;
  };

  signer_core(signer_setup setup, const ledger::genesis& genesis)
      : setup_(std::move(setup)), trusted_(genesis) {
    if (setup_.log_key) log_account_ = setup_.log_key->key();
  }

  outcome load(stored from);
  effects on(const asking& by, signing_request request);
  effects on(const asking& by, const epochs_shown& shown);
  effects on(const asking& by, const status_question&);
  effects on(const asking& by, const head_wanted& wanted);
  expected<ledger::signed_operation> bring(const ledger::account* account);

  outcome consider(const committed_order& order, attempt& made);
  outcome check_life(const digest& key, const reading& of) const;
  errc why_not_held(const digest& key) const;
  outcome decide(const committed_order& order, const reading& of, attempt& made);
  std::optional<decision> known(const ledger::operation_id& id) const;
  void remember(const ledger::operation_id& id, decision what, std::vector<record>& to);
  effects accept(attempt made);
  effects refuse(attempt made, errc why);
  effects refuse_unproven(const asking& by, audit::entry entry, errc why);
  effects leave(leaving what, bool has_moved);
  void hold(leaving what, effects& out);
  effects log_and_hold(const audit::entry& entry, std::vector<record> records, leaving then);
  effect::persist persist(std::vector<record> records);
  void append(const audit::entry& entry, std::vector<record>& to);
  outcome take(const key_change& change, std::vector<record>& to);
  outcome check(const job& done, const std::vector<chain_signature>& made) const;

  signer_setup setup_;
  std::optional<ledger::account_id> log_account_; ///< also after lock()
  ledger::trusted_epochs trusted_;
  lease::fence fence_;
  block_time_ms seen_;
  audit::log_frontier log_;
  log_anchor anchor_;
  key_book book_;
  spend_windows windows_;
  bool is_locked_ = false;
  std::uint64_t last_token_ = 0;
  std::uint64_t durable_token_ = 0;
  std::uint64_t last_job_ = 0;
  std::deque<waiting> waiting_; ///< tokens rising
  std::map<std::uint64_t, job> jobs_;
  /// Not on the disk before this token is.
  std::map<ledger::operation_id, std::pair<std::uint64_t, decision>> undurable_;
  std::deque<std::pair<std::uint64_t, ledger::operation_id>> undurable_order_;
  std::deque<std::pair<std::uint64_t, audit::log_head>> heads_; ///< not on the disk yet, by token
  audit::log_head durable_head_;
  signer_counters counters_;
};

/// The name under which a key is ordered and logged.
digest name_of(const ec_public_key& key);

} // namespace quorate::signer
