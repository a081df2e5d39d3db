#include "core/offline/signing.hpp"

#include "core/chain/cosmos/explain.hpp"

namespace quorate::offline {

namespace {

namespace cosmos = chain::cosmos;

expected<digest> cosmos_digest(const request& r) {
  QUORATE_ASSIGN(const auto document, cosmos::decode_document(r.transaction));
  return cosmos::digest_to_sign(document, r.key);
}

} // namespace

expected<std::string> text_of(const request& r) {
  switch (r.what) {
  case payload::cosmos: {
    QUORATE_ASSIGN(const auto document, cosmos::decode_document(r.transaction));
    return cosmos::explain(document, r.key);
  }
  }
  return errc::bad_enum;
}

expected<signed_result> sign(const request& r, const ec_secret_key& secret) {
  QUORATE_ASSIGN(const auto key, ec_public_key::of(secret));
  if (key.compressed() != r.key) return errc::cosmos_wrong_signer;
  switch (r.what) {
  case payload::cosmos: {
    QUORATE_ASSIGN(const auto digest, cosmos_digest(r));
    QUORATE_ASSIGN(const auto signature, sign_ecdsa(secret, digest));
    return signed_result{{signature.data.begin(), signature.data.end()}};
  }
  }
  return errc::bad_enum;
}

outcome verify(const request& r, const signed_result& result) {
  switch (r.what) {
  case payload::cosmos: {
    QUORATE_ASSIGN(const auto digest, cosmos_digest(r));
    QUORATE_ASSIGN(const auto key, ec_public_key::parse(r.key));
    const auto signature = ecdsa_signature::from_bytes(result.value);
    if (!signature) return errc::bad_signature;
    return quorate::verify(key, digest, *signature);
  }
  }
  return errc::bad_enum;
}

} // namespace quorate::offline
