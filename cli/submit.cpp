#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "config/testnet.hpp"

#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>

namespace quorate::cli {

namespace {

struct submit_options {
  std::string config;
  std::string to;
  std::uint32_t asset = 1;
  std::string units = "1";
  std::uint32_t from = 0;
  std::size_t transfers = 0;
  std::string receipt_file;
};

int report(const submitted& done) {
  if (!done.result) {
    std::fprintf(stderr, "%s: not done: %s: %s%s%s\n", to_hex(done.id).c_str(),
                 std::string{name(done.result.error())}.c_str(),
                 std::string{explain(done.result.error())}.c_str(), done.why.empty() ? "" : " ",
                 done.why.c_str());
    const auto code = static_cast<std::uint16_t>(done.result.error());
    return protocol::another_node_may_serve(code) ? refused : could_not_ask;
  }
  const auto& r = *done.result;
  if (r.code != 0) {
    std::fprintf(stderr, "%s: refused at height %llu: %s\n", to_hex(done.id).c_str(),
                 static_cast<unsigned long long>(r.height.value),
                 std::string{explain(static_cast<errc>(r.code))}.c_str());
    return refused;
  }
  std::printf("%s: done at height %llu, proven by %zu replicas\n", to_hex(done.id).c_str(),
              static_cast<unsigned long long>(r.height.value),
              done.proof->block.attestations.size());
  return ok;
}

int submit_single(const submit_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto to = fixed_from_hex<public_key>(o.to);
  const auto units = parse_amount(o.units);
  if (!to || !units) {
    std::fprintf(stderr, "quorate submit: --to takes 64 hex digits and --units a whole number\n");
    return usage;
  }
  const auto key = signer_of(setup, o.from);
  auto cluster = open_client(setup.options);
  const ledger::operation op{
      key.key(), next_sequence(*cluster, key.key()), {}, ledger::transfer{{o.asset}, *to, *units}};
  const auto done = cluster->submit(ledger::sign(cluster->cluster(), op, key));
  if (done.proof && !o.receipt_file.empty()) {
    const auto receipt = protocol::receipt_of(*done.proof, done.id);
    std::ofstream{o.receipt_file} << to_hex(encode(*receipt)) << "\n";
  }
  return report(done);
}

// Transfers round the ring of test accounts: 0 → 1 → 2 …
int submit_ring(const submit_options& o) {
  const auto setup = load_client_setup(o.config);
  auto cluster = open_client(setup.options);
  constexpr std::uint32_t ring = 8;
  std::vector<signing_key> keys;
  std::vector<account_sequence> next;
  for (std::uint32_t i = 0; i < ring; ++i) {
    keys.push_back(
        config::testnet_account_key(setup.seed, i, setup.options.genesis.identity_suite));
    next.push_back(next_sequence(*cluster, keys.back().key()));
  }
  std::vector<prepared_operation> operations;
  for (std::size_t i = 0; i < o.transfers; ++i) {
    const auto from = i % ring;
    const ledger::operation op{
        keys[from].key(),
        next[from],
        {},
        ledger::transfer{{o.asset}, keys[(from + 1) % ring].key(), amount{1}}};
    next[from] = next[from].next();
    operations.push_back(cluster->prepare(ledger::sign(cluster->cluster(), op, keys[from])));
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t done = 0;
  std::size_t committed = 0;
  std::optional<submitted> first_failure;
  cluster->submit(std::move(operations), [&](const std::vector<submitted>& all) {
    const std::lock_guard guard{mutex};
    for (const auto& one : all)
      if (one.result && one.result->code == 0)
        ++committed;
      else if (!first_failure)
        first_failure = one;
    done += all.size();
    changed.notify_all();
  });
  progress bar{"transfers"};
  std::unique_lock lock{mutex};
  while (done < o.transfers) {
    bar.show(done, o.transfers, "");
    changed.wait_for(lock, std::chrono::milliseconds(200));
  }
  bar.show(done, o.transfers, "");
  bar.finish();
  std::printf("%zu of %zu committed, each with a verified receipt\n", committed, o.transfers);
  if (!first_failure) return ok;
  std::fprintf(stderr, "the first that was not: ");
  return report(*first_failure);
}

} // namespace

void add_submit(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("submit", "Sign transfers, submit them and verify the receipts");
  auto o = std::make_shared<submit_options>();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  c->add_option("--to", o->to, "Receiving account: its public key, 64 hex digits");
  c->add_option("--asset", o->asset, "Asset number")->capture_default_str();
  c->add_option("--units", o->units, "Amount in base units")->capture_default_str();
  c->add_option("--from", o->from, "Index of the paying test account, without an account_key");
  c->add_option("--receipt", o->receipt_file, "Write the receipt to this file");
  c->add_option("--transfers", o->transfers, "Instead: so many transfers between test accounts");
  c->footer("Exit codes: 0 done, 1 no answer in time (submit again: nothing runs twice), 2 usage, "
            "3 refused by the ledger.");
  c->callback([&run, o] {
    run = [o] {
      if (o->transfers > 0) return submit_ring(*o);
      if (!o->to.empty()) return submit_single(*o);
      std::fprintf(stderr, "quorate submit: give --to, or --transfers\n");
      return static_cast<int>(usage);
    };
  });
}

} // namespace quorate::cli
