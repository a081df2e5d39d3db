// Looks at an LMDB data file with plain reads before it is mapped.
//
// LMDB believes its file: a shortened one is SIGBUS, a damaged header can ask for a map of any
// size. This refuses such files with a sentence instead.
// Source of the layout: LMDB 0.9, lmdb's mdb.c, data version 1, 64-bit little-endian.
#pragma once

#include "core/store/store_error.hpp"

#include <cstdint>
#include <filesystem>

namespace quorate {

/// Checks both header pages, and the trees (tree_check.hpp) when the file has at most
/// `tree_check_bytes_max` bytes or is shorter than its header says.
/// A file that is missing or empty is fine: it will be created.
/// In larger files damage is found when it is met: by the hash of a value, or by fault_guard.
/// Errors: corrupted; wrong_version; io.
store_outcome check_data_file(const std::filesystem::path& path,
                              std::uint64_t tree_check_bytes_max);

} // namespace quorate
