// Addresses of all networks, and scripts that may have one.
#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/explain.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

constexpr std::array networks{network::mainnet, network::testnet, network::signet,
                              network::regtest};

std::string lower(std::string_view text) {
  std::string made{text};
  for (auto& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

void check_script(byte_view script) {
  const auto what = classify(script);
  QUORATE_CHECK(what.program.size() <= script.size());
  for (const auto net : networks) {
    QUORATE_CHECK(!destination(script, net).empty());
    const auto text = to_address(script, net);
    if (!text) continue;
    fuzz::accepted();
    const auto back = from_address(*text, net);
    QUORATE_CHECK(back && fuzz::equal(*back, script));
  }
  if (const auto keys = parse_multisig(script)) {
    fuzz::accepted();
    QUORATE_CHECK(keys->required >= 1 && keys->required <= keys->keys.size());
    QUORATE_CHECK(keys->keys.size() <= 16);
    QUORATE_CHECK(script.size() == 3 + 34 * keys->keys.size());
  }
}

} // namespace

void fuzz::run(byte_view input) {
  const auto text = as_text(input);
  for (const auto net : networks)
    if (const auto script = from_address(text, net)) {
      accepted();
      const auto again = to_address(*script, net);
      QUORATE_CHECK(again && (*again == text || *again == lower(text)));
    }
  check_script(input);
}
