// Four node processes, real transfers, a killed primary, and a reckoning at the end.
#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "cli/local_cluster.hpp"
#include "cli/progress.hpp"
#include "cli/suite_option.hpp"
#include "config/testnet.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <set>

namespace quorate::cli {

namespace {

using clock = std::chrono::steady_clock;

struct demo_options {
  std::uint16_t nodes = 4;
  std::uint64_t transfers = 10'000;
  bool keep = false;
  std::string json;
  crypto_suite suite = crypto_suite::standard;
};

struct demo_report {
  std::uint64_t committed = 0;
  std::uint64_t rejected = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::vector<std::string> state_roots;
  std::uint64_t view_changes = 0;
  std::uint64_t failover_ms = 0;
  double ops_per_s = 0;
  latencies times;

  bool roots_equal() const {
    return !state_roots.empty() &&
           std::set<std::string>(state_roots.begin(), state_roots.end()).size() == 1;
  }
};

/// When receipts came, around the moment of the kill.
class gap_watch {
public:
  void on_receipts() {
    const std::lock_guard guard{mutex_};
    const auto now = clock::now();
    if (killed_) longest_ = std::max(longest_, now - last_);
    last_ = now;
  }
  void on_kill() {
    const std::lock_guard guard{mutex_};
    killed_ = true;
    last_ = clock::now();
  }
  std::uint64_t longest_ms() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(longest_).count());
  }

private:
  std::mutex mutex_;
  bool killed_ = false;
  clock::time_point last_ = clock::now();
  clock::duration longest_{};
};

std::optional<std::size_t> find_primary(const client_options& options) {
  for (const auto& one : ask_all(options))
    if (one) return one->primary.value;
  return std::nullopt;
}

void say(const char* text) { std::fprintf(stderr, "%s\n", text); }

// Submits, kills the primary half-way, waits for the rest. Returns which node was killed.
std::size_t run_load(local_cluster& cluster, load& transfers, const demo_options& o,
                     const client_options& options, gap_watch& gaps, demo_report& report) {
  progress bar{"transfers"};
  const auto start = clock::now();
  const auto patience = start + std::chrono::minutes(10);
  std::optional<std::size_t> killed;
  transfers.start();
  while (!transfers.finished()) {
    if (interrupted()) throw std::runtime_error{"interrupted"};
    if (clock::now() > patience) break;
    if (!killed && transfers.completed() >= o.transfers / 2) {
      killed = find_primary(options);
      if (killed) {
        cluster.kill(*killed);
        gaps.on_kill();
      }
    }
    const auto note = killed ? "primary " + std::to_string(*killed) + " was killed" : "";
    bar.show(transfers.completed(), o.transfers, note);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const std::chrono::duration<double> took = clock::now() - start;
  bar.show(transfers.completed(), o.transfers, "");
  bar.finish();
  const auto result = transfers.result();
  report.committed = result.committed;
  report.rejected = result.rejected;
  report.times = result.times;
  report.ops_per_s = static_cast<double>(result.committed) / took.count();
  report.failover_ms = gaps.longest_ms();
  if (!killed) throw std::runtime_error{"the primary could not be found to be killed"};
  return *killed;
}

// Every node at one height with one root, and what they say of view changes.
void wait_for_equal_roots(const client_options& options, demo_report& report) {
  const auto until = clock::now() + std::chrono::seconds(60);
  do {
    report.state_roots.clear();
    std::set<std::uint64_t> heights;
    report.view_changes = 0;
    for (const auto& one : ask_all(options)) {
      if (!one) continue;
      report.state_roots.push_back(to_hex(one->state_root));
      heights.insert(one->height.value);
      report.view_changes = std::max(report.view_changes, one->view.value);
    }
    if (report.state_roots.size() == options.nodes.size() && report.roots_equal() &&
        heights.size() == 1)
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  } while (clock::now() < until && !interrupted());
}

// Each account's sequence and balance against what was sent: nothing lost, nothing twice.
void reckon(client& cluster, const client_setup& setup, const std::vector<std::uint64_t>& sent,
            demo_report& report) {
  const auto n = sent.size();
  constexpr std::uint64_t initial = 1'000'000'000'000;
  for (std::size_t i = 0; i < n; ++i) {
    const auto id = config::testnet_account_key(setup.seed, static_cast<std::uint32_t>(i),
                                                setup.options.genesis.identity_suite)
                        .key();
    const auto proof = cluster.account(id);
    if (!proof || !proof->value) throw std::runtime_error{"cannot read an account back"};
    const auto done = proof->value->last_sequence.value;
    report.lost += sent[i] > done ? sent[i] - done : 0;
    report.duplicated += done > sent[i] ? done - sent[i] : 0;
    const auto* balance = proof->value->find({1});
    const auto expected = initial - sent[i] + sent[(i + n - 1) % n];
    if (balance == nullptr || balance->available != amount{expected}) ++report.duplicated;
  }
}

nlohmann::json to_json(const demo_options& o, const demo_report& r) {
  const auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1000; };
  return {{"nodes", o.nodes},
          {"transfers", o.transfers},
          {"committed", r.committed},
          {"rejected", r.rejected},
          {"lost", r.lost},
          {"duplicated", r.duplicated},
          {"state_roots", r.state_roots},
          {"view_changes", r.view_changes},
          {"failover_ms", r.failover_ms},
          {"ops_per_s", r.ops_per_s},
          {"latency_ms",
           {{"p50", ms(r.times.at(0.5))},
            {"p90", ms(r.times.at(0.9))},
            {"p99", ms(r.times.at(0.99))},
            {"max", ms(r.times.max_us())}}}};
}

void print(const demo_options& o, const demo_report& r) {
  const auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1000; };
  const auto count = [](const char* what, std::uint64_t n) {
    std::printf("  %-14s %llu\n", what, static_cast<unsigned long long>(n));
  };
  std::printf("\n");
  count("nodes", o.nodes);
  count("transfers", o.transfers);
  count("committed", r.committed);
  count("rejected", r.rejected);
  count("lost", r.lost);
  count("duplicated", r.duplicated);
  count("view changes", r.view_changes);
  std::printf("  %-14s %llu ms without a receipt after the primary was killed\n", "fail-over",
              static_cast<unsigned long long>(r.failover_ms));
  std::printf("  %-14s %.0f transfers/s, the fail-over included\n", "throughput", r.ops_per_s);
  std::printf("  %-14s p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms\n", "latency",
              ms(r.times.at(0.5)), ms(r.times.at(0.9)), ms(r.times.at(0.99)), ms(r.times.max_us()));
  std::printf("  %-14s %s%s\n", "state roots",
              r.state_roots.empty() ? "none" : r.state_roots.front().substr(0, 16).c_str(),
              r.roots_equal() ? ", equal on every node" : ": NOT EQUAL");
}

int run_demo(const demo_options& o) {
  install_interrupt_flag();
  demo_report report;
  constexpr std::uint32_t accounts = 256;
  local_cluster cluster{{o.nodes, accounts, o.keep, o.suite}};
  std::fprintf(stderr, "starting %u nodes in %s\n", static_cast<unsigned>(o.nodes),
               cluster.folder().c_str());
  cluster.wait_ready(60);
  const auto setup = cluster.setup();
  auto client = open_client(setup.options);
  say("every node is ready; reading the test accounts");
  load_options options;
  options.clients = accounts;
  options.outstanding_per_client = 2;
  options.operations_most = o.transfers;
  gap_watch gaps;
  load transfers{*client, setup, options};
  transfers.on_receipts = [&gaps](std::size_t) { gaps.on_receipts(); };
  const auto killed = run_load(cluster, transfers, o, setup.options, gaps, report);
  transfers.stop(std::chrono::seconds(1));
  say("starting the killed node again; waiting for equal state roots");
  cluster.start(killed);
  wait_for_equal_roots(setup.options, report);
  say("checking every account against what was sent");
  reckon(*client, setup, transfers.sent(), report);
  print(o, report);
  if (!o.json.empty()) std::ofstream{o.json} << to_json(o, report).dump(2) << "\n";
  const bool held = report.committed == o.transfers && report.rejected == 0 && report.lost == 0 &&
                    report.duplicated == 0 && report.roots_equal() &&
                    report.state_roots.size() == o.nodes && report.view_changes >= 1;
  std::printf("\n%s\n", held ? "Everything held." : "NOT everything held: see above.");
  if (o.keep) std::printf("Logs and data: %s\n", cluster.folder().c_str());
  return held ? ok : unhealthy;
}

} // namespace

void add_demo(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand(
      "demo", "Run a cluster on this machine, kill its primary half-way, and check everything");
  auto o = std::make_shared<demo_options>();
  c->add_option("--nodes", o->nodes, "Nodes: 4, 7, 10, …")->capture_default_str();
  c->add_option("--transfers", o->transfers, "Signed transfers to submit")
      ->capture_default_str()
      ->check(CLI::Range(100, 10'000'000));
  add_suite_option(c, o->suite);
  c->add_flag("--keep", o->keep, "Keep the data and the logs");
  c->add_option("--json", o->json, "Write the result to this file");
  c->footer("Exit code 0 only if every transfer was committed once, nothing was lost, the state "
            "roots are equal on every node and the primary was replaced; otherwise 10, or 1.");
  c->callback([&run, o] { run = [o] { return run_demo(*o); }; });
}

} // namespace quorate::cli
