// The commands of a transcript. Arguments are words; a LINK is `0->1`, `0,2->*` or `*->3`.
//
//   cluster [n=4] [pipeline=8]    a new cluster (says nothing of its start)
//   request NAME [on 0,1]         a client's operation reaches these nodes, or all
//   propose NODE NAME             the batch that this primary wanted
//   order COUNT                   so many batches, each delivered everywhere (says nothing)
//   deliver all                   messages, until none is on its way
//   deliver LINK [KIND] | KIND    those on their way now, in the order in which they were sent
//   drop LINK [KIND] | KIND       loses them
//   cut LINK [KIND], heal         loses whatever leaves over such links from now on
//   in-flight                     what is on its way
//   fire NODE TIMER               request, view_change or status
//   disk NODE hold | auto         writes wait for `persist`, or are durable at once
//   persist NODE [COUNT]          the next writes are durable
//   crash NODE [kept=COUNT], wipe NODE, restart NODE
//   status, applied               what each replica says of itself; what its ledger got
//   corrupt NODE                  its ledger computes another state from here on
//   send LINK KIND …              a faulty replica's own statement, see forge.hpp
//   tamper LINK new_view …        a faulty primary changes what it has sent, see forge.hpp
//   quietly COMMAND               as COMMAND, without a word
#pragma once

#include "tests/transcripts/world.hpp"

namespace quorate::transcripts {

using words = std::vector<std::string>;

/// Nodes by number; empty is everyone.
std::vector<std::size_t> parse_places(const std::string& text);

/// Two sides of an arrow.
struct link {
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
};
link parse_link(const std::string& text);

class interpreter {
public:
  /// What one command line leads to, in lines. Throws std::invalid_argument with the reason for a
  /// command that does not exist or cannot be done, and sim::safety_violation.
  std::vector<std::string> run(const std::string& line);

private:
  void run_words(const words& args);
  void cluster(const words& args);
  void request(const words& args);
  void order(std::size_t count);
  void network(const words& args);
  void power(const words& args);
  world& in();

  std::unique_ptr<world> world_;
};

} // namespace quorate::transcripts
