// How many signatures, derivations and signed transactions one core makes in a second, and how near
// our signing of a prepared digest comes to libsecp256k1's own functions with the same context.
#include "bench/rates.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace {

using namespace quorate::bench;

constexpr std::string_view usage_text =
    R"(usage: quorate_bench_rates [--rounds N] [--slice-ms M] [--only TEXT] [-o table|json]

  --rounds N     rounds, 1 to 1000; the figures are medians over them (25)
  --slice-ms M   how long each subject is measured in a round, 1 to 1000 (20)
  --only TEXT    only groups whose name has this in it: digest, verification, transaction,
                 PSBT, derivation
  -o table|json  what is printed (table)

Rates are per second of one processor, which is not the same as per second of the clock where
others want the processor too. Subjects run in turn in every round, and ratios are taken within a
round, so both hold on a busy machine.
)";

struct options {
  round_options how;
  std::string only;
  bool json = false;
};

bool parse_number(std::string_view text, unsigned& into) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
  return failed == std::errc{} && end == text.data() + text.size() && into >= 1 && into <= 1000;
}

/// False for a wrong command line.
bool parse(int argc, char** argv, options& into) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    bool known = true;
    if (name == "--rounds")
      known = parse_number(value, into.how.rounds);
    else if (name == "--slice-ms")
      known = parse_number(value, into.how.slice_ms);
    else if (name == "--only")
      into.only = value;
    else if (name == "-o" && (value == "json" || value == "table"))
      into.json = value == "json";
    else
      known = false;
    if (!known) return false;
  }
  return argc % 2 == 1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view{argv[1]} == "--help") {
    std::fputs(usage_text.data(), stdout);
    return 0;
  }
  options given;
  if (!parse(argc, argv, given)) {
    std::fputs(usage_text.data(), stderr);
    return 2;
  }
  std::vector<subject> subjects;
  add_signatures(subjects);
  add_transactions(subjects);
  add_psbts(subjects);
  add_derivations(subjects);
  std::erase_if(subjects, [&](const subject& one) {
    return one.group.find(given.only) == std::string::npos;
  });
  if (subjects.empty()) {
    std::fprintf(stderr, "no group has '%s' in its name; see --help\n", given.only.c_str());
    return 2;
  }
  const auto made = measure(subjects, given.how);
  std::fputs((given.json ? to_json(made, given.how) : to_table(made)).c_str(), stdout);
  return 0;
}
