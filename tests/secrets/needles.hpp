// Looking for secrets in memory without being where they are found: what is looked for is kept
// under a mask, and unmasked in registers only.
#pragma once

#include "core/base/bytes.hpp"

#include <algorithm>
#include <cstdio>

namespace quorate::secrets {

/// A secret in every form that code on this machine may keep it in, cut into words of 8 bytes. A
/// part of a key that is left behind is found as well as a whole one.
class needles {
public:
  void add(byte_view secret) {
    for (std::size_t group : {std::size_t{1}, std::size_t{4}, std::size_t{8}, secret.size()})
      add_form(secret, group);
    index();
  }

  /// From the words of masked(), as bytes.
  static needles from_masked(byte_view words) {
    needles made;
    made.masked_.resize(words.size() / sizeof(std::uint64_t));
    if (!made.masked_.empty()) std::memcpy(made.masked_.data(), words.data(), words.size());
    made.index();
    return made;
  }

  /// The places in `in` where a word of a secret begins.
  template <class Found>
  void find(byte_view in, Found&& found) const {
    for (std::size_t at = 0; at + 8 <= in.size(); ++at) {
      std::uint64_t word;
      std::memcpy(&word, in.data() + at, 8);
      word ^= mask;
      if (filter_[word & 0xffff] && std::binary_search(masked_.begin(), masked_.end(), word))
        found(at);
    }
  }

  std::size_t count(byte_view in) const {
    std::size_t n = 0;
    find(in, [&](std::size_t) { ++n; });
    return n;
  }

  std::size_t size() const noexcept { return masked_.size(); }
  const std::vector<std::uint64_t>& masked() const noexcept { return masked_; }

private:
  void index() {
    std::sort(masked_.begin(), masked_.end());
    masked_.erase(std::unique(masked_.begin(), masked_.end()), masked_.end());
    filter_.assign(1U << 16, false);
    for (const auto word : masked_)
      filter_[word & 0xffff] = true;
  }

  static constexpr std::uint64_t mask = 0x9d3bc1f7a55e286bU;

  /// Each group of bytes turned round: words of hashes, and the limbs of numbers.
  void add_form(byte_view secret, std::size_t group) {
    for (std::size_t at = 0; at + 8 <= secret.size(); ++at) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        const auto place = at + i;
        const auto from = place / group * group + (group - 1 - place % group);
        if (from >= secret.size()) return;
        word |= std::uint64_t{secret[from]} << (8 * i);
      }
      masked_.push_back(word ^ mask);
    }
  }

  std::vector<std::uint64_t> masked_;
  std::vector<bool> filter_;
};

} // namespace quorate::secrets
