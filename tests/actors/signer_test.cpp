// The signer on a real disk and a real keystore: it signs, it remembers, and it starts only with
// what goes together.
#include "actors/signer/keystore_backend.hpp"
#include "actors/signer/signer_actor.hpp"
#include "storage_support.hpp"
#include "tests/unit/signer_fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <fstream>

using namespace quorate;
using namespace quorate::test;
using quorate::testing::signer_fixture;

namespace {

wallet::key_id id_of(std::uint8_t n) {
  wallet::key_id made;
  made.data[15] = n;
  return made;
}

struct disk_fixture : signer_fixture {
  scratch_directory folder;
  const std::string password = "a password";

  disk_fixture() {
    auto pages = *locked_pages::map();
    secret_arena arena{pages.memory()};
    wallet::keystore keys{arena};
    BOOST_REQUIRE(keys.add(id_of(1), wallet::secret_kind::secp256k1, secret.view()));
    BOOST_REQUIRE(keys.add(id_of(2), wallet::secret_kind::seed, bytes(32, 7)));
    wallet::keystore_sealing how;
    how.cost = scrypt_cost{1 << 14, 8, 1};
    const auto sealed = *wallet::seal(keys, as_bytes(password), how);
    std::ofstream{file(), std::ios::binary}.write(reinterpret_cast<const char*>(sealed.data()),
                                                  static_cast<std::streamsize>(sealed.size()));
  }

  /// What the ledger has of the signer's log.
  signer::head_wanted shown() const {
    const auto id = testing::key_named("the log").key();
    const auto* account = state.find(id);
    if (account == nullptr) return {};
    ledger::account_proof proof{*account, state.prove(id), {state.last(), {}, epoch()}};
    attest(proof.block);
    return {std::move(proof)};
  }

  std::filesystem::path file() const { return folder.path() / "keystore"; }
};

/// One life of the signer's process.
struct life {
  caf::actor_system_config config;
  caf::actor_system system{config};
  storage_actor storage;
  signer_actor signing;

  explicit life(const disk_fixture& on) {
    std::string error;
    const auto keys = open_keys::open(on.file(), as_bytes(on.password), error);
    BOOST_REQUIRE_MESSAGE(keys, error);
    store_options options;
    options.tables = signer_tables;
    signer_parts parts;
    parts.store = must_open(on.folder.path() / "data", options);
    parts.genesis = on.genesis;
    const auto name = signer::name_of(on.key);
    parts.keys.emplace(name, signer::held_key{on.key, on.policy()});
    parts.backends.emplace(name, open_keys::backend(keys, id_of(1), on.key, error));
    BOOST_REQUIRE_MESSAGE(parts.backends.at(name), error);
    storage = spawn_storage(system, parts.store, std::make_shared<storage_counters>());
    parts.storage = storage;
    parts.log_key = std::make_shared<const signing_key>(testing::key_named("the log"));
    signing = spawn_signer(system, std::move(parts));
  }

  /// The ledger takes its head, which a node shows it.
  void anchor(disk_fixture& with) {
    // Until its first entries are on the disk there is no head to give.
    while (std::get<signer::status_answer>(ask(signer::status_question{})).unanchored) {
      const auto got = ask(with.shown());
      if (const auto* head = std::get_if<signer::head_answer>(&got))
        BOOST_REQUIRE(with.ledger_fixture::run(head->operation) == 0);
    }
  }

  ~life() {
    caf::scoped_actor self{system};
    self->send_exit(signing, caf::exit_reason::user_shutdown);
    self->wait_for(signing);
    self->send_exit(storage, caf::exit_reason::user_shutdown);
    self->wait_for(storage);
    signing = nullptr;
    storage = nullptr;
  }

  signer::answer ask(const signer::question& what) {
    caf::scoped_actor self{system};
    signer::answer got = signer::refused_answer{errc::timed_out};
    self->request(signing, caf::infinite, wire::signer_question{encode(what)})
        .receive([&](const wire::signer_answer& in) { got = *decode<signer::answer>(in.bytes); },
                 [](caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
    return got;
  }

  std::string refusal(const signer::question& what) {
    const auto got = ask(what);
    const auto* no = std::get_if<signer::refused_answer>(&got);
    return no == nullptr ? "none" : std::string{name(no->why)};
  }

  std::uint64_t log_size() {
    return std::get<signer::status_answer>(ask(signer::status_question{})).log.size;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(signer_on_disk, disk_fixture)

BOOST_AUTO_TEST_CASE(signs_and_remembers) {
  const auto tx = paying(shop, 500);
  const auto request = commit(order(tx));
  auto forged = request;
  forged.certificate.commits[0].sig.data[0] ^= 1;
  const auto of_view_2 = commit(order(1, 1), 2);
  signer::answer first;
  std::uint64_t entries = 0;
  {
    life one{*this};
    BOOST_TEST(one.refusal(request) == "not_anchored");
    one.anchor(*this);
    first = one.ask(request);
    BOOST_REQUIRE(std::holds_alternative<signer::signed_answer>(first));
    const auto& made = std::get<signer::signed_answer>(first);
    BOOST_TEST((made.signed_digest == evm::signing_digest(tx)));
    BOOST_REQUIRE(made.signatures.size() == 1U);
    const evm::signed_transaction whole{
        tx,
        {ecdsa_signature{made.signatures[0].value}, made.signatures[0].recovery_id.value_or(9)}};
    BOOST_TEST((*evm::sender(whole) == evm::address_of(key)));
    BOOST_TEST(one.refusal(forged) == "bad_signature");
    entries = one.log_size();
    BOOST_TEST(entries == 5U); // the key created and activated, the start, signature, refusal
  }
  {
    life two{*this};
    two.anchor(*this);
    BOOST_TEST(two.log_size() == ++entries);
    BOOST_TEST((two.ask(request) == first)); // off the disk: a nonce drawn anew would differ
    BOOST_TEST(two.log_size() == entries);
    BOOST_TEST(two.refusal(of_view_2) == "none");
    BOOST_TEST(two.refusal(request) == "stale_token");
  }
  life three{*this};
  three.anchor(*this);
  BOOST_TEST(three.refusal(request) == "stale_token");
  BOOST_TEST(three.log_size() == entries + 4);
}

BOOST_AUTO_TEST_CASE(what_keystores_refuse) {
  std::string error;
  BOOST_TEST(!open_keys::open(folder.path() / "none", as_bytes(password), error));
  BOOST_TEST(error.find("cannot read") != std::string::npos);
  BOOST_TEST(!open_keys::open(file(), as_bytes("another password"), error));
  BOOST_TEST(error.find("Wrong password") != std::string::npos);
  const auto keys = open_keys::open(file(), as_bytes(password), error);
  BOOST_REQUIRE(keys);
  BOOST_TEST((*keys->public_key(id_of(1)) == key));
  BOOST_TEST(!open_keys::backend(keys, id_of(2), key, error)); // a seed signs nothing itself
  BOOST_TEST(!open_keys::backend(keys, id_of(3), key, error));
  const auto backend = open_keys::backend(keys, id_of(1), key, error);
  BOOST_REQUIRE(backend);
  const digest message = sha256(as_bytes("message"));
  const auto tweak = sha256(as_bytes("tweak"));
  const auto output = *tweak_add(x_only(key), tweak.data);
  BOOST_TEST(verify(output.key, message, *backend->sign_taproot(message, tweak)).has_value());
  BOOST_TEST((backend->sign_ed25519(message.view()).error() == errc::unsupported_keystore));
}

BOOST_AUTO_TEST_SUITE_END()
