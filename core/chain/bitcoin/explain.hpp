// What a signer shows before it signs, and the digests that it then signs. Both come from one
// reading of one PSBT, so what is shown is what is signed.
#pragma once

#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/fee.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"

#include <functional>

namespace quorate::bitcoin {

/// Who looks at the PSBT, and what is too much.
struct signer_view {
  network net = network::mainnet;
  std::span<const compressed_key> keys; ///< those that may sign
  /// Whether a locking script is one of our wallet's. Decided by deriving the key, never by what a
  /// PSBT says of it: that is how an output is told to be change.
  std::function<bool(byte_view locking_script)> is_ours;
  signing_policy policy;
  satoshi fee_max = money_max;
  fee_rate rate_max = bitcoin::rate_max;
};

struct shown_input {
  outpoint previous;
  transaction_output spent;
  bool ours = false;       ///< by signer_view::is_ours
  bool signed_now = false; ///< one of the requests is over it
};

struct shown_output {
  transaction_output output;
  bool ours = false;
};

/// What deserves a second look. Each has a line of its own in the text.
enum class caution : std::uint8_t {
  foreign_inputs,     ///< others pay too, and the fee is not ours alone
  dust_output,        ///< nodes may not relay it
  unspendable_output, ///< an amount above zero into a script that nobody can spend
  future_witness,     ///< into a script that anyone can spend until a later soft fork
  public_key,         ///< pays to a key itself; no address stands for it
  unknown_script,     ///< no address stands for it
  open_signature,     ///< the type leaves outputs or inputs to others
  final_lock_time,    ///< not valid before a height or time
};

struct explanation {
  std::vector<shown_input> inputs;
  std::vector<shown_output> outputs;
  satoshi paid;   ///< to others
  satoshi change; ///< back to us
  satoshi fee;
  std::size_t weight = 0;        ///< when signed, at most; 0 when an input is of an unknown kind
  std::vector<caution> cautions; ///< in the order of the enum
  std::string text;              ///< lines of ASCII
  digest
      text_digest; ///< tagged hash of the network and the text: what an offline device answers to
};

struct signing_proposal {
  explanation shown;
  std::vector<signature_request> requests;
};

/// Reads, explains and prepares. Fails rather than show an amount that nothing proves.
/// Errors: missing_previous unless every input has its whole previous transaction, or its output
///   where it is a taproot one and all requests are for taproot signatures, or where it is the only
///   input and a BIP-143 digest of type all covers it; bad_amount when more is paid out than in;
///   fee_too_high above the limits of the view; wrong_key when no input asks for one of the keys;
///   and those of signature_requests.
expected<signing_proposal> propose_signing(const psbt& from, const signer_view& view);

/// The locking scripts that pay to this key alone: what is_ours() may say yes to.
/// @param taproot  whether the key's taproot output is its own, too.
std::vector<bytes> own_scripts(const ec_public_key& key, bool taproot = true);

/// Bitcoin with eight decimals: "0.00012345 BTC".
std::string to_text(satoshi value);

/// Where an output goes: its address, its public key, or what else its script is.
std::string destination(byte_view locking_script, network net);

} // namespace quorate::bitcoin
