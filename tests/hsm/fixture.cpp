#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace quorate::hsm::test {

namespace {

constexpr std::string_view officer_pin = "27182818";
constexpr int skipped = 77;

// Without the token there is nothing to test, and that must not look like success.
struct skip_without_softhsm {
  skip_without_softhsm() {
    if (!softhsm_library().empty()) return;
    std::puts("SKIPPED: SoftHSM's libsofthsm2.so was not found (Debian package softhsm2); "
              "QUORATE_SOFTHSM may name it");
    std::fflush(stdout);
    ::_exit(skipped);
  }
};
BOOST_TEST_GLOBAL_CONFIGURATION(skip_without_softhsm);

CK_UTF8CHAR* text(std::string_view from) {
  return reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(from.data()));
}

hsm_lies& lies_of(const char* file) {
  void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  BOOST_REQUIRE_MESSAGE(library != nullptr, file);
  return *reinterpret_cast<hsm_lies* (*)()>(::dlsym(library, hsm_lies_symbol))();
}

} // namespace

std::string softhsm_library() {
  const char* const named = std::getenv("QUORATE_SOFTHSM");
  for (const char* const file :
       {named, "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so"})
    if (file != nullptr && std::filesystem::exists(file)) return file;
  return {};
}

wallet::secret_text secret(std::string_view from) {
  return std::move(wallet::secret_text::from(as_bytes(from))).value();
}

bytes id(std::uint8_t number) { return {0x51, number}; }

digest message(std::uint64_t n) { return sha256(as_bytes("message " + std::to_string(n))); }

CK_FUNCTION_LIST& raw() {
  static CK_FUNCTION_LIST* const functions = [] {
    void* const library = ::dlopen(softhsm_library().c_str(), RTLD_NOW | RTLD_LOCAL);
    BOOST_REQUIRE(library != nullptr);
    CK_FUNCTION_LIST* found = nullptr;
    BOOST_REQUIRE(reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"))(
                      &found) == CKR_OK);
    return found;
  }();
  return *functions;
}

soft_token::soft_token(bool reset_on_fork) {
  auto pattern = (std::filesystem::temp_directory_path() / "quorate-hsm-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  std::filesystem::create_directory(directory_ / "tokens");
  const auto configuration = directory_ / "softhsm2.conf";
  std::ofstream{configuration} << "directories.tokendir = " << (directory_ / "tokens").string()
                               << "\nobjectstore.backend = file\nlog.level = ERROR\n"
                               << "library.reset_on_fork = " << (reset_on_fork ? "true" : "false")
                               << "\n";
  BOOST_REQUIRE(::setenv("SOFTHSM2_CONF", configuration.c_str(), 1) == 0);
  add_token(label);
}

soft_token::~soft_token() {
  ::unsetenv("SOFTHSM2_CONF");
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void soft_token::add_token(std::string_view with_label) {
  auto& token = raw();
  BOOST_REQUIRE(token.C_Initialize(nullptr) == CKR_OK);
  std::array<CK_SLOT_ID, 8> slots{};
  CK_ULONG count = slots.size();
  BOOST_REQUIRE(token.C_GetSlotList(CK_TRUE, slots.data(), &count) == CKR_OK && count > 0);
  std::string padded{with_label};
  padded.resize(32, ' ');
  const auto empty = slots[count - 1]; // SoftHSM always has an uninitialised one, the last
  BOOST_REQUIRE(token.C_InitToken(empty, text(officer_pin), officer_pin.size(), text(padded)) ==
                CKR_OK);
  CK_SESSION_HANDLE session = 0;
  BOOST_REQUIRE(token.C_OpenSession(empty, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                                    &session) == CKR_OK);
  BOOST_REQUIRE(token.C_Login(session, CKU_SO, text(officer_pin), officer_pin.size()) == CKR_OK);
  BOOST_REQUIRE(token.C_InitPIN(session, text(pin), pin.size()) == CKR_OK);
  BOOST_REQUIRE(token.C_Finalize(nullptr) == CKR_OK);
}

CK_SLOT_ID soft_token::slot() const {
  std::array<CK_SLOT_ID, 8> slots{};
  CK_ULONG count = slots.size();
  BOOST_REQUIRE(raw().C_GetSlotList(CK_TRUE, slots.data(), &count) == CKR_OK && count > 0);
  return slots[0];
}

std::shared_ptr<module> fixture::load(const std::string& file) {
  auto made = module::load(file);
  BOOST_REQUIRE(made);
  return loaded = *made;
}

std::shared_ptr<session_pool> fixture::open_pool(pool_options options) {
  if (!loaded) load();
  options.token_label = label;
  auto made = session_pool::open(loaded, options, secret(pin));
  BOOST_REQUIRE_MESSAGE(made, module::last_refusal());
  return pool = *made;
}

token_key fixture::make(key_kind kind, std::uint8_t number) {
  if (!pool) open_pool();
  auto made = token_key::create(pool, kind, id(number), "a key");
  BOOST_REQUIRE_MESSAGE(made, module::last_refusal());
  return std::move(*made);
}

lying_fixture::lying_fixture() : lies(lies_of(QUORATE_LYING_HSM)) {
  ::setenv("QUORATE_REAL_HSM", softhsm_library().c_str(), 1);
  // The switches are plain values: this sets each back.
  lies.~hsm_lies();
  new (&lies) hsm_lies;
  load(QUORATE_LYING_HSM);
}

lying_fixture::~lying_fixture() { ::unsetenv("QUORATE_REAL_HSM"); }

bool in_child(const std::function<bool()>& work) {
  std::fflush(nullptr);
  const auto child = ::fork();
  if (child == 0) {
    ::alarm(60); // a child that waits for a lock of its parent's threads waits for ever
    ::_exit(work() ? 0 : 1);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST_INFO("status of the child: " << status);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool signs(const token_key& key, std::uint64_t n) {
  const auto& public_key = key.description().public_key;
  if (const auto* const ec = std::get_if<ec_public_key>(&public_key)) {
    const auto made = key.sign_ecdsa(message(n));
    return made && has_low_s(made->compact) && verify(*ec, message(n), made->compact);
  }
  const auto made = key.sign_ed25519(message(n).view());
  return made && verify(std::get<ed25519_public_key>(public_key), message(n).view(), *made);
}

} // namespace quorate::hsm::test
