// How many operations a second, how fast, and how near to what the processors allow.
#include "actors/version.hpp"
#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "cli/local_cluster.hpp"
#include "cli/progress.hpp"
#include "cli/suite_option.hpp"
#include "core/crypto/hash.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace quorate::cli {

namespace {

using clock = std::chrono::steady_clock;

struct bench_options {
  std::string config;
  bool local = false;
  std::uint16_t nodes = 4;
  std::size_t clients = 100;
  std::string auth = "schnorr";
  std::size_t payload = 250;
  unsigned duration_s = 10;
  unsigned warm_up_s = 2;
  double rate = 0;
  std::string json;
  bool keep = false;
  crypto_suite suite = crypto_suite::standard; ///< with --local
};

/// This machine's cost of one signature, microseconds.
struct signature_costs {
  double verify_us = 0;
  double sign_us = 0;
};

signature_costs measure_signatures(crypto_suite suite) {
  constexpr int rounds = 3000;
  const auto key =
      *signing_key::from_secret(secret_bytes<32>{sha256(as_bytes("bench")).data}, suite);
  std::vector<std::pair<digest, signature>> made(rounds);
  const auto start = clock::now();
  for (int i = 0; i < rounds; ++i) {
    made[static_cast<std::size_t>(i)].first = sha256(as_bytes(std::to_string(i)));
    made[static_cast<std::size_t>(i)].second = key.sign(made[static_cast<std::size_t>(i)].first);
  }
  const auto signed_at = clock::now();
  bool valid = true;
  for (const auto& [message, sig] : made)
    valid &= verify(key.suite(), key.key(), message, sig).has_value();
  const auto verified_at = clock::now();
  QUORATE_CHECK(valid);
  const auto us = [](clock::duration d) {
    return std::chrono::duration<double, std::micro>(d).count() / rounds;
  };
  return {us(verified_at - signed_at), us(signed_at - start)};
}

authentication auth_of(const std::string& name) {
  if (name == "batch") return authentication::batch;
  return name == "none" ? authentication::none : authentication::schnorr;
}

nlohmann::json report_of(const bench_options& o, std::size_t nodes, const load_result& r,
                         double seconds, std::uint64_t operations, std::uint64_t legs,
                         const signature_costs& costs, crypto_suite suite) {
  const auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1000; };
  const double cores = std::thread::hardware_concurrency();
  const double rate = static_cast<double>(legs) / seconds;
  // Each replica checks, and the client signs, every operation once.
  const double bound = cores * 1e6 / (static_cast<double>(nodes) * costs.verify_us + costs.sign_us);
  nlohmann::json errors = nlohmann::json::object();
  for (const auto& [what, count] : r.errors)
    errors[what] = count;
  return {{"system", "quorate " + std::string{version}},
          {"git", QUORATE_GIT},
          {"nodes", nodes},
          {"cores", cores},
          {"clients", o.clients},
          {"loop", o.rate > 0 ? "open" : "closed"},
          {"rate", o.rate},
          {"payload_bytes", o.auth == "none" ? o.payload : 0},
          {"auth", o.auth},
          {"identity_suite", name(suite)},
          {"durable", true},
          {"batch_max", 2000},
          {"duration_s", seconds},
          {"ops", legs},
          {"signed_operations", operations},
          {"ops_per_s", rate},
          {"verify_us", costs.verify_us},
          {"sign_us", costs.sign_us},
          {"signature_bound_ops_per_s", bound},
          {"ratio_to_bound", rate / bound},
          {"errors", std::move(errors)},
          {"latency_ms",
           {{"p50", ms(r.times.at(0.5))},
            {"p90", ms(r.times.at(0.9))},
            {"p95", ms(r.times.at(0.95))},
            {"p99", ms(r.times.at(0.99))},
            {"p999", ms(r.times.at(0.999))},
            {"max", ms(r.times.max_us())}}}};
}

int run_bench(const bench_options& o) {
  install_interrupt_flag();
  std::unique_ptr<local_cluster> cluster;
  if (o.local) {
    const auto accounts = static_cast<std::uint32_t>(std::max<std::size_t>(o.clients, 2));
    cluster =
        std::make_unique<local_cluster>(local_cluster_options{o.nodes, accounts, o.keep, o.suite});
    std::fprintf(stderr, "starting %u nodes in %s\n", static_cast<unsigned>(o.nodes),
                 cluster->folder().c_str());
    cluster->wait_ready(60);
  }
  const auto setup = cluster ? cluster->setup() : load_client_setup(o.config);
  const auto suite = setup.options.genesis.identity_suite;
  const auto costs = measure_signatures(suite);
  auto client = open_client(setup.options);
  load_options options;
  options.auth = auth_of(o.auth);
  options.clients = o.clients;
  options.payload_bytes = o.payload;
  options.rate = o.rate;
  load work{*client, setup, options};
  work.start();
  // Warm-up: pipelines fill and batches find their size; what it measured is left out of the rate.
  std::this_thread::sleep_for(std::chrono::seconds(o.warm_up_s));
  const auto legs_before = work.committed_legs();
  const auto operations_before = work.completed();
  const auto start = clock::now();
  progress bar{"seconds"};
  for (unsigned second = 1; second <= o.duration_s && !interrupted(); ++second) {
    const auto before = work.committed_legs();
    std::this_thread::sleep_until(start + std::chrono::seconds(second));
    bar.show(second, o.duration_s, std::to_string(work.committed_legs() - before) + " ops/s");
  }
  bar.finish();
  const std::chrono::duration<double> took = clock::now() - start;
  const auto legs = work.committed_legs() - legs_before;
  const auto operations = work.completed() - operations_before;
  work.stop(std::chrono::seconds(10));
  const auto report = report_of(o, setup.options.nodes.size(), work.result(), took.count(),
                                operations, legs, costs, suite);
  std::printf("%s\n", report.dump(2).c_str());
  if (!o.json.empty()) std::ofstream{o.json} << report.dump(2) << "\n";
  return legs > 0 ? ok : could_not_ask;
}

} // namespace

void add_bench(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("bench", "Measure throughput and latency of a cluster");
  auto o = std::make_shared<bench_options>();
  auto* config = c->add_option("--config", o->config, "A client's TOML file");
  c->add_flag("--local", o->local, "Start a cluster on this machine instead")->excludes(config);
  add_suite_option(c, o->suite)->excludes(config);
  c->add_option("--nodes", o->nodes, "With --local: 4, 7, 10, …")->capture_default_str();
  c->add_option("--clients", o->clients, "Logical clients, each with one operation under way")
      ->capture_default_str()
      ->check(CLI::Range(2, 100'000));
  c->add_option("--auth", o->auth,
                "schnorr: a signed transfer each; batch: 100 transfers a signature; none: unsigned "
                "no-ops")
      ->capture_default_str()
      ->check(CLI::IsMember({"schnorr", "batch", "none"}));
  c->add_option("--payload", o->payload, "Bytes of a no-op")->capture_default_str();
  c->add_option("--duration", o->duration_s, "Seconds that are measured")->capture_default_str();
  c->add_option("--warm-up", o->warm_up_s, "Seconds before that")->capture_default_str();
  c->add_option("--rate", o->rate,
                "Operations/s on a fixed schedule (open loop); latency counts from when each was "
                "due. Without: closed loop");
  c->add_option("--json", o->json, "Write the result to this file");
  c->add_flag("--keep", o->keep, "Keep the data and the logs");
  c->callback([&run, o] {
    run = [o]() -> int {
      if (o->local || !o->config.empty()) return run_bench(*o);
      std::fprintf(stderr, "quorate bench: give --local, or --config with a client's TOML file\n");
      return usage;
    };
  });
}

} // namespace quorate::cli
