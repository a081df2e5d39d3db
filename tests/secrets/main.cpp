// Where a signer's secrets are: after 1,000 signatures in the locked pages and nowhere else, not in
// a core dump, not in a forked child; after locking nowhere. And a secret that is left lying about
// is found, in memory and in a core dump, so that "not found" means something.
//
//     test_secrets                 the test; exit code 0, 1 or 77 (no core dumps can be made here)
//     test_secrets --dump clean    signs, tells what to look for, and dumps core
//     test_secrets --dump planted  the same with a secret left on the heap
#include "tests/secrets/own_memory.hpp"
#include "tests/secrets/own_stack.hpp"
#include "tests/secrets/signer.hpp"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/wait.h>

using namespace quorate;
using namespace quorate::secrets;

namespace {

constexpr std::size_t signatures = 1000;
constexpr int skipped = 77;

int failures = 0;

void expect(bool held, const std::string& what) {
  std::printf("%s: %s\n", held ? "ok" : "FAILED", what.c_str());
  failures += held ? 0 : 1;
}

bool child_sees_only_zeros(std::span<std::uint8_t> memory) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(std::all_of(memory.begin(), memory.end(), [](auto byte) { return byte == 0; }) ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string text_of(const scan_result& r) {
  return std::to_string(r.bytes >> 10) + " KiB: " + std::to_string(r.inside) + " inside, " +
         std::to_string(r.outside) + " outside";
}

void scan_memory() {
  const auto pages = locked_pages::map().value();
  secret_arena arena{pages.memory()};
  signer under_test{arena};
  own_memory memory{pages.memory()};

  own_stack stack;
  stack.run([&] { under_test.unlock(); });
  const auto opened = memory.scan(under_test.secrets());
  expect(opened.outside == 0, "opening leaves nothing behind: " + text_of(opened));
  const auto verified = under_test.sign(signatures);
  expect(verified == signatures, std::to_string(verified) + " signatures made and verified");
  const auto open = memory.scan(under_test.secrets());
  expect(open.inside > 0, "unlocked, secrets are found in the locked pages: " + text_of(open));
  expect(open.outside == 0, "and nowhere else");
  for (std::size_t kind = 0; kind < signer::kinds; ++kind) {
    stack.run([&] { under_test.sign_only(kind); });
    const auto after = memory.scan(under_test.secrets());
    expect(after.outside == 0, "nor on the stack of a signature of kind " + std::to_string(kind) +
                                   ": " + text_of(after));
  }
  expect(child_sees_only_zeros(pages.memory()), "a forked child sees zeros");

  bytes left_behind;
  {
    const auto secret = under_test.copy_of_a_secret();
    left_behind.assign(secret.view().begin(), secret.view().end());
  }
  const auto planted = memory.scan(under_test.secrets());
  expect(planted.outside > 0, "a key left on the heap is found: " + text_of(planted));
  wipe(left_behind.data(), left_behind.size());

  under_test.lock();
  const auto locked = memory.scan(under_test.secrets());
  expect(locked.inside == 0 && locked.outside == 0,
         "locked, no secret anywhere: " + text_of(locked));
}

/// The child's part: signs, sends the masked needles up, and dumps core with the keystore open.
[[noreturn]] void dump(bool leaves_one) {
  const auto pages = locked_pages::map().value();
  secret_arena arena{pages.memory()};
  signer under_test{arena};
  under_test.unlock();
  QUORATE_CHECK(under_test.sign(signatures) == signatures);
  bytes left_behind;
  if (leaves_one) {
    const auto secret = under_test.copy_of_a_secret();
    left_behind.assign(secret.view().begin(), secret.view().end());
  }
  const auto& words = under_test.secrets().masked();
  const auto size = words.size() * sizeof words[0];
  QUORATE_CHECK(::write(STDOUT_FILENO, words.data(), size) == static_cast<ssize_t>(size));
  std::abort();
}

bytes read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Runs this program again in an empty folder, and returns the words of secrets in its core dump;
/// nothing when it leaves none.
std::optional<std::size_t> words_in_core(const char* mode) {
  char folder[] = "/tmp/quorate-secrets-XXXXXX";
  QUORATE_CHECK(::mkdtemp(folder) != nullptr);
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  const auto words_file = std::filesystem::path{folder} / "words";
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_limit{RLIM_INFINITY, RLIM_INFINITY};
    const int words = ::open(words_file.c_str(), O_WRONLY | O_CREAT, 0600);
    if (::setrlimit(RLIMIT_CORE, &no_limit) != 0 || ::chdir(folder) != 0 || words < 0 ||
        ::dup2(words, STDOUT_FILENO) < 0)
      ::_exit(1);
    ::execl(program.c_str(), program.c_str(), "--dump", mode, nullptr);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::optional<std::size_t> found;
  const auto secrets = needles::from_masked(read_file(words_file));
  for (const auto& file : std::filesystem::directory_iterator{folder})
    if (file.path() != words_file && secrets.size() > 0) {
      const auto core = read_file(file.path());
      std::printf("core dump (%s): %zu KiB\n", mode, core.size() >> 10);
      if (core.size() > 4096) found = secrets.count(core);
    }
  std::filesystem::remove_all(folder);
  return found;
}

/// @returns false when the system makes no core dumps that can be read here.
bool scan_core_dumps() {
  const auto planted = words_in_core("planted");
  if (!planted) return false;
  expect(*planted > 0, "a key left on the heap is found in a core dump");
  const auto clean = words_in_core("clean");
  expect(clean && *clean == 0, "a core dump of an unlocked signer holds no secret: " +
                                   std::to_string(clean.value_or(0)) + " words");
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view{argv[1]} == "--dump")
    dump(std::string_view{argv[2]} == "planted");
  scan_memory();
  const bool has_core_dumps = scan_core_dumps();
  if (!has_core_dumps) std::printf("SKIPPED: core dumps (kernel.core_pattern, ulimit -Hc)\n");
  if (failures > 0) return 1;
  return has_core_dumps ? 0 : skipped;
}
