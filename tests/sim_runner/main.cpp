// The seeded simulator as a program: many storms, or one that is told event by event.
#include "cli/progress.hpp"
#include "tests/sim/storm.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

namespace {

using namespace quorate;
using clock = std::chrono::steady_clock;

struct run_options {
  std::size_t nodes = 4;
  std::uint64_t from_seed = 1;
  std::uint64_t count = 100;
  std::optional<std::uint64_t> seed;
  bool trace = false;
  bool messages = false;
  std::string output = "table";
  unsigned jobs = 0;
};

struct failure {
  std::uint64_t seed;
  std::string violation;
};

struct totals {
  std::uint64_t runs = 0, events = 0, virtual_ms = 0, blocks = 0, operations = 0, views = 0;
  std::map<std::string, std::uint64_t> faults;
  std::vector<failure> failures;

  void add(std::uint64_t seed, const sim::storm_report& r) {
    ++runs;
    events += r.events;
    virtual_ms += r.virtual_ms;
    blocks += r.blocks;
    operations += r.operations;
    views += r.views;
    for (const auto& [what, times] : r.faults)
      faults[what] += times;
    if (!r.violation.empty()) failures.push_back({seed, r.violation});
  }
};

std::string replay_command(const run_options& options, std::uint64_t seed) {
  return "./dev sim --nodes " + std::to_string(options.nodes) + " --seed " + std::to_string(seed) +
         " --trace";
}

// A broken invariant of core aborts the program; whoever reads that needs the seed. Written with
// what a signal handler may call.
thread_local std::uint64_t seed_under_way = 0;

void name_the_seed(int) {
  char text[64];
  const auto length = std::snprintf(text, sizeof text, "aborted in the run of seed %llu\n",
                                    static_cast<unsigned long long>(seed_under_way));
  if (length > 0) (void)!write(2, text, static_cast<std::size_t>(length));
  std::signal(SIGABRT, SIG_DFL);
}

totals run_all(const run_options& options) {
  totals sums;
  std::mutex guard;
  std::atomic<std::uint64_t> next{0};
  cli::progress shown{"sim, n=" + std::to_string(options.nodes)};
  const auto work = [&] {
    for (auto i = next++; i < options.count; i = next++) {
      const auto seed = options.from_seed + i;
      seed_under_way = seed;
      const auto report = sim::run_storm({options.nodes, seed, nullptr, false});
      const std::lock_guard held{guard};
      sums.add(seed, report);
      shown.show(sums.runs, options.count, std::to_string(sums.failures.size()) + " violations");
    }
  };
  std::vector<std::thread> workers;
  const auto jobs = options.jobs > 0 ? options.jobs : std::thread::hardware_concurrency();
  for (unsigned i = 1; i < std::max(1U, jobs); ++i)
    workers.emplace_back(work);
  work();
  for (auto& each : workers)
    each.join();
  shown.finish();
  std::sort(sums.failures.begin(), sums.failures.end(),
            [](const auto& a, const auto& b) { return a.seed < b.seed; });
  return sums;
}

totals run_one(const run_options& options) {
  totals sums;
  seed_under_way = *options.seed;
  sums.add(*options.seed,
           sim::run_storm({options.nodes, *options.seed, options.trace ? &std::cout : nullptr,
                           options.trace && options.messages}));
  return sums;
}

void print_json(const run_options& options, const totals& sums, double seconds) {
  nlohmann::ordered_json out{{"nodes", options.nodes},
                             {"git", QUORATE_GIT},
                             {"from_seed", options.seed.value_or(options.from_seed)},
                             {"runs", sums.runs},
                             {"violations", nlohmann::json::array()},
                             {"events", sums.events},
                             {"virtual_s", sums.virtual_ms / 1000},
                             {"blocks", sums.blocks},
                             {"operations", sums.operations},
                             {"views", sums.views},
                             {"faults", sums.faults},
                             {"duration_s", seconds}};
  for (const auto& each : sums.failures)
    out["violations"].push_back({{"seed", each.seed},
                                 {"what", each.violation},
                                 {"replay", replay_command(options, each.seed)}});
  std::printf("%s\n", out.dump(2).c_str());
}

void print_table(const run_options& options, const totals& sums, double seconds) {
  std::printf("%llu runs of %zu nodes in %.1f s: %llu events, %llu s of virtual time, "
              "%llu blocks, %llu operations, %llu views\n",
              static_cast<unsigned long long>(sums.runs), options.nodes, seconds,
              static_cast<unsigned long long>(sums.events),
              static_cast<unsigned long long>(sums.virtual_ms / 1000),
              static_cast<unsigned long long>(sums.blocks),
              static_cast<unsigned long long>(sums.operations),
              static_cast<unsigned long long>(sums.views));
  std::string faults;
  for (const auto& [what, times] : sums.faults)
    faults += (faults.empty() ? "" : ", ") + what + " " + std::to_string(times);
  std::printf("faults: %s\n", faults.c_str());
  for (const auto& each : sums.failures)
    std::printf("seed %llu at %s: %s\n  replay: %s\n", static_cast<unsigned long long>(each.seed),
                QUORATE_GIT, each.violation.c_str(), replay_command(options, each.seed).c_str());
  std::printf("%s\n", sums.failures.empty() ? "no violation" : "VIOLATED");
}

} // namespace

int main(int argc, char** argv) {
  run_options options;
  CLI::App app{"Runs whole clusters of the real core and ledger in virtual time, under every fault "
               "at once, and judges each step.\n\nA run is a function of its number of nodes and "
               "its seed alone."};
  app.option_defaults()->always_capture_default();
  app.add_option("-n,--nodes", options.nodes, "Replicas of a cluster, 3f+1")
      ->check(CLI::IsMember(std::set<std::size_t>{4, 7, 10, 13, 16}));
  app.add_option("--from-seed", options.from_seed, "The first seed");
  app.add_option("--count", options.count, "How many seeds, one after another");
  app.add_option("--seed", options.seed, "This seed alone");
  app.add_flag("--trace", options.trace, "With --seed: tell what happens, a line an event");
  app.add_flag("--messages", options.messages, "With --trace: also every message that is sent");
  app.add_option("-o,--output", options.output, "Form of the result")
      ->check(CLI::IsMember({"table", "json"}));
  app.add_option("-j,--jobs", options.jobs, "Clusters at a time (0: one a core)");
  app.footer("Example: quorate_sim_runner --nodes 7 --from-seed 1000 --count 500\n"
             "Exit codes: 0 nothing was violated, 1 something was, 2 wrong usage; an abort is a "
             "broken invariant of core.");
  try {
    app.parse(argc, argv);
    if (options.trace && !options.seed) throw CLI::ValidationError("--trace", "needs --seed");
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  std::signal(SIGABRT, name_the_seed);
  const auto began = clock::now();
  const auto sums = options.seed ? run_one(options) : run_all(options);
  const auto seconds = std::chrono::duration<double>(clock::now() - began).count();
  if (options.output == "json")
    print_json(options, sums, seconds);
  else
    print_table(options, sums, seconds);
  return sums.failures.empty() ? 0 : 1;
}
