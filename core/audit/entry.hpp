// What the audit log records: every signature, every refusal to sign, and every event in the life
// of a key.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/strong.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate::audit {

/// The longest note. Longer: over_limit.
inline constexpr std::size_t note_bytes_max = 256;

/// What happened. Numbers are written into the log: append only.
enum class event : std::uint8_t {
  key_created = 1,
  key_activated = 2,
  key_rotated = 3, ///< subject: the digest of the key that takes its place
  key_revoked = 4,
  key_destroyed = 5,
  signature_made = 6,    ///< subject: the digest that was signed
  signature_refused = 7, ///< subject: the digest that was to be signed; reason says why not
  signer_started = 8,    ///< subject: 32 random bytes; the key is zero
};

/// The stable lower-case name, e.g. "key_created".
std::string_view name(event e) noexcept;

/// One entry. No secret is ever part of it.
struct entry {
  event what{};
  block_time_ms time; ///< as agreed in the block that caused it, or 0 when none did
  digest key;         ///< SHA-256 of the public key
  digest subject;     ///< what the event is about; zero where it needs nothing
  digest request;     ///< the operation or offline request behind it; zero when there was none
  std::uint16_t reason = 0; ///< the number of the errc of a refusal, otherwise 0
  std::string note;         ///< UTF-8, for people

  friend bool operator==(const entry&, const entry&) = default;
};

/// Canonical bytes: version u8, event u8, time u64, key 32, subject 32, request 32, reason u16,
/// note.
void write(writer& w, const entry& e);
/// Errors (in the reader): bad_version; bad_enum; over_limit; bad_utf8; not_canonical for a reason
/// without refusal, or the other way round.
void read(reader& r, entry& e);

/// The entry as a leaf of the log: merkle_leaf of its canonical bytes.
digest leaf_of(const entry& e);

/// One line: what happened to which key.
std::string describe(const entry& e);

} // namespace quorate::audit
