#include "core/pbft/message.hpp"

#include "core/crypto/hash.hpp"

namespace quorate::pbft {

namespace {

// The smallest encodings, so that a count can be checked against the bytes that are left.
constexpr std::size_t vote_bytes = 2 + 64;
constexpr std::size_t ballot_bytes = 8 + 8 + 8 + 32;
constexpr std::size_t pre_prepare_bytes = ballot_bytes + 64;
constexpr std::size_t prepared_bytes = pre_prepare_bytes + 4;
constexpr std::size_t view_change_bytes = 8 + 8 + 8 + 8 + 32 + 4 + 4 + vote_bytes;

void write(writer& w, const vote_signature& v) {
  write(w, v.replica);
  write(w, v.sig);
}

void read(reader& r, vote_signature& v) {
  read(r, v.replica);
  read(r, v.sig);
}

void write_votes(writer& w, const std::vector<vote_signature>& votes) {
  w.count(votes.size());
  for (const auto& vote : votes)
    write(w, vote);
}

// Strictly rising signers: one encoding for a set, and no signer counts twice.
void read_votes(reader& r, std::vector<vote_signature>& votes) {
  votes.resize(r.count(limits::replicas_max, vote_bytes));
  for (std::size_t i = 0; i < votes.size(); ++i) {
    read(r, votes[i]);
    if (i > 0 && votes[i].replica <= votes[i - 1].replica) r.fail(errc::not_canonical);
  }
}

void write_body(writer& w, const body_ptr& body) { w.blob(*body); }

void read_body(reader& r, body_ptr& body) {
  const auto from = r.blob(limits::batch_bytes_max);
  body = from.empty() ? null_body() : std::make_shared<const bytes>(from.begin(), from.end());
}

void write(writer& w, const proposal& v) {
  write(w, v.header);
  write_body(w, v.body);
}
void read(reader& r, proposal& v) {
  read(r, v.header);
  read_body(r, v.body);
}

void write(writer& w, const prepare& v) {
  write(w, v.on);
  write(w, v.vote);
}
void read(reader& r, prepare& v) {
  read(r, v.on);
  read(r, v.vote);
}

void write(writer& w, const commit& v) {
  write(w, v.on);
  write(w, v.vote);
}
void read(reader& r, commit& v) {
  read(r, v.on);
  read(r, v.vote);
}

void write(writer& w, const status& v) {
  write(w, v.epoch);
  write(w, v.view);
  w.u8(v.changing ? 1 : 0);
  w.u8(v.suspects ? 1 : 0);
  write(w, v.delivered);
  write(w, v.stable);
  write(w, v.highest);
  w.count(v.needs.size());
  for (const auto& need : v.needs) {
    write(w, need.sequence);
    w.u8(need.proposal ? 1 : 0);
  }
}
void read(reader& r, status& v) {
  read(r, v.epoch);
  read(r, v.view);
  v.changing = r.boolean();
  v.suspects = r.boolean();
  read(r, v.delivered);
  read(r, v.stable);
  read(r, v.highest);
  v.needs.resize(r.count(needs_max, 9));
  for (auto& need : v.needs) {
    read(r, need.sequence);
    need.proposal = r.boolean();
  }
}

void write(writer& w, const fetch_blocks& v) {
  write(w, v.from);
  w.u16(v.count);
}
void read(reader& r, fetch_blocks& v) {
  read(r, v.from);
  v.count = r.u16();
  if (v.count == 0 || v.count > blocks_max) r.fail(errc::over_limit);
}

void write(writer& w, const fetch_body& v) {
  write(w, v.sequence);
  write(w, v.batch);
}
void read(reader& r, fetch_body& v) {
  read(r, v.sequence);
  read(r, v.batch);
}

void write(writer& w, const batch_body& v) {
  write(w, v.sequence);
  write_body(w, v.body);
}
void read(reader& r, batch_body& v) {
  read(r, v.sequence);
  read_body(r, v.body);
}

void write(writer& w, const committed_block& v) {
  write(w, v.certificate);
  write_body(w, v.body);
}
void read(reader& r, committed_block& v) {
  read(r, v.certificate);
  read_body(r, v.body);
}

void write(writer& w, const epoch_end& v) { write(w, v.certificate); }
void read(reader& r, epoch_end& v) { read(r, v.certificate); }

void write(writer& w, const lease_request& v) {
  write(w, v.epoch);
  write(w, v.view);
  w.u64(v.counter);
  w.u32(v.lease_ms);
  write(w, v.vote);
}
void read(reader& r, lease_request& v) {
  read(r, v.epoch);
  read(r, v.view);
  v.counter = r.u64();
  v.lease_ms = r.u32();
  read(r, v.vote);
}

void write(writer& w, const lease_grant& v) {
  write(w, v.epoch);
  write(w, v.view);
  w.u64(v.counter);
  write(w, v.vote);
}
void read(reader& r, lease_grant& v) {
  read(r, v.epoch);
  read(r, v.view);
  v.counter = r.u64();
  read(r, v.vote);
}

// All but epoch, view, sender and signature.
void write_content(writer& w, const view_change& v) {
  write(w, v.stable);
  w.count(v.prepared.size());
  for (const auto& certificate : v.prepared)
    write(w, certificate);
}

void write_content(writer& w, const new_view& v) {
  w.count(v.view_changes.size());
  for (const auto& m : v.view_changes)
    write(w, m);
  w.count(v.re_proposals.size());
  for (const auto& m : v.re_proposals)
    write(w, m);
}

writer statement_writer(const cluster_id& cluster) {
  writer w{128};
  write(w, cluster);
  return w;
}

digest ballot_statement(const hash_tag& tag, const cluster_id& cluster, const ballot& on) {
  auto w = statement_writer(cluster);
  write(w, on);
  return tag(w.view());
}

template <std::size_t Kind>
void read_kind(reader& r, std::uint8_t kind, message& m) {
  if constexpr (Kind == std::variant_size_v<message>) {
    r.fail(errc::bad_enum);
  } else if (kind == Kind + 1) {
    read(r, m.emplace<Kind>());
  } else {
    read_kind<Kind + 1>(r, kind, m);
  }
}

} // namespace

void write(writer& w, const ballot& v) {
  write(w, v.epoch);
  write(w, v.view);
  write(w, v.sequence);
  write(w, v.batch);
}
void read(reader& r, ballot& v) {
  read(r, v.epoch);
  read(r, v.view);
  read(r, v.sequence);
  read(r, v.batch);
}

void write(writer& w, const pre_prepare& v) {
  write(w, v.on);
  write(w, v.sig);
}
void read(reader& r, pre_prepare& v) {
  read(r, v.on);
  read(r, v.sig);
}

void write(writer& w, const prepared_certificate& v) {
  write(w, v.header);
  write_votes(w, v.prepares);
}
void read(reader& r, prepared_certificate& v) {
  read(r, v.header);
  read_votes(r, v.prepares);
}

void write(writer& w, const commit_certificate& v) {
  write(w, v.on);
  write_votes(w, v.commits);
}
void read(reader& r, commit_certificate& v) {
  read(r, v.on);
  read_votes(r, v.commits);
}

void write(writer& w, const checkpoint_certificate& v) {
  write(w, v.epoch);
  write(w, v.sequence);
  write(w, v.state);
  write_votes(w, v.votes);
}
void read(reader& r, checkpoint_certificate& v) {
  read(r, v.epoch);
  read(r, v.sequence);
  read(r, v.state);
  read_votes(r, v.votes);
}

void write(writer& w, const checkpoint& v) {
  write(w, v.epoch);
  write(w, v.sequence);
  write(w, v.state);
  write(w, v.vote);
}
void read(reader& r, checkpoint& v) {
  read(r, v.epoch);
  read(r, v.sequence);
  read(r, v.state);
  read(r, v.vote);
}

void write(writer& w, const view_change& v) {
  write(w, v.epoch);
  write(w, v.new_view);
  write_content(w, v);
  write(w, v.vote.replica);
  write(w, v.vote.sig);
}
void read(reader& r, view_change& v) {
  read(r, v.epoch);
  read(r, v.new_view);
  read(r, v.stable);
  v.prepared.resize(r.count(limits::watermark_window, prepared_bytes));
  for (std::size_t i = 0; i < v.prepared.size() && r.ok(); ++i) {
    read(r, v.prepared[i]);
    if (i > 0 && v.prepared[i].header.on.sequence <= v.prepared[i - 1].header.on.sequence)
      r.fail(errc::not_canonical);
  }
  read(r, v.vote.replica);
  read(r, v.vote.sig);
}

void write(writer& w, const new_view& v) {
  write(w, v.epoch);
  write(w, v.view);
  write_content(w, v);
  write(w, v.sig);
}
void read(reader& r, new_view& v) {
  read(r, v.epoch);
  read(r, v.view);
  v.view_changes.resize(r.count(limits::replicas_max, view_change_bytes));
  for (std::size_t i = 0; i < v.view_changes.size() && r.ok(); ++i) {
    read(r, v.view_changes[i]);
    if (i > 0 && v.view_changes[i].vote.replica <= v.view_changes[i - 1].vote.replica)
      r.fail(errc::not_canonical);
  }
  v.re_proposals.resize(r.count(limits::watermark_window, pre_prepare_bytes));
  for (auto& m : v.re_proposals)
    read(r, m);
  read(r, v.sig);
}

void write(writer& w, const message& m) {
  w.u8(static_cast<std::uint8_t>(m.index() + 1));
  std::visit([&w](const auto& body) { write(w, body); }, m);
}

void read(reader& r, message& m) { read_kind<0>(r, r.u8(), m); }

digest statements::of_pre_prepare(const ballot& on) const {
  static const hash_tag tag{"quorate/pbft/pre-prepare"};
  return ballot_statement(tag, cluster_, on);
}

digest statements::of_prepare(const ballot& on) const {
  static const hash_tag tag{"quorate/pbft/prepare"};
  return ballot_statement(tag, cluster_, on);
}

digest statements::of_commit(const ballot& on) const {
  static const hash_tag tag{"quorate/pbft/commit"};
  return ballot_statement(tag, cluster_, on);
}

digest statements::of_checkpoint(configuration_epoch epoch, sequence_number sequence,
                                 const digest& state) const {
  static const hash_tag tag{"quorate/pbft/checkpoint"};
  auto w = statement_writer(cluster_);
  write(w, epoch);
  write(w, sequence);
  write(w, state);
  return tag(w.view());
}

digest statements::of_view_change(const view_change& m) const {
  return of_view_change(m.epoch, m.new_view, m.vote.replica, content_of(m));
}

digest statements::of_new_view(const new_view& m) const {
  return of_new_view(m.epoch, m.view, content_of(m));
}

digest statements::of_lease_request(const lease_request& m) const {
  static const hash_tag tag{"quorate/lease/request"};
  auto w = statement_writer(cluster_);
  write(w, m.epoch);
  write(w, m.view);
  w.u64(m.counter);
  w.u32(m.lease_ms);
  return tag(w.view());
}

digest statements::of_lease_grant(const lease_grant& m) const {
  static const hash_tag tag{"quorate/lease/grant"};
  auto w = statement_writer(cluster_);
  write(w, m.epoch);
  write(w, m.view);
  w.u64(m.counter);
  return tag(w.view());
}

// The content is signed through its hash, so that evidence about two messages of any size is small.
digest statements::of_view_change(configuration_epoch epoch, view_number new_view, replica_id from,
                                  const digest& content) const {
  static const hash_tag tag{"quorate/pbft/view-change"};
  auto w = statement_writer(cluster_);
  write(w, epoch);
  write(w, new_view);
  write(w, from);
  write(w, content);
  return tag(w.view());
}

digest statements::of_new_view(configuration_epoch epoch, view_number view,
                               const digest& content) const {
  static const hash_tag tag{"quorate/pbft/new-view"};
  auto w = statement_writer(cluster_);
  write(w, epoch);
  write(w, view);
  write(w, content);
  return tag(w.view());
}

digest content_of(const view_change& m) {
  static const hash_tag tag{"quorate/pbft/view-change/content"};
  writer w;
  write_content(w, m);
  return tag(w.view());
}

digest content_of(const new_view& m) {
  static const hash_tag tag{"quorate/pbft/new-view/content"};
  writer w;
  write_content(w, m);
  return tag(w.view());
}

std::string_view kind_of(const message& m) noexcept {
  static constexpr std::array<std::string_view, std::variant_size_v<message>> names{
      "pre_prepare",     "prepare",   "commit",        "checkpoint", "view_change",
      "new_view",        "status",    "fetch_blocks",  "fetch_body", "batch_body",
      "committed_block", "epoch_end", "lease_request", "lease_grant"};
  return names[m.index()];
}

} // namespace quorate::pbft
