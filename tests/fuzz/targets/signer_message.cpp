// What a signer is asked, and what it answers.
#include "core/signer/message.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  if (const auto asked = canonical<signer::question>(input)) {
    if (const auto* head = std::get_if<signer::head_wanted>(&*asked)) {
      QUORATE_CHECK(!head->account || head->account->value);
    }
  }
  (void)canonical<signer::answer>(input);
}
