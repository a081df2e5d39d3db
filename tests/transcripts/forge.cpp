#include "tests/transcripts/forge.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>
#include <stdexcept>

namespace quorate::transcripts {

using namespace quorate::pbft;

namespace {

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

const std::string& word(const words& args, std::size_t at) {
  if (at >= args.size()) refuse("too few arguments");
  return args[at];
}

/// The number behind a letter: `v3`, `n12`.
std::uint64_t behind(char letter, const std::string& text) {
  if (text.size() < 2 || text[0] != letter)
    refuse("expected " + std::string{letter} + " and a number: " + text);
  return std::stoull(text.substr(1));
}

std::optional<std::string> option(const words& args, const std::string& key) {
  for (const auto& arg : args)
    if (arg.starts_with(key + "=")) return arg.substr(key.size() + 1);
  return std::nullopt;
}

ballot ballot_at(world& in, const words& args, std::size_t at) {
  return {{behind('v', word(args, at))},
          {behind('n', word(args, at + 1))},
          in.called().batch(word(args, at + 2))};
}

/// A prepared certificate in which one replica signed for everyone.
prepared_certificate invented(world& in, const author& by, const ballot& on) {
  prepared_certificate made{by.re_propose(on), {}};
  const auto primary = in.who().config.primary(on.view);
  const auto needed = in.who().config.quorum() - 1;
  for (std::uint16_t other = 0; made.prepares.size() < needed; ++other)
    if (replica_id{other} != primary)
      made.prepares.push_back({replica_id{other}, by.make_prepare(on)->vote.sig});
  return made;
}

view_change view_change_of(world& in, const author& by, const words& args) {
  view_change made{{behind('v', word(args, 3))}, {}, {}, {}};
  if (args.size() > 4 && args[4] == "invent")
    made.prepared.push_back(invented(in, by, ballot_at(in, args, 5)));
  return *by.sign(std::move(made));
}

template <class Vote>
message under_another_name(Vote vote, const words& args) {
  if (const auto as = option(args, "as"))
    vote.vote.replica = {static_cast<std::uint16_t>(std::stoul(*as))};
  return vote;
}

message statement(world& in, std::size_t from, const words& args) {
  const auto by = in.who().author_of(static_cast<std::uint16_t>(from));
  const auto& kind = word(args, 2);
  if (kind == "pre_prepare") {
    const auto body = option(args, "body").value_or(word(args, 5));
    return proposal{by.re_propose(ballot_at(in, args, 3)), in.called().body(body)};
  }
  if (kind == "prepare") return under_another_name(*by.make_prepare(ballot_at(in, args, 3)), args);
  if (kind == "commit") return under_another_name(*by.make_commit(ballot_at(in, args, 3)), args);
  if (kind == "checkpoint") {
    const auto state = sha256(as_bytes(word(args, 4)));
    in.called().call(state, args[4]);
    return *by.make_checkpoint({behind('n', word(args, 3))}, state);
  }
  if (kind == "committed_block") {
    const auto on = ballot_at(in, args, 3);
    commit_certificate made{on, {}};
    for (std::uint16_t other = 0; made.commits.size() < in.who().config.quorum(); ++other)
      made.commits.push_back({replica_id{other}, by.make_commit(on)->vote.sig});
    return committed_block{std::move(made), in.called().body(args[5])};
  }
  if (kind == "status") {
    const sequence_number delivered{behind('n', word(args, 4))};
    return status{{behind('v', word(args, 3))}, false, false, delivered, {}, delivered, {}};
  }
  if (kind == "view_change") return view_change_of(in, by, args);
  refuse("no statement of this kind: " + kind);
}

/// `n1=b` changes, `-n1` drops, `+n2=b` adds.
void change_re_proposals(world& in, const author& by, new_view& m, const std::string& how) {
  const bool change = how[0] == 'n';
  const auto rest = change ? how : how.substr(1);
  const auto equals = rest.find('=');
  const sequence_number sequence{behind('n', rest.substr(0, equals))};
  std::erase_if(m.re_proposals, [&](const auto& p) { return p.on.sequence == sequence; });
  if (how[0] != '-')
    m.re_proposals.push_back(
        by.re_propose({m.view, sequence, in.called().batch(rest.substr(equals + 1))}));
  std::sort(m.re_proposals.begin(), m.re_proposals.end(),
            [](const auto& a, const auto& b) { return a.on.sequence < b.on.sequence; });
}

} // namespace

void forge(world& in, const words& args) {
  const auto over = parse_link(word(args, 1));
  if (over.from.size() != 1) refuse("one faulty replica at a time");
  const auto from = over.from.front();
  in.mark_faulty(from);
  const auto what = statement(in, from, args);
  for (std::uint16_t to = 0; to < in.nodes(); ++to) {
    const bool meant =
        over.to.empty() || std::find(over.to.begin(), over.to.end(), to) != over.to.end();
    if (to != from && meant)
      in.inject({replica_id{static_cast<std::uint16_t>(from)}, replica_id{to}, what});
  }
}

void tamper(world& in, const words& args) {
  const auto over = parse_link(word(args, 1));
  if (over.from.size() != 1 || word(args, 2) != "new_view") refuse("tamper F->T new_view …");
  const auto from = static_cast<std::uint16_t>(over.from.front());
  in.mark_faulty(from);
  const auto by = in.who().author_of(from);
  std::size_t changed = 0;
  for (auto& p : in.in_flight()) {
    auto* m = std::get_if<new_view>(&p.what);
    const bool meant =
        over.to.empty() || std::find(over.to.begin(), over.to.end(), p.to.value) != over.to.end();
    if (m == nullptr || p.from.value != from || !meant) continue;
    if (word(args, 3) == "O") {
      change_re_proposals(in, by, *m, word(args, 4));
    } else {
      const replica_id left_out{static_cast<std::uint16_t>(behind('-', word(args, 4)))};
      std::erase_if(m->view_changes,
                    [left_out](const auto& change) { return change.vote.replica == left_out; });
    }
    *m = *by.sign(std::move(*m));
    ++changed;
  }
  if (changed == 0) refuse("no such NEW-VIEW is on its way");
}

} // namespace quorate::transcripts
