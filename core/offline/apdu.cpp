#include "core/offline/apdu.hpp"

#include <algorithm>

namespace quorate::offline {

namespace {

constexpr std::size_t command_head_bytes = 5;
constexpr std::size_t status_bytes = 2;

// P1 of a payload in chunks.
enum chunk_mark : std::uint8_t { chunk_path = 0, chunk_more = 1, chunk_last = 2 };

bytes copy(byte_view from) { return {from.begin(), from.end()}; }

} // namespace

expected<bytes> encode(const apdu_command& command) {
  if (command.data.size() > apdu_data_bytes_max) return errc::over_limit;
  bytes out{command.instruction_class, command.instruction, command.parameter_1,
            command.parameter_2, static_cast<std::uint8_t>(command.data.size())};
  out.insert(out.end(), command.data.begin(), command.data.end());
  return out;
}

expected<apdu_command> decode_command(byte_view from) {
  if (from.size() < command_head_bytes || from.size() - command_head_bytes != from[4])
    return errc::apdu_malformed;
  return apdu_command{from[0], from[1], from[2], from[3], copy(from.subspan(command_head_bytes))};
}

bytes encode(const apdu_answer& answer) {
  QUORATE_CHECK(answer.data.size() <= apdu_answer_bytes_max);
  bytes out = answer.data;
  out.push_back(static_cast<std::uint8_t>(answer.status >> 8));
  out.push_back(static_cast<std::uint8_t>(answer.status & 0xff));
  return out;
}

expected<apdu_answer> decode_answer_apdu(byte_view from) {
  if (from.size() < status_bytes) return errc::apdu_malformed;
  const auto data = from.first(from.size() - status_bytes);
  if (data.size() > apdu_answer_bytes_max) return errc::over_limit;
  const auto status = from.last(status_bytes);
  return apdu_answer{copy(data), static_cast<std::uint16_t>(status[0] << 8 | status[1])};
}

expected<std::vector<apdu_command>> chunked(std::uint8_t instruction_class,
                                            std::uint8_t instruction, byte_view path,
                                            byte_view payload) {
  if (path.size() > apdu_data_bytes_max) return errc::over_limit;
  if (payload.empty()) return errc::apdu_malformed;
  std::vector<apdu_command> commands{{instruction_class, instruction, chunk_path, 0, copy(path)}};
  while (!payload.empty()) {
    const auto chunk = payload.first(std::min(chunk_bytes, payload.size()));
    payload = payload.subspan(chunk.size());
    const auto mark = payload.empty() ? chunk_last : chunk_more;
    commands.push_back({instruction_class, instruction, mark, 0, copy(chunk)});
  }
  return commands;
}

} // namespace quorate::offline
