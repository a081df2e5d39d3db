// A node's status in Prometheus' text format. What is not a number of now, or one that only rises,
// is no metric: reasons and roots stay in `quorate status`.
#pragma once

#include "actors/metrics/http_endpoint.hpp"
#include "core/protocol/client.hpp"

namespace quorate::metrics {

/// Text format, version 0.0.4.
inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// Every series once, under valid names, each family with HELP and TYPE. Counters whose names were
/// not foreseen are in quorate_other_total and quorate_signer_other_total, by name.
/// @param http  of the endpoint that shows it; null: not shown.
std::string expose(const protocol::node_status& status, const http_counters* http);

} // namespace quorate::metrics
