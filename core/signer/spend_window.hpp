// How much a key signed in a sliding window of block time, in bounded memory.
#pragma once

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <map>
#include <string>

namespace quorate::signer {

/// The longest window: a year.
inline constexpr std::uint64_t window_ms_max = std::uint64_t{366} * 24 * 3600 * 1000;
/// Spends are kept in so many parts of the window, each counted until all of it has slid out: a
/// spend counts for the window's length, and for up to a 64th of it longer, never shorter.
inline constexpr std::uint64_t window_parts = 64;

/// Invariant: at most window_parts + 1 parts, their ends rising.
class spend_window {
public:
  /// What was spent in the window that ends `now`, and `more`.
  /// Errors: amount_overflow.
  expected<amount> with(amount more, block_time_ms now, std::uint64_t window_ms) const;

  /// Counts a spend and forgets what has slid out. @pre with() of the same succeeded; `now` is not
  /// before that of an earlier call.
  void add(amount units, block_time_ms now, std::uint64_t window_ms);

  bool empty() const noexcept { return parts_.empty(); }
  friend bool operator==(const spend_window&, const spend_window&) = default;

  friend void write(writer& w, const spend_window& v);
  /// Errors: over_limit; not_canonical unless the ends rise.
  friend void read(reader& r, spend_window& v);

private:
  struct part {
    std::uint64_t end_ms = 0; ///< behind every spend in it
    amount units;
    friend bool operator==(const part&, const part&) = default;
  };
  std::vector<part> parts_;
};

/// By key (the SHA-256 of its public key), then by unit: what counts is what is paid on the chain,
/// under whichever number the ledger has it.
using spend_windows = std::map<std::pair<digest, std::string>, spend_window>;

} // namespace quorate::signer
