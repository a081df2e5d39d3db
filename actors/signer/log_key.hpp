// The key of the audit log's account, in locked memory.
#pragma once

#include "core/crypto/identity.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace quorate {

/// Reads the key into locked pages of its own; it is wiped when nobody holds it any more.
/// @returns null with a sentence in `error`: what is wrong and what to do.
std::shared_ptr<const signing_key> load_log_key(const std::filesystem::path& file,
                                                std::string& error);

} // namespace quorate
