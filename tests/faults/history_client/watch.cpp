#include "tests/faults/history_client/watch.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace quorate::faults {

void watch_node(const client_options& options, std::size_t node, history& log,
                const std::atomic<bool>& stop) {
  constexpr auto interval = std::chrono::milliseconds(50);
  std::string error;
  const auto one = client::open(options, error);
  if (!one) throw std::runtime_error{error};
  while (!stop) {
    const auto invoke = now_ns();
    const auto s = one->status();
    if (s)
      log.add({{"op", "status"},
               {"node", node},
               {"invoke", invoke},
               {"complete", now_ns()},
               {"height", s->height.value},
               {"view", s->view.value},
               {"mode", lease::name(s->mode)},
               {"primary", s->primary.value},
               {"changing", s->view_changing},
               {"voter", s->voter},
               {"connected", std::ranges::count_if(s->peers, &protocol::peer_line::connected)},
               {"uptime_ms", s->uptime_ms}});
    std::this_thread::sleep_for(interval);
  }
}

} // namespace quorate::faults
