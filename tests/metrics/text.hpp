// Prometheus' text format, read back as strictly as its own parser reads it.
#pragma once

#include <boost/test/unit_test.hpp>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace quorate::testing {

/// By "name{labels}" as written, e.g. `quorate_mode{mode="normal"}`. Every wrong line is an error.
struct metrics_text {
  std::map<std::string, double> series;
  std::map<std::string, std::string> types; ///< by family

  explicit metrics_text(const std::string& text) {
    BOOST_TEST(text.ends_with('\n'));
    std::istringstream lines{text};
    std::string line;
    std::string described;
    while (std::getline(lines, line)) {
      std::smatch m;
      if (std::regex_match(line, m, std::regex{R"(# HELP (\S+) [A-Z0-9][^\\]*\.)"})) {
        described = m[1];
      } else if (std::regex_match(line, m, std::regex{R"(# TYPE (\S+) (counter|gauge))"})) {
        BOOST_TEST(m[1].str() == described, line << ": HELP comes first");
        BOOST_TEST(types.emplace(m[1], m[2]).second, line << ": twice");
        check_name(m[1], m[2]);
      } else {
        take(line, described);
      }
    }
  }

  double at(const std::string& name) const {
    const auto found = series.find(name);
    BOOST_REQUIRE_MESSAGE(found != series.end(), name << " is missing");
    return found->second;
  }
  bool has(const std::string& name) const { return series.contains(name); }
  std::size_t count(const std::string& prefix) const {
    std::size_t n = 0;
    for (const auto& [name, value] : series)
      n += name.starts_with(prefix) ? 1 : 0;
    return n;
  }

private:
  static void check_name(const std::string& name, const std::string& type) {
    BOOST_TEST(std::regex_match(name, std::regex{"quorate_[a-z0-9_]+"}), name);
    BOOST_TEST(name.ends_with("_total") == (type == "counter"), name << " is a " << type);
    for (const char* unit : {"_ms", "_milliseconds", "_kib", "_count", "_sum", "_bucket"})
      BOOST_TEST(!name.ends_with(unit), name << ": base units, and no reserved ending");
  }

  void take(const std::string& line, const std::string& family) {
    static const std::string label = R"re([a-z_][a-z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*")re";
    static const std::regex sample{"([a-z0-9_]+)(\\{" + label + "(?:," + label + ")*\\})? (\\S+)"};
    std::smatch m;
    BOOST_REQUIRE_MESSAGE(std::regex_match(line, m, sample), "no sample: " << line);
    BOOST_TEST(m[1].str() == family, line << ": under " << family);
    std::size_t used = 0;
    const auto value = m[3].str();
    const auto number = std::stod(value, &used);
    BOOST_TEST(used == value.size(), line);
    BOOST_TEST(series.emplace(m[1].str() + m[2].str(), number).second, line << ": twice");
  }
};

} // namespace quorate::testing
