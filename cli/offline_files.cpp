#include "cli/offline_files.hpp"

#include "actors/storage/replace_file.hpp"
#include "cli/qr.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sys/file.h>
#include <unistd.h>

namespace quorate::cli {

namespace {

/// A message in hexadecimal words and line ends, with room for repeated fragments.
constexpr std::size_t input_bytes_max = std::size_t{16} * 1024 * 1024;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw std::runtime_error{"cannot " + std::string{what} + " " + path.string() + ": " +
                           std::strerror(errno)};
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

} // namespace

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

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file{path, std::ios::binary};
  file << content;
  if (!file.flush()) fail(path, "write");
}

void put_on_output(std::string_view text) {
  const bool is_out =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  // A terminal or a pipe cannot be synced, and says so.
  const bool is_kept = is_out && (::fsync(STDOUT_FILENO) == 0 || errno == EINVAL || errno == EROFS);
  if (!is_kept) throw std::runtime_error{"standard output takes nothing"};
}

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
  if (const auto error = replace_file(path_, content)) throw std::runtime_error{*error};
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

} // namespace quorate::cli
