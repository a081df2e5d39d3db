// What a signer remembers when its token has refused the PIN: that it did, and nothing of the PIN.
// A supervisor starts the signer again and again, with the same wrong PIN, and a token locks itself
// for good after a few; not all tokens tell that somebody was wrong.
#pragma once

#include "config/signer_config.hpp"

#include <optional>
#include <string>

namespace quorate {

/// A file in the data directory; there while no PIN may be said but by a person.
class pin_mark {
public:
  explicit pin_mark(const config::signer_config& c) : file_(c.data_directory / "pin-refused") {}

  /// @returns a sentence, with what to do, when it is there or nobody can tell.
  std::optional<std::string> refusal() const;

  /// Durably. @returns a sentence when it cannot be written.
  std::optional<std::string> leave(const std::string& token_label) const;

  /// A person has said the right PIN. It need not be there.
  /// @returns a sentence when it cannot be removed.
  std::optional<std::string> remove() const;

private:
  std::filesystem::path file_;
};

} // namespace quorate
