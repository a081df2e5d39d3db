// Keystore files: as they come, and with a content that the input gives, sealed under a password
// that the fuzzer knows.
#include "core/codec/reader.hpp"
#include "core/wallet/keystore.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

constexpr std::string_view password = "password";
constexpr std::size_t magic_bytes = 16;

alignas(secret_arena::slot_bytes) std::array<std::uint8_t, 64 * 1024> arena_bytes{};

// A file may ask for up to half a minute of key derivation (core/crypto/kdf.hpp), which a fuzzer
// has not: those that would are passed over. What they ask is read as the file's format says.
bool is_cheap(byte_view file) {
  reader r{file};
  (void)r.raw(magic_bytes);
  (void)r.u16();
  const auto suite = r.u8();
  const auto first = r.u64();
  const std::uint64_t work = suite == 2 ? first : first * r.u32() * r.u32();
  return !r.ok() || (first < 4096 && work < 4096) || first > 1ULL << 40U;
}

void check_open(byte_view file) {
  if (!is_cheap(file)) return;
  secret_arena arena{arena_bytes};
  {
    const auto opened = open_keystore(file, as_bytes(password), arena);
    if (opened) {
      fuzz::accepted();
      QUORATE_CHECK(opened->size() <= keystore_entries_max);
      for (const auto& id : opened->ids())
        QUORATE_CHECK(check_secret(opened->kind(id).value(), opened->secret(id).value()));
    }
  }
  QUORATE_CHECK(arena.slots_taken() == 0);
}

// What is added is what is there when the file is opened again.
void check_sealed(fuzz::source from) {
  secret_arena arena{arena_bytes};
  {
    keystore keys{arena};
    keystore_sealing how;
    if (from.u8() % 2 == 0)
      how.cost = scrypt_cost{2, 1, 1};
    else
      how.cost = sm3_cost{1};
    for (auto n = from.u8() % 5; n > 0; --n) {
      const auto id = from.fixed<key_id>();
      const auto kind = static_cast<secret_kind>(1 + from.u8() % 5);
      const auto secret = from.raw(from.u8() % 65);
      const auto added = keys.add(id, kind, secret);
      if (added) QUORATE_CHECK(fuzz::equal(keys.secret(id).value(), secret));
    }
    const auto file = seal(keys, as_bytes(password), how);
    QUORATE_CHECK(file.has_value());
    const auto opened = open_keystore(*file, as_bytes(password), arena);
    QUORATE_CHECK(opened && opened->ids() == keys.ids());
    for (const auto& id : keys.ids())
      QUORATE_CHECK(fuzz::equal(opened->secret(id).value(), keys.secret(id).value()));
    QUORATE_CHECK(!open_keystore(*file, as_bytes("another"), arena));
  }
  QUORATE_CHECK(arena.slots_taken() == 0);
}

} // namespace

void fuzz::run(byte_view input) {
  check_open(input);
  check_sealed(source{input});
}
