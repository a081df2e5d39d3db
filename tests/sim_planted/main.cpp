// Plants each mistake in core and shows after how many seeds the simulator notices.
//
// Each runs in a process of its own: an abort by a CHECK of core counts as noticed.
#include "core/base/planted.hpp"
#include "tests/sim/storm.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace quorate;

constexpr std::array<const char*, fault_count> names{
    "none",
    "quorum_of_2f",
    "votes_not_keyed",
    "prepared_with_2f_less_1",
    "commit_without_prepared",
    "commit_before_durable",
    "accept_not_durable",
    "view_not_durable",
    "second_pre_prepare",
    "votes_outlive_view",
    "new_view_not_recomputed",
    "lowest_view_selected",
    "gaps_left_open",
    "prepared_hidden",
    "slots_dropped_early",
    "signature_unchecked",
    "first_vote_checked_only",
    "body_unchecked",
    "learner_votes",
    "never_join",
    "primary_trusted",
    "new_primary_trusted",
    "nothing_sent_again",
    "delivered_again",
    "replies_forgotten",
    "receiver_paid_only",
    "watermark_off_by_one",
    "horizon_ignored",
    "epoch_unchecked",
    "reply_cache_forgotten",
    "checkpoint_not_stored",
    "join_on_f",
    "lease_from_receipt",
    "lease_drift_ignored",
    "lease_grant_too_few",
    "lease_grants_not_keyed",
    "lease_over_epochs",
    "promise_not_durable",
    "promise_ignored",
    "promise_ignored_on_join",
    "promise_while_leaving",
    "promise_for_ever",
    "wall_clock",
};

struct finding {
  std::uint64_t seeds = 0; ///< runs until it was noticed, or all of them
  bool noticed = false;
  std::string how;
};

// What a run found goes to the parent line by line, so that an abort loses nothing.
[[noreturn]] void run_child(fault which, std::uint64_t seeds, int out) {
  planted_fault = which;
  const rlimit memory{3ULL << 30U, 3ULL << 30U};
  (void)setrlimit(RLIMIT_AS, &memory);
  const auto devnull = std::freopen("/dev/null", "w", stderr);
  (void)devnull;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const std::size_t n = seed % 4 == 0 ? 7 : 4;
    const auto text = sim::run_storm({n, seed, nullptr, false}).violation;
    const auto line = std::to_string(seed) + ' ' + text.substr(0, text.find('\n')) + '\n';
    if (write(out, line.data(), line.size()) < 0 || !text.empty()) _exit(text.empty() ? 0 : 1);
  }
  _exit(0);
}

finding look_for(fault which, std::uint64_t seeds) {
  int ends[2];
  if (pipe(ends) != 0) std::exit(2);
  const auto child = fork();
  if (child == 0) {
    close(ends[0]);
    run_child(which, seeds, ends[1]);
  }
  close(ends[1]);
  std::string heard;
  char part[512];
  for (ssize_t got = 0; (got = read(ends[0], part, sizeof part)) > 0;)
    heard.append(part, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  (void)waitpid(child, &status, 0);
  finding found;
  std::string last;
  for (std::size_t at = 0, end = 0; (end = heard.find('\n', at)) != std::string::npos;
       at = end + 1) {
    last = heard.substr(at, end - at);
    ++found.seeds;
  }
  if (WIFSIGNALED(status)) return {found.seeds + 1, true, "a CHECK of core, or a crash"};
  found.noticed = WEXITSTATUS(status) == 1;
  if (found.noticed) found.how = last.substr(last.find(' ') + 1);
  return found;
}

} // namespace

int main(int argc, char** argv) {
  const auto seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  if (seeds == 0 || argc > 3) {
    std::fprintf(
        stderr,
        "usage: %s [SEEDS_MAX [FAULT]]\nExit codes: 0 every fault was noticed and none without "
        "one, 1 otherwise\n",
        argv[0]);
    return 2;
  }
  int missed = 0;
  for (std::uint8_t i = 0; i < fault_count; ++i) {
    const auto which = static_cast<fault>(i);
    if (argc == 3 && std::strcmp(argv[2], names[i]) != 0) continue;
    const auto found = look_for(which, which == fault::none ? seeds / 4 + 1 : seeds);
    const bool as_it_should_be = found.noticed == (which != fault::none);
    missed += as_it_should_be ? 0 : 1;
    std::printf("%-4s %-24s %5llu seeds  %s\n", as_it_should_be ? "ok" : "BAD", names[i],
                static_cast<unsigned long long>(found.seeds), found.how.c_str());
    std::fflush(stdout);
  }
  return missed == 0 ? 0 : 1;
}
