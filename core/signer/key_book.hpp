// The lives of a signer's keys, by the names under which they are ordered and logged.
//
// A key that the configuration names for the first time is created, and active at once unless it
// stands by; what happens to it later its operator says. What is kept are the steps, which give the
// states again, and each is an entry of the audit log.
#pragma once

#include "core/audit/entry.hpp"
#include "core/wallet/key_life_cycle.hpp"

namespace quorate::signer {

/// A step in the life of a key, as it stands on the disk.
/// Invariant: the event's key and successor are life_id() of these.
struct key_record {
  wallet::key_event event;
  digest key;       ///< SHA-256 of the public key
  digest successor; ///< of rotate; otherwise zero
  friend bool operator==(const key_record&, const key_record&) = default;
};

void write(writer& w, const key_record& v);
/// Errors: those of key_event; not_canonical unless the invariant holds.
void read(reader& r, key_record& v);

/// The name in wallet::key_life_cycle: the first half of a key's.
wallet::key_id life_id(const digest& key);

/// The entry of the audit log. A rotation is one entry, of the key that is replaced.
audit::entry entry_of(const key_record& of);

/// A step that is asked for.
struct key_change {
  wallet::key_step step = wallet::key_step::create;
  digest key;
  std::optional<digest> successor; ///< of rotate, and only there
  std::string reason;              ///< UTF-8, at most key_reason_bytes_max
};

class key_book {
public:
  /// Takes the step. @param time  the latest that was proven
  /// Errors (unchanged then): bad_utf8; those of key_life_cycle::apply().
  expected<key_record> take(const key_change& change, block_time_ms time);

  /// Whether take() would.
  outcome check(const key_change& change, block_time_ms time) const;

  /// Takes a step off the disk. Errors: sequence_gap; those of key_life_cycle::apply().
  outcome replay(const key_record& record);

  /// None for a key that was never here.
  std::optional<wallet::key_state> state(const digest& key) const;
  /// The key that took its place. None unless it was rotated.
  std::optional<digest> successor(const digest& key) const;

  /// Every key that was ever here, rising.
  std::vector<digest> keys() const;
  std::uint64_t steps() const noexcept { return lives_.events(); }

private:
  wallet::key_life_cycle lives_;
  std::map<wallet::key_id, digest> names_;
};

/// Why a key in that state signs nothing; nothing for an active one. A rotated key signs what pays
/// to its successor all the same: for the caller to see.
outcome check_state(wallet::key_state state);

} // namespace quorate::signer
