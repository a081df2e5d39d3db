// One seeded run: a storm in which everything fails that may, then peace, in which everything must
// get done within bounded virtual time.
#pragma once

#include "tests/sim/byzantine.hpp"

namespace quorate::sim {

struct storm_options {
  std::size_t n = 4; ///< 3f+1
  std::uint64_t seed = 1;
  std::ostream* trace = nullptr;
  bool trace_messages = false;
};

/// What a run came to. Equal for equal options.
struct storm_report {
  std::string violation; ///< empty: everything held
  std::uint64_t virtual_ms = 0;
  std::uint64_t events = 0;
  std::uint64_t blocks = 0;
  std::uint64_t operations = 0; ///< acknowledged to clients
  std::uint64_t views = 0;      ///< the highest
  std::uint64_t stable = 0;     ///< the highest stable checkpoint
  std::map<std::string, std::uint64_t> faults;
};

/// Never more than f replicas are faulty at a time: liars, and learners whose disk was lost, set
/// back or found damaged. All others may crash, stop, be slow or be cut off, as many as like.
storm_report run_storm(const storm_options& options);

} // namespace quorate::sim
