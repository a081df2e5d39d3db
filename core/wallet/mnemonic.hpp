// BIP-39: entropy as a sentence that people can write down, and the seed that wallets grow from it.
#pragma once

#include "core/wallet/bounded_secret.hpp"
#include "core/wallet/words.hpp"

namespace quorate::wallet {

/// What BIP-32 starts from, 64 bytes.
using wallet_seed = secret_bytes<64>;

/// A sentence whose checksum holds. Movable, never copied, wiped when it goes.
class mnemonic {
public:
  /// @param entropy  16, 20, 24, 28 or 32 bytes from a source that is fit for keys: 12, 15, 18, 21
  ///   or 24 words. Errors: bad_entropy_size.
  static expected<mnemonic> from_entropy(byte_view entropy, const word_list& words);

  /// @param sentence  words of the list in UTF-8, in any normal form, white space between them.
  /// Errors: bad_utf8; over_limit; unknown_word; bad_word_count; bad_word_checksum.
  static expected<mnemonic> parse(std::string_view sentence, const word_list& words);

  /// In NFKD, one blank between two words.
  std::string_view sentence() const noexcept { return sentence_.text(); }
  byte_view entropy() const noexcept { return entropy_.view(); }

  /// PBKDF2-HMAC-SHA-512, 2,048 rounds, salted with "mnemonic" and the passphrase (NFKD is applied
  /// here; empty: none). Every passphrase gives a seed: none is wrong.
  /// Errors: bad_utf8; over_limit for a passphrase of more than 1,016 bytes in NFKD.
  expected<wallet_seed> seed(std::string_view passphrase) const;

private:
  mnemonic() = default;

  secret_text sentence_;
  bounded_secret<32> entropy_;
};

} // namespace quorate::wallet
