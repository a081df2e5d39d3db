// Cosmos transactions: what a signer is given, and what is broadcast.
#include "core/chain/cosmos/amino_json.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "tests/fuzz/harness.hpp"

#include <nlohmann/json.hpp>

using namespace quorate;
using namespace quorate::chain::cosmos;

namespace {

void check_signer(const sign_document& document, const compressed_key& key,
                  std::uint64_t sequence) {
  const auto signed_digest = digest_to_sign(document, key);
  const auto shown = explain(document, key);
  QUORATE_CHECK(shown.has_value() == signed_digest.has_value());
  if (shown) {
    QUORATE_CHECK(shown->find(to_hex(*signed_digest)) != std::string::npos);
    for (const auto c : *shown)
      QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
  }
  if (const auto json = amino_json(document, sequence)) {
    // Keys sorted, no blanks: a library that sorts them finds nothing to change but the escapes.
    const auto parsed = nlohmann::json::parse(*json, nullptr, false);
    QUORATE_CHECK(parsed.is_object());
    QUORATE_CHECK(parsed["chain_id"] == document.chain_id);
    QUORATE_CHECK(parsed["msgs"].size() == document.body.messages.size());
  }
}

void check(const sign_document& document) {
  QUORATE_CHECK(fuzz::equal(encode_body(document.body), document.body_bytes));
  QUORATE_CHECK(fuzz::equal(encode_auth_info(document.auth), document.auth_info_bytes));
  const auto made =
      make_document(document.body, document.auth, document.chain_id, document.account_number);
  QUORATE_CHECK(made && encode_document(*made) == encode_document(document));
  for (const auto& signer : document.auth.signers) {
    if (const auto* key = std::get_if<compressed_key>(&signer.key))
      check_signer(document, *key, signer.sequence);
    if (const auto* shared = std::get_if<multisig_key>(&signer.key))
      check_signer(document, shared->keys.front(), signer.sequence);
  }
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto document = decode_document(input)) {
    accepted();
    QUORATE_CHECK(equal(encode_document(*document), input));
    check(*document);
  }
  if (const auto raw = decode_transaction(input)) {
    accepted();
    const auto body = decode_body(raw->body_bytes);
    const auto auth = decode_auth_info(raw->auth_info_bytes);
    QUORATE_CHECK(body && auth);
    const auto made = make_document(*body, *auth, "chain", 0);
    QUORATE_CHECK(made.has_value());
    QUORATE_CHECK(equal(encode_transaction(*made, raw->signatures), input));
  }
}
