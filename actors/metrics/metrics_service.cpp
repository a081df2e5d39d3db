#include "actors/metrics/metrics_service.hpp"

#include "actors/clocks.hpp"
#include "actors/metrics/exposition.hpp"

namespace quorate {

namespace {

/// A page serves everybody who asks within this time, also when there was none: whoever asks all
/// the time costs the node five questions a second.
constexpr std::uint64_t fresh_ms = 200;

} // namespace

std::unique_ptr<metrics_service> metrics_service::start(const config::metrics_config& place,
                                                        std::string& error) {
  std::unique_ptr<metrics_service> made{new metrics_service};
  made->counters_ = std::make_shared<metrics::http_counters>();
  metrics::http_endpoint::setup how;
  how.address = place.address;
  how.port = place.port;
  how.path = "/metrics";
  how.page = [self = made.get()] { return self->page(); };
  how.counters = made->counters_;
  made->endpoint_ = metrics::http_endpoint::open(std::move(how), error);
  return made->endpoint_ ? std::move(made) : nullptr;
}

void metrics_service::ask(question whom) {
  const std::lock_guard lock{mutex_};
  whom_ = std::move(whom);
  newest_.reset();
  asked_at_ms_ = 0;
}

std::optional<metrics::http_page> metrics_service::page() {
  const std::lock_guard lock{mutex_};
  if (asked_at_ms_ != 0 && monotonic_now().value - asked_at_ms_ < fresh_ms) return newest_;
  newest_.reset();
  if (!whom_) return std::nullopt;
  if (const auto status = whom_())
    newest_ = {std::string{metrics::exposition_type}, metrics::expose(*status, counters_.get())};
  asked_at_ms_ = monotonic_now().value;
  return newest_;
}

} // namespace quorate
