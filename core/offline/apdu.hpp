// Commands and answers of a hardware wallet: ISO 7816-4's short APDUs, as Ledger devices take them.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::offline {

/// Data of one command. More is sent in chunks.
inline constexpr std::size_t apdu_data_bytes_max = 255;
/// Data of one answer, without the status.
inline constexpr std::size_t apdu_answer_bytes_max = 256;
/// What Ledger's own libraries put into one chunk of a transaction.
inline constexpr std::size_t chunk_bytes = 250;

/// One command: CLA INS P1 P2 Lc data.
struct apdu_command {
  std::uint8_t instruction_class = 0; ///< CLA: which application
  std::uint8_t instruction = 0;       ///< INS
  std::uint8_t parameter_1 = 0;       ///< P1
  std::uint8_t parameter_2 = 0;       ///< P2
  bytes data;                         ///< at most 255 bytes

  friend bool operator==(const apdu_command&, const apdu_command&) = default;
};

/// The last two bytes of an answer.
enum class apdu_status : std::uint16_t {
  ok = 0x9000,
  refused_by_user = 0x6986, ///< as Ledger's Cosmos application says it
  locked = 0x5515,
};

/// One answer: data SW1 SW2.
struct apdu_answer {
  bytes data;
  std::uint16_t status = 0;

  bool is(apdu_status s) const noexcept { return status == static_cast<std::uint16_t>(s); }
  friend bool operator==(const apdu_answer&, const apdu_answer&) = default;
};

/// Errors: over_limit for more than 255 bytes of data.
expected<bytes> encode(const apdu_command& command);
/// Errors: apdu_malformed unless Lc says exactly how many bytes follow.
expected<apdu_command> decode_command(byte_view from);

/// @pre at most 256 bytes of data
bytes encode(const apdu_answer& answer);
/// Errors: apdu_malformed without a status; over_limit.
expected<apdu_answer> decode_answer_apdu(byte_view from);

/// A payload as Ledger's applications take one: the derivation path in a command of its own, then
/// the payload in chunks; P1 is 0 for the path, 1 for a chunk, 2 for the last one.
/// @param path  4 bytes a step, little-endian, hardened steps with the top bit set.
/// Errors: over_limit for a path above 255 bytes; apdu_malformed for an empty
///   payload.
expected<std::vector<apdu_command>> chunked(std::uint8_t instruction_class,
                                            std::uint8_t instruction, byte_view path,
                                            byte_view payload);

} // namespace quorate::offline
