// Concurrent users of a cluster that write down what they did and what they saw.
//
//   history_client --config client.toml --out history.jsonl
//
// Runs until SIGTERM, then reads every account once more. Exit code 0: those reads succeeded.
#include "cli/client_setup.hpp"
#include "config/testnet.hpp"
#include "tests/faults/history_client/bank_client.hpp"
#include "tests/faults/history_client/probe.hpp"
#include "tests/faults/history_client/reader.hpp"
#include "tests/faults/history_client/sign_probe.hpp"
#include "tests/faults/history_client/watch.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <csignal>
#include <cstdio>
#include <deque>
#include <exception>
#include <thread>

namespace quorate::faults {
namespace {

struct run_options {
  std::string config;
  std::string out;
  std::uint32_t groups = 4;
  std::uint32_t users = 4;    ///< of a group
  std::uint32_t accounts = 2; ///< of a user
  std::uint32_t first_account = 0;
  std::uint64_t patience_ms = 10'000;
  std::uint64_t units_max = 600'000'000'000; ///< accounts begin with 10^12
  std::uint64_t seed = 1;
  unsigned read_back_s = 60;
  bool probe = false;
};

/// Threads that look at one node each until they are told to stop.
class observers {
public:
  observers(const run_options& o, const cli::client_setup& setup,
            const std::deque<bank_account>& accounts, history& log) {
    for (std::size_t i = 0; i < setup.options.nodes.size(); ++i) {
      auto options = setup.options;
      options.nodes = {setup.options.nodes[i]};
      options.follow_registry = false;
      options.answer_timeout_ms = 1'000;
      options.operation_timeout_ms = 1'000;
      threads_.emplace_back([=, this, &log] { watch_node(options, i, log, stop_); });
      if (!o.probe) continue;
      threads_.emplace_back([=, this, &log] { probe_node(options, i, o.seed, log, stop_); });
      threads_.emplace_back(
          [=, this, &accounts, &log] { read_node(options, i, accounts, log, stop_); });
      threads_.emplace_back([=, this, &accounts, &log] {
        ask_node_to_sign(options, i, accounts.front(), log, stop_);
      });
    }
  }

  ~observers() {
    stop_ = true;
    for (auto& thread : threads_)
      thread.join();
  }

private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

/// A library client for each node, which begins with that node and goes round from there.
std::vector<std::unique_ptr<client>> open_sessions(const cli::client_setup& setup,
                                                   std::uint64_t patience_ms) {
  std::vector<std::unique_ptr<client>> sessions;
  for (std::size_t i = 0; i < setup.options.nodes.size(); ++i) {
    auto options = setup.options;
    std::rotate(options.nodes.begin(), options.nodes.begin() + static_cast<std::ptrdiff_t>(i),
                options.nodes.end());
    options.operation_timeout_ms = patience_ms;
    sessions.push_back(cli::open_client(options));
  }
  return sessions;
}

void write_beginning(client& cluster, history& log, std::uint32_t group,
                     const bank_account& account) {
  const auto proof = cluster.account(account.key.key());
  if (!proof || !proof->value)
    throw std::runtime_error{"cannot read test account " + std::to_string(account.index)};
  const auto* balance = proof->value->find({1});
  log.add({{"op", "account"},
           {"group", group},
           {"account", account.index},
           {"balance", to_string(balance == nullptr ? amount{} : balance->available)},
           {"sequence", proof->value->last_sequence.value}});
}

/// All users of the run, and the accounts that they point to.
class population {
public:
  population(const run_options& o, const cli::client_setup& setup,
             const std::vector<std::unique_ptr<client>>& sessions, history& log) {
    std::uint32_t index = o.first_account;
    for (std::uint32_t group = 0; group < o.groups; ++group) {
      std::vector<const bank_account*> members;
      for (std::uint32_t i = 0; i < o.users * o.accounts; ++i, ++index) {
        accounts_.push_back({index, config::testnet_account_key(
                                        setup.seed, index, setup.options.genesis.identity_suite)});
        members.push_back(&accounts_.back());
        write_beginning(*sessions.front(), log, group, accounts_.back());
      }
      for (std::uint32_t user = 0; user < o.users; ++user) {
        const auto process = group * o.users + user;
        const auto first = members.begin() + user * o.accounts;
        users_.emplace_back(
            *sessions[process % sessions.size()], log,
            bank_options{
                process, {first, first + o.accounts}, members, o.patience_ms, o.units_max, o.seed});
      }
    }
  }

  const std::deque<bank_account>& accounts() const noexcept { return accounts_; }

  /// Each user on a thread of its own; returns when all are done.
  template <class Work>
  void each(Work work) {
    std::vector<std::thread> threads;
    for (auto& user : users_)
      threads.emplace_back([&user, work] { work(user); });
    for (auto& thread : threads)
      thread.join();
  }

private:
  std::deque<bank_account> accounts_; // addresses stay
  std::deque<bank_client> users_;
};

int run(const run_options& o) {
  // Before any thread: they inherit the mask, and only sigwait below takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto setup = cli::load_client_setup(o.config);
  history log{o.out};
  const auto sessions = open_sessions(setup, o.patience_ms);
  population users{o, setup, sessions, log};

  std::atomic<bool> stop_users = false;
  const observers at_each_node{o, setup, users.accounts(), log};
  std::thread work{[&] { users.each([&](bank_client& user) { user.run(stop_users); }); }};
  int received = 0;
  sigwait(&signals, &received);
  stop_users = true;
  work.join();

  std::atomic<bool> complete = true;
  users.each([&](bank_client& user) {
    if (!user.read_back(o.read_back_s)) complete = false;
  });
  return complete ? 0 : 1;
}

} // namespace
} // namespace quorate::faults

int main(int argc, char** argv) {
  quorate::faults::run_options o;
  CLI::App app{"Concurrent users that write down what they did and what they saw, until SIGTERM"};
  app.add_option("--config", o.config, "The client's TOML file")->required();
  app.add_option("--out", o.out, "The history, a JSON object a line")->required();
  app.add_option("--groups", o.groups, "Independent groups of accounts")->capture_default_str();
  app.add_option("--users", o.users, "Users of a group")->capture_default_str();
  app.add_option("--accounts", o.accounts, "Accounts of a user")->capture_default_str();
  app.add_option("--first-account", o.first_account, "Index of the first test account");
  app.add_option("--patience-ms", o.patience_ms, "Until an outcome counts as unknown")
      ->capture_default_str();
  app.add_option("--seed", o.seed, "Of the users' choices")->capture_default_str();
  app.add_option("--read-back-s", o.read_back_s, "Time for the reads at the end")
      ->capture_default_str();
  app.add_flag("--probe", o.probe,
               "Order, read and ask for signatures through each node alone, as well");
  CLI11_PARSE(app, argc, argv);
  try {
    return quorate::faults::run(o);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "history_client: %s\n", e.what());
    return 1;
  }
}
