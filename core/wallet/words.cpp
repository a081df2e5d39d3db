#include "core/wallet/words.hpp"

#include "core/codec/utf8.hpp"
#include "core/wallet/nfkd.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  const auto all = for_each_word(text, [&](std::string_view word) -> outcome {
    words.emplace_back(word);
    return {};
  });
  QUORATE_CHECK(all);
  return words;
}

} // namespace

expected<word_list> word_list::check(std::vector<std::string> words, std::size_t count) {
  if (words.size() != count) return errc::bad_word_list;
  word_list list;
  list.words_ = std::move(words);
  for (std::size_t i = 0; i < count; ++i) {
    if (list.words_[i].size() > word_bytes_max) return errc::bad_word_list;
    list.sorted_.push_back(static_cast<std::uint16_t>(i));
  }
  std::sort(list.sorted_.begin(), list.sorted_.end(),
            [&](auto a, auto b) { return list.words_[a] < list.words_[b]; });
  const auto same =
      std::adjacent_find(list.sorted_.begin(), list.sorted_.end(),
                         [&](auto a, auto b) { return list.words_[a] == list.words_[b]; });
  if (same != list.sorted_.end()) return errc::bad_word_list;
  return list;
}

const word_list& word_list::english() {
  static const auto list = *check(split(bip39_english_words), bip39_word_count);
  return list;
}

const word_list& word_list::slip39() {
  static const auto list = *check(split(slip39_words), slip39_word_count);
  return list;
}

expected<word_list> word_list::parse(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.size() > bip39_word_count * (word_bytes_max + 2)) return errc::bad_word_list;
  std::vector<std::string> words;
  QUORATE_TRY(for_each_word(text, [&](std::string_view word) -> outcome {
    QUORATE_ASSIGN(const auto normal, nfkd(word));
    // Normalisation may bring blanks that were not there (U+3000 inside a line, say).
    if (normal.text().find(' ') != std::string_view::npos) return errc::bad_word_list;
    // A sentence with one in it gives a seed that no other wallet finds.
    if (normal.text().find(byte_order_mark) != std::string_view::npos) return errc::bad_word_list;
    words.emplace_back(normal.text());
    return {};
  }));
  return check(std::move(words), bip39_word_count);
}

expected<std::uint16_t> word_list::number_of(std::string_view word) const noexcept {
  const auto at =
      std::lower_bound(sorted_.begin(), sorted_.end(), word,
                       [&](auto number, std::string_view w) { return words_[number] < w; });
  if (at == sorted_.end() || words_[*at] != word) return errc::unknown_word;
  return *at;
}

} // namespace quorate::wallet
