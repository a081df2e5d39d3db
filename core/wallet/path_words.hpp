// A derivation path in words, for people who have to decide whether it is the one they mean.
#pragma once

#include "core/wallet/derivation_path.hpp"

namespace quorate::wallet {

/// One sentence a line, e.g. for m/84'/0'/1'/0/5: what its standard is, the coin, the account, the
/// branch and the index; a last line warns of what other wallets would not find. Printable ASCII.
std::vector<std::string> describe(const derivation_path& path);

} // namespace quorate::wallet
