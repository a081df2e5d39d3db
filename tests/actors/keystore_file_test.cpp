// Keys put into a keystore's file and taken out of it: all of the change, or the file as it was.
#include "actors/signer/keystore_backend.hpp"
#include "storage_support.hpp"

#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <sys/stat.h>

using namespace quorate;
using namespace quorate::test;

namespace {

const auto password = as_bytes("a password");

ec_secret_key secret_of(std::uint16_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw[0] = 1;
  raw[30] = static_cast<std::uint8_t>(n >> 8);
  raw[31] = static_cast<std::uint8_t>(n);
  return ec_secret_key{raw};
}
ec_public_key key_of(std::uint16_t n) { return *ec_public_key::of(secret_of(n)); }

wallet::key_id id_of(std::uint16_t n) {
  wallet::key_id made;
  made.data[0] = static_cast<std::uint8_t>(n >> 8);
  made.data[1] = static_cast<std::uint8_t>(n);
  return made;
}

bool says(const std::optional<std::string>& error, const std::string& part) {
  return error && error->find(part) != std::string::npos;
}

struct file_fixture {
  scratch_directory folder;
  const std::filesystem::path file = folder.path() / "keystore";
  password_cost cost =
      scrypt_cost{1 << 4, 2, 1}; ///< not the usual one, so that it shows when it is lost

  /// Keys 0 to count - 1.
  void make(std::uint16_t count) {
    auto pages = *locked_pages::map();
    secret_arena arena{pages.memory()};
    wallet::keystore keys{arena};
    for (std::uint16_t n = 0; n < count; ++n)
      BOOST_REQUIRE(keys.add(id_of(n), wallet::secret_kind::secp256k1, secret_of(n).view()));
    wallet::keystore_sealing how;
    how.cost = cost;
    const auto sealed = *wallet::seal(keys, password, how);
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(sealed.data()),
                                                static_cast<std::streamsize>(sealed.size()));
  }

  bytes content() const {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::optional<std::string> add(std::uint16_t n, byte_view with = password) {
    return open_keys::add(file, with, id_of(n), secret_of(n));
  }

  std::shared_ptr<open_keys> opened() {
    std::string error;
    auto made = open_keys::open(file, password, error);
    BOOST_REQUIRE_MESSAGE(made, error);
    return made;
  }

  /// What was to be done was refused for this, and the file is what it was.
  void refused(const std::optional<std::string>& error, const std::string& why,
               const bytes& before) {
    BOOST_TEST(says(error, why), error.value_or("done"));
    BOOST_TEST((content() == before));
    BOOST_TEST(!std::filesystem::exists(file.string() + ".new"));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keystore_file, file_fixture)

BOOST_AUTO_TEST_CASE(a_key_is_added) {
  make(1);
  BOOST_TEST(!add(1));
  BOOST_TEST((wallet::cost_of(content()).value() == cost));
  const auto all = opened();
  BOOST_TEST(all->keys().size() == 2U);
  BOOST_TEST((all->public_key(id_of(0)).value() == key_of(0)));
  BOOST_TEST((all->public_key(id_of(1)).value() == key_of(1)));
  struct stat status {};
  BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(the_suite_stays) {
  cost = sm3_cost{3};
  make(1);
  BOOST_TEST(!add(1));
  BOOST_TEST((wallet::cost_of(content()).value() == cost));
  BOOST_TEST(opened()->keys().size() == 2U);
}

// Under the same password: a key stream that is used twice gives both files away.
BOOST_AUTO_TEST_CASE(salt_and_nonce_are_new_each_time) {
  make(1);
  constexpr std::size_t salt_at = 16 + 2 + 1 + 16, salt_and_nonce = 32 + 12;
  std::vector<bytes> seen;
  for (std::uint16_t n = 1; n < 4; ++n) {
    const auto raw = content();
    const byte_view part = byte_view{raw}.subspan(salt_at, salt_and_nonce);
    for (const auto& other : seen) {
      BOOST_TEST(!std::ranges::equal(part.first(32), byte_view{other}.first(32)));
      BOOST_TEST(!std::ranges::equal(part.last(12), byte_view{other}.last(12)));
    }
    seen.emplace_back(part.begin(), part.end());
    BOOST_TEST(!add(n));
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_leaves_the_file_alone) {
  make(2);
  const auto before = content();
  refused(add(5, as_bytes("another password")), "Wrong password", before);
  refused(add(1), "holds this key already, as " + to_hex(id_of(1)), before);
  refused(open_keys::add(file, password, id_of(1), secret_of(5)), "key with this id", before);
  refused(open_keys::add(file, password, id_of(5), ec_secret_key{}), "secret", before);
  {
    const int held = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    BOOST_REQUIRE(::flock(held, LOCK_EX) == 0);
    refused(add(5), "another process", before);
    refused(open_keys::erase(file, password, key_of(1)), "another process", before);
    ::close(held);
  }
  std::filesystem::rename(file, folder.path() / "elsewhere");
  BOOST_TEST(says(add(5), "cannot read the keystore"));
  BOOST_TEST(!std::filesystem::exists(file));
}

BOOST_AUTO_TEST_CASE(a_full_keystore_takes_no_more) {
  make(wallet::keystore_entries_max - 1);
  BOOST_TEST(!add(wallet::keystore_entries_max - 1));
  const auto before = content();
  refused(add(wallet::keystore_entries_max), std::string{explain(errc::over_limit)}, before);
  BOOST_TEST(opened()->keys().size() == wallet::keystore_entries_max);
}

BOOST_AUTO_TEST_CASE(one_key_is_removed_and_the_others_stay) {
  make(2);
  BOOST_TEST(!add(2));
  BOOST_TEST(!open_keys::erase(file, password, key_of(1)));
  const auto before = content();
  BOOST_TEST(!open_keys::erase(file, password, key_of(1))); // again: there is nothing to do
  BOOST_TEST((content() == before));
  const auto all = opened();
  BOOST_TEST((all->keys().ids() == std::vector{id_of(0), id_of(2)}));
  BOOST_TEST((all->public_key(id_of(2)).value() == key_of(2)));
}

BOOST_AUTO_TEST_SUITE_END()
