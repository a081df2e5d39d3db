// Bech32 and Bech32m texts (BIP-173, BIP-350): a prefix, five-bit words and a checksum that finds
// any four wrong characters. Bitcoin's segwit addresses and Cosmos' addresses are such texts.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::chain {

/// They differ in the constant of the checksum alone; no text is valid as both.
enum class bech32_variant : std::uint8_t {
  bech32,  ///< BIP-173: segwit version 0, Cosmos
  bech32m, ///< BIP-350: segwit version 1 and later
};

/// The longest text for which the checksum keeps its promise.
inline constexpr std::size_t bech32_characters_max = 90;

/// What a text says: its prefix in lower case, and values of 0 to 31 without the checksum.
struct bech32_text {
  bech32_variant variant{};
  std::string prefix;
  bytes words;

  friend bool operator==(const bech32_text&, const bech32_text&) = default;
};

/// The lower-case text.
/// @param text  prefix: 1 to 83 characters of 33 to 126, none in upper case; words: each below 32.
/// Errors: bad_character for another prefix or word; over_limit above 90 characters.
/// Source: BIP-173, "Bech32"; BIP-350, "Bech32m".
expected<std::string> encode_bech32(const bech32_text& text);

/// Reads a text in lower or in upper case, of either variant.
/// Errors: over_limit above 90 characters; truncated without prefix, separator or checksum;
///   bad_character for one outside the alphabet or when both cases occur; bad_checksum.
/// Source: BIP-173, "Bech32"; BIP-350, "Bech32m".
expected<bech32_text> decode_bech32(std::string_view text);

/// Regroups bytes into words of five bits, most significant first, padded with zero bits.
bytes to_five_bit_words(byte_view from);

/// The way back. Errors: bad_character for a word above 31; not_canonical when more than four
/// bits are left over or one of them is set.
expected<bytes> from_five_bit_words(byte_view words);

/// The text of `payload` under `prefix`, as Cosmos writes addresses.
/// Errors: as encode_bech32.
expected<std::string> encode_bech32_bytes(std::string_view prefix, byte_view payload);

/// The payload of a Bech32 (not Bech32m) text with exactly this prefix.
/// Errors: as decode_bech32 and from_five_bit_words; bad_checksum for Bech32m; wrong_network for
///   another prefix.
expected<bytes> decode_bech32_bytes(std::string_view prefix, std::string_view text);

} // namespace quorate::chain
