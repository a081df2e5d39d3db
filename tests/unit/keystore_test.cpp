// The keystore's file: what is read back, and everything that is refused.
#include "core/codec/writer.hpp"
#include "core/wallet/keystore.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace quorate;
using namespace quorate::wallet;

namespace {

const auto password = as_bytes("correct horse");

key_id id_of(std::uint8_t i) {
  key_id id;
  id.data.fill(i);
  return id;
}

keystore_sealing cheap(crypto_suite suite = crypto_suite::standard) {
  keystore_sealing how;
  if (suite == crypto_suite::national)
    how.cost = sm3_cost{3};
  else
    how.cost = scrypt_cost{2, 1, 1};
  how.salt.fill(0x11);
  how.nonce.data.fill(0x22);
  return how;
}

struct keystore_world {
  alignas(secret_arena::slot_bytes) std::array<std::uint8_t, 256 * 1024> memory{};
  secret_arena arena{memory};
  keystore keys{arena};

  void fill() {
    BOOST_REQUIRE(keys.add(id_of(3), secret_kind::entropy, bytes(16, 0xa3)));
    BOOST_REQUIRE(keys.add(id_of(1), secret_kind::seed, bytes(64, 0xa1)));
    BOOST_REQUIRE(keys.add(id_of(2), secret_kind::secp256k1, bytes(32, 0xa2)));
  }
  /// The file with other bytes inside, under a right tag.
  bytes file_around(byte_view plain) {
    auto file = seal(keystore{arena}, password, cheap()).value();
    file.resize(file.size() - 4 - 4 - aead_tag_bytes); // the blob of an empty keystore
    const auto how = cheap();
    const auto key = key_from_password(how.cost, password, how.salt).value();
    writer w;
    w.raw(file);
    w.blob(quorate::seal(crypto_suite::standard, key, how.nonce, file, plain));
    return std::move(w).take();
  }
  errc refusal(byte_view file) {
    auto opened = open_keystore(file, password, arena);
    BOOST_REQUIRE(!opened);
    return opened.error();
  }
};

void write_entry(writer& w, std::uint8_t id, std::uint8_t kind, std::size_t size) {
  write(w, id_of(id));
  w.u8(kind);
  w.blob(bytes(size, 7));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(wallet_keystore, keystore_world)

BOOST_AUTO_TEST_CASE(round_trip) {
  fill();
  for (const auto suite : {crypto_suite::standard, crypto_suite::national}) {
    const auto file = seal(keys, password, cheap(suite)).value();
    const auto opened = open_keystore(file, password, arena).value();
    BOOST_TEST((opened.ids() == std::vector{id_of(1), id_of(2), id_of(3)}));
    for (const auto& id : opened.ids()) {
      BOOST_TEST((opened.kind(id).value() == keys.kind(id).value()));
      const auto secret = opened.secret(id).value();
      const auto wanted = keys.secret(id).value();
      BOOST_TEST(std::equal(secret.begin(), secret.end(), wanted.begin(), wanted.end()));
      // Not in the open in the file.
      BOOST_TEST(
          (std::search(file.begin(), file.end(), wanted.begin(), wanted.end()) == file.end()));
    }
    BOOST_TEST((open_keystore(file, as_bytes("wrong"), arena).error() == errc::decryption_failed));
    BOOST_TEST((open_keystore(file, {}, arena).error() == errc::password_empty));
    for (std::size_t i = 0; i < file.size(); ++i) {
      auto changed = file;
      changed[i] ^= 0x80;
      BOOST_TEST(!open_keystore(changed, password, arena).has_value(), "byte " << i);
      BOOST_TEST(!open_keystore(byte_view{file}.first(i), password, arena).has_value());
    }
  }
  BOOST_TEST((seal(keys, {}, cheap()).error() == errc::password_empty));
}

// The format does not change. This file was written by other implementations of scrypt and
// AES-256-GCM (hashlib, PyCryptodome).
BOOST_AUTO_TEST_CASE(golden_file) {
  BOOST_REQUIRE(keys.add(id_of(9), secret_kind::ed25519, bytes(32, 0x42)));
  const std::string golden =
      "71756f726174652d6b657973746f726500010100000000000000020000000100000001111111111111111111"
      "111111111111111111111111111111111111111111111122222222222222222222222200000049c43fd12d69"
      "ef4945a6f6298d7a78b5ef5bef2a632afde178fa425a90edba65e71f4035fc859600845c8f408d8555100ca0"
      "a189774b3108b7ddd02948d1207cc106e67459f8155bc492";
  BOOST_TEST(to_hex(seal(keys, password, cheap()).value()) == golden);
}

BOOST_AUTO_TEST_CASE(locking_wipes) {
  fill();
  BOOST_TEST(std::count(memory.begin(), memory.end(), 0xa1) == 64);
  BOOST_TEST(keys.erase(id_of(1)).has_value());
  BOOST_TEST((keys.erase(id_of(1)).error() == errc::no_such_key));
  BOOST_TEST((keys.secret(id_of(1)).error() == errc::no_such_key));
  BOOST_TEST(std::count(memory.begin(), memory.end(), 0xa1) == 0);
  keys.clear();
  BOOST_TEST(keys.size() == 0U);
  BOOST_TEST(std::all_of(memory.begin(), memory.end(), [](auto b) { return b == 0; }));
}

BOOST_AUTO_TEST_CASE(refused_secrets) {
  fill();
  BOOST_TEST((keys.add(id_of(1), secret_kind::seed, bytes(64, 1)).error() == errc::key_exists));
  const struct {
    secret_kind kind;
    bytes secret;
  } bad[] = {
      {secret_kind::entropy, bytes(15, 1)},   {secret_kind::entropy, bytes(18, 1)},
      {secret_kind::entropy, bytes(36, 1)},   {secret_kind::seed, bytes(15, 1)},
      {secret_kind::seed, bytes(65, 1)},      {secret_kind::secp256k1, bytes(31, 1)},
      {secret_kind::secp256k1, bytes(32, 0)}, {secret_kind::secp256k1, bytes(32, 0xff)},
      {secret_kind::sm2, bytes(32, 0)},       {secret_kind::sm2, bytes(32, 0xff)},
      {secret_kind::ed25519, bytes(33, 1)},   {secret_kind::seed, {}},
  };
  for (const auto& [kind, secret] : bad)
    BOOST_TEST((keys.add(id_of(7), kind, secret).error() == errc::bad_secret_key));
  BOOST_TEST(keys.size() == 3U);
}

BOOST_AUTO_TEST_CASE(refused_files) {
  BOOST_TEST((refusal({}) == errc::bad_keystore));
  BOOST_TEST((refusal(as_bytes("{\"version\": 3}")) == errc::bad_keystore));
  BOOST_TEST((refusal(bytes(keystore_file_bytes_max + 1)) == errc::over_limit));
  const auto good = seal(keys, password, cheap()).value();
  auto file = good;
  file[17] = 2;
  BOOST_TEST((refusal(file) == errc::unsupported_keystore));
  file = good;
  file[18] = 3;
  BOOST_TEST((refusal(file) == errc::bad_enum));
  file = good;
  file[19] = 1; // n = 2^56 and more: refused before any work
  BOOST_TEST((refusal(file) == errc::kdf_parameters));
  file = good;
  file.push_back(0);
  BOOST_TEST((refusal(file) == errc::trailing_bytes));
}

BOOST_AUTO_TEST_CASE(refused_contents) {
  const auto inside = [&](auto&& fill_in) {
    writer w;
    fill_in(w);
    return refusal(file_around(w.view()));
  };
  BOOST_TEST((inside([](writer& w) { w.u32(keystore_entries_max + 1); }) == errc::over_limit));
  BOOST_TEST((inside([](writer& w) { w.u32(1); }) == errc::truncated));
  BOOST_TEST((inside([](writer& w) { w.u32(0), w.u8(0); }) == errc::trailing_bytes));
  BOOST_TEST((inside([](writer& w) { w.u32(1), write_entry(w, 1, 0, 32); }) == errc::bad_enum));
  BOOST_TEST((inside([](writer& w) { w.u32(1), write_entry(w, 1, 6, 32); }) == errc::bad_enum));
  BOOST_TEST(
      (inside([](writer& w) { w.u32(1), write_entry(w, 1, 4, 31); }) == errc::bad_secret_key));
  BOOST_TEST((inside([](writer& w) { w.u32(1), write_entry(w, 1, 2, 65); }) == errc::over_limit));
  BOOST_TEST((inside([](writer& w) {
                w.u32(2);
                write_entry(w, 2, 4, 32);
                write_entry(w, 1, 4, 32);
              }) == errc::not_canonical));
  BOOST_TEST((inside([](writer& w) {
                w.u32(2);
                write_entry(w, 1, 4, 32);
                write_entry(w, 1, 4, 32);
              }) == errc::not_canonical));
}

BOOST_AUTO_TEST_CASE(limits) {
  for (std::size_t i = 0; i < keystore_entries_max; ++i) {
    key_id id;
    id.data[0] = static_cast<std::uint8_t>(i >> 8);
    id.data[1] = static_cast<std::uint8_t>(i);
    BOOST_REQUIRE(keys.add(id, secret_kind::seed, bytes(64, 1)));
  }
  BOOST_TEST((keys.add(id_of(0xee), secret_kind::seed, bytes(64, 1)).error() == errc::over_limit));
  const auto file = seal(keys, password, cheap()).value();
  BOOST_TEST(file.size() <= keystore_file_bytes_max);
  const auto opened = open_keystore(file, password, arena).value();
  BOOST_TEST(opened.size() == keystore_entries_max);
  // 256 KiB hold this keystore twice and a copy for sealing, but not a third one: nothing is lost.
  BOOST_TEST((open_keystore(file, password, arena).error() == errc::secret_memory_full));
  BOOST_TEST(keys.size() == keystore_entries_max);
}

BOOST_AUTO_TEST_SUITE_END()
