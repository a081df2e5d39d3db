// Shows the node that runs at the moment, if one does: the endpoint stays while the node starts
// again, and says that there is nothing to see.
#pragma once

#include "actors/metrics/http_endpoint.hpp"
#include "config/metrics_config.hpp"
#include "core/protocol/client.hpp"

#include <mutex>

namespace quorate {

/// How long a node has to say where it stands.
inline constexpr std::uint64_t metrics_answer_ms_max = 2'000;

class metrics_service {
public:
  /// Blocks for metrics_answer_ms_max at most; none: it did not answer.
  using question = std::function<std::optional<protocol::node_status>()>;

  /// @returns null, with a sentence, when the place cannot be listened on.
  static std::unique_ptr<metrics_service> start(const config::metrics_config& place,
                                                std::string& error);

  /// Asks this one from now on; nobody when empty. Waits for a question that is under way.
  void ask(question whom);

  std::uint16_t port() const noexcept { return endpoint_->port(); }

private:
  metrics_service() = default;
  std::optional<metrics::http_page> page();

  std::mutex mutex_;
  question whom_;
  std::optional<metrics::http_page> newest_;
  std::uint64_t asked_at_ms_ = 0; ///< monotonic; 0: not since the last ask()
  std::shared_ptr<metrics::http_counters> counters_;
  std::unique_ptr<metrics::http_endpoint> endpoint_; ///< the first to go: it calls page()
};

} // namespace quorate
