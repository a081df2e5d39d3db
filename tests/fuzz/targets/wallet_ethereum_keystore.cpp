// Key files of other Ethereum wallets.
#include "core/wallet/ethereum_keystore.hpp"
#include "tests/fuzz/harness.hpp"

#include <nlohmann/json.hpp>

using namespace quorate;

namespace {

// A file may ask for seconds of key derivation, which a fuzzer has not: those are passed over.
bool is_cheap(std::string_view text) {
  const auto file = nlohmann::json::parse(text, nullptr, false);
  if (!file.is_object()) return true;
  for (const auto* crypto : {"crypto", "Crypto"})
    if (file.contains(crypto) && file[crypto].is_object() && file[crypto].contains("kdfparams"))
      for (const auto& cost : file[crypto]["kdfparams"])
        if (cost.is_number_unsigned() && cost > 64U) return false;
  return true;
}

} // namespace

void fuzz::run(byte_view input) {
  if (!is_cheap(as_text(input))) return;
  const auto key = wallet::import_ethereum_keystore(as_text(input), as_bytes("testpassword"));
  if (!key) return;
  accepted();
  QUORATE_CHECK(is_valid(*key));
}
