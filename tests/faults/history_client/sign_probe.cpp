#include "tests/faults/history_client/sign_probe.hpp"

#include <limits>
#include <stdexcept>
#include <thread>

namespace quorate::faults {

void ask_node_to_sign(const client_options& options, std::size_t node, const bank_account& account,
                      history& log, const std::atomic<bool>& stop) {
  constexpr account_sequence never{std::numeric_limits<std::uint64_t>::max()};
  std::string error;
  const auto one = client::open(options, error);
  if (!one) throw std::runtime_error{error};
  while (!stop) {
    const auto invoke = now_ns();
    const auto answer = one->ask_signature(account.key.key(), never);
    log.add({{"op", "signature"},
             {"node", node},
             {"invoke", invoke},
             {"complete", now_ns()},
             {"result", answer ? "ok" : name(answer.error())}});
    std::this_thread::sleep_for(observation_interval);
  }
}

} // namespace quorate::faults
