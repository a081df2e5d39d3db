// Orders a signature: states what a transaction does, has it committed, and asks for what the
// signer says to it.
#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/document.hpp"
#include "config/testnet.hpp"
#include "core/signer/reading.hpp"
#include "core/signer/signer_core.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace quorate::cli {

namespace {

constexpr auto ask_again_every = std::chrono::milliseconds(200);
constexpr int asked_at_most = 50;

struct sign_options {
  std::string config;
  std::string chain;
  std::string chain_id;
  std::string network = "mainnet";
  std::string prefix = "cosmos";
  std::string public_key;
  std::string file;
  std::uint32_t asset = 1;
  std::uint32_t from = 0;
  std::uint64_t again = 0;
  std::vector<std::string> approvers;
  std::string output = "table";
};

[[noreturn]] void fail(const std::string& what, errc why) {
  throw std::runtime_error{what + ": " + std::string{explain(why)}};
}

signer::network network_of(const sign_options& o) {
  if (o.chain == "cosmos") return signer::cosmos_network{o.chain_id, o.prefix};
  if (o.chain == "evm") {
    const auto id = parse_amount(o.chain_id);
    if (!id || id->high() != 0) throw std::runtime_error{"--chain-id has to be a number"};
    return signer::evm_network{id->low()};
  }
  for (const auto net : {bitcoin::network::mainnet, bitcoin::network::testnet,
                         bitcoin::network::signet, bitcoin::network::regtest})
    if (bitcoin::name(net) == o.network) return signer::bitcoin_network{net};
  throw std::runtime_error{"--network has to be mainnet, testnet, signet or regtest"};
}

/// The order, with what its transaction does.
ledger::signing_order order_of(const sign_options& o, std::string& text) {
  const auto raw = fixed_from_hex<compressed_key>(o.public_key);
  const auto key = raw ? ec_public_key::parse(*raw) : expected<ec_public_key>{errc::bad_hex};
  if (!key) fail("--public-key", key.error());
  ledger::signing_order order;
  const auto where = network_of(o);
  order.transaction = read_transaction_file(o.file);
  auto of = signer::read_transaction(order.transaction, where, *key);
  if (!of) fail(o.file, of.error());
  order.key = signer::name_of(*key);
  order.chain = signer::chain_of(where);
  order.asset = {o.asset};
  order.payments = std::move(of->payments);
  text = std::move(of->text);
  return order;
}

void approve(const sign_options& o, const cluster_id& cluster, ledger::operation& op) {
  const auto statement = signer::approval_statement(cluster, op);
  auto& approvals = std::get<ledger::signing_order>(op.body).approvals;
  for (const auto& file : o.approvers) {
    std::string error;
    const auto secret = config::load_secret(file, error);
    if (!secret) throw std::runtime_error{error};
    const auto key = signing_key::from_secret(*secret);
    if (!key) fail(file, key.error());
    approvals.push_back({key->key(), key->sign(statement)});
  }
  std::ranges::sort(approvals, {}, &ledger::signing_approval::approver);
}

/// Has the order committed. @returns its sequence; none with an exit code when that failed.
std::optional<account_sequence> commit(const sign_options& o, client& cluster,
                                       const signing_key& account, int& code) {
  std::string text;
  ledger::operation op{account.key(), next_sequence(cluster, account.key()), {}, order_of(o, text)};
  approve(o, cluster.cluster(), op);
  std::fprintf(stderr, "%s", text.c_str());
  const auto sequence = op.sequence;
  const auto done = cluster.submit(ledger::sign(cluster.cluster(), std::move(op), account));
  if (!done.result) {
    std::fprintf(stderr, "quorate sign: not ordered: %s %s\n",
                 std::string{explain(done.result.error())}.c_str(), done.why.c_str());
    code = could_not_ask;
    return std::nullopt;
  }
  if (done.result->code != 0) {
    std::fprintf(stderr, "quorate sign: the ledger refused the order: %s\n",
                 std::string{explain(static_cast<errc>(done.result->code))}.c_str());
    code = refused;
    return std::nullopt;
  }
  return sequence;
}

// Until 2f+1 replicas have attested the block, which takes a moment longer than the receipt.
expected<signer::answer> ask(client& cluster, const public_key& account,
                             account_sequence sequence) {
  for (int i = 1;; ++i) {
    auto got = cluster.ask_signature(account, sequence);
    const bool early = !got && (got.error() == errc::not_ready || got.error() == errc::not_found);
    if (!early || i == asked_at_most) return got;
    std::this_thread::sleep_for(ask_again_every);
  }
}

int report(const sign_options& o, account_sequence sequence, const expected<signer::answer>& got) {
  using nlohmann::json;
  const auto* no = got ? std::get_if<signer::refused_answer>(&*got) : nullptr;
  const auto* yes = got ? std::get_if<signer::signed_answer>(&*got) : nullptr;
  if (yes == nullptr) {
    const auto why = no != nullptr ? no->why : got ? errc::wrong_operation : got.error();
    if (o.output == "json")
      std::printf("%s\n", json{{"sequence", sequence.value}, {"signed", false}, {"why", name(why)}}
                              .dump(2)
                              .c_str());
    std::fprintf(stderr, "quorate sign: %s: %s: %s\n",
                 no != nullptr ? "the signer refused" : "no answer", std::string{name(why)}.c_str(),
                 std::string{explain(why)}.c_str());
    return no != nullptr ? refused : could_not_ask;
  }
  json told{{"sequence", sequence.value},
            {"signed", true},
            {"operation", to_hex(yes->id)},
            {"digest", to_hex(yes->signed_digest)},
            {"signatures", json::array()}};
  for (const auto& one : yes->signatures) {
    told["signatures"].push_back(
        {{"signature", to_hex(one.value)},
         {"recovery_id", one.recovery_id ? json(*one.recovery_id) : json(nullptr)}});
    if (o.output != "json") std::printf("%s\n", to_hex(one.value).c_str());
  }
  if (o.output == "json") std::printf("%s\n", told.dump(2).c_str());
  return ok;
}

int run_sign(const sign_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto account = signer_of(setup, o.from);
  auto cluster = open_client(setup.options);
  int code = ok;
  auto sequence =
      o.again != 0 ? std::optional{account_sequence{o.again}} : commit(o, *cluster, account, code);
  if (!sequence) return code;
  return report(o, *sequence, ask(*cluster, account.key(), *sequence));
}

} // namespace

void add_sign(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("sign", "Order the signature of a transaction, and ask for it");
  auto o = std::make_shared<sign_options>();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  auto* again = c->add_option("--again", o->again,
                              "Order nothing: ask for what the order of this sequence was given");
  auto* chain = c->add_option("--chain", o->chain, "bitcoin, evm or cosmos")
                    ->check(CLI::IsMember({"bitcoin", "evm", "cosmos"}));
  c->add_option("--chain-id", o->chain_id, "EVM and Cosmos: which chain");
  c->add_option("--network", o->network, "Bitcoin: mainnet, testnet, signet or regtest")
      ->capture_default_str();
  c->add_option("--prefix", o->prefix, "Cosmos: of addresses")->capture_default_str();
  auto* key = c->add_option("--public-key", o->public_key, "Of the key: 66 hex digits");
  auto* file =
      c->add_option("--transaction", o->file,
                    "A file: a PSBT, an EVM transaction's signing payload, or a Cosmos SignDoc; in "
                    "binary, hexadecimal, Base64 or UR texts");
  again->excludes(chain)->excludes(key)->excludes(file);
  chain->needs(key)->needs(file);
  c->add_option("--asset", o->asset, "The ledger's number of what it pays")->capture_default_str();
  c->add_option("--from", o->from, "Index of the ordering test account, without an account_key");
  c->add_option("--approve-with", o->approvers, "Key files of approvers, who approve it here");
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer(
      "Exit codes: 0 signed, 1 no answer (ask again with --again: it is signed once), 2 usage, "
      "3 refused by the ledger or the signer.");
  c->callback([&run, o] {
    run = [o] {
      if (o->again == 0 && o->chain.empty()) {
        std::fprintf(stderr, "quorate sign: give --chain, --public-key and --transaction, or "
                             "--again\n");
        return static_cast<int>(usage);
      }
      return run_sign(*o);
    };
  });
}

} // namespace quorate::cli
