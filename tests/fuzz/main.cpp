// The entry points of libFuzzer, the choice of targets, and the switch for planted mistakes:
//
//   fuzz --target=NAME[,NAME…] [--plant=NAME] [libFuzzer's arguments]
//
// Each input is given to every target that is named (tests/fuzz/fuzzers.py says which go together).
// All targets in one program build and link in a part of the time that a program each takes.
#include "core/base/planted.hpp"
#include "tests/fuzz/harness.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <utility>
#include <vector>

namespace {

using namespace quorate;

constexpr std::array<std::pair<std::string_view, decoder_fault>, 6> faults{{
    {"over_read", decoder_fault::over_read},
    {"any_boolean", decoder_fault::any_boolean},
    {"cbor_any_length", decoder_fault::cbor_any_length},
    {"rlp_any_length", decoder_fault::rlp_any_length},
    {"any_padding", decoder_fault::any_padding},
    {"field_twice", decoder_fault::field_twice},
}};

// Of this process. An input counts once, however many decoders take it.
std::uint64_t inputs_taken = 0;
bool taken = false;

using target = void (*)(byte_view input);

// Filled before main().
std::map<std::string_view, target>& targets() {
  static std::map<std::string_view, target> all;
  return all;
}
std::vector<target> chosen;

void choose(std::string_view names) {
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    const auto found = targets().find(name);
    if (found == targets().end()) {
      chosen.clear();
      break;
    }
    chosen.push_back(found->second);
  }
  if (!chosen.empty()) return;
  std::fprintf(stderr, "say which targets: --target=NAME[,NAME…], of\n");
  for (const auto& [known, run] : targets())
    std::fprintf(stderr, "  %s\n", known.data());
  std::exit(2);
}

void plant(std::string_view name) {
  for (const auto& [known, fault] : faults)
    if (known == name) {
      planted_decoder_fault = fault;
      return;
    }
  std::fprintf(stderr, "no mistake of this name can be planted\n");
  std::exit(2);
}

} // namespace

void quorate::fuzz::accepted() noexcept { taken = true; }

bool quorate::fuzz::add_target(const char* name, void (*run)(byte_view input)) {
  QUORATE_CHECK(targets().emplace(name, run).second);
  return true;
}

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view plant_flag = "--plant=";
  constexpr std::string_view target_flag = "--target=";
  std::string_view names;
  for (int i = 1; i < *argc; ++i) {
    const std::string_view given = (*argv)[i];
    if (given.starts_with(plant_flag)) plant(given.substr(plant_flag.size()));
    if (given.starts_with(target_flag)) names = given.substr(target_flag.size());
  }
  choose(names);
  std::atexit([] {
    std::fprintf(stderr, "stat::inputs_taken: %llu\n",
                 static_cast<unsigned long long>(inputs_taken));
    // Of the processor: on a busy machine a minute of the clock says little.
    std::fprintf(stderr, "stat::processor_ms: %lld\n",
                 static_cast<long long>(std::clock() / (CLOCKS_PER_SEC / 1000)));
  });
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  taken = false;
  for (const auto run : chosen)
    run({data, size});
  inputs_taken += taken ? 1 : 0;
  return 0;
}
