// Word lists: which word stands for which number, in mnemonic sentences and shares.
#pragma once

#include "core/base/bytes.hpp"

#include <algorithm>

namespace quorate::wallet {

/// The 2,048 English words of BIP-39 in their order, one blank between two.
extern const std::string_view bip39_english_words;
/// The 1,024 words of SLIP-39 in their order, one blank between two.
extern const std::string_view slip39_words;

/// Words of a list for BIP-39, and so 11 bits a word.
inline constexpr std::size_t bip39_word_count = 2048;
/// Words of SLIP-39's list: 10 bits a word.
inline constexpr std::size_t slip39_word_count = 1024;
/// Bytes of one word after normalisation: Japanese ones have up to 24. Longer: bad_word_list.
inline constexpr std::size_t word_bytes_max = 48;

/// A checked list. Invariant: its words are distinct, not empty, in NFKD, and hold no white space.
class word_list {
public:
  /// BIP-39's English list.
  static const word_list& english();
  /// SLIP-39's list.
  static const word_list& slip39();

  /// A list for BIP-39 in another language: 2,048 words in UTF-8, in any normal form, one a line. A
  /// byte order mark in front of the first is no part of it.
  /// Errors: bad_utf8; bad_word_list for another number of words, two that are equal or too long,
  ///   or a byte order mark anywhere else.
  static expected<word_list> parse(std::string_view text);

  std::size_t size() const noexcept { return words_.size(); }
  /// @pre number < size()
  std::string_view word(std::size_t number) const { return words_.at(number); }
  /// Errors: unknown_word. @param word  in NFKD.
  expected<std::uint16_t> number_of(std::string_view word) const noexcept;

private:
  static expected<word_list> check(std::vector<std::string> words, std::size_t count);

  std::vector<std::string> words_;
  std::vector<std::uint16_t> sorted_; // numbers, ordered by their words: not every list is sorted
};

/// Calls `visit(word)` for each piece between white space (blank, tab, line end) until it returns
/// an error, and gives that error. Ideographic blanks are blanks after NFKD.
template <class Visit>
outcome for_each_word(std::string_view text, const Visit& visit) {
  constexpr std::string_view blanks = " \t\r\n";
  for (auto from = text.find_first_not_of(blanks); from != std::string_view::npos;) {
    const auto to = std::min(text.find_first_of(blanks, from), text.size());
    QUORATE_TRY(visit(text.substr(from, to - from)));
    from = text.find_first_not_of(blanks, to);
  }
  return {};
}

} // namespace quorate::wallet
