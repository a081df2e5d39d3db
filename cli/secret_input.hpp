// Secrets from people: a prompt on the terminal that shows nothing, or a file descriptor. Never
// arguments, which every process of the machine can read.
#pragma once

#include "core/crypto/secp256k1_key.hpp"
#include "core/wallet/bounded_secret.hpp"

#include <string>

namespace quorate::cli {

/// Where one secret comes from.
struct secret_source {
  int descriptor = -1;                ///< -1: ask on the terminal
  std::string option = "--secret-fd"; ///< that names a descriptor, for the advice
};

/// Reads secrets line by line from one source. Throws std::runtime_error that says what to do when
/// there is no terminal, the descriptor is not open for reading, or a line is longer than 1,024
/// bytes.
class secret_reader {
public:
  explicit secret_reader(secret_source from) : from_(std::move(from)) {}

  /// The next line without its end; none at the end of the descriptor. A prompt is shown on the
  /// terminal only.
  std::optional<wallet::secret_text> line(const std::string& prompt);

private:
  secret_source from_;
};

/// One line; throws when there is none.
wallet::secret_text read_secret(secret_source from, const std::string& prompt);

/// 64 hexadecimal digits. Throws as read_secret, and for anything else.
ec_secret_key read_secret_key(secret_source from);

/// Asks on the terminal; true for "yes". Throws std::runtime_error when there is none.
bool confirm(const std::string& question);

} // namespace quorate::cli
