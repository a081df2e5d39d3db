// What the signer's screen shows before it signs: lines of words, and the digest that is signed.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::evm {

/// Lines are printable ASCII. The digest is made from the same value as the lines.
class explanation {
public:
  struct line {
    std::string label;
    std::string text;
  };

  void add(std::string label, std::string text) {
    lines_.push_back({std::move(label), std::move(text)});
  }

  /// The last line. @param signing  what is signed, 32 bytes
  void finish(const digest& signing) {
    signing_digest_ = signing;
    add("Digest", "0x" + to_hex(signing));
  }

  const std::vector<line>& lines() const noexcept { return lines_; }
  const digest& signing_digest() const noexcept { return signing_digest_; }

  /// `label: text`, a line each.
  std::string text() const {
    std::string all;
    for (const auto& each : lines_)
      all += each.label + ": " + each.text + "\n";
    return all;
  }

private:
  std::vector<line> lines_;
  digest signing_digest_;
};

} // namespace quorate::evm
