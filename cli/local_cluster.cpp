#include "cli/local_cluster.hpp"

#include "config/testnet.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace quorate::cli {

namespace {

volatile std::sig_atomic_t interrupt_flag = 0;

} // namespace

void install_interrupt_flag() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupt_flag = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() noexcept { return interrupt_flag != 0; }

local_cluster::local_cluster(const local_cluster_options& options) : options_(options) {
  std::string pattern = (std::filesystem::temp_directory_path() / "quorate-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error{"cannot make a folder for the cluster under " + pattern};
  folder_ = pattern;
  config::testnet_options testnet;
  testnet.nodes = options.nodes;
  testnet.out = folder_;
  testnet.accounts = options.accounts;
  testnet.identity_suite = options.identity_suite;
  if (const auto error = config::generate_testnet(testnet)) throw std::runtime_error{*error};
  processes_.resize(options.nodes, 0);
  for (std::size_t i = 0; i < processes_.size(); ++i)
    start(i);
}

local_cluster::~local_cluster() {
  stop_all();
  std::error_code ignored;
  if (!options_.keep) std::filesystem::remove_all(folder_, ignored);
}

void local_cluster::start(std::size_t node) {
  const auto name = "node" + std::to_string(node);
  const auto config = (folder_ / name / "node.toml").string();
  const auto log = (folder_ / (name + ".log")).string();
  const auto parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error{"cannot start a process for " + name};
  if (child > 0) {
    processes_[node] = child;
    return;
  }
  // The nodes must not outlive a demo that was killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  setpgid(0, 0); // Ctrl-C reaches the demo alone, which then ends them in order
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  dup2(fd, 1);
  dup2(fd, 2);
  execl("/proc/self/exe", "quorate", "node", "--config", config.c_str(), nullptr);
  _exit(127);
}

void local_cluster::kill(std::size_t node) {
  if (processes_[node] == 0) return;
  ::kill(processes_[node], SIGKILL);
  waitpid(processes_[node], nullptr, 0);
  processes_[node] = 0;
}

void local_cluster::stop_all() noexcept {
  for (const auto process : processes_)
    if (process != 0) ::kill(process, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (auto& process : processes_) {
    while (process != 0 && waitpid(process, nullptr, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > until) {
        ::kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    process = 0;
  }
}

client_setup local_cluster::setup() const {
  return load_client_setup((folder_ / "client" / "client.toml").string());
}

void local_cluster::wait_ready(unsigned seconds) {
  const auto options = setup().options;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    std::size_t ready = 0;
    for (const auto& one : ask_all(options))
      ready += one && is_ready(*one) ? 1 : 0;
    if (ready == size()) return;
    if (interrupted()) throw std::runtime_error{"interrupted"};
    if (std::chrono::steady_clock::now() > until) {
      options_.keep = true;
      throw std::runtime_error{"only " + std::to_string(ready) + " of " + std::to_string(size()) +
                               " nodes became ready; their logs are in " + folder_.string()};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

} // namespace quorate::cli
