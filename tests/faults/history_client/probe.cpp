#include "tests/faults/history_client/probe.hpp"

#include "tests/faults/history_client/unique_noop.hpp"

#include <stdexcept>
#include <thread>

namespace quorate::faults {

void probe_node(const client_options& options, std::size_t node, std::uint64_t seed, history& log,
                const std::atomic<bool>& stop) {
  std::string error;
  const auto one = client::open(options, error);
  if (!one) throw std::runtime_error{error};
  for (std::uint64_t number = 0; !stop; ++number) {
    // Users count from 0, so their barriers are others.
    const auto probe = unique_noop({seed, ~static_cast<std::uint64_t>(node), number});
    one->submit({one->prepare(probe)},
                [&log, node, invoke = now_ns()](const std::vector<submitted>& all) {
                  const auto& result = all.front().result;
                  log.add({{"op", "probe"},
                           {"node", node},
                           {"invoke", invoke},
                           {"complete", now_ns()},
                           {"result", result ? "ok" : name(result.error())}});
                });
    std::this_thread::sleep_for(observation_interval);
  }
}

} // namespace quorate::faults
