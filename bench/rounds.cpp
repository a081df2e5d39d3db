#include "bench/rounds.hpp"

#include "core/base/check.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace quorate::bench {

namespace {

double processor_seconds() {
  timespec now{};
  QUORATE_CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double rate_of(const subject& what, std::size_t times) {
  const auto start = processor_seconds();
  what.work(times);
  return static_cast<double>(times) / (processor_seconds() - start);
}

/// How often it is done in a slice. The doubling is its warm-up too.
std::size_t times_in(const subject& what, double slice_s) {
  for (std::size_t times = 1;; times *= 2)
    if (const double took = static_cast<double>(times) / rate_of(what, times); took > slice_s / 4)
      return std::max<std::size_t>(
          1, static_cast<std::size_t>(static_cast<double>(times) * slice_s / took));
}

struct spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[values.size() / 2], values.front(), values.back()};
}

std::size_t index_of(const std::vector<subject>& subjects, const std::string& name) {
  const auto at = std::ranges::find(subjects, name, &subject::name);
  QUORATE_CHECK(at != subjects.end());
  return static_cast<std::size_t>(at - subjects.begin());
}

using rates = std::vector<std::vector<double>>; // of each subject, by round

rates run_rounds(const std::vector<subject>& subjects, const round_options& how) {
  std::vector<std::size_t> times;
  for (const auto& one : subjects)
    times.push_back(times_in(one, how.slice_ms / 1000.0));
  rates made(subjects.size());
  for (unsigned round = 0; round < how.rounds; ++round)
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto at = round % 2 == 0 ? i : subjects.size() - 1 - i;
      made[at].push_back(rate_of(subjects[at], times[at]));
    }
  return made;
}

template <class... Values>
std::string line(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

} // namespace

std::vector<measurement> measure(const std::vector<subject>& subjects, const round_options& how) {
  QUORATE_CHECK(how.rounds > 0 && how.slice_ms > 0);
  const auto by_subject = run_rounds(subjects, how);
  std::vector<measurement> made;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const auto rate = spread_of(by_subject[i]);
    measurement one{.group = subjects[i].group,
                    .name = subjects[i].name,
                    .per_s = rate.median,
                    .per_s_min = rate.min,
                    .per_s_max = rate.max,
                    .compared_with = subjects[i].compared_with};
    if (!one.compared_with.empty()) {
      auto ratios = by_subject[i];
      const auto& other = by_subject[index_of(subjects, one.compared_with)];
      for (std::size_t round = 0; round < ratios.size(); ++round)
        ratios[round] /= other[round];
      const auto ratio = spread_of(std::move(ratios));
      one.ratio = ratio.median;
      one.ratio_min = ratio.min;
      one.ratio_max = ratio.max;
    }
    made.push_back(std::move(one));
  }
  return made;
}

std::string to_table(const std::vector<measurement>& of) {
  std::string text;
  std::string group;
  for (const auto& one : of) {
    if (one.group != group) {
      group = one.group;
      text += line("%s%-48s %9s %19s  %s\n", text.empty() ? "" : "\n", group.c_str(), "per s",
                   "lowest-highest", "of which rate");
    }
    text += line("  %-46s %9.0f %9.0f-%-9.0f", one.name.c_str(), one.per_s, one.per_s_min,
                 one.per_s_max);
    if (!one.compared_with.empty())
      text += line("  %.1f %% of %s", one.ratio * 100, one.compared_with.c_str());
    text += "\n";
  }
  return text;
}

std::string to_json(const std::vector<measurement>& of, const round_options& how) {
  auto rows = nlohmann::json::array();
  for (const auto& one : of) {
    nlohmann::json row{{"group", one.group},
                       {"name", one.name},
                       {"per_s", one.per_s},
                       {"per_s_min", one.per_s_min},
                       {"per_s_max", one.per_s_max}};
    if (!one.compared_with.empty()) {
      row["compared_with"] = one.compared_with;
      row["ratio"] = one.ratio;
      row["ratio_min"] = one.ratio_min;
      row["ratio_max"] = one.ratio_max;
    }
    rows.push_back(std::move(row));
  }
  return nlohmann::json{{"rounds", how.rounds}, {"slice_ms", how.slice_ms}, {"rates", rows}}.dump(
             2) +
         "\n";
}

} // namespace quorate::bench
