// Fountain codes of BCR-2020-005 and BCR-2024-001 (multipart UR): a message in fragments, followed
// by as many mixtures of fragments as one likes. Any set of parts that determines the message gives
// it back, in any order, so that a camera may miss some.
#pragma once

#include "core/base/bytes.hpp"

#include <optional>

namespace quorate::offline {

/// Fragments of a message. More: over_limit; a person would not hold the camera that long.
inline constexpr std::size_t fragments_max = 1024;
/// A message. Longer: over_limit.
inline constexpr std::size_t message_bytes_max = std::size_t{1024} * 1024;

/// xoshiro256** (Blackman and Vigna), seeded as multipart UR wants it. For choosing fragments only:
/// everyone can predict it, and must.
class fountain_random {
public:
  /// The state is SHA-256 of `seed`, four big-endian numbers.
  explicit fountain_random(byte_view seed) noexcept;

  std::uint64_t next() noexcept;
  /// From 0 up to but not 1, in multiples of 2^-64 as far as a double has them.
  double next_double() noexcept;
  /// From `low` to `high`, both included.
  std::uint64_t next_integer(std::uint64_t low, std::uint64_t high) noexcept;

private:
  std::array<std::uint64_t, 4> state_;
};

/// Draws a place with the probability of its weight: Walker's alias method in Vose's form, whose
/// order of working decides what is drawn.
class weighted_choice {
public:
  /// @param weights  at least one; not negative, not all zero.
  explicit weighted_choice(const std::vector<double>& weights);
  std::size_t next(fountain_random& random) const;

private:
  std::vector<double> probabilities_;
  std::vector<std::size_t> aliases_;
};

/// How many fragments a mixture has: 1 to `fragments`, small numbers more often (1/n).
std::size_t choose_degree(std::size_t fragments, fountain_random& random);

/// The fragments of part `number`, from 0, ascending: that fragment alone for 1 to `fragments`.
std::vector<std::size_t> choose_fragments(std::uint32_t number, std::size_t fragments,
                                          std::uint32_t checksum);

/// One part: {number, count, message length, CRC-32 of the message, data} in CBOR.
struct fountain_part {
  std::uint32_t number = 0;       ///< from 1
  std::uint32_t count = 0;        ///< of the message's fragments
  std::uint32_t message_size = 0; ///< in bytes
  std::uint32_t checksum = 0;
  bytes data;

  friend bool operator==(const fountain_part&, const fountain_part&) = default;
};
bytes encode(const fountain_part& part);
/// Errors: as cbor::reader; ur_malformed for a part that no message has; over_limit.
expected<fountain_part> decode_fountain_part(byte_view from);

/// A message, cut up.
class fountain_encoder {
public:
  /// @param most  bytes of a fragment at most, from 1 (10 is the least that a fragment has).
  /// Errors: over_limit for more than fragments_max or message_bytes_max; ur_malformed for an empty
  ///   message.
  static expected<fountain_encoder> make(bytes message, std::size_t most);

  std::uint32_t count() const noexcept { return count_; }
  std::size_t fragment_bytes() const noexcept { return fragment_bytes_; }
  /// @pre number >= 1
  fountain_part part(std::uint32_t number) const;

private:
  fountain_encoder() = default;
  bytes padded_; ///< the fragments, one behind the other
  std::size_t fragment_bytes_ = 0;
  std::uint32_t message_size_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t checksum_ = 0;
};

/// Puts a message together: each part is an equation over GF(2), and what is kept is the reduced
/// system, so never more than `count` rows of it.
class fountain_decoder {
public:
  /// Errors: ur_other_message, state unchanged. Parts that say nothing new are taken and dropped.
  outcome add(const fountain_part& part);

  bool complete() const noexcept { return count_ != 0 && known_ == count_; }
  std::size_t known() const noexcept { return known_; } ///< independent parts so far
  std::size_t count() const noexcept { return count_; } ///< parts needed; 0 before the first

  /// Errors: ur_incomplete; bytewords_bad_checksum.
  expected<bytes> message() const;

private:
  struct row {
    std::vector<bool> fragments; ///< which are in the sum
    bytes data;                  ///< the sum
  };
  static void add_to(row& target, const row& other);

  fountain_part first_; ///< what all parts have in common; its data give their size
  std::size_t count_ = 0;
  std::size_t known_ = 0;
  std::vector<std::optional<row>> rows_; ///< [i]: a sum whose first fragment is i
};

} // namespace quorate::offline
