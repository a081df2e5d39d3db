#include "actors/metrics/families.hpp"

#include "core/base/check.hpp"

#include <algorithm>
#include <prometheus/check_names.h>
#include <prometheus/text_serializer.h>

namespace quorate::metrics {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A label is text in UTF-8; what comes from another process may be anything.
std::string clean(const std::string& value) {
  std::string out;
  for (const char c : value)
    out.push_back(static_cast<unsigned char>(c) < 0x80 ? c : '?');
  return out;
}

} // namespace

void families::count(const family_head& of, std::uint64_t value, labels with) {
  at(of, MetricType::Counter, std::move(with)).counter.value += static_cast<double>(value);
}

void families::show(const family_head& of, double value, labels with) {
  at(of, MetricType::Gauge, std::move(with)).gauge.value = value;
}

ClientMetric& families::at(const family_head& of, MetricType type, labels with) {
  auto family = std::ranges::find(all_, of.name, &MetricFamily::name);
  if (family == all_.end()) {
    QUORATE_CHECK(prometheus::CheckMetricName(of.name));
    family = all_.insert(all_.end(), MetricFamily{of.name, of.help, type, {}});
  }
  QUORATE_CHECK(family->type == type);
  std::vector<ClientMetric::Label> wanted;
  for (auto& [name, value] : with)
    wanted.push_back({name, clean(value)});
  const auto found = std::ranges::find(family->metric, wanted, &ClientMetric::label);
  if (found != family->metric.end()) {
    QUORATE_CHECK(type == MetricType::Counter);
    return *found;
  }
  family->metric.emplace_back().label = std::move(wanted);
  return family->metric.back();
}

std::string families::to_text() const { return prometheus::TextSerializer{}.Serialize(all_); }

} // namespace quorate::metrics
