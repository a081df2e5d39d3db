// Extended keys as text, and of the 78 bytes that the input is; derivation paths.
#include "core/chain/base58.hpp"
#include "core/wallet/derivation_path.hpp"
#include "core/wallet/extended_key.hpp"
#include "core/wallet/path_words.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

constexpr std::array versions{xpub_version, tpub_version, ypub_version, zpub_version};

void check_key(std::string_view text) {
  const auto fields = read_extended_key(text);
  if (fields) {
    fuzz::accepted();
    QUORATE_CHECK(write_extended_key(*fields).text() == text);
  }
  for (const auto& version : versions) {
    if (const auto key = extended_public_key::parse(text, version)) {
      QUORATE_CHECK(fields.has_value());
      QUORATE_CHECK(key->to_string(version) == text);
      const auto child = key->child(7);
      if (child) QUORATE_CHECK(child->lineage().parent == key->fingerprint());
      QUORATE_CHECK(!key->child(hardened));
    }
    if (const auto key = extended_private_key::parse(text, version)) {
      QUORATE_CHECK(fields.has_value());
      QUORATE_CHECK(key->to_text(version).text() == text);
      // Both ways to a child's public key.
      const auto by_private = key->child(7);
      const auto by_public = key->to_public().child(7);
      QUORATE_CHECK(by_private.has_value() == by_public.has_value());
      if (by_private) QUORATE_CHECK(by_private->key() == by_public->key());
    }
  }
}

void check_path(std::string_view text) {
  const auto path = derivation_path::parse(text);
  if (!path) return;
  fuzz::accepted();
  QUORATE_CHECK(path->indices().size() <= wallet::depth_max);
  const auto again = derivation_path::parse(path->to_string());
  QUORATE_CHECK(again && *again == *path);
  for (const auto& line : describe(*path))
    for (const auto c : line)
      QUORATE_CHECK(c >= 0x20 && c < 0x7f);
}

} // namespace

void fuzz::run(byte_view input) {
  check_key(as_text(input));
  check_path(as_text(input));
  if (input.size() <= chain::base58_payload_max) check_key(chain::encode_base58check(input));
}
