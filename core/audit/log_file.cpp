#include "core/audit/log_file.hpp"

namespace quorate::audit {

namespace {

constexpr std::string_view name_of_format = "quorate-audit-log ";
constexpr std::string_view version = "1 ";
constexpr std::size_t hex_digits = 64;

// Version, event, time, three digests, reason, and a note behind its length.
constexpr std::size_t entry_bytes_max = 1 + 1 + 8 + 3 * 32 + 2 + 4 + note_bytes_max;
static_assert(2 * entry_bytes_max <= log_line_max, "the longest entry fits into a line");

} // namespace

std::string to_line(const log_owner& owner) {
  return std::string{name_of_format} + std::string{version} + to_hex(owner.cluster) + ' ' +
         to_hex(owner.account);
}

std::string to_line(const entry& e) { return to_hex(encode(e)); }

expected<log_owner> parse_owner(std::string_view line) {
  if (!line.starts_with(name_of_format)) return errc::bad_log_file;
  line.remove_prefix(name_of_format.size());
  if (!line.starts_with(version)) return errc::bad_version;
  line.remove_prefix(version.size());
  if (line.size() != 2 * hex_digits + 1 || line[hex_digits] != ' ') return errc::bad_log_file;
  const auto cluster = fixed_from_hex<cluster_id>(line.substr(0, hex_digits));
  const auto account = fixed_from_hex<public_key>(line.substr(hex_digits + 1));
  if (!cluster || !account) return errc::bad_log_file;
  return log_owner{*cluster, *account};
}

expected<entry> parse_entry(std::string_view line) {
  if (line.size() > log_line_max) return errc::bad_log_file;
  const auto raw = from_hex(line);
  if (!raw) return errc::bad_log_file;
  return decode<entry>(*raw);
}

} // namespace quorate::audit
