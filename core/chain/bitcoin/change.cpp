#include "core/chain/bitcoin/change.hpp"

#include "core/chain/bitcoin/script.hpp"

namespace quorate::bitcoin {

outcome check_change_script(byte_view locking_script) {
  const auto [kind, program] = classify(locking_script);
  switch (kind) {
  case script_kind::p2pk:
    return ec_public_key::parse(program) ? outcome{} : errc::bad_change_script;
  case script_kind::p2tr: {
    bytes key{0x02}; // BIP-341: the point with the even y
    key.insert(key.end(), program.begin(), program.end());
    return ec_public_key::parse(key) ? outcome{} : errc::bad_change_script;
  }
  case script_kind::p2pkh:
  case script_kind::p2sh:
  case script_kind::p2wpkh:
  case script_kind::p2wsh:
    return {};
  case script_kind::future_witness:
  case script_kind::data:
  case script_kind::other:
    return errc::bad_change_script;
  }
  return errc::bad_change_script;
}

} // namespace quorate::bitcoin
