#include "actors/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace quorate::log {

namespace {

struct state {
  std::shared_ptr<spdlog::logger> logger = spdlog::stderr_logger_mt("quorate");
  bool json = false;
  std::string node;
};

state& shared() {
  static state s;
  return s;
}

spdlog::level::level_enum to_spdlog(level l) noexcept {
  switch (l) {
  case level::debug:
    return spdlog::level::debug;
  case level::info:
    return spdlog::level::info;
  case level::warn:
    return spdlog::level::warn;
  case level::error:
    return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out.push_back(c);
  }
  return out;
}

} // namespace

void set_up(const options& o) {
  shared().json = o.json;
  shared().node = o.node;
  shared().logger->set_pattern(o.json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                      : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                               spdlog::pattern_time_type::utc);
  shared().logger->flush_on(spdlog::level::info);
  set_level(o.least);
}

void set_level(level least) noexcept { shared().logger->set_level(to_spdlog(least)); }

bool enabled(level l) noexcept { return shared().logger->should_log(to_spdlog(l)); }

void write(level l, std::string_view component, std::string_view text) {
  auto& s = shared();
  if (s.json)
    s.logger->log(to_spdlog(l), R"("node":"{}","component":"{}","message":"{}")", escaped(s.node),
                  component, escaped(text));
  else
    s.logger->log(to_spdlog(l), "{} {}: {}", s.node, component, text);
}

} // namespace quorate::log
