// Proposals and approvals: what their files take, what people are shown, and what fits together.
#include "core/approval/approval.hpp"
#include "core/approval/words.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "tests/unit/bitcoin_wallet.hpp"
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using approval::proposal;
using approval::review;

namespace {

struct approval_world : signer_fixture {
  proposal of_order(std::uint64_t wei = 500) const {
    return of(order(wei), {signer::evm_network{1}, key.compressed()});
  }

  proposal of(ledger::signing_order what, approval::key_and_network how) const {
    const ledger::operation op{alice.key(), {7}, {noon}, std::move(what)};
    return {authoriser.cluster(), op, std::move(how)};
  }

  proposal of_change(ledger::change_membership change) const {
    return {authoriser.cluster(), {{}, {}, {}, std::move(change)}, {}};
  }

  /// Pays 60,000 sat to key 200 on this network, and what is left back.
  proposal of_psbt(bitcoin::network net) const {
    const auto own = bitcoin::script_of(bitcoin::coin_kind::p2wpkh, 1);
    const auto funded = bitcoin::funding(own, 100'000);
    bitcoin::transaction tx;
    tx.inputs.push_back({{id_of(funded), 1}, {}, bitcoin::sequence_replaceable, {}});
    tx.outputs = {{bitcoin::satoshi{60'000}, bitcoin::script_of(bitcoin::coin_kind::p2wpkh, 200)},
                  {bitcoin::satoshi{39'000}, own}};
    auto made = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
    BOOST_REQUIRE(made.put_previous(0, funded));
    return stated(made.encode(), signer::bitcoin_network{net}, bitcoin::key_of(1));
  }

  proposal of_document() const {
    using namespace chain::cosmos;
    const auto by = bitcoin::key_of(1);
    const auto own = *address_of("cosmos", account_of(by));
    const auto to = *address_of("cosmos", account_of(bitcoin::key_of(2)));
    const tx_body body{{msg_send{own, to, {{"uatom", amount{5}}}}}, "", 0};
    const auth_info auth{{{by, sign_mode::direct, {}, 0}}, {{}, 1, "", ""}};
    return stated(encode_document(*make_document(body, auth, "test-1", 1)),
                  signer::cosmos_network{"test-1", "cosmos"}, by);
  }

  /// States what the transaction does.
  proposal stated(bytes transaction, signer::network where, const compressed_key& by) const {
    const auto parsed = *ec_public_key::parse(by);
    ledger::signing_order made;
    made.payments = signer::read_transaction(transaction, where, parsed)->payments;
    made.key = signer::name_of(parsed);
    made.chain = signer::chain_of(where);
    made.transaction = std::move(transaction);
    made.asset = {1};
    return of(std::move(made), {std::move(where), by});
  }

  std::vector<proposal> of_every_kind() const {
    auto removed = adding(4, "new");
    removed.what = ledger::membership_change::remove;
    removed.key = {};
    removed.tls_key = {};
    removed.endpoint.clear();
    return {of_order(),
            of_psbt(bitcoin::network::mainnet),
            of_document(),
            of_psbt(bitcoin::network::regtest),
            of_change(adding(4, "new")),
            of_change(removed)};
  }
};

std::string error(const expected<approval::reviewed>& of) {
  return of ? "none" : std::string{name(of.error())};
}
std::string error(const outcome& of) { return of ? "none" : std::string{name(of.error())}; }
std::string decoding(byte_view from) {
  const auto got = decode<proposal>(from);
  return got ? "none" : std::string{name(got.error())};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(approvals, approval_world)

BOOST_AUTO_TEST_CASE(a_proposal_reads_back_and_nothing_shorter_does) {
  for (const auto& one : of_every_kind()) {
    const auto raw = encode(one);
    BOOST_TEST(raw.size() <= approval::proposal_bytes_max);
    BOOST_TEST((decode<proposal>(raw).value() == one));
    BOOST_TEST(error(review(one)) == "none");
    for (std::size_t length = 0; length < raw.size(); ++length)
      BOOST_TEST(!decode<proposal>(byte_view{raw}.first(length)));
    auto longer = raw;
    longer.push_back(0);
    BOOST_TEST(decoding(longer) == "trailing_bytes");
  }
}

// Whatever is changed is refused, or is another proposal, for which no approval of this one holds.
// What approvals do not cover says only how to read the order, and other words would show it.
BOOST_AUTO_TEST_CASE(a_changed_byte_is_never_the_same_proposal) {
  for (const auto& one : of_every_kind()) {
    const auto seen = *review(one);
    const auto given = approve(seen, approver0);
    const auto raw = encode(one);
    for (std::size_t i = 0; i < raw.size(); ++i) {
      auto bent = raw;
      bent[i] ^= 1;
      const auto other = decode<proposal>(bent);
      if (!other) continue;
      BOOST_TEST((encode(*other) == bent));
      const auto other_seen = review(*other);
      if (!other_seen) continue;
      const bool holds = approval::check(given, *other_seen, crypto_suite::standard).has_value();
      BOOST_TEST((!holds || other->operation == one.operation));
      BOOST_TEST((!holds || other_seen->digests() == seen.digests()));
    }
  }
}

BOOST_AUTO_TEST_CASE(forms_that_no_proposal_has) {
  const auto given = approve(*review(of_order()), approver0);
  BOOST_TEST(decoding(encode(given)) == "bad_enum");
  auto raw = encode(of_order());
  raw[17] = 2;
  BOOST_TEST(decoding(raw) == "bad_version");
  auto one = of_order();
  std::get<ledger::signing_order>(one.operation.body).approvals.push_back({given.approver, {}});
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one = of_order();
  one.operation.sequence = {};
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one = of_order();
  one.operation.account = {};
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one = of_change(adding(4, "new"));
  one.operation.sequence = {1};
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one = of_change(approved(adding(4, "new"), {{0, &admin}}));
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one = of_change({});
  one.operation.body = ledger::transfer{{1}, bob.key(), amount{1}};
  BOOST_TEST(decoding(encode(one)) == "wrong_operation");
  one = of_document();
  one.reading->where = signer::cosmos_network{"test-1", "cos\nmos"};
  BOOST_TEST(decoding(encode(one)) == "not_canonical");
  one.reading->where = signer::cosmos_network{"test-1", std::string(84, 'c')};
  BOOST_TEST(decoding(encode(one)) == "over_limit");
}

// What is shown is what the transaction does; what the order says otherwise is not approved.
BOOST_AUTO_TEST_CASE(a_proposal_that_states_something_else_is_refused) {
  auto one = of_order();
  auto& order = std::get<ledger::signing_order>(one.operation.body);
  order.payments[0].units = amount{1};
  BOOST_TEST(error(review(one)) == "amount_mismatch");
  order.payments[0] = {to_string(stranger), amount{500}};
  BOOST_TEST(error(review(one)) == "amount_mismatch");
  order.payments.clear();
  BOOST_TEST(error(review(one)) == "amount_mismatch");
  one = of_order();
  one.reading->key = ec_public_key::of(chain_secret("shop"))->compressed();
  BOOST_TEST(error(review(one)) == "wrong_key");
  one.reading->key = {};
  BOOST_TEST(error(review(one)) == "bad_public_key");
  one = of_order();
  one.reading->where = signer::evm_network{2};
  BOOST_TEST(error(review(one)) == "wrong_chain_id");
  one = of_order();
  std::get<ledger::signing_order>(one.operation.body).transaction.pop_back();
  BOOST_TEST(error(review(one)) != "none");
  // An address of the test network stands for the same output, and is not what the order states.
  one = of_psbt(bitcoin::network::mainnet);
  one.reading->where = signer::bitcoin_network{bitcoin::network::testnet};
  BOOST_TEST(error(review(one)) == "amount_mismatch");
}

BOOST_AUTO_TEST_CASE(the_words) {
  const auto seen = *review(of_order());
  const auto& text = seen.text();
  BOOST_TEST(has(text, "Proposal " + to_hex(seen.statement()) + "\n"));
  BOOST_TEST(has(text, "Cluster " + to_hex(authoriser.cluster()) + "\n"));
  BOOST_TEST(has(text, "account " + to_hex(alice.key()) + ", as its operation 7\n"));
  BOOST_TEST(has(text, "Expires 2024-10-04 12:00:00 UTC\n"));
  BOOST_TEST(has(text, "Key " + to_hex(key.compressed()) + "\n"));
  BOOST_TEST(has(text, "Pays 500 wei to " + to_string(shop) + "\n"));
  BOOST_TEST(has(text, "Fee: at most 21000000 wei\n"));
  BOOST_REQUIRE(seen.digests().size() == 1U);
  BOOST_TEST((seen.digests()[0] == evm::signing_digest(paying(shop, 500))));
  BOOST_TEST(has(text, "Signs " + to_hex(seen.digests()[0]) + "\n"));
  const auto change = review(of_change(adding(4, "new")))->text();
  BOOST_TEST(has(change, "with epoch 2\nAdds replica 4, on probation"));
  BOOST_TEST(has(change, to_hex(key_named("new").key())));
  BOOST_TEST(has(change, "Reached at 10.0.0.5:7400\n"));
}

BOOST_AUTO_TEST_CASE(times) {
  using approval::words_of_time;
  BOOST_TEST(words_of_time({0}) == "1970-01-01 00:00:00 UTC");
  BOOST_TEST(words_of_time({951'782'400'000 - 1}) == "2000-02-28 23:59:59 UTC");
  BOOST_TEST(words_of_time({951'782'400'000}) == "2000-02-29 00:00:00 UTC");
  BOOST_TEST(words_of_time({253'402'300'799'999}) == "9999-12-31 23:59:59 UTC");
  BOOST_TEST(words_of_time({253'402'300'800'000}) == "253402300800000 ms since 1970");
  BOOST_TEST(words_of_time({~0ULL}) == "18446744073709551615 ms since 1970");
}

BOOST_AUTO_TEST_CASE(an_approval_fits_one_proposal) {
  const auto what = *review(of_order());
  const auto given = approve(what, approver0);
  const auto raw = encode(given);
  BOOST_TEST(raw.size() == approval::approval_bytes);
  BOOST_TEST((decode<approval::approval>(raw).value() == given));
  for (std::size_t length = 0; length < raw.size(); ++length)
    BOOST_TEST(!decode<approval::approval>(byte_view{raw}.first(length)));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto bent = raw;
    bent[i] ^= 1;
    const auto other = decode<approval::approval>(bent);
    BOOST_TEST((!other || !approval::check(*other, what, crypto_suite::standard)));
  }
  BOOST_TEST(error(approval::check(given, what, crypto_suite::standard)) == "none");
  BOOST_TEST(error(approval::check(given, *review(of_order(499)), crypto_suite::standard)) ==
             "digest_mismatch");
  auto later = of_order();
  later.operation.sequence = later.operation.sequence.next();
  BOOST_TEST(error(approval::check(given, *review(later), crypto_suite::standard)) ==
             "digest_mismatch");
  auto elsewhere = of_order();
  elsewhere.cluster.data[0] ^= 1;
  BOOST_TEST(error(approval::check(given, *review(elsewhere), crypto_suite::standard)) ==
             "wrong_cluster");
  auto forged = approve(*review(of_order(499)), approver0);
  forged.statement = given.statement;
  BOOST_TEST(error(approval::check(forged, what, crypto_suite::standard)) == "bad_signature");
}

// What comes of it is what the ledger and the signer take.
BOOST_AUTO_TEST_CASE(approvals_of_an_order_are_the_signers) {
  const auto seen = *review(of_order());
  const auto op = *with_approvals(seen, {approve(seen, approver1), approve(seen, approver0)});
  const auto& order = std::get<ledger::signing_order>(op.body);
  BOOST_REQUIRE(order.approvals.size() == 2U);
  BOOST_TEST((order.approvals[0].approver < order.approvals[1].approver));
  for (const auto& one : order.approvals)
    BOOST_TEST(error(verify(crypto_suite::standard, one.approver,
                            signer::approval_statement(authoriser.cluster(), op), one.sig)) ==
               "none");
  BOOST_TEST((decode<ledger::operation>(encode(op)).value() == op));
  const std::vector<approval::approval> many(limits::approvals_max + 1, approve(seen, approver0));
  BOOST_TEST((with_approvals(seen, many).error() == errc::over_limit));
  BOOST_TEST(
      (with_approvals(*review(of_change(adding(4, "new"))), {}).error() == errc::wrong_operation));
}

BOOST_AUTO_TEST_CASE(approvals_of_a_change_are_the_ledgers) {
  auto change = adding(4, "new");
  const auto given = approve(*review(of_change(change)), admin);
  change.approvals = {{0, given.sig}};
  BOOST_TEST(run(bob, change) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
