// What members say of themselves, and the labels in their certificates.
#include "core/registry/registration.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/unit/registry_fixture.hpp"

using namespace quorate;

namespace {

const testing::registry_fixture fixture;

void check_uris(std::string_view text) {
  std::vector<std::string> uris;
  for (std::size_t from = 0; from <= text.size();) {
    const auto to = std::min(text.find('\n', from), text.size());
    uris.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  const auto labels = registry::labels_from_uris(uris);
  if (!labels) return;
  const auto again = registry::labels_from_uris(registry::to_uris(*labels));
  QUORATE_CHECK(again && *again == *labels);
  QUORATE_CHECK(fuzz::canonical<registry::labels>(encode(*labels)));
}

} // namespace

void fuzz::run(byte_view input) {
  check_uris(as_text(input));
  (void)canonical<registry::labels>(input);
  const auto registration = canonical<registry::signed_registration>(input);
  if (!registration) return;
  QUORATE_CHECK(registry::is_host(registration->what.peers.host));
  QUORATE_CHECK(!registry::to_string(registration->what.tags).empty());
  (void)registry::check(*registration, fixture.members);
}
