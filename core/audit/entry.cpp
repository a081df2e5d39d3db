#include "core/audit/entry.hpp"

#include "core/codec/utf8.hpp"
#include "core/crypto/merkle.hpp"

namespace quorate::audit {

namespace {

constexpr std::uint8_t version = 1;

bool is_defined(std::uint8_t number) noexcept {
  return number >= static_cast<std::uint8_t>(event::key_created) &&
         number <= static_cast<std::uint8_t>(event::signer_started);
}

} // namespace

std::string_view name(event e) noexcept {
  switch (e) {
  case event::key_created:
    return "key_created";
  case event::key_activated:
    return "key_activated";
  case event::key_rotated:
    return "key_rotated";
  case event::key_revoked:
    return "key_revoked";
  case event::key_destroyed:
    return "key_destroyed";
  case event::signature_made:
    return "signature_made";
  case event::signature_refused:
    return "signature_refused";
  case event::signer_started:
    return "signer_started";
  }
  return "unknown";
}

void write(writer& w, const entry& e) {
  w.u8(version);
  w.u8(static_cast<std::uint8_t>(e.what));
  write(w, e.time);
  write(w, e.key);
  write(w, e.subject);
  write(w, e.request);
  w.u16(e.reason);
  w.blob(as_bytes(e.note));
}

void read(reader& r, entry& e) {
  if (r.u8() != version) r.fail(errc::bad_version);
  const auto number = r.u8();
  if (!is_defined(number)) r.fail(errc::bad_enum);
  e.what = static_cast<event>(number);
  read(r, e.time);
  read(r, e.key);
  read(r, e.subject);
  read(r, e.request);
  e.reason = r.u16();
  const auto note = r.blob(note_bytes_max);
  e.note.assign(note.begin(), note.end());
  if (!is_utf8(e.note)) r.fail(errc::bad_utf8);
  if (e.reason != 0 && !quorate::is_defined(e.reason)) r.fail(errc::bad_enum);
  if ((e.what == event::signature_refused) != (e.reason != 0)) r.fail(errc::not_canonical);
}

digest leaf_of(const entry& e) { return merkle_leaf(encode(e)); }

std::string describe(const entry& e) {
  std::string text{name(e.what)};
  if (!e.key.is_zero()) text += " key " + to_hex(e.key).substr(0, 16);
  if (!e.subject.is_zero()) text += " of " + to_hex(e.subject);
  if (e.reason != 0) text += " because " + std::string{quorate::name(static_cast<errc>(e.reason))};
  return text;
}

} // namespace quorate::audit
