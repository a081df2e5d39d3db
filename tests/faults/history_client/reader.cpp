#include "tests/faults/history_client/reader.hpp"

#include <stdexcept>
#include <thread>

namespace quorate::faults {

namespace {

using protocol::consistency;

constexpr asset_id asset{1};
constexpr std::size_t linearizable_of_a_leased = 4;

void add_answer(nlohmann::json& line, const protocol::account_answer& found) {
  const auto& [value, proof, block] = found.proof;
  const auto* balance = value ? value->find(asset) : nullptr;
  line["height"] = block.summary.height.value;
  line["balance"] = to_string(balance == nullptr ? amount{} : balance->available);
  line["sequence"] = value ? value->last_sequence.value : 0;
  if (found.label.token) line["token"] = lease::to_string(*found.label.token);
}

/// One read, and its line.
void read(client& one, std::size_t node, const bank_account& account, consistency kind,
          history& log) {
  nlohmann::json line{{"op", kind == consistency::leased ? "leased_read" : "linearizable_read"},
                      {"node", node},
                      {"account", account.index},
                      {"invoke", now_ns()}};
  const auto found = one.account(account.key.key(), kind);
  line["complete"] = now_ns();
  line["result"] = found ? "ok" : name(found.error());
  if (found) add_answer(line, *found);
  log.add(line);
}

} // namespace

void read_node(const client_options& options, std::size_t node,
               const std::deque<bank_account>& accounts, history& log,
               const std::atomic<bool>& stop) {
  std::string error;
  const auto one = client::open(options, error);
  if (!one) throw std::runtime_error{error};
  for (std::size_t number = node; !stop; ++number) {
    const auto& account = accounts[number % accounts.size()];
    read(*one, node, account, consistency::linearizable, log);
    if (number % linearizable_of_a_leased == 0) read(*one, node, account, consistency::leased, log);
    std::this_thread::sleep_for(observation_interval);
  }
}

} // namespace quorate::faults
