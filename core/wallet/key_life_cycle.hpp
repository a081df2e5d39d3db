// The life of keys: created, active, rotated, revoked, destroyed. Each step is an event with a
// number; the events alone, replayed in order, give the same states, so the audit log proves them.
//
//   create ──▶ created ──activate──▶ active ──rotate──▶ rotated ──┐
//                 │                     │                  │      ├─destroy──▶ destroyed
//                 ├───────revoke────────┴──────────────────┴─▶ revoked
//                 └──────────────────────destroy──────────────────┘
//
// An active key cannot be destroyed: something may still be owned by it. The secret itself is wiped
// by whoever holds the keystore, before it reports the destruction.
#pragma once

#include "core/base/strong.hpp"
#include "core/crypto/identity.hpp"
#include "core/wallet/keystore.hpp"

namespace quorate {
class writer;
class reader;
} // namespace quorate

namespace quorate::wallet {

/// Numbers stand in the audit log: append only.
enum class key_state : std::uint8_t {
  created = 1, ///< known, not yet used
  active = 2,
  rotated = 3, ///< a successor took its place: moves what is left to it, takes nothing new
  revoked = 4, ///< signs nothing any more
  destroyed = 5,
};

/// As above.
enum class key_step : std::uint8_t { create = 1, activate, rotate, revoke, destroy };

std::string_view name(key_state state) noexcept;
std::string_view name(key_step step) noexcept;

/// Why a step was taken, in words. Longer: over_limit.
inline constexpr std::size_t key_reason_bytes_max = 256;
/// Keys of one wallet, destroyed ones too, so that no id comes back. More: over_limit.
inline constexpr std::size_t keys_max = 100'000;

/// A step that somebody asks for.
struct key_order {
  block_time_ms time; ///< as agreed; never before that of the last event
  public_key actor;   ///< who asked; proven by the caller
  key_id key;
  key_step step = key_step::create;
  std::optional<key_id> successor; ///< for rotate, and only there
  std::string reason;              ///< at most 256 bytes; may be empty
  friend bool operator==(const key_order&, const key_order&) = default;
};

/// A step that was taken: an entry of the audit log.
struct key_event {
  std::uint64_t number = 0; ///< from 1, without gaps
  key_order order;
  friend bool operator==(const key_event&, const key_event&) = default;
};

void write(writer& w, const key_event& event);
/// Errors: bad_enum; over_limit.
void read(reader& r, key_event& event);

class key_life_cycle {
public:
  /// Takes the step.
  /// Errors (unchanged then): no_such_key; key_exists for a second creation; bad_key_step when the
  ///   state of the key, or of the successor (which has to be created), does not allow the step;
  ///   bad_block_time for one before the last event; over_limit.
  expected<key_event> apply(key_order order);

  /// Takes a step out of the log. Errors: sequence_gap unless it is the next; as apply().
  outcome replay(const key_event& event);

  /// Errors: no_such_key.
  expected<key_state> state(const key_id& key) const;

  /// Whether the key signs whatever its policy allows.
  bool may_sign(const key_id& key) const;
  /// Whether it signs what moves everything to its successor, or to itself: also after rotation.
  bool may_sweep(const key_id& key) const;
  /// The key that took its place. Errors: no_such_key, also for one that was never rotated.
  expected<key_id> successor(const key_id& key) const;

  std::uint64_t events() const noexcept { return events_; }

private:
  struct life {
    key_state state = key_state::created;
    std::optional<key_id> successor;
  };

  outcome check(const key_order& order) const;
  bool is_in(const key_id& key, key_state state) const;

  std::map<key_id, life> lives_;
  std::uint64_t events_ = 0;
  block_time_ms last_time_;
};

} // namespace quorate::wallet
