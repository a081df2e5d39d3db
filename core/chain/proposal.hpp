// What one is asked to sign, on any chain, read once: the words that a screen shows, the digests
// that are signed, and what becomes of the signatures. The wallet and the offline channel go this
// way, so that what they show is what they sign.
#pragma once

#include "core/chain/bitcoin/explain.hpp"
#include "core/chain/evm/contract.hpp"
#include "core/chain/evm/message.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/chain/signature.hpp"

#include <variant>

namespace quorate::chain {

/// How the bytes of a document are to be read. Numbers are written into offline requests: append
/// only.
enum class payload : std::uint8_t {
  cosmos = 1,          ///< cosmos.tx.v1beta1.SignDoc, also for the legacy amino mode
  psbt = 2,            ///< Bitcoin, versions 0 and 2
  evm_transaction = 3, ///< what evm::signing_payload() writes
  evm_message = 4,     ///< any bytes (EIP-191, personal_sign)
  evm_typed_data = 5,  ///< JSON (EIP-712)
};

/// The number of a Bitcoin network in a document: 1 for the main network, and so on.
constexpr std::uint64_t number_of(bitcoin::network net) noexcept {
  return static_cast<std::uint64_t>(net) + 1;
}

/// What is to be signed; a view.
struct document {
  payload what{};
  /// psbt: number_of() its network. evm_transaction: the chain id. evm_typed_data: the chain id, or
  /// 0 for whichever its domain names, or none. Else 0.
  std::uint64_t network = 0;
  byte_view content;
};

/// Who looks at it.
struct reader_view {
  /// That may sign. One; of a PSBT, any number. None: only explains, by the keys that the document
  /// itself names.
  std::span<const compressed_key> keys;
  /// Of the same wallet, so that what pays to them alone is change. Derived, never taken from the
  /// document.
  std::span<const compressed_key> own;
  /// What is called, where that is known. Without, a call can only look like ERC-20's transfer.
  const evm::abi::contract* callee = nullptr;
};

/// A signature that the document asks for.
struct asked_signature {
  std::optional<compressed_key> key; ///< none: of whoever signs; when the view had no keys
  wanted_signature what;
  friend bool operator==(const asked_signature&, const asked_signature&) = default;
};

class proposal {
public:
  /// Errors: those of the chain's decoder and explanation; bad_network; wrong_chain_id;
  ///   wrong_key and cosmos_wrong_signer when the document asks for none of the keys; wrong_key for
  ///   several keys where there can be one; over_limit above message_bytes_max; bad_public_key.
  static expected<proposal> read(const document& from, const reader_view& view);

  /// Lines of ASCII: what it does, who signs, and each digest.
  const std::string& text() const noexcept { return text_; }
  /// At least one.
  const std::vector<asked_signature>& asked() const noexcept { return asked_; }

  /// The signatures of asked(), in its order, as bytes of 64 each, checked. @pre read with keys
  /// Errors: bad_signature, also for another length; high_s.
  expected<std::vector<chain_signature>> check(byte_view raw) const;

  /// What the signatures make of the document. cosmos: the 64 bytes. psbt: the PSBT with them in
  /// it. evm_transaction: the bytes that a node takes. Others: the 65 bytes of
  /// evm::message_signature. Each is checked before. @pre read with keys
  /// Errors: bad_signature, also for another number of them; high_s; not_recoverable.
  expected<bytes> complete(std::span<const chain_signature> made) const;

private:
  struct signed_psbt {
    bitcoin::psbt from;
    std::vector<bitcoin::signature_request> requests;
  };
  struct plain_signature {};   ///< 64 bytes
  struct message_signature {}; ///< 65 bytes
  using content = std::variant<plain_signature, signed_psbt, evm::transaction, message_signature>;

  proposal(std::string text, std::vector<asked_signature> asked, content of)
      : text_(std::move(text)), asked_(std::move(asked)), content_(std::move(of)) {}

  static expected<proposal> read_cosmos(const document& from, const reader_view& view);
  static expected<proposal> read_psbt(const document& from, const reader_view& view);
  static expected<proposal> read_transaction(const document& from, const reader_view& view);
  static expected<proposal> read_message(const document& from, const reader_view& view);
  static expected<proposal> read_typed_data(const document& from, const reader_view& view);

  std::string text_;
  std::vector<asked_signature> asked_;
  content content_;
};

/// That a PSBT may name where none are given: each is tried on each input. More: over_limit.
inline constexpr std::size_t named_keys_max = 256;
/// Of an EVM message. Longer: over_limit.
inline constexpr std::size_t message_bytes_max = std::size_t{128} * 1024;

/// The signature that a PSBT's request asks for.
wanted_signature wanted_of(const bitcoin::signature_request& request);

} // namespace quorate::chain
