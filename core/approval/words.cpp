#include "core/approval/words.hpp"

#include <chrono>
#include <cstdio>

namespace quorate::approval {

namespace {

using ledger::change_membership;
using ledger::membership_change;

std::string words_of(const signer::bitcoin_network& v) {
  return "Bitcoin, " + std::string{bitcoin::name(v.net)};
}
std::string words_of(const signer::evm_network& v) {
  return "EVM, chain " + std::to_string(v.chain_id);
}
std::string words_of(const signer::cosmos_network& v) { return "Cosmos, chain " + v.chain_id; }

std::string head(const proposal& what, const digest& statement) {
  return "Proposal " + to_hex(statement) + "\nCluster " + to_hex(what.cluster) + "\n";
}

std::string payment_lines(const signer::reading& of) {
  std::string lines;
  for (const auto& one : of.payments)
    lines += "Pays " + to_string(one.units) + " " + of.unit + " to " + one.destination + "\n";
  if (of.payments.empty()) lines = "Pays nobody but its own key\n";
  return lines + "Fee: at most " + to_string(of.fee) + " " + of.fee_unit + "\n";
}

std::string replica(replica_id id) { return "replica " + std::to_string(id.value); }

std::string what_changes(const change_membership& v) {
  switch (v.what) {
  case membership_change::add:
    return "Adds " + replica(v.member) + ", on probation: it learns and has no vote";
  case membership_change::promote:
    return "Gives " + replica(v.member) + ", on probation so far, a vote";
  case membership_change::remove:
    return "Removes " + replica(v.member);
  case membership_change::replace:
    return "Removes " + replica(v.member) + ", and gives its vote to " + replica(v.successor);
  case membership_change::rotate:
    return "Gives " + replica(v.member) + " another key";
  }
  QUORATE_CHECK(false);
}

} // namespace

std::string words_of_time(block_time_ms time) {
  using namespace std::chrono;
  constexpr std::uint64_t year_10000_ms = 253'402'300'800'000;
  if (time.value >= year_10000_ms) return std::to_string(time.value) + " ms since 1970";
  constexpr std::uint64_t day_s = 86'400;
  const auto seconds = time.value / 1000;
  const year_month_day date{sys_days{days{static_cast<int>(seconds / day_s)}}};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02u:%02u:%02u UTC",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<unsigned>(seconds % day_s / 3600),
                static_cast<unsigned>(seconds % 3600 / 60), static_cast<unsigned>(seconds % 60));
  return text.data();
}

std::string words_of_order(const proposal& what, const digest& statement,
                           const signer::reading& of) {
  const auto& op = what.operation;
  const auto& order = std::get<ledger::signing_order>(op.body);
  auto text = head(what, statement);
  text += "Ordered by account " + to_hex(op.account) + ", as its operation " +
          std::to_string(op.sequence.value) + "\n";
  text += op.valid_until.value == 0 ? "Does not expire\n"
                                    : "Expires " + words_of_time(op.valid_until) + "\n";
  text += "Key " + to_hex(what.reading->key) + "\n";
  text += std::visit([](const auto& v) { return words_of(v); }, what.reading->where) + "\n";
  text += "Counts as asset " + std::to_string(order.asset.value) + " of the ledger\n";
  text += payment_lines(of);
  text += of.text;
  for (const auto& one : of.wanted)
    text += "Signs " + to_hex(one.message) + "\n";
  return text;
}

std::string words_of_change(const proposal& what, const digest& statement) {
  const auto& change = std::get<change_membership>(what.operation.body);
  auto text = head(what, statement);
  text += "Changes who belongs to the cluster, in force with epoch " +
          std::to_string(change.epoch.value) + "\n" + what_changes(change) + "\n";
  if (!change.endpoint.empty())
    text += "Key " + to_hex(change.key) + "\nSHA-256 of its certificate's key " +
            to_hex(change.tls_key) + "\nReached at " + change.endpoint + "\n";
  return text;
}

} // namespace quorate::approval
