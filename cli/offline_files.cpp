#include "cli/offline_files.hpp"

#include "cli/qr.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

namespace quorate::cli {

namespace {

/// A message in hexadecimal words and line ends, with room for repeated fragments.
constexpr std::size_t input_bytes_max = std::size_t{16} * 1024 * 1024;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw std::runtime_error{"cannot " + std::string{what} + " " + path.string() + ": " +
                           std::strerror(errno)};
}

/// Closes on the way out.
struct descriptor {
  int fd;
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

void write_all(int fd, byte_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const auto n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(path, "write");
    content = content.subspan(static_cast<std::size_t>(n));
  }
}

void sync(int fd, const std::filesystem::path& path) {
  if (::fsync(fd) != 0) fail(path, "sync");
}

std::string read_everything(const std::string& file) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) fail(file, "open");
  }
  std::istream& in = file == "-" ? std::cin : opened;
  std::string content;
  for (std::array<char, 4096> part; in.read(part.data(), part.size()) || in.gcount() > 0;) {
    content.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (content.size() > input_bytes_max) throw std::runtime_error{file + " is too large"};
  }
  return content;
}

bool is_ur(std::string_view content) {
  return content.size() >= 3 && (content[0] == 'u' || content[0] == 'U') &&
         (content[1] == 'r' || content[1] == 'R') && content[2] == ':';
}

bytes from_ur_lines(const std::string& content, std::string_view type, const std::string& file) {
  offline::ur_decoder decoder;
  for (std::size_t from = 0; from < content.size() && !decoder.complete();) {
    const auto end = std::min(content.find('\n', from), content.size());
    auto line = content.substr(from, end - from);
    from = end + 1;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.pop_back();
    if (line.empty()) continue;
    if (const auto added = decoder.add(line); !added)
      throw std::runtime_error{file + ": " + std::string{explain(added.error())}};
  }
  auto message = or_throw(decoder.take(), file);
  if (message.type != type)
    throw std::runtime_error{file + " is a ur:" + message.type + " and no ur:" + std::string{type}};
  return std::move(message.cbor);
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file{path, std::ios::binary};
  file << content;
  if (!file.flush()) fail(path, "write");
}

void write_cbor(const offline::ur& message, const std::string& to) {
  if (to.empty()) throw std::runtime_error{"--out names the file for CBOR"};
  write_file(std::filesystem::absolute(to),
             {reinterpret_cast<const char*>(message.cbor.data()), message.cbor.size()});
}

// One fragment needs no numbers. Of several, half as many mixtures again are shown, so that most of
// what a camera misses comes by once more in another form.
std::vector<std::string> texts_of(const offline::ur& message, std::size_t fragment_bytes) {
  const auto encoder = or_throw(offline::ur_encoder::make(message, fragment_bytes), "the message");
  const auto count = encoder.count();
  if (count == 1) return {or_throw(offline::encode_ur(message), "the message")};
  std::vector<std::string> texts;
  for (std::uint32_t number = 1; number <= count + (count + 1) / 2; ++number)
    texts.push_back(encoder.part(number));
  return texts;
}

/// Without an echo for as long as it exists.
class silent_terminal {
public:
  explicit silent_terminal(int fd) : fd_(fd) {
    if (::tcgetattr(fd_, &before_) != 0)
      throw std::runtime_error{"the terminal cannot be silenced"};
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (::tcsetattr(fd_, TCSAFLUSH, &silent) != 0)
      throw std::runtime_error{"the terminal cannot be silenced"};
  }
  ~silent_terminal() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }
  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;

private:
  int fd_;
  termios before_{};
};

descriptor open_terminal() {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error{"no terminal to ask on"};
  return {fd};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Digit by digit into the key, so that no copy of it lies about.
ec_secret_key read_hex_key(int fd) {
  ec_secret_key key;
  std::size_t digits = 0;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') {
    const int value = digit(c);
    if (value < 0 || digits == 2 * key.size()) {
      digits = 0;
      break;
    }
    auto& byte = key.data()[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++digits;
  }
  wipe(&c, 1);
  if (digits != 2 * key.size())
    throw std::runtime_error{"the secret key has 64 hexadecimal digits"};
  return key;
}

} // namespace

durable_file::durable_file(std::filesystem::path path) : path_(std::move(path)) {
  const auto lock_path = path_.string() + ".lock";
  lock_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) fail(lock_path, "open");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw std::runtime_error{path_.string() + " is in use by another process"};
  }
}

durable_file::~durable_file() { ::close(lock_); }

bool durable_file::exists() const { return std::filesystem::exists(path_); }

bytes durable_file::load() const {
  const auto content = read_everything(path_.string());
  return {content.begin(), content.end()};
}

void durable_file::store(byte_view content) {
  const std::filesystem::path fresh = path_.string() + ".new";
  {
    const descriptor file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (file.fd < 0) fail(fresh, "create");
    write_all(file.fd, content, fresh);
    sync(file.fd, fresh);
  }
  if (::rename(fresh.c_str(), path_.c_str()) != 0) fail(path_, "replace");
  const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path{"."};
  const descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.fd < 0) fail(folder, "open");
  sync(directory.fd, folder);
}

bytes read_message(const std::string& file, std::string_view type) {
  const auto content = read_everything(file);
  if (is_ur(content)) return from_ur_lines(content, type, file);
  return {content.begin(), content.end()};
}

void write_message(const offline::ur& message, const output_options& o) {
  if (o.form == "cbor") return write_cbor(message, o.to);
  if (o.form == "svg" && o.to.empty())
    throw std::runtime_error{"--out names the folder for SVG files"};
  const auto texts = texts_of(message, o.fragment_bytes);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (o.form == "ur")
      std::printf("%s\n", texts[i].c_str());
    else if (o.form == "qr")
      std::printf("%s\n%zu of %zu\n", qr_for_terminal(texts[i]).c_str(), i + 1, texts.size());
    else
      write_file(std::filesystem::path{o.to} / (std::to_string(i + 1) + ".svg"),
                 qr_as_svg(texts[i]));
  }
  if (std::fflush(stdout) != 0) throw std::runtime_error{"standard output takes nothing"};
}

ec_secret_key read_secret_key(int fd) {
  if (fd >= 0) return read_hex_key(fd);
  const auto terminal = open_terminal();
  constexpr std::string_view prompt = "Secret key, 64 hexadecimal digits (not shown): ";
  write_all(terminal.fd, as_bytes(prompt), "/dev/tty");
  const silent_terminal silent{terminal.fd};
  return read_hex_key(terminal.fd);
}

bool confirm(const std::string& question) {
  const auto terminal = open_terminal();
  write_all(terminal.fd, as_bytes(question + " [type yes] "), "/dev/tty");
  std::string answer;
  for (char c = 0; answer.size() < 16 && ::read(terminal.fd, &c, 1) == 1 && c != '\n';)
    answer += c;
  return answer == "yes";
}

} // namespace quorate::cli
