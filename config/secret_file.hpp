// Keys in files, as hexadecimal digits: those of nodes, accounts, and the signer's audit log.
#pragma once

#include "core/crypto/secret.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace quorate::config {

/// Reads 64 lower-case hex digits; blanks may follow. Nothing of them is left in memory besides
/// what is returned. @returns none with a sentence in `error`.
std::optional<secret_bytes<32>> load_secret(const std::filesystem::path& file, std::string& error);

} // namespace quorate::config
