// The signer as a process of its own: keys, a disk and one port, and nothing else.
#pragma once

#include "core/wallet/bounded_secret.hpp"

#include <filesystem>
#include <functional>

namespace quorate {

/// Where a signer's secrets come from. Each is called once at most, when the configuration needs
/// it, and the password is wiped before the signer serves anybody.
struct signer_secrets {
  std::function<wallet::secret_text()> password; ///< of the keystore
  std::function<wallet::secret_text()> pin;      ///< of the token; kept in locked memory
};

/// Runs until SIGTERM or SIGINT. SIGUSR1 locks: every secret is wiped from memory, and requests are
/// refused until it is started again.
/// @returns the exit code of the process: 0; other ends are by fatal() with one of exit_code.
int run_signer(const std::filesystem::path& config_file, const signer_secrets& secrets);

} // namespace quorate
