// The entry points of libFuzzer, and the switch for planted mistakes:
//
//   fuzz_TARGET --plant=NAME [libFuzzer's arguments]
#include "core/base/planted.hpp"
#include "tests/fuzz/harness.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

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

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view flag = "--plant=";
  for (int i = 1; i < *argc; ++i)
    if (const std::string_view given = (*argv)[i]; given.starts_with(flag))
      plant(given.substr(flag.size()));
  std::atexit([] {
    std::fprintf(stderr, "stat::inputs_taken: %llu\n",
                 static_cast<unsigned long long>(inputs_taken));
  });
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  taken = false;
  quorate::fuzz::run({data, size});
  inputs_taken += taken ? 1 : 0;
  return 0;
}
