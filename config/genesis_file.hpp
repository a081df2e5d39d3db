// Genesis as a JSON file, for people to read and compare.
#pragma once

#include "core/ledger/genesis.hpp"

#include <filesystem>

namespace quorate::config {

/// @returns none with a sentence in `error` when the file cannot be read or is not valid.
std::optional<ledger::genesis> load_genesis(const std::filesystem::path& file, std::string& error);

std::string to_json(const ledger::genesis& g);

} // namespace quorate::config
