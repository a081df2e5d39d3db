#include "core/offline/signing.hpp"

#include "core/chain/proposal.hpp"

namespace quorate::offline {

namespace {

expected<chain::proposal> read(const request& r) {
  const std::array keys{r.key};
  return chain::proposal::read({r.what, r.network, r.transaction}, {keys, {}, nullptr});
}

} // namespace

expected<std::string> text_of(const request& r) {
  QUORATE_ASSIGN(const auto asked, read(r));
  return asked.text();
}

expected<signed_result> sign(const request& r, const ec_secret_key& secret,
                             const nonce_entropy& entropy) {
  QUORATE_ASSIGN(const auto key, ec_public_key::of(secret));
  if (key.compressed() != r.key)
    return r.what == payload::cosmos ? errc::cosmos_wrong_signer : errc::wrong_key;
  QUORATE_ASSIGN(const auto asked, read(r));
  signed_result result;
  for (const auto& one : asked.asked()) {
    QUORATE_ASSIGN(const auto made, chain::sign(one.what, secret, entropy));
    result.value.insert(result.value.end(), made.value.begin(), made.value.end());
  }
  return result;
}

outcome verify(const request& r, const signed_result& result) {
  QUORATE_TRY(complete(r, result));
  return {};
}

expected<bytes> complete(const request& r, const signed_result& result) {
  QUORATE_ASSIGN(const auto asked, read(r));
  QUORATE_ASSIGN(const auto made, asked.check(result.value));
  return asked.complete(made);
}

} // namespace quorate::offline
