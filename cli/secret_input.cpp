#include "cli/secret_input.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <termios.h>
#include <unistd.h>

namespace quorate::cli {

namespace {

// The last signal that came while the echo was off.
volatile std::sig_atomic_t interrupted_by = 0;

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};

// The terminal with its echo off. A signal that would end or stop the program, and leave the echo
// off, ends the reading first and takes effect when the echo is back. Signals are let in by the
// wait for input only: one that came just before a plain read() would not end it.
class silent_terminal {
public:
  explicit silent_terminal(const std::string& option)
      : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0)
      throw std::runtime_error{"there is no terminal to ask on. Give the secret on a file "
                               "descriptor instead, e.g. `" +
                               option + " 3 3<FILE`"};
    interrupted_by = 0;
    sigset_t ending;
    ::sigemptyset(&ending);
    for (const int signal : ending_signals)
      ::sigaddset(&ending, signal);
    ::pthread_sigmask(SIG_BLOCK, &ending, &mask_before_);
    struct sigaction noted {};
    noted.sa_handler = [](int signal) { interrupted_by = signal; };
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &noted, &handlers_before_[i]);
    const bool known = ::tcgetattr(fd_, &before_) == 0;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ECHONL;
    is_silent_ = known && ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;
  ~silent_terminal() {
    if (is_silent_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    ::close(fd_);
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &handlers_before_[i], nullptr);
    if (interrupted_by != 0) ::raise(interrupted_by);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr); // what was raised takes effect here
  }

  /// Until a line was typed, or the terminal is gone.
  void wait_for_line() const {
    pollfd typed{fd_, POLLIN, 0};
    while (::ppoll(&typed, 1, nullptr, &mask_before_) < 0) {
      if (interrupted_by != 0) throw std::runtime_error{"interrupted; nothing was read"};
      if (errno != EINTR) throw std::runtime_error{"cannot wait for the terminal"};
    }
  }

  int fd() const { return fd_; }
  bool is_silent() const { return is_silent_; }

private:
  int fd_;
  bool is_silent_ = false;
  termios before_{};
  sigset_t mask_before_{};
  std::array<struct sigaction, ending_signals.size()> handlers_before_{};
};

// Byte by byte: what comes after the line belongs to the next reader of the descriptor.
std::optional<wallet::secret_text> read_line(int fd) {
  wallet::secret_text line;
  for (bool any = false;; any = true) {
    std::uint8_t byte = 0;
    const auto got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw std::runtime_error{"cannot read file descriptor " + std::to_string(fd) + ": " +
                               std::strerror(errno) + ". Open it for the program, e.g. " +
                               std::to_string(fd) + "<FILE"};
    if (got == 0 && !any) return std::nullopt;
    if (got == 0 || byte == '\n') break;
    const auto kept = line.append(byte_view{&byte, 1});
    wipe(&byte, 1);
    if (!kept)
      throw std::runtime_error{"the secret is longer than 1,024 bytes: is it the right file?"};
  }
  if (line.text().ends_with('\r')) {
    auto cut = wallet::secret_text::from(line.view().first(line.size() - 1));
    return std::move(*cut);
  }
  return line;
}

} // namespace

std::optional<wallet::secret_text> secret_reader::line(const std::string& prompt) {
  if (from_.descriptor >= 0) return read_line(from_.descriptor);
  const silent_terminal terminal{from_.option};
  if (!terminal.is_silent())
    throw std::runtime_error{"the terminal cannot be kept from showing what is typed. Give the "
                             "secret on a file descriptor instead, e.g. `" +
                             from_.option + " 3 3<FILE`"};
  const auto shown = prompt + " (nothing is shown): ";
  if (::write(terminal.fd(), shown.data(), shown.size()) < 0)
    throw std::runtime_error{"cannot write to the terminal"};
  terminal.wait_for_line();
  return read_line(terminal.fd());
}

wallet::secret_text read_secret(secret_source from, const std::string& prompt) {
  auto line = secret_reader{from}.line(prompt);
  if (!line)
    throw std::runtime_error{"nothing was there to read: file descriptor " +
                             std::to_string(from.descriptor) + " is at its end"};
  return std::move(*line);
}

ec_secret_key read_secret_key(secret_source from) {
  const auto text = read_secret(std::move(from), "Secret key, 64 hexadecimal digits");
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  ec_secret_key key;
  bool valid = text.size() == 2 * key.size();
  // Digit by digit into the key, so that no copy of it lies about.
  for (std::size_t i = 0; valid && i < text.size(); ++i) {
    const int value = digit(text.text()[i]);
    valid = value >= 0;
    auto& byte = key.data()[i / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | (value & 15));
  }
  if (!valid) throw std::runtime_error{"the secret key has 64 hexadecimal digits"};
  return key;
}

bool confirm(const std::string& question) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error{"there is no terminal to ask on. Programs give --yes"};
  const auto shown = question + " [type yes] ";
  std::string answer;
  if (::write(fd, shown.data(), shown.size()) == static_cast<ssize_t>(shown.size()))
    for (char c = 0; answer.size() < 16 && ::read(fd, &c, 1) == 1 && c != '\n';)
      answer += c;
  ::close(fd);
  return answer == "yes";
}

} // namespace quorate::cli
