#include "core/pbft/evidence.hpp"

#include <algorithm>

namespace quorate::pbft {

namespace {

using kind = evidence::kind;

constexpr kind last_kind = kind::commit_left_out;

void read_kind(reader& r, kind& what) {
  const auto number = r.u8();
  if (number == 0 || number > static_cast<std::uint8_t>(last_kind)) return r.fail(errc::bad_enum);
  what = static_cast<kind>(number);
}

bool same_place(const evidence& e) noexcept {
  return e.first.epoch == e.second.epoch && e.first.view == e.second.view &&
         e.first.sequence == e.second.sequence && e.first.batch != e.second.batch;
}

bool same_view(const evidence& e) noexcept { return same_place(e) && e.first.sequence.value == 0; }

bool commit_is_left_out(const evidence& e) {
  return e.left && e.left->vote.replica == e.culprit && ballot_of(*e.left) == e.second &&
         leaves_out(*e.left, e.first);
}

bool exclude_each_other(const evidence& e, const configuration& config) {
  const bool by_primary = e.culprit == config.primary(e.first.view);
  switch (e.what) {
  case kind::two_pre_prepares:
    return same_place(e) && by_primary;
  case kind::two_prepares:
  case kind::two_commits:
    return same_place(e);
  case kind::two_checkpoints:
    return same_place(e) && e.first.view.value == 0;
  case kind::two_view_changes:
    return same_view(e);
  case kind::two_new_views:
    return same_view(e) && by_primary;
  case kind::commit_left_out:
    return commit_is_left_out(e);
  }
  return false;
}

enum class place : std::uint8_t { first, second };

/// What the culprit signed; none for a kind that is not defined.
std::optional<digest> statement(const evidence& e, place which, const statements& say) {
  const ballot& on = which == place::first ? e.first : e.second;
  switch (e.what) {
  case kind::two_pre_prepares:
    return say.of_pre_prepare(on);
  case kind::two_prepares:
    return say.of_prepare(on);
  case kind::two_commits:
    return say.of_commit(on);
  case kind::two_checkpoints:
    return say.of_checkpoint(on.epoch, on.sequence, on.batch);
  case kind::two_view_changes:
    return say.of_view_change(on.epoch, on.view, e.culprit, on.batch);
  case kind::two_new_views:
    return say.of_new_view(on.epoch, on.view, on.batch);
  case kind::commit_left_out:
    if (which == place::first) return say.of_commit(on);
    return say.of_view_change(on.epoch, on.view, e.culprit, on.batch);
  }
  return std::nullopt;
}

bool is_signed(const evidence& e, place which, const statements& say, const verifying_key& key) {
  const auto said = statement(e, which, say);
  return said && key.verify(*said, which == place::first ? e.first_sig : e.second_sig);
}

std::string at(const ballot& on) {
  return "view " + std::to_string(on.view.value) + ", sequence " +
         std::to_string(on.sequence.value);
}

std::string what_was_signed(const evidence& e) {
  const auto view = std::to_string(e.first.view.value);
  switch (e.what) {
  case kind::two_pre_prepares:
    return "two different pre-prepares for " + at(e.first);
  case kind::two_prepares:
    return "prepares for two batches at " + at(e.first);
  case kind::two_commits:
    return "commits for two batches at " + at(e.first);
  case kind::two_checkpoints:
    return "two different states at sequence " + std::to_string(e.first.sequence.value);
  case kind::two_view_changes:
    return "two different VIEW-CHANGEs for view " + view;
  case kind::two_new_views:
    return "two different NEW-VIEWs for view " + view;
  case kind::commit_left_out:
    return "a commit for " + at(e.first) + ", and a VIEW-CHANGE for view " +
           std::to_string(e.second.view.value) + " without the certificate that the commit needs";
  }
  return "nothing that is known";
}

} // namespace

evidence_id evidence::id() const noexcept {
  return {culprit, what, first.epoch, first.view, first.sequence};
}

ballot ballot_of(const view_change& m) { return {m.new_view, {}, content_of(m), m.epoch}; }
ballot ballot_of(const new_view& m) { return {m.view, {}, content_of(m), m.epoch}; }

// A replica commits only behind a prepared certificate that is durable, keeps it until a stable
// checkpoint covers it, and replaces it only by one of a later view.
bool leaves_out(const view_change& m, const ballot& on) noexcept {
  if (on.epoch != m.epoch || on.view >= m.new_view || on.sequence <= m.stable.sequence)
    return false;
  return std::none_of(m.prepared.begin(), m.prepared.end(), [&on](const auto& shown) {
    const ballot& have = shown.header.on;
    return have.sequence == on.sequence && (have.view > on.view || have == on);
  });
}

outcome check(const evidence& e, const configuration& config) {
  if (e.first.epoch != config.epoch() || !config.is_voter(e.culprit) ||
      !exclude_each_other(e, config))
    return errc::bad_certificate;
  const statements say{config.cluster()};
  const auto& key = config.key(e.culprit);
  if (!is_signed(e, place::first, say, key) || !is_signed(e, place::second, say, key))
    return errc::bad_certificate;
  return {};
}

std::string_view name(evidence::kind what) noexcept {
  switch (what) {
  case kind::two_pre_prepares:
    return "two_pre_prepares";
  case kind::two_prepares:
    return "two_prepares";
  case kind::two_commits:
    return "two_commits";
  case kind::two_checkpoints:
    return "two_checkpoints";
  case kind::two_view_changes:
    return "two_view_changes";
  case kind::two_new_views:
    return "two_new_views";
  case kind::commit_left_out:
    return "commit_left_out";
  }
  return "unknown";
}

std::string describe(const evidence& e) {
  return "replica " + std::to_string(e.culprit.value) + " signed " + what_was_signed(e);
}

void write(writer& w, const evidence& v) {
  QUORATE_CHECK(v.left.has_value() == (v.what == kind::commit_left_out));
  w.u8(static_cast<std::uint8_t>(v.what));
  write(w, v.culprit);
  write(w, v.first);
  write(w, v.first_sig);
  write(w, v.second);
  write(w, v.second_sig);
  if (v.left) write(w, *v.left);
}

void read(reader& r, evidence& v) {
  read_kind(r, v.what);
  read(r, v.culprit);
  read(r, v.first);
  read(r, v.first_sig);
  read(r, v.second);
  read(r, v.second_sig);
  v.left.reset();
  if (!r.ok() || v.what != kind::commit_left_out) return;
  read(r, v.left.emplace());
  if (v.left->vote != vote_signature{v.culprit, v.second_sig}) r.fail(errc::not_canonical);
}

void write(writer& w, const evidence_id& v) {
  write(w, v.culprit);
  w.u8(static_cast<std::uint8_t>(v.what));
  write(w, v.epoch);
  write(w, v.view);
  write(w, v.sequence);
}

void read(reader& r, evidence_id& v) {
  read(r, v.culprit);
  read_kind(r, v.what);
  read(r, v.epoch);
  read(r, v.view);
  read(r, v.sequence);
}

} // namespace quorate::pbft
