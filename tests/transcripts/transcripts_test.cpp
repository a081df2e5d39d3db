// Each file of testdata/ is a test case of its own: it fails when the core says or does anything
// else than the transcript tells.
//
// After a change that is meant: QUORATE_REWRITE=1 test_transcripts, and review the difference.
#include "tests/transcripts/interpreter.hpp"
#include "tests/transcripts/transcript.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

using namespace quorate;
using namespace quorate::transcripts;

namespace {

const std::filesystem::path testdata{QUORATE_SOURCE_DIR "/tests/transcripts/testdata"};

std::vector<std::filesystem::path> all_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{testdata})
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void check(const std::filesystem::path& file) {
  const auto result = run_file(file);
  if (std::getenv("QUORATE_REWRITE") != nullptr) {
    std::ofstream{file} << result.rewritten;
    return;
  }
  for (const auto& d : result.differences)
    BOOST_ERROR(file.filename().string()
                << ":" << d.line << ": differs\n"
                << d.commands << "--- expected\n"
                << d.expected << "--- actual\n"
                << d.actual << "(if it is meant: QUORATE_REWRITE=1, then review)");
}

const bool registered = [] {
  auto* suite = BOOST_TEST_SUITE("transcripts");
  for (const auto& file : all_files())
    suite->add(boost::unit_test::make_test_case([file] { check(file); }, file.stem().string(),
                                                __FILE__, __LINE__));
  boost::unit_test::framework::master_test_suite().add(suite);
  return true;
}();

} // namespace

BOOST_AUTO_TEST_SUITE(interpreter_of_transcripts)

BOOST_AUTO_TEST_CASE(there_are_transcripts) {
  BOOST_TEST(registered);
  BOOST_TEST(all_files().size() >= 15U);
}

// A transcript that says something else than the run must not pass.
BOOST_AUTO_TEST_CASE(a_difference_is_found_and_rewriting_removes_it) {
  const auto file =
      std::filesystem::temp_directory_path() /
      ("quorate_transcript_" +
       std::to_string(std::hash<std::string>{}(std::filesystem::current_path().string())));
  std::ofstream{file} << "# A heading\n\ncluster n=4\npropose 0 a\n----\n0: batch b\n";
  const auto first = run_file(file);
  BOOST_REQUIRE(first.differences.size() == 1U);
  BOOST_TEST(first.differences[0].line == 3U);
  std::ofstream{file} << first.rewritten;
  const auto second = run_file(file);
  BOOST_TEST(second.differences.empty());
  BOOST_TEST(second.rewritten == first.rewritten);
  const std::string begin = "# A heading\n\ncluster n=4\npropose 0 a\n----\n0: batch a\n";
  BOOST_TEST(first.rewritten.starts_with(begin));
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_an_error) {
  interpreter with;
  BOOST_CHECK_THROW((void)with.run("status"), std::invalid_argument);
  (void)with.run("cluster n=4");
  for (const auto* line : {"sing", "fire 1 request", "deliver 0->1", "restart 1", "propose",
                           "deliver 0->1 nonsense", "crash 9", "tamper 0->1 new_view O n1=b"})
    BOOST_CHECK_THROW((void)with.run(line), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
