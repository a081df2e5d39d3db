#include "tests/faults/history_client/history.hpp"

#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace quorate::faults {

history::history(const std::string& file)
    : fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)) {
  if (fd_ < 0) throw std::runtime_error{"cannot write the history to " + file};
}

history::~history() { ::close(fd_); }

void history::add(const nlohmann::json& line) {
  const auto text = line.dump() + "\n";
  const std::lock_guard guard{mutex_};
  // A history with a hole proves nothing.
  if (::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error{"cannot write the history"};
}

} // namespace quorate::faults
