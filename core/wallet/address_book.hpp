// The addresses of one account: which are watched, which were used, which may be given out next.
//
// A state machine over reports that an address was used on its chain. Reports may come in any order
// and more than once; the book depends on the set of them only, so a new book that is told the
// same history watches the same addresses: that is how a wallet is restored from its words.
#pragma once

#include "core/wallet/extended_key.hpp"

#include <functional>
#include <map>

namespace quorate::wallet {

/// Writes a key as its chain's address. Errors end what was asked of the book, with that error.
using address_encoder = std::function<expected<std::string>(const ec_public_key&)>;

/// Unused addresses in a row after which BIP-44 lets a wallet stop looking.
inline constexpr std::uint32_t gap_limit_default = 20;
inline constexpr std::uint32_t gap_limit_max = 1000;
/// Addresses of one branch, some 100 MiB of memory. More: over_limit.
inline constexpr std::size_t book_addresses_max = 1'000'000;

/// One address of a book.
struct book_address {
  wallet::branch branch = branch::external;
  std::uint32_t index = 0; ///< the last level of its path
  std::string address;
  bool used = false;

  friend bool operator==(const book_address&, const book_address&) = default;
};

/// Invariant: on each branch exactly gap_limit addresses follow the last used one (or the start).
class address_book {
public:
  /// @param account  the key at m/purpose'/coin'/account'.
  /// @param gap_limit  1 to 1,000; others that restore this wallet must look as far.
  /// Errors: over_limit for another gap limit; those of `encode`.
  static expected<address_book> open(const extended_public_key& account, address_encoder encode,
                                     std::uint32_t gap_limit = gap_limit_default);

  /// All watched addresses of a branch, by index.
  const std::vector<book_address>& addresses(branch b) const noexcept { return of(b).watched; }

  /// The first address that was neither used nor given out, and from now on is given out.
  /// Errors (unchanged then): gap_limit_reached while all watched addresses are out.
  expected<book_address> give_out(branch b);

  /// Takes note that a transaction paid this address.
  /// @returns the addresses that have to be watched from now on as well; empty for a repetition.
  /// Errors: not_found for an address that is not watched; over_limit; those of `encode` (the
  ///   report then stands, and the next one derives what is missing).
  expected<std::vector<book_address>> mark_used(std::string_view address);

private:
  struct watched_branch {
    extended_public_key key;
    std::vector<book_address> watched{};
    std::size_t used_end = 0;      // the place after the last used one
    std::size_t given_out_end = 0; // the place after the last one that was given out
    std::uint32_t next_index = 0;  // BIP-32 may leave indices out, so not watched.size()
  };

  address_book(watched_branch external, watched_branch change, address_encoder encode,
               std::uint32_t gap_limit)
      : lines_{std::move(external), std::move(change)}, encode_(std::move(encode)),
        gap_limit_(gap_limit) {}

  watched_branch& of(branch b) noexcept { return lines_[static_cast<std::size_t>(b)]; }
  const watched_branch& of(branch b) const noexcept { return lines_[static_cast<std::size_t>(b)]; }
  outcome watch_next(branch b);
  outcome fill_gap(branch b);

  std::array<watched_branch, 2> lines_;
  std::map<std::string, std::pair<branch, std::size_t>, std::less<>> places_; // of watched ones
  address_encoder encode_;
  std::uint32_t gap_limit_;
};

} // namespace quorate::wallet
