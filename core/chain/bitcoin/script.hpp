// The scripts that are paid and spent here. Nothing is executed: a script is one of a few
// templates, or it is not touched.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/digests.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/secp256k1_key.hpp"

namespace quorate::bitcoin {

enum class script_kind : std::uint8_t {
  p2pk,           ///< <33 or 65, a key> CHECKSIG
  p2pkh,          ///< DUP HASH160 <20> EQUALVERIFY CHECKSIG
  p2sh,           ///< HASH160 <20> EQUAL
  p2wpkh,         ///< 0 <20>
  p2wsh,          ///< 0 <32>
  p2tr,           ///< 1 <32>
  future_witness, ///< another witness version or length: anyone can spend it today
  data,           ///< RETURN and pushes: nobody can
  other,
};

/// What a locking script is, and the hash, key or program in it (empty for data and other).
struct script_class {
  script_kind kind = script_kind::other;
  byte_view program; ///< a view into the script
};

script_class classify(byte_view locking_script) noexcept;

/// The witness version, 0 to 16, of a script whose kind has a witness program.
std::uint8_t witness_version(byte_view locking_script) noexcept;

/// @param key  as it is to be written: compressed, or 65 bytes
bytes p2pk_script(byte_view key);
bytes p2pkh_script(const digest_160& key_hash);
bytes p2sh_script(const digest_160& script_hash);
/// @pre version at most 16; program of 2 to 40 bytes
bytes witness_script(std::uint8_t version, byte_view program);

inline bytes p2wpkh_script(const digest_160& key_hash) {
  return witness_script(0, key_hash.view());
}
inline bytes p2wsh_script(byte_view script) { return witness_script(0, sha256(script).view()); }
/// The nested form: a P2SH whose redeem script is the P2WPKH script of the key.
inline bytes p2sh_p2wpkh_script(const digest_160& key_hash) {
  return p2sh_script(hash160(p2wpkh_script(key_hash)));
}

/// The longest item that consensus lets a script push, and so the longest script in a P2SH.
inline constexpr std::size_t push_bytes_max = 520;

/// Appends the shortest opcode that pushes `data` as data, never as OP_N.
/// @pre at most push_bytes_max bytes
void append_push(bytes& script, byte_view data);

/// What a script that only pushes leaves on the stack, OP_N as a byte; nothing for any other.
std::optional<std::vector<bytes>> pushes_of(byte_view script);

/// k of n keys, n at most 16: <k> <key>… <n> CHECKMULTISIG.
struct multisig {
  std::size_t required = 0;
  std::vector<compressed_key> keys; ///< in the order of the script
};

/// The parts of a bare multisig script with compressed keys; nothing for any other script.
std::optional<multisig> parse_multisig(byte_view script);

} // namespace quorate::bitcoin
