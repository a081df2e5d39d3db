// Who belongs to the cluster, and changing it: ordered operations with administrators' approvals.
#include "cli/member.hpp"

#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace quorate::cli {

namespace {

using ledger::change_membership;
using ledger::membership_change;
using nlohmann::json;
using namespace std::chrono_literals;

struct member_options : change_options {
  std::vector<std::string> admin_keys;
  std::string propose; ///< a file: the change is written down, and not submitted
  std::uint16_t replica = 0;
  std::uint16_t successor = 0;
  std::string key, tls_key, endpoint;
};

json to_json(const ledger::membership_epoch& epoch) {
  json members = json::array();
  for (const auto& m : epoch.members)
    members.push_back({{"replica", m.id.value},
                       {"voter", m.voter},
                       {"key", to_hex(m.key)},
                       {"endpoint", m.endpoint}});
  return {{"epoch", epoch.epoch.value}, {"after", epoch.after.value}, {"members", members}};
}

void print_epoch(const ledger::membership_epoch& epoch) {
  for (const auto& m : epoch.members)
    std::printf("%-8u %-10s %-26s %s\n", static_cast<unsigned>(m.id.value),
                m.voter ? "voter" : "probation",
                m.endpoint.empty() ? "(genesis)" : m.endpoint.c_str(), to_hex(m.key).c_str());
}

ledger::membership ask_members(client& cluster) {
  auto members = cluster.members();
  if (!members)
    throw std::runtime_error{"cannot read the members: " + std::string{explain(members.error())}};
  return std::move(*members);
}

int list(const member_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto cluster = open_client(setup.options);
  const auto members = ask_members(*cluster);
  if (o.output == "json") {
    json out{{"current", to_json(members.current)}, {"next_id", members.next_id.value}};
    if (members.pending) out["pending"] = to_json(*members.pending);
    std::printf("%s\n", out.dump(2).c_str());
    return ok;
  }
  std::printf("epoch %llu, since height %llu\n%-8s %-10s %-26s %s\n",
              static_cast<unsigned long long>(members.current.epoch.value),
              static_cast<unsigned long long>(members.current.after.value), "replica", "role",
              "endpoint", "key");
  print_epoch(members.current);
  if (members.pending) {
    std::printf("\nepoch %llu, from height %llu on\n",
                static_cast<unsigned long long>(members.pending->epoch.value),
                static_cast<unsigned long long>(members.pending->after.value + 1));
    print_epoch(*members.pending);
  }
  return ok;
}

// What `replica` has, as the nodes that answer see it: none when nobody is connected to it.
std::optional<sequence_number> delivered_by(const client_setup& setup, replica_id replica) {
  std::optional<sequence_number> most;
  for (const auto& status : ask_all(setup.options))
    if (status)
      for (const auto& peer : status->peers)
        if (peer.replica == replica && peer.connected)
          most = std::max(most.value_or(sequence_number{}), peer.delivered);
  return most;
}

// Why the replica is not ready for a vote; empty when it is.
std::string not_ready(const client_setup& setup, client& cluster, replica_id replica) {
  constexpr std::uint64_t behind_max = limits::checkpoint_interval;
  const auto status = cluster.status();
  if (!status) return "the cluster does not answer: " + std::string{explain(status.error())};
  const auto has = delivered_by(setup, replica);
  if (!has) return "no node is connected to it";
  if (has->value + behind_max >= status->height.value) return {};
  return "it has " + std::to_string(has->value) + " of " + std::to_string(status->height.value) +
         " blocks";
}

// A vote is for a replica that keeps up: it is watched for so many seconds in a row before the
// operation is made. It gets some time to begin, since peers may not have heard of it yet.
bool passes_probation(const client_setup& setup, client& cluster, const change_options& o,
                      replica_id replica) {
  constexpr std::uint64_t time_to_begin_s = 20;
  progress bar{"probation"};
  std::string why;
  std::uint64_t in_a_row = 0;
  for (std::uint64_t s = 0; in_a_row < o.probation_s && s < o.probation_s + time_to_begin_s; ++s) {
    why = not_ready(setup, cluster, replica);
    in_a_row = why.empty() ? in_a_row + 1 : 0;
    bar.show(in_a_row, o.probation_s, "");
    std::this_thread::sleep_for(1s);
  }
  bar.finish();
  if (in_a_row >= o.probation_s) return true;
  std::fprintf(stderr,
               "quorate member: replica %u is not ready: %s. Start it, wait until it has caught "
               "up, and try again (--probation 0 skips this check)\n",
               static_cast<unsigned>(replica.value), why.c_str());
  return false;
}

/// Approvals rise by the place that their administrator has in genesis.
using by_place = std::map<std::uint16_t, signature>;

std::uint16_t place_of(const public_key& key, const ledger::genesis& genesis,
                       const std::string& file) {
  const auto& all = genesis.administrators.keys;
  const auto place = std::find(all.begin(), all.end(), key);
  if (place == all.end())
    throw refusal{errc::not_authorised, file + ": not the key of an administrator of this genesis"};
  return static_cast<std::uint16_t>(place - all.begin());
}

std::vector<ledger::approval> enough(const by_place& given, const ledger::genesis& genesis,
                                     const char* option) {
  if (given.size() < genesis.administrators.threshold)
    throw refusal{errc::too_few_approvals,
                  "a change needs the approvals of " +
                      std::to_string(genesis.administrators.threshold) + " administrators, and " +
                      std::to_string(given.size()) + " are here: give " + option + " for each"};
  std::vector<ledger::approval> approvals;
  for (const auto& [place, sig] : given)
    approvals.push_back({place, sig});
  return approvals;
}

std::vector<ledger::approval> approve(const member_options& o, const ledger::genesis& genesis,
                                      const change_membership& change) {
  const auto statement = ledger::approval_statement(ledger::id_of(genesis), change);
  by_place given;
  for (const auto& file : o.admin_keys) {
    const auto key = load_identity_file(file, genesis.identity_suite);
    given[place_of(key.key(), genesis, file)] = key.sign(statement);
  }
  return enough(given, genesis, "--admin-key");
}

bool wait_for_epoch(client& cluster, const change_options& o,
                    const ledger::membership_epoch& next) {
  progress bar{"blocks until the epoch begins"};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(o.wait_s);
  const auto first = cluster.status();
  const auto from = first ? first->height.value : 0;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto status = cluster.status();
    if (status && status->epoch >= next.epoch) {
      bar.show(1, 1, "");
      bar.finish();
      return true;
    }
    if (status && next.after.value > from)
      bar.show(std::min(status->height.value, next.after.value) - from, next.after.value - from,
               "");
    std::this_thread::sleep_for(200ms);
  }
  bar.finish();
  std::fprintf(stderr,
               "quorate member: the change is decided, and epoch %llu has not begun within "
               "%llu s; see `quorate member list`\n",
               static_cast<unsigned long long>(next.epoch.value),
               static_cast<unsigned long long>(o.wait_s));
  return false;
}

/// The change is decided. @returns an exit code.
int follow(client& cluster, const change_options& o, const change_membership& change,
           sequence_number height) {
  const auto after = ledger::end_of_epoch(height);
  const bool as_json = o.output == "json";
  if (!as_json)
    std::printf("decided at height %llu: replica %u, in force after height %llu\n",
                static_cast<unsigned long long>(height.value),
                static_cast<unsigned>(change.member.value),
                static_cast<unsigned long long>(after.value));
  const bool begun = o.wait_s > 0 && wait_for_epoch(cluster, o, {change.epoch, after, {}});
  if (as_json)
    std::printf("%s\n", json{{"decided", true},
                             {"height", height.value},
                             {"replica", change.member.value},
                             {"epoch", change.epoch.value},
                             {"after", after.value},
                             {"begun", begun}}
                            .dump(2)
                            .c_str());
  else if (begun)
    std::printf("epoch %llu has begun\n", static_cast<unsigned long long>(change.epoch.value));
  return begun || o.wait_s == 0 ? ok : could_not_ask;
}

int not_done(const change_options& o, errc why, int code) {
  if (o.output == "json")
    std::printf("%s\n", json{{"decided", false}, {"why", name(why)}}.dump(2).c_str());
  std::fprintf(stderr, "quorate member: not done: %s\n", std::string{explain(why)}.c_str());
  return code;
}

int submit(const change_options& o, const client_setup& setup, client& cluster,
           const change_membership& change) {
  const bool gives_vote =
      change.what == membership_change::promote || change.what == membership_change::replace;
  const auto candidate =
      change.what == membership_change::replace ? change.successor : change.member;
  if (gives_vote && o.probation_s > 0 && !passes_probation(setup, cluster, o, candidate))
    return refused;
  const auto signer = signer_of(setup, o.from);
  const ledger::operation op{signer.key(), next_sequence(cluster, signer.key()), {}, change};
  const auto done = cluster.submit(ledger::sign(cluster.cluster(), op, signer));
  if (!done.result) return not_done(o, done.result.error(), could_not_ask);
  if (done.result->code != 0) return not_done(o, static_cast<errc>(done.result->code), refused);
  return follow(cluster, o, change, done.result->height);
}

int order(const member_options& o, change_membership change) {
  if (o.admin_keys.empty() && o.propose.empty()) {
    std::fprintf(stderr, "quorate member: give --admin-key for each administrator who approves "
                         "here, or --propose\n");
    return usage;
  }
  const auto setup = load_client_setup(o.config);
  const auto cluster = open_client(setup.options);
  const auto members = ask_members(*cluster);
  change.epoch = members.current.epoch.next();
  if (change.what == membership_change::add) change.member = members.next_id;
  if (!o.propose.empty())
    return propose({cluster->cluster(), {{}, {}, {}, change}, {}}, o.propose, o.output);
  change.approvals = approve(o, setup.options.genesis, change);
  return submit(o, setup, *cluster, change);
}

change_membership with_key(membership_change what, const member_options& o) {
  change_membership change;
  change.what = what;
  change.member = {o.replica};
  const auto key = fixed_from_hex<public_key>(o.key);
  const auto tls = fixed_from_hex<digest>(o.tls_key);
  if (!key || !tls)
    throw std::runtime_error{"--key and --tls-key take 64 lower-case hex digits each"};
  change.key = *key;
  change.tls_key = *tls;
  change.endpoint = o.endpoint;
  return change;
}

change_membership plain(membership_change what, const member_options& o) {
  change_membership change;
  change.what = what;
  change.member = {o.replica};
  change.successor = {o.successor};
  return change;
}

using options_ptr = std::shared_ptr<member_options>;

CLI::App* add_change(CLI::App& group, const options_ptr& o, const char* name, const char* help) {
  auto* c = group.add_subcommand(name, help);
  c->add_option("--config", o->config, "The client's TOML file")->required();
  auto* keys = c->add_option("--admin-key", o->admin_keys,
                             "Secret key file of an administrator who approves here; repeat it");
  c->add_option("--propose", o->propose,
                "Order nothing: write the change to this file, for administrators elsewhere "
                "(quorate proposal)")
      ->excludes(keys);
  c->add_option("--from", o->from, "Index of the signing test account, without an account_key");
  c->add_option("--wait", o->wait_s, "Seconds to wait for the epoch to begin; 0: do not")
      ->capture_default_str();
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  return c;
}

void add_key_options(CLI::App* c, const options_ptr& o) {
  c->add_option("--key", o->key, "The node's public key, 64 hex digits")->required();
  c->add_option("--tls-key", o->tls_key, "SHA-256 of its certificate's key, 64 hex digits")
      ->required();
  c->add_option("--endpoint", o->endpoint, "HOST:PORT where its peers reach it")->required();
}

void add_replica_option(CLI::App* c, const options_ptr& o) {
  c->add_option("--replica", o->replica, "Which member, as `quorate member list` numbers them")
      ->required();
}

void add_probation_option(CLI::App* c, const options_ptr& o) {
  c->add_option("--probation", o->probation_s,
                "Seconds that it has to be seen keeping up before it gets its vote")
      ->capture_default_str();
}

} // namespace

int submit_change(const change_options& o, const approval::reviewed& what,
                  const std::vector<approval_file>& given) {
  const auto setup = load_client_setup(o.config);
  const auto cluster = open_client(setup.options);
  require_cluster(what.what().cluster, cluster->cluster(), o.config);
  auto change = std::get<change_membership>(what.what().operation.body);
  const auto now = ask_members(*cluster).current.epoch;
  if (change.epoch != now.next())
    throw refusal{errc::wrong_epoch, "the proposal is of a change for epoch " +
                                         std::to_string(change.epoch.value) +
                                         ", and the cluster is in epoch " +
                                         std::to_string(now.value) + ": propose anew"};
  by_place approvals;
  for (const auto& one : given)
    approvals[place_of(one.what.approver, setup.options.genesis, one.file)] = one.what.sig;
  change.approvals = enough(approvals, setup.options.genesis, "--approval");
  return submit(o, setup, *cluster, change);
}

void add_member(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("member", "Show and change who belongs to the cluster");
  group->require_subcommand(1);
  group->footer(
      "A change is an ordered operation with the approvals of the administrators that genesis "
      "names; "
      "one at a time; in force at the end of the next checkpoint interval. A node joins on "
      "probation (add), catches up, and then gets its vote (promote, or replace for the vote of "
      "another).\nExit codes: 0 done, 1 no answer in time, 2 usage, 3 refused.");
  auto o = std::make_shared<member_options>();
  auto* l = group->add_subcommand("list", "The members of now, and those that were decided on");
  l->add_option("--config", o->config, "The client's TOML file")->required();
  l->add_option("-o,--output", o->output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  l->callback([&run, o] { run = [o] { return list(*o); }; });

  auto* add = add_change(*group, o, "add", "A new member, on probation");
  add_key_options(add, o);
  add->callback(
      [&run, o] { run = [o] { return order(*o, with_key(membership_change::add, *o)); }; });

  auto* promote = add_change(*group, o, "promote", "Give a member on probation its vote");
  add_replica_option(promote, o);
  add_probation_option(promote, o);
  promote->callback(
      [&run, o] { run = [o] { return order(*o, plain(membership_change::promote, *o)); }; });

  auto* remove = add_change(*group, o, "remove", "Take a member out");
  add_replica_option(remove, o);
  remove->callback(
      [&run, o] { run = [o] { return order(*o, plain(membership_change::remove, *o)); }; });

  auto* replace = add_change(*group, o, "replace", "Give the vote of a member to one on probation");
  add_replica_option(replace, o);
  replace->add_option("--successor", o->successor, "The member on probation")->required();
  add_probation_option(replace, o);
  replace->callback(
      [&run, o] { run = [o] { return order(*o, plain(membership_change::replace, *o)); }; });

  auto* rotate = add_change(*group, o, "rotate", "Give a member another key");
  add_replica_option(rotate, o);
  add_key_options(rotate, o);
  rotate->callback(
      [&run, o] { run = [o] { return order(*o, with_key(membership_change::rotate, *o)); }; });
}

} // namespace quorate::cli
