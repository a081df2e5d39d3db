// What a replica that fell behind is told by its peers.
#include "core/state_transfer/message.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/sim/identities.hpp"

using namespace quorate;

namespace {

const sim::identities who{4};
const pbft::verifier verifier{who.config};

} // namespace

void fuzz::run(byte_view input) {
  const auto message = canonical<state_transfer::message>(input);
  if (!message) return;
  QUORATE_CHECK(!state_transfer::kind_of(*message).empty());
  if (const auto* chunk = std::get_if<state_transfer::snapshot_chunk>(&*message)) {
    const state_transfer::fetch_chunk asked{chunk->height, chunk->range};
    (void)state_transfer::verify(*chunk, asked, digest{});
  }
  if (const auto* offer = std::get_if<state_transfer::snapshot_offer>(&*message))
    (void)state_transfer::checked_offer::check(verifier, *offer);
}
