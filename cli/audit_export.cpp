// On the signer's machine: its audit log as a file, and proofs about parts of it.
#include "actors/signer/signer_actor.hpp"
#include "cli/audit.hpp"
#include "cli/audit_files.hpp"
#include "cli/client_setup.hpp"
#include "cli/new_file.hpp"
#include "config/genesis_file.hpp"
#include "config/signer_config.hpp"
#include "core/audit/replay.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

using nlohmann::json;

constexpr std::size_t entries_a_read = 1024;

config::signer_config load_config(const std::string& file) {
  auto loaded = config::load_signer_config(file);
  if (loaded.value) return std::move(*loaded.value);
  std::string all;
  for (const auto& line : loaded.errors)
    all += (all.empty() ? "" : "\n") + line;
  throw std::runtime_error{all};
}

audit::log_owner owner_of(const config::signer_config& c) {
  const auto genesis = load_genesis_file(c.genesis);
  return {ledger::id_of(genesis), load_identity_file(c.log_key, genesis.identity_suite).key()};
}

template <class T>
T value_or_throw(store_result<T> got) {
  if (!got) throw std::runtime_error{got.error().reason};
  return std::move(*got);
}

std::unique_ptr<lmdb_store> open_log(const config::signer_config& c, const cluster_id& cluster) {
  store_options options;
  options.tables = signer_tables;
  options.read_only = true;
  auto store = value_or_throw(lmdb_store::open(c.data_directory, options));
  value_or_throw(store->bind_identity(cluster.view(), as_bytes("signer")));
  return store;
}

/// The head that the signer goes on from; nothing behind it is exported.
audit::log_head head_in(const lmdb_store& store) {
  const auto raw = value_or_throw(store.get(table::meta, signer::state_key()));
  if (!raw) return audit::log_frontier{}.head();
  const auto state = decode<signer::signer_state>(*raw);
  const auto log = state ? audit::log_frontier::restore(state->log_size, state->log_roots)
                         : expected<audit::log_frontier>{state.error()};
  if (!log) throw std::runtime_error{"the signer's state does not decode"};
  return log->head();
}

/// Writes all entries and @returns what they add up to.
audit::log_head write_entries(const lmdb_store& store, std::uint64_t size, new_file& out) {
  audit::replay written;
  while (written.head().size < size) {
    const auto left = size - written.head().size;
    const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(left, entries_a_read));
    const auto visited = value_or_throw(store.scan(
        table::audit, signer::entry_key(written.head().size), limit, [&](byte_view, byte_view raw) {
          const auto entry = decode<audit::entry>(raw);
          if (!entry) throw std::runtime_error{"an entry of the log does not decode"};
          out.line(audit::to_line(*entry));
          return written.add(audit::leaf_of(*entry)).has_value();
        }));
    if (visited == 0) throw std::runtime_error{"entries of the log are missing in the store"};
  }
  return written.head();
}

struct export_options {
  std::string config, out;
  std::string output = "table";
};

int export_log(const export_options& o) {
  const auto c = load_config(o.config);
  const auto owner = owner_of(c);
  const auto store = open_log(c, owner.cluster);
  const auto head = head_in(*store);
  new_file out{o.out};
  out.line(audit::to_line(owner));
  if (write_entries(*store, head.size, out) != head)
    throw std::runtime_error{"the entries in the store are not those of its log: it was altered"};
  out.finish();
  if (o.output == "json")
    std::printf("%s\n", json{{"account", to_hex(owner.account)},
                             {"entries", head.size},
                             {"root", to_hex(head.root)}}
                            .dump(2)
                            .c_str());
  else
    std::printf("%s: %llu entries, root %s\nthe ledger attests it in account %s\n", o.out.c_str(),
                static_cast<unsigned long long>(head.size), to_hex(head.root).c_str(),
                to_hex(owner.account).c_str());
  return ok;
}

struct prove_options {
  std::string log, out;
  std::optional<std::uint64_t> entry, since, size;
};

/// What the file proves, once its log was replayed.
struct wanted_proof {
  std::uint64_t size = 0;
  audit::log_head after;
  std::optional<audit::entry> entry;
};

audit::proof make_proof(const prove_options& o, const wanted_proof& wanted,
                        const audit::node_lookup& nodes) {
  const auto value = [](auto got) {
    if (!got) throw std::runtime_error{std::string{explain(got.error())}};
    return std::move(*got);
  };
  if (o.entry)
    return audit::inclusion{*wanted.entry, *o.entry, wanted.after,
                            value(audit::prove_inclusion(*o.entry, wanted.size, nodes))};
  return audit::consistency{value(audit::head_of(*o.since, nodes)), wanted.after,
                            value(audit::prove_consistency(*o.since, wanted.size, nodes))};
}

/// Looks up all that make_proof() will.
outcome look_up(const prove_options& o, std::uint64_t size, const audit::node_lookup& nodes) {
  QUORATE_TRY(audit::head_of(size, nodes));
  if (o.entry) {
    QUORATE_TRY(audit::prove_inclusion(*o.entry, size, nodes));
  } else {
    QUORATE_TRY(audit::head_of(*o.since, nodes));
    QUORATE_TRY(audit::prove_consistency(*o.since, size, nodes));
  }
  return {};
}

int prove(const prove_options& o) {
  const auto ignore = [](const audit::log_owner&) {};
  wanted_proof wanted;
  if (const auto fault = read_log(o.log, ignore, [&](std::uint64_t index, const audit::entry& e) {
        wanted.size = index + 1;
        if (o.entry == index) wanted.entry = e;
        return outcome{};
      }))
    return complain(o.log, *fault);
  const auto all = wanted.size;
  wanted.size = o.size.value_or(all);
  if (wanted.size > all || (o.entry && *o.entry >= wanted.size) ||
      (o.since && *o.since > wanted.size)) {
    std::fprintf(stderr,
                 "quorate audit prove: %s has %llu entries; the numbers given are not "
                 "among them\n",
                 o.log.c_str(), static_cast<unsigned long long>(all));
    return refused;
  }
  audit::replay log;
  if (!log.keep_for([&](const audit::node_lookup& n) { return look_up(o, wanted.size, n); }))
    throw std::runtime_error{"the numbers given are beyond any log"};
  if (const auto fault = read_log(o.log, ignore, [&](std::uint64_t, const audit::entry& e) {
        return log.add(audit::leaf_of(e));
      }))
    return complain(o.log, *fault);
  const auto nodes = log.nodes();
  wanted.after = audit::head_of(wanted.size, nodes).value();
  write_hex_file(o.out, encode(make_proof(o, wanted, nodes)));
  std::printf("%s: under the head of %llu entries, root %s\n", o.out.c_str(),
              static_cast<unsigned long long>(wanted.size), to_hex(wanted.after.root).c_str());
  return ok;
}

} // namespace

void add_audit_export(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("export", "Write a signer's audit log to a file");
  auto o = std::make_shared<export_options>();
  c->add_option("--config", o->config, "The signer's TOML file")->required();
  c->add_option("--out", o->out, "The file to write; it must not be there")->required();
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer("Reads the signer's data directory, also while the signer runs. The file has no "
            "secrets:\nwhat was signed or refused, under which key, when and why.\n"
            "Exit codes: 0 written, 1 the directory cannot be read or is damaged.");
  c->callback([&run, o] { run = [o] { return export_log(*o); }; });
}

void add_audit_prove(CLI::App& group, chosen& run) {
  auto* c =
      group.add_subcommand("prove", "Prove a part of an exported log to whoever has not got it");
  auto o = std::make_shared<prove_options>();
  c->add_option("--log", o->log, "The file that `quorate audit export` wrote")->required();
  auto* entry = c->add_option("--entry", o->entry, "That this entry is in the log, from 0");
  auto* since = c->add_option("--since", o->since,
                              "That the log of the head only added to that of so many entries");
  entry->excludes(since);
  c->add_option("--size", o->size,
                "Under the head of so many entries, as `quorate audit head` tells it (default: "
                "all in the file)");
  c->add_option("--out", o->out, "The file to write; it must not be there")->required();
  c->footer("Proofs are of at most 96 hashes. They are checked by `quorate audit verify --proof`.\n"
            "Exit codes: 0 written, 1 a file cannot be read or written, 3 no such entry, or the "
            "log is malformed.");
  c->callback([&run, o] {
    run = [o]() -> int {
      if (o->entry || o->since) return prove(*o);
      std::fprintf(stderr, "quorate audit prove: give --entry or --since\n");
      return usage;
    };
  });
}

} // namespace quorate::cli
