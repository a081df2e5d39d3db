// Derivation paths: which key below a master key.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::wallet {

/// Indices from here on are hardened: they need the parent's private key. Source: BIP-32.
inline constexpr std::uint32_t hardened = 0x8000'0000;
/// Levels below a master key that BIP-32 can express. More: path_too_deep.
inline constexpr std::size_t depth_max = 255;

/// One index a level; with `hardened` added where the path says so.
using child_indices = std::span<const std::uint32_t>;

/// A path from a master key.
class derivation_path {
public:
  derivation_path() = default; ///< m itself
  /// @pre at most depth_max levels
  explicit derivation_path(std::vector<std::uint32_t> indices);

  /// "m", or "m/84'/0'/0'/0/5": decimal below 2^31 without leading zeros; ' or h or H hardens.
  /// Errors: bad_path; path_too_deep.
  static expected<derivation_path> parse(std::string_view text);

  child_indices indices() const noexcept { return indices_; }
  /// The one form: "m/84'/0'/0'/0/5".
  std::string to_string() const;

  friend bool operator==(const derivation_path&, const derivation_path&) = default;

private:
  std::vector<std::uint32_t> indices_;
};

/// The first level: what the addresses below it look like.
enum class purpose : std::uint32_t {
  bip44 = 44, ///< legacy Bitcoin (P2PKH); EVM and Cosmos accounts
  bip49 = 49, ///< P2WPKH inside P2SH
  bip84 = 84, ///< P2WPKH
  bip86 = 86, ///< P2TR, key path only
};

/// The second level. Source: SLIP-44, the registry of coin types.
enum class coin_type : std::uint32_t {
  bitcoin = 0,
  testnet = 1, ///< of every coin
  ether = 60,
  atom = 118,
};

/// The fourth level.
enum class branch : std::uint32_t {
  external = 0, ///< addresses that are given to payers
  change = 1,
};

/// The last three levels; each below 2^31.
struct address_place {
  std::uint32_t account = 0;
  wallet::branch branch = branch::external;
  std::uint32_t index = 0;
};

/// m/purpose'/coin'/account': what an address book hangs on. Source: BIP-44.
/// Errors: bad_path unless account < 2^31.
expected<derivation_path> account_path(purpose p, coin_type coin, std::uint32_t account);

/// m/purpose'/coin'/account'/branch/index. Sources: BIP-44, 49, 84, 86.
/// Cosmos chains use m/44'/118'/account'/0/index and EVM chains m/44'/60'/account'/0/
/// index: the same form.
/// Errors: bad_path unless account and index < 2^31.
expected<derivation_path> address_path(purpose p, coin_type coin, const address_place& place);

} // namespace quorate::wallet
