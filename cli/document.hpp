// What `quorate wallet` and `quorate offline` are asked to explain or to sign: read from files, and
// what came of it written out.
#pragma once

#include "cli/commands.hpp"
#include "core/chain/proposal.hpp"

#include <nlohmann/json_fwd.hpp>

namespace quorate::cli {

/// Options that say which document it is.
struct document_options {
  std::string chain;       ///< bitcoin, evm or cosmos; empty: none was given
  std::string transaction; ///< files; one of the three is given
  std::string message;
  std::string typed_data;
  std::string network = "mainnet"; ///< of Bitcoin
  std::uint64_t chain_id = 0;      ///< of an EVM chain; 0: none was given
  std::string abi;                 ///< a file
};

void add_document_options(CLI::App& c, document_options& o);
void add_abi_option(CLI::App& c, document_options& o);

/// A document with its bytes.
class loaded_document {
public:
  /// Reads the file. Throws std::runtime_error that says what to give.
  /// @param to_sign  an EVM transaction is then taken for the chain that was named alone
  loaded_document(const document_options& o, bool to_sign);

  chain::document view() const { return {what_, network_, content_}; }
  chain::payload what() const { return what_; }
  const bytes& content() const { return content_; }
  const std::string& name() const { return name_; }
  /// Null unless one was given.
  const evm::abi::contract* callee() const { return callee_ ? &*callee_ : nullptr; }

private:
  chain::payload what_{};
  std::uint64_t network_ = 0;
  bytes content_;
  std::string name_; ///< of the file
  std::optional<evm::abi::contract> callee_;
};

/// Reads a transaction: bytes as they are, or in hexadecimal (also behind 0x) or Base64, or in UR
/// texts of type bytes; "-" for standard input. Throws std::runtime_error.
bytes read_transaction_file(const std::string& file);

/// The proposal in JSON: the payload, its lines, and which digests each key signs.
nlohmann::json told(chain::payload what, const chain::proposal& of);

/// What was signed as it is handed on: a PSBT in Base64, an EVM transaction or message signature in
/// hexadecimal behind 0x, a Cosmos signature in hexadecimal.
std::string written(chain::payload what, byte_view value);

/// Of a Cosmos document with one signer, the bytes to broadcast in Base64; else none.
std::optional<std::string> broadcast_form(const chain::document& of, byte_view signature);

/// Prints what a document asks for: `quorate wallet explain`.
int explain_document(const document_options& o, const std::vector<std::string>& public_keys,
                     bool as_json);

} // namespace quorate::cli
