// Writes the seeds that are made from our own encoders, or checks that the corpus has them:
//
//   quorate_fuzz_seeds DIRECTORY           writes DIRECTORY/TARGET/made_NAME
//   quorate_fuzz_seeds --check DIRECTORY   exit code 1 when a file is missing or differs: a format
//                                          changed, and the seeds have to be written again
#include "tests/fuzz/seeds/seeds.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace quorate;

bytes content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

int check(const fuzz::seeds& all, const std::filesystem::path& corpus) {
  int wrong = 0;
  for (const auto& [target, inputs] : all)
    for (const auto& [name, input] : inputs) {
      const auto file = corpus / target / ("made_" + name);
      if (exists(file) && content_of(file) == input) continue;
      std::printf("%s: not what the encoders write today\n", file.c_str());
      ++wrong;
    }
  if (wrong > 0) std::printf("write them again: quorate_fuzz_seeds %s\n", corpus.c_str());
  return wrong == 0 ? 0 : 1;
}

void write(const fuzz::seeds& all, const std::filesystem::path& corpus) {
  for (const auto& [target, inputs] : all) {
    create_directories(corpus / target);
    for (const auto& [name, input] : inputs) {
      std::ofstream out{corpus / target / ("made_" + name), std::ios::binary};
      out.write(reinterpret_cast<const char*>(input.data()),
                static_cast<std::streamsize>(input.size()));
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  fuzz::seeds all;
  fuzz::add_consensus(all);
  fuzz::add_ledger(all);
  fuzz::add_chains(all);
  fuzz::add_wallet(all);
  if (argc == 3 && argv[1] == std::string_view{"--check"}) return check(all, argv[2]);
  if (argc != 2 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: quorate_fuzz_seeds [--check] FOLDER\n");
    return 2;
  }
  write(all, argv[1]);
  return 0;
}
