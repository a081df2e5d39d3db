// A small file that is all of its old content or all of its new one, whenever the power goes.
#pragma once

#include "core/base/bytes.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace quorate {

/// Writes the content beside the file (".new"), makes it durable, and lets it take the file's
/// place. The file need not be there; when it is, the new one belongs to the same user. Mode 0600.
/// @returns a sentence unless that is done: then the file has the old content, or, when only its
///   folder could not be synced, may have either after a loss of power.
std::optional<std::string> replace_file(const std::filesystem::path& file, byte_view content);

} // namespace quorate
