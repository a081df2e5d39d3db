// What `quorate_bench_rates` measures.
#pragma once

#include "bench/rounds.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/secp256k1_key.hpp"

#include <array>

namespace quorate::bench {

/// Keys of no value, by number.
inline ec_secret_key secret_of(std::uint64_t n) {
  return ec_secret_key{sha256(as_bytes("key of a benchmark " + std::to_string(n))).data};
}

/// Different every time, as in use: a message that is always the same lets the processor learn it.
class prepared_digests {
public:
  prepared_digests() {
    for (std::size_t n = 0; n < digests_.size(); ++n)
      digests_[n] = sha256(as_bytes(std::to_string(n)));
  }
  const digest& next() noexcept { return digests_[at_++ % digests_.size()]; }

private:
  std::array<digest, 256> digests_;
  std::size_t at_ = 0;
};

/// Signing and verifying prepared digests, each beside libsecp256k1's own function.
void add_signatures(std::vector<subject>& to);
/// From a transaction's contents to the bytes that its chain takes.
void add_transactions(std::vector<subject>& to);
/// From the bytes of a PSBT to those of the signed one.
void add_psbts(std::vector<subject>& to);
/// Keys from keys.
void add_derivations(std::vector<subject>& to);

} // namespace quorate::bench
