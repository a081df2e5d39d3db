// What the verifier makes of messages of any content: it takes them or gives an error. The seeds
// are signed by the replicas of the configuration that is verified against.
#include "core/pbft/verifier.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/sim/identities.hpp"

using namespace quorate;

namespace {

const sim::identities who{4};
const pbft::verifier verifier{who.config};

template <class M>
configuration_epoch epoch_of(const M& message) {
  if constexpr (requires { message.on.epoch; })
    return message.on.epoch;
  else if constexpr (requires { message.epoch; })
    return message.epoch;
  else
    return message.certificate.epoch;
}
configuration_epoch epoch_of(const pbft::proposal& m) { return m.header.on.epoch; }
configuration_epoch epoch_of(const pbft::committed_block& m) { return m.certificate.on.epoch; }

template <class M>
void check_one(M message) {
  if constexpr (requires { verifier.check(message); }) {
    const auto epoch = epoch_of(message);
    const auto checked = verifier.check(std::move(message));
    // Nothing is ever taken for an epoch but the configuration's.
    QUORATE_CHECK(!checked || epoch == genesis_epoch);
    if (checked) fuzz::accepted();
  }
}

} // namespace

void fuzz::run(byte_view input) {
  auto message = decode<pbft::message>(input);
  if (!message) return;
  std::visit([](auto& m) { check_one(std::move(m)); }, *message);
}
