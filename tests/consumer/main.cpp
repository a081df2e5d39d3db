// Links the installed library and uses it as an integrator would: signs a transfer, and asks for a
// cluster that is not there. Exit code 0 if the library says so in words.
#include "actors/client/client.hpp"
#include "core/crypto/hash.hpp"

#include <cstdio>

int main() {
  const auto secret = quorate::sha256(quorate::as_bytes("consumer"));
  const auto key = quorate::signing_key::from_secret(quorate::secret_bytes<32>{secret.data},
                                                     quorate::crypto_suite::standard);
  if (!key) {
    std::puts("the secret key was refused");
    return 1;
  }
  const quorate::ledger::operation transfer{
      key->key(), {1}, {}, quorate::ledger::transfer{{1}, key->key(), quorate::amount{5}}};
  const auto signed_transfer = quorate::ledger::sign({}, transfer, *key);
  const auto id = quorate::ledger::id_of({}, transfer);
  if (!quorate::verify(key->suite(), key->key(), quorate::digest{id.data}, signed_transfer.sig)) {
    std::puts("an own signature does not verify");
    return 1;
  }
  std::string error;
  const auto client = quorate::client::open({}, error);
  if (client != nullptr || error.empty()) {
    std::puts("a client without a genesis was opened");
    return 1;
  }
  std::printf("signed a transfer; without a cluster: %s\n", error.c_str());
  return 0;
}
