#include "cli/client_setup.hpp"
#include "cli/commands.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace quorate::cli {

namespace {

using nlohmann::json;
using pbft::evidence;

/// One contradiction, and which nodes hold it.
struct held {
  evidence what;
  std::vector<std::size_t> nodes;
};

std::string file_name_of(const evidence& e) {
  return "replica" + std::to_string(e.culprit.value) + "-" + std::string{pbft::name(e.what)} +
         "-view" + std::to_string(e.first.view.value) + "-sequence" +
         std::to_string(e.first.sequence.value) + ".evidence";
}

// Two nodes may have met the two statements in another order, or other ones for the same place:
// the first node's piece stands for them.
std::map<pbft::evidence_id, held>
merge(const std::vector<expected<protocol::evidence_answer>>& answers) {
  std::map<pbft::evidence_id, held> all;
  for (std::size_t node = 0; node < answers.size(); ++node) {
    if (!answers[node]) continue;
    for (const auto& piece : answers[node]->items)
      all.try_emplace(piece.id(), held{piece, {}}).first->second.nodes.push_back(node);
  }
  return all;
}

void write_files(const std::map<pbft::evidence_id, held>& all,
                 const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [id, one] : all) {
    const auto path = folder / file_name_of(one.what);
    std::ofstream file{path};
    file << to_hex(encode(one.what)) << "\n";
    if (!file.flush()) throw std::runtime_error{"cannot write " + path.string()};
  }
}

void print_json(const std::map<pbft::evidence_id, held>& all) {
  json list = json::array();
  for (const auto& [id, one] : all)
    list.push_back({{"culprit", id.culprit.value},
                    {"kind", pbft::name(id.what)},
                    {"view", id.view.value},
                    {"sequence", id.sequence.value},
                    {"says", pbft::describe(one.what)},
                    {"nodes", one.nodes},
                    {"file", file_name_of(one.what)},
                    {"evidence", to_hex(encode(one.what))}});
  std::printf("%s\n", list.dump(2).c_str());
}

void print_table(const std::map<pbft::evidence_id, held>& all) {
  for (const auto& [id, one] : all) {
    std::string nodes;
    for (const auto node : one.nodes)
      nodes += (nodes.empty() ? "" : ", ") + std::to_string(node);
    std::printf("%s (held by node %s)\n", pbft::describe(one.what).c_str(), nodes.c_str());
  }
  if (all.empty()) std::printf("no evidence against any replica\n");
}

struct list_options {
  std::string config;
  std::string output = "table";
  std::string folder;
};

int list(const list_options& o) {
  const auto answers = ask_evidence(load_client_setup(o.config).options);
  std::size_t answered = 0;
  bool lied = false;
  for (std::size_t node = 0; node < answers.size(); ++node) {
    answered += answers[node] ? 1 : 0;
    if (answers[node]) continue;
    const auto why = answers[node].error();
    // An older node does not know the question.
    lied |= why != errc::timed_out && why != errc::unreachable && why != errc::bad_enum;
    std::fprintf(stderr, "node %zu: %s\n", node,
                 why == errc::bad_enum ? "its version knows no evidence"
                                       : std::string{explain(why)}.c_str());
  }
  const auto all = merge(answers);
  if (!o.folder.empty()) write_files(all, o.folder);
  if (o.output == "json")
    print_json(all);
  else
    print_table(all);
  if (answered == 0 && !lied) return could_not_ask;
  if (lied) return refused;
  return all.empty() ? ok : unhealthy;
}

struct verify_options {
  std::string genesis;
  std::vector<std::string> files;
};

int verify_file(const std::string& path, const pbft::configuration& members) {
  std::ifstream file{path};
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return could_not_ask;
  }
  // One hexadecimal line; longer than the longest piece it is no evidence, whatever follows.
  std::string hex(2 * limits::evidence_bytes_max + 2, '\0');
  file.read(hex.data(), static_cast<std::streamsize>(hex.size()));
  hex.resize(static_cast<std::size_t>(file.gcount()));
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == '\r'))
    hex.pop_back();
  const auto raw = from_hex(hex);
  const auto piece = raw ? decode<evidence>(*raw) : expected<evidence>{raw.error()};
  if (!piece) {
    std::fprintf(stderr, "%s: no evidence: %s\n", path.c_str(),
                 std::string{explain(piece.error())}.c_str());
    return refused;
  }
  if (!pbft::check(*piece, members)) {
    std::fprintf(stderr,
                 "%s: NOT proven: it claims that %s in epoch %llu, but a signature does not verify "
                 "under this genesis (epoch 1), or the two statements do not exclude each other\n",
                 path.c_str(), pbft::describe(*piece).c_str(),
                 static_cast<unsigned long long>(piece->first.epoch.value));
    return refused;
  }
  std::printf("%s: proven: %s\n  public key of the replica: %s\n", path.c_str(),
              pbft::describe(*piece).c_str(), to_hex(members.key(piece->culprit).key()).c_str());
  return ok;
}

int verify(const verify_options& o) {
  const auto members = members_of(load_genesis_file(o.genesis));
  int worst = ok;
  for (const auto& file : o.files)
    worst = std::max(worst, verify_file(file, members));
  return worst;
}

void add_list(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("list", "Fetch the evidence of every node, check it and show it");
  auto o = std::make_shared<list_options>();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  c->add_option("--out", o->folder, "Write each piece to a file in this folder, for others to see");
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer(
      "Every piece is checked here before it is shown: no node is trusted. The file names say who\n"
      "did what; the content is what `quorate evidence verify` takes.\n"
      "Exit codes: 0 no evidence, 10 some replica is proven faulty, 1 no node answered, 3 a node\n"
      "answered with something that proves nothing (it is named; the others' pieces are shown).");
  c->callback([&run, o] { run = [o] { return list(*o); }; });
}

void add_verify(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("verify", "Prove evidence with nothing but the genesis file");
  auto o = std::make_shared<verify_options>();
  c->add_option("file", o->files, "Files that `quorate evidence list --out` wrote")->required();
  c->add_option("--genesis", o->genesis,
                "The cluster's genesis.json, from a source that you trust: it names the keys")
      ->required();
  c->footer(
      "Nobody is asked and no node has to run. A piece holds two statements, both signed with one\n"
      "replica's key, of which a correct replica signs at most one: two batches for one place, "
      "two\n"
      "states at one height, two VIEW-CHANGEs or NEW-VIEWs for one view, or a commit that the\n"
      "replica's own VIEW-CHANGE leaves out.\n"
      "It proves that the key signed both. Whether the operator lied, the key was stolen, it runs "
      "on\n"
      "two machines or an old disk was put back, it does not tell.\n"
      "Exit codes: 0 every file is proven, 3 some file proves nothing (the reason is printed), 1 "
      "a\n"
      "file cannot be read.");
  c->callback([&run, o] { run = [o] { return verify(*o); }; });
}

} // namespace

void add_evidence(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand(
      "evidence", "Proof that a replica signed statements that exclude each other");
  group->require_subcommand(1);
  add_list(*group, run);
  add_verify(*group, run);
}

} // namespace quorate::cli
