// Approvals from several machines: a proposal is shown and approved on each approver's own, and
// submitted with what came back.
#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/member.hpp"
#include "cli/new_file.hpp"
#include "cli/order.hpp"
#include "cli/secret_input.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace quorate::cli {

namespace {

using nlohmann::json;

struct proposal_options : change_options {
  std::string file;
  std::string genesis;
  std::string key;
  std::string to;
  bool yes = false;
  std::vector<std::string> approvals;
};

constexpr auto to_compare =
    "All of the above was read from the transaction or the change itself, and is what an approval\n"
    "covers. Compare it with what was agreed with you in another way than by this file: the\n"
    "cluster (--genesis checks it), the account that orders, the key, every receiver, amount and\n"
    "fee. Of one payment approve one proposal: another number of the proposal is another "
    "payment.\n";

/// For programs a refusal is an answer too.
int answering(const proposal_options& o, int (*what)(const proposal_options&)) {
  try {
    return what(o);
  } catch (const refusal& e) {
    if (o.output == "json")
      std::printf(
          "%s\n",
          json{{"refused", true}, {"why", name(e.why())}, {"text", e.what()}}.dump(2).c_str());
    throw;
  }
}

approval::reviewed read_of_cluster(const proposal_options& o) {
  auto seen = read_proposal(o.file);
  if (!o.genesis.empty())
    require_cluster(seen.what().cluster, ledger::id_of(load_genesis_file(o.genesis)), o.genesis);
  return seen;
}

int show(const proposal_options& o) {
  const auto seen = read_of_cluster(o);
  if (o.output == "json")
    std::printf("%s\n", told(seen).dump(2).c_str());
  else
    std::printf("%s", seen.text().c_str());
  return ok;
}

/// None where no genesis was given.
std::optional<crypto_suite> suite_of_cluster(const proposal_options& o) {
  if (o.genesis.empty()) return std::nullopt;
  return load_genesis_file(o.genesis).identity_suite;
}

int approve(const proposal_options& o) {
  const auto seen = read_of_cluster(o);
  std::fprintf(stderr, "%s\n%s", seen.text().c_str(), to_compare);
  new_file out{o.to};
  if (!o.yes && !confirm("Approve this?")) {
    std::fprintf(stderr, "quorate proposal: not approved\n");
    return refused;
  }
  const auto given = approval::approve(seen, load_identity_file(o.key, suite_of_cluster(o)));
  out.line(to_hex(encode(given)));
  out.finish();
  if (o.output == "json")
    std::printf("%s\n", json{{"proposal", to_hex(given.statement)},
                             {"approver", to_hex(given.approver)},
                             {"file", o.to}}
                            .dump(2)
                            .c_str());
  else
    std::printf("%s approves %s\n", to_hex(given.approver).c_str(),
                to_hex(given.statement).c_str());
  return ok;
}

/// The order's place in its account is still free, or taken by this very operation.
void require_free(client& cluster, const ledger::operation& op) {
  const auto which = "the order is operation " + std::to_string(op.sequence.value) +
                     " of account " + to_hex(op.account);
  if (is_overtaken(cluster, op))
    throw refusal{errc::sequence_replayed,
                  which +
                      ", and that number was used by another operation since (perhaps by this "
                      "proposal, with other approvals: see `quorate sign --again " +
                      std::to_string(op.sequence.value) +
                      "`). Its approvals hold for nothing else: propose anew"};
  const auto next = next_sequence(cluster, op.account);
  if (op.sequence > next)
    throw refusal{errc::sequence_gap, which + ", whose next is " + std::to_string(next.value) +
                                          ": what is before it was never ordered. Order that "
                                          "first, or propose anew"};
}

int submit_order(const proposal_options& o, const approval::reviewed& seen,
                 const std::vector<approval_file>& given) {
  std::vector<approval::approval> approvals;
  for (const auto& one : given)
    approvals.push_back(one.what);
  const auto op = with_approvals(seen, approvals);
  if (!op) throw refusal{op.error(), o.file + ": " + std::string{explain(op.error())}};
  const auto setup = load_client_setup(o.config);
  const auto account = signer_of(setup, o.from);
  auto cluster = open_client(setup.options);
  require_cluster(seen.what().cluster, cluster->cluster(), o.config);
  if (op->account != account.key())
    throw refusal{errc::not_authorised, o.config + ": the order is of account " +
                                            to_hex(op->account) + ", and the key here is " +
                                            to_hex(account.key()) + "'s"};
  require_free(*cluster, *op);
  if (const int code = commit_order(*cluster, account, *op, o.output); code != ok) return code;
  return report_order(*cluster, account.key(), op->sequence, o.output);
}

int submit(const proposal_options& o) {
  const auto seen = read_proposal(o.file);
  const auto suite = load_client_setup(o.config).options.genesis.identity_suite;
  const auto given = read_approvals(o.approvals, seen, suite);
  std::fprintf(stderr, "%s", seen.text().c_str());
  if (std::holds_alternative<ledger::signing_order>(seen.what().operation.body))
    return submit_order(o, seen, given);
  return submit_change(o, seen, given);
}

using options_ptr = std::shared_ptr<proposal_options>;

CLI::App* add(CLI::App& group, chosen& run, const options_ptr& o, const char* name,
              const char* help, int (*what)(const proposal_options&)) {
  auto* c = group.add_subcommand(name, help);
  c->add_option("file", o->file, "The proposal")->required();
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->callback([&run, o, what] { run = [o, what] { return answering(*o, what); }; });
  return c;
}

void add_genesis_option(CLI::App* c, const options_ptr& o) {
  c->add_option("--genesis", o->genesis, "Your cluster's: refuse a proposal of another one");
}

} // namespace

void add_proposal(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand(
      "proposal", "Approve orders and changes of membership on machines of one's own");
  group->require_subcommand(1);
  group->footer(
      "`quorate sign … --propose FILE` and `quorate member … --propose FILE` write what would be\n"
      "ordered to a file. Each approver shows and approves it where his key is, which needs no\n"
      "network. With the approvals that came back it is submitted, and an order's signatures are\n"
      "asked for. An approval holds for one proposal: of an order also for its place in the\n"
      "account, so what the account orders meanwhile makes the proposal void.\n"
      "Exit codes: 0 done, 1 no answer or a file that cannot be read, 2 usage, 3 refused: by this\n"
      "program, the ledger or the signer, or the answer to the question was not yes.");
  auto o = std::make_shared<proposal_options>();
  auto* c = add(*group, run, o, "show", "What it does, read from it; needs no key", &show);
  add_genesis_option(c, o);
  c = add(*group, run, o, "approve", "Show it, ask, and write an approval", &approve);
  add_genesis_option(c, o);
  c->add_option("--key", o->key, "The approver's secret key file")->required();
  c->add_option("--out", o->to, "The file for the approval; must not exist")->required();
  c->add_flag("--yes", o->yes, "Do not ask: for programs");
  c->footer(to_compare);
  c = add(*group, run, o, "submit", "Order it with the approvals, and ask for the signatures",
          &submit);
  c->add_option("--config", o->config, "The client's TOML file")->required();
  c->add_option("--approval", o->approvals, "A file that an approver made; repeat it")->required();
  c->add_option("--from", o->from, "Index of the ordering test account, without an account_key");
  c->add_option("--wait", o->wait_s, "Changes: seconds to wait for the epoch to begin; 0: do not")
      ->capture_default_str();
  c->add_option("--probation", o->probation_s,
                "Changes: seconds that a member has to be seen keeping up before it gets a vote")
      ->capture_default_str();
}

} // namespace quorate::cli
