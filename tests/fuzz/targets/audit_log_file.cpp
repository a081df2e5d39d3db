// Lines of an exported audit log: what is read is written again, letter by letter.
#include "core/audit/log_file.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  const auto line = as_text(input);
  if (const auto owner = audit::parse_owner(line)) {
    accepted();
    QUORATE_CHECK(audit::to_line(*owner) == line);
  }
  if (const auto entry = audit::parse_entry(line)) {
    accepted();
    QUORATE_CHECK(line.size() <= audit::log_line_max);
    QUORATE_CHECK(audit::to_line(*entry) == line);
  }
}
