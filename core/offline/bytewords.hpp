// Bytewords (BCR-2020-012): bytes as English words of four letters, or as the first and last letter
// of each, with a CRC-32 behind them.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::offline {

/// How the words are written.
enum class bytewords_style : std::uint8_t {
  standard, ///< "able acid also"
  uri,      ///< "able-acid-also"
  minimal,  ///< "aeadao"
};

/// CRC-32 of ISO/HDLC, as zlib has it.
std::uint32_t crc32(byte_view in) noexcept;

/// The words of `in` and of its checksum.
std::string encode_bytewords(bytewords_style style, byte_view in);

/// Upper or lower case. Errors: truncated without a checksum; bytewords_bad_word also for another
/// separator; bytewords_bad_checksum.
expected<bytes> decode_bytewords(bytewords_style style, std::string_view text);

} // namespace quorate::offline
