// Structured log lines. One header without a logging library in it: compile time is everyone's.
#pragma once

#include <string>
#include <string_view>

namespace quorate::log {

enum class level { debug, info, warn, error };

struct options {
  level least = level::info;
  bool json = false; ///< one JSON object a line
  std::string node;  ///< shown in each line
};

/// Before the first line; not thread-safe.
void set_up(const options& o);
/// May be called at any time.
void set_level(level least) noexcept;
bool enabled(level l) noexcept;

/// @param component  the actor that speaks, e.g. "replica".
void write(level l, std::string_view component, std::string_view text);

inline void debug(std::string_view c, std::string_view t) {
  if (enabled(level::debug)) write(level::debug, c, t);
}
inline void info(std::string_view c, std::string_view t) { write(level::info, c, t); }
inline void warn(std::string_view c, std::string_view t) { write(level::warn, c, t); }
inline void error(std::string_view c, std::string_view t) { write(level::error, c, t); }

} // namespace quorate::log
