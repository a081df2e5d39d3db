// Looks at an LMDB data file with plain reads before it is mapped.
//
// LMDB believes its file: a shortened one is SIGBUS, a damaged header can ask for a map of any
// size. This refuses such files with a sentence instead.
// Source of the layout: LMDB 0.9, lmdb's mdb.c, data version 1, 64-bit little-endian.
#pragma once

#include "core/store/store_error.hpp"

#include <filesystem>

namespace quorate {

/// Checks both meta pages and that every page the newest one counts on is inside the file.
/// A file that is missing or empty is fine: it will be created.
/// Errors: corrupted; wrong_version; io.
store_outcome check_data_file(const std::filesystem::path& path);

} // namespace quorate
