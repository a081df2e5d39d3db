// Gathers samples into families: one family a name, one series a set of labels.
#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quorate::metrics {

using labels = std::vector<std::pair<std::string, std::string>>;

/// What a family is, once for all its samples.
struct family_head {
  const char* name; ///< with unit and, of a counter, "_total" behind
  const char* help;
};

class families {
public:
  /// A number that only rises. One more for the same labels is added to it.
  void count(const family_head& of, std::uint64_t value, labels with = {});
  /// A number of now. @pre no sample with these labels.
  void show(const family_head& of, double value, labels with = {});

  std::string to_text() const;

private:
  prometheus::ClientMetric& at(const family_head& of, prometheus::MetricType type, labels with);

  std::vector<prometheus::MetricFamily> all_; ///< in the order in which they came
};

} // namespace quorate::metrics
