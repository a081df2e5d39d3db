// A key signs only what the cluster committed, once, and what it signed is never forgotten.
#include "tests/unit/signer_fixture.hpp"

using namespace quorate;
using namespace quorate::testing;
using quorate::audit::event;
using signer::signing_request;

BOOST_FIXTURE_TEST_SUITE(the_signer, signer_world)

BOOST_AUTO_TEST_CASE(signs_what_was_committed) {
  const auto tx = paying(shop, 500);
  const auto made = sign(commit(order(tx)));
  BOOST_TEST((made.signed_digest == evm::signing_digest(tx)));
  const auto logged = last_entry();
  BOOST_TEST((logged.what == event::signature_made));
  BOOST_TEST((logged.subject == made.signed_digest));
  BOOST_TEST((logged.request.data == made.id.data));
  BOOST_TEST(logged.time.value == noon);
  BOOST_TEST(core->counters().signed_new == 1U);
}

// Whatever is wrong with the proof: no signature, an entry in the log, a counter.
BOOST_AUTO_TEST_CASE(forged_proofs) {
  const auto good = commit(order(500));
  std::vector<std::pair<signing_request, std::string>> forged;
  const auto add = [&](const char* why, auto change) {
    auto bad = good;
    change(bad);
    forged.emplace_back(std::move(bad), why);
  };
  const auto& block = good.receipt.block.summary;
  add("bad_certificate", [&](auto& r) { r.certificate = certificate(block, 0, {0, 1}); });
  add("not_canonical", [&](auto& r) { r.certificate = certificate(block, 0, {0, 1, 1}); });
  add("unknown_signer", [&](auto& r) {
    r.certificate = certificate(block, 0, {0, 1, 2});
    r.certificate.commits.back().replica = {9};
  });
  add("bad_signature", [&](auto& r) { r.certificate.commits[1].sig.data[7] ^= 1; });
  add("bad_signature", [&](auto& r) { r.certificate.on.view = {4}; });
  add("bad_signature", [&](auto& r) { r.certificate.on.batch.data[0] ^= 1; });
  const cluster_id other{sha256(as_bytes("another cluster")).data};
  add("bad_signature", [&](auto& r) { r.certificate = certificate(block, 0, {0, 1, 2}, &other); });
  add("wrong_cluster", [&](auto& r) { r.cluster = other; });
  // A good certificate, but of another block.
  add("bad_certificate", [&](auto& r) {
    auto elsewhere = block;
    elsewhere.height = elsewhere.height.next();
    r.certificate = certificate(elsewhere, 0);
  });
  add("bad_certificate", [&](auto& r) {
    auto elsewhere = block;
    elsewhere.batch_digest.data[0] ^= 1;
    r.certificate = certificate(elsewhere, 0);
  });
  add("bad_certificate", [&](auto& r) { r.newest = certificate(block, 7, {0, 3}); });
  add("too_few_attestations", [&](auto& r) { attest(r.receipt.block, {0, 1}); });
  add("too_few_attestations", [&](auto& r) { r.receipt.block.summary.time = {noon + 1}; });
  add("wrong_epoch", [&](auto& r) { r.certificate.on.epoch = {2}; });
  add("wrong_epoch", [&](auto& r) { r.newest.on.epoch = {0}; });
  add("wrong_epoch", [&](auto& r) { r.receipt.block.epoch = {2}; });
  add("bad_proof", [&](auto& r) { r.receipt.path.siblings[0].data[3] ^= 1; });
  add("bad_proof", [&](auto& r) { r.receipt.path.index = 0; });
  add("bad_proof", [&](auto& r) { r.receipt.result.code = 409; });
  // Another amount or destination is another operation, which nobody committed.
  const auto changed = [&](auto change) {
    return [&, change](auto& r) { change(std::get<ledger::signing_order>(r.operation.body)); };
  };
  add("wrong_operation", changed([&](auto& o) { o = order(499); }));
  add("wrong_operation", changed([&](auto& o) { o = order(paying(stranger, 500)); }));
  add("wrong_operation", [&](auto& r) { r.operation.account = bob.key(); });
  add("wrong_operation", [&](auto& r) { r.operation.sequence = {9}; });
  add("wrong_operation", [&](auto& r) { r.operation.body = ledger::noop{}; });

  const auto before = log_size();
  for (const auto& [bad, why] : forged) {
    const auto entries = log_size();
    BOOST_TEST(refusal(bad) == why);
    BOOST_TEST(log_size() == entries + 1);
    BOOST_TEST((last_entry().what == event::signature_refused));
    BOOST_TEST(std::string{name(static_cast<errc>(last_entry().reason))} == why);
    BOOST_TEST(last_entry().time.value == 0U); // nothing was proven
  }
  std::uint64_t counted = 0;
  for (const auto& [why, count] : core->counters().refused)
    counted += count;
  BOOST_TEST(counted == forged.size());
  BOOST_TEST(core->counters().unproven() == forged.size());
  BOOST_TEST(core->counters().signed_new == 0U);
  BOOST_TEST(log_size() == before + forged.size());
  sign(good); // none of them stood in its way
}

// People have to know whom to look at.
BOOST_AUTO_TEST_CASE(a_lie_has_the_name_of_who_brought_it) {
  const auto good = commit(order(500));
  auto lie = encode(signer::question{good});
  lie.back() ^= 1;
  for (const char* node : {"one", "another", "one"}) {
    run(core->on_question({++last, node}, lie));
    settle();
    BOOST_TEST(last_entry().note == "brought by " + std::string{node});
  }
  BOOST_TEST(core->counters().unproven_by.at("one") == 2U);
  BOOST_TEST(core->counters().unproven_by.at("another") == 1U);
  const auto told = core->status().counters;
  const auto counted = [&told](const std::string& name) {
    const auto found = std::ranges::find(told, name, [](const auto& c) { return c.first; });
    return found == told.end() ? 0 : found->second;
  };
  BOOST_TEST(counted("unproven") == 3U);
  BOOST_TEST(counted("unproven_by_one") == 2U);
  sign(good); // nor is an honest order put down to anybody
  BOOST_TEST(last_entry().note.empty());
}

// What the cluster committed and the policy forbids is refused, and is no lie.
BOOST_AUTO_TEST_CASE(what_the_policy_refuses_is_proven) {
  BOOST_TEST(refusal(commit(order(paying(stranger, 500)))) == "destination_not_allowed");
  BOOST_TEST(core->counters().refused.size() == 1U);
  BOOST_TEST(core->counters().unproven() == 0U);
}

BOOST_AUTO_TEST_CASE(a_locked_signer_says_so) {
  BOOST_TEST(!core->status().locked);
  core->lock();
  BOOST_TEST(core->status().locked);
}

// Votes of three replicas, one of them twice, are those of two. No decoder takes such a list, and
// without one it is refused all the same.
BOOST_AUTO_TEST_CASE(repeated_signers_do_not_count) {
  const auto good = commit(order(500));
  const ledger::trusted_epochs trusted{genesis};
  BOOST_TEST(signer::prove(good, trusted).has_value());
  auto bad = good;
  bad.receipt.block.attestations[2] = bad.receipt.block.attestations[1];
  BOOST_TEST(refusal(bad) == "not_canonical");
  BOOST_TEST((signer::prove(bad, trusted).error() == errc::not_canonical));
  bad = good;
  bad.certificate.commits[2] = bad.certificate.commits[1];
  BOOST_TEST((signer::prove(bad, trusted).error() == errc::bad_certificate));
  bad = good;
  bad.newest = certificate(good.receipt.block.summary, 1, {1, 1, 1});
  BOOST_TEST((signer::prove(bad, trusted).error() == errc::bad_certificate));
}

BOOST_AUTO_TEST_CASE(an_order_that_the_ledger_refused) {
  auto o = order(500);
  o.asset = {77};
  const auto request = commit(o);
  BOOST_TEST(request.receipt.result.code == number(errc::no_such_asset));
  BOOST_TEST(refusal(request) == "order_refused");
}

BOOST_AUTO_TEST_CASE(garbage_is_an_entry_too) {
  const auto before = log_size();
  run(core->on_question({++last, "node_0"}, bytes{1, 2, 3}));
  BOOST_TEST(!answers.contains(last)); // not before the entry is on the disk
  settle();
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(last)).why == errc::bad_version));
  BOOST_TEST(log_size() == before + 1);
}

// --- fencing ---

BOOST_AUTO_TEST_CASE(a_token_that_goes_back) {
  const auto old = commit(order(1), 0);
  const auto of_view_3 = commit(order(2, 1), 3);
  sign(of_view_3);
  BOOST_TEST((core->status().token == lease::fencing_token{genesis_epoch, {3}, 0}));
  BOOST_TEST(refusal(old) == "stale_token");
  crash();
  BOOST_TEST(refusal(old) == "stale_token"); // it was durable
  // Whoever knows the present view can bring what was committed in an earlier one.
  auto renewed = old;
  renewed.newest = of_view_3.certificate;
  sign(renewed);
}

// A liar can state nothing that would lock others out: a token is a certificate.
BOOST_AUTO_TEST_CASE(an_inflated_token) {
  const auto good = commit(order(1), 2);
  auto liar = good;
  liar.newest.on.view = {1'000'000};
  BOOST_TEST(refusal(liar) == "bad_signature");
  liar.newest = certificate(good.receipt.block.summary, 1'000'000, {3});
  BOOST_TEST(refusal(liar) == "bad_certificate");
  BOOST_TEST((core->status().token == lease::fencing_token{}));
  sign(good);
}

// A refused request proves its view all the same, and durably.
BOOST_AUTO_TEST_CASE(the_fence_rises_with_refused_requests) {
  const auto old = commit(order(1), 0);
  BOOST_TEST(refusal(commit(order(paying(stranger, 1)), 5)) == "destination_not_allowed");
  crash();
  BOOST_TEST(refusal(old) == "stale_token");
}

// --- epochs ---

// What only the members of an earlier epoch signed is worth nothing once the signer knows of the
// next one, and the signer goes on nobody's word that there is one.
BOOST_AUTO_TEST_CASE(an_old_epoch) {
  const auto early = commit(order(1));
  sign(early);
  BOOST_REQUIRE(ledger_fixture::run(alice, approved(adding(4, "new"), {{0, &admin}})) == 0);
  while (state.height() < state.members().pending->after)
    apply({});
  const ledger::epoch_proof proof{state.members(), state.prove_members(), state.last(),
                                  checkpoint_of_state(3)};
  auto too_few = proof;
  too_few.end = checkpoint_of_state(2);
  const auto late = commit(order(2, 1));
  BOOST_REQUIRE(epoch().value == 2U);
  BOOST_TEST(refusal(late) == "wrong_epoch");
  BOOST_TEST(refusal(signer::epochs_shown{{too_few}}) == "bad_certificate");
  BOOST_TEST(refusal(late) == "wrong_epoch");
  const auto learnt = answer(signer::epochs_shown{{proof}});
  BOOST_REQUIRE(std::holds_alternative<signer::status_answer>(learnt));
  BOOST_TEST(std::get<signer::status_answer>(learnt).epoch.value == 2U);
  BOOST_TEST(refusal(early) == "wrong_epoch"); // although it was signed before
  crash();                                     // the proof was durable
  BOOST_TEST(refusal(early) == "wrong_epoch");
  auto attested_before = late; // by those of the epoch before, and by enough of them
  attested_before.receipt.block.epoch = genesis_epoch;
  attest(attested_before.receipt.block);
  BOOST_TEST(refusal(attested_before) == "wrong_epoch");
  sign(late);
  const auto entries = log_size();
  BOOST_TEST(refusal(signer::epochs_shown{{proof}}) == "none"); // known: another node was quicker
  BOOST_TEST(log_size() == entries);
  crash();
  BOOST_TEST(core->status().token.epoch.value == 2U);
}

// --- one digest a request ---

BOOST_AUTO_TEST_CASE(the_same_request_again) {
  const auto request = commit(order(500));
  const auto first = sign(request);
  const auto entries = events().size();
  asked.clear();
  backend_answers = false; // neither the key nor the log hears of it
  BOOST_TEST((sign(request) == first));
  BOOST_TEST(asked.empty());
  crash();
  BOOST_TEST((sign(request) == first));
  BOOST_TEST(asked.empty());
  BOOST_TEST(events().size() == entries);
  BOOST_TEST(core->counters().signed_again == 1U);
  backend_answers = true;
  // It was counted once: a second order of as much still fits, a third does not.
  sign(commit(order(500, 1)));
  BOOST_TEST(refusal(commit(order(1, 2))) == "over_window_limit");
}

BOOST_AUTO_TEST_CASE(another_digest_for_the_same_request) {
  const auto request = commit(order(500));
  const auto id = ledger::id_of(request.cluster, request.operation);
  const signer::decision before{
      sha256(as_bytes("another")), signer::name_of(key), {noon}, 0, 0, {}};
  disk[{table::decisions, {id.data.begin(), id.data.end()}}] = encode(before);
  BOOST_TEST(refusal(request) == "other_digest");
  crash();
  BOOST_TEST(refusal(request) == "other_digest"); // for ever
}

BOOST_AUTO_TEST_CASE(nothing_leaves_before_it_is_durable) {
  const auto request = commit(order(500));
  backend_answers = false;
  ask(request);
  BOOST_TEST(asked.empty()); // not even the key is asked
  BOOST_TEST(answers.empty());
  settle();
  BOOST_TEST(asked.size() == 1U);
  // Between the two: decided, and no signature. The process dies here.
  backend_answers = true;
  crash();
  const auto made = sign(request);
  BOOST_TEST(core->counters().signed_again == 1U);
  BOOST_TEST((made.signed_digest == evm::signing_digest(paying(shop, 500))));
}

// The power goes before the disk has the decision: as if it had never been asked.
BOOST_AUTO_TEST_CASE(crash_before_the_decision_is_durable) {
  const auto request = commit(order(500));
  ask(request);
  crash();
  BOOST_TEST(answers.empty());
  sign(request);
  BOOST_TEST(core->counters().signed_new == 1U);
}

// Twice while the first one waits for the disk: one decision, counted once.
BOOST_AUTO_TEST_CASE(asked_twice_at_the_same_time) {
  const auto request = commit(order(500));
  const auto a = ask(request);
  const auto b = ask(request);
  settle();
  BOOST_TEST((answers.at(a) == answers.at(b)));
  BOOST_TEST(core->counters().signed_new == 1U);
  BOOST_TEST(core->counters().signed_again == 1U);
  sign(commit(order(500, 1)));
}

BOOST_AUTO_TEST_CASE(a_backend_that_fails) {
  const auto request = commit(order(500));
  backend_answers = false;
  const auto from = ask(request);
  settle();
  BOOST_REQUIRE(asked.size() == 1U);
  const auto job = asked[0].job;
  const auto entries = log_size();
  std::vector<signer::chain_signature> bad(1);
  const auto wrong = *sign_recoverable(chain_secret("stranger"), asked[0].wanted[0].message);
  bad[0] = {wrong.compact.data, wrong.recovery_id};
  run(core->on_made(job, bad));
  settle();
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(from)).why == errc::signature_failed));
  BOOST_TEST(log_size() == entries + 1);
  const auto again = ask(request);
  settle();
  run(core->on_made(asked.back().job, errc::key_unavailable));
  settle();
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(again)).why == errc::key_unavailable));
  backend_answers = true;
  sign(request);
}

BOOST_AUTO_TEST_CASE(too_many_at_once) {
  const auto request = commit(order(500));
  for (std::size_t i = 0; i < signer::jobs_max; ++i)
    ask(signing_request{});
  const auto entries = writing.size();
  const auto from = ask(request);
  BOOST_TEST((std::get<signer::refused_answer>(answers.at(from)).why == errc::busy));
  BOOST_TEST(writing.size() == entries);
  BOOST_TEST(core->counters().busy == 1U);
  settle();
  sign(request);
}

// --- what the log has of it ---

// A lying node brings a proven request again and again: nothing new is written for it.
BOOST_AUTO_TEST_CASE(a_refusal_is_logged_once_for_each_reason) {
  const auto request = commit(order(paying(stranger, 1)));
  BOOST_TEST(refusal(request) == "destination_not_allowed");
  const auto entries = events().size();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(refusal(request) == "destination_not_allowed");
  crash();
  BOOST_TEST(refusal(request) == "destination_not_allowed");
  BOOST_TEST(events().size() == entries);
  auto other = policy();
  other.orderers.clear();
  crash(other);
  BOOST_TEST(refusal(request) == "orderer_not_allowed");
  BOOST_TEST(events().size() == entries + 1);
  other = policy();
  other.destinations = {to_string(stranger)};
  crash(other);
  sign(request);
  BOOST_TEST(events().size() == entries + 2);
}

// The newest view it shows is on the disk before the refusal leaves, entry or not.
BOOST_AUTO_TEST_CASE(a_repeated_refusal_waits_for_the_fence) {
  auto request = commit(order(paying(stranger, 1)));
  refusal(request);
  request.newest = commit(order(2, 1), 7).certificate;
  const auto from = ask(request);
  BOOST_TEST(!answers.contains(from));
  settle();
  BOOST_TEST(answers.contains(from));
  crash();
  BOOST_TEST((core->status().token == lease::fencing_token{genesis_epoch, {7}, 0}));
}

// Decided, and then the process died: what is not allowed any more is not signed either.
BOOST_AUTO_TEST_CASE(a_decision_without_a_signature_is_judged_again) {
  const auto request = commit(order(500));
  backend_answers = false;
  ask(request);
  settle();
  auto other = policy();
  other.destinations = {to_string(stranger)};
  crash(other);
  BOOST_TEST(refusal(request) == "destination_not_allowed");
  const auto entries = log_size();
  BOOST_TEST(refusal(request) == "destination_not_allowed");
  BOOST_TEST(log_size() == entries);
  backend_answers = true;
  crash();
  sign(request);
  sign(commit(order(500, 1))); // it was counted once
}

BOOST_AUTO_TEST_CASE(a_locked_signer_refuses_what_it_signed_before_too) {
  const auto request = commit(order(500));
  sign(request);
  core->lock();
  BOOST_TEST(refusal(request) == "signer_locked");
  BOOST_TEST(refusal(commit(order(1, 1))) == "signer_locked");
  crash();
  sign(request);
}

BOOST_AUTO_TEST_CASE(epochs_that_prove_nothing_are_an_entry) {
  ledger::epoch_proof forged{state.members(), state.prove_members(), state.last(),
                             checkpoint_of_state(3)};
  forged.value.pending = state.members().current;
  forged.value.pending->epoch = {2};
  const auto entries = log_size();
  const auto why = refusal(signer::epochs_shown{{forged}});
  BOOST_TEST(why != "none");
  BOOST_TEST(log_size() == entries + 1);
  BOOST_TEST(last_entry().note == "a change of the members; brought by node_0");
  BOOST_TEST(core->counters().refused.size() == 1U);
}

// What was proven and refused costs no patience; what was not proven does, and an old view.
BOOST_AUTO_TEST_CASE(refusals_tell_whether_there_was_a_proof) {
  const auto is_charged = [this](const signing_request& request) {
    std::optional<bool> told;
    run(core->on_question({++last, "node_0"}, encode(signer::question{request})));
    const auto next = std::move(writing.front());
    writing.pop_front();
    for (const auto& one : core->on_durable(next.token))
      if (const auto* r = std::get_if<signer::effect::reply>(&one)) told = r->is_charged;
    BOOST_REQUIRE(told);
    return *told;
  };
  const auto of_view_0 = commit(order(paying(stranger, 1)));
  BOOST_TEST(!is_charged(of_view_0));
  BOOST_TEST(is_charged(signing_request{}));
  BOOST_TEST(!is_charged(commit(order(paying(stranger, 1, 1)), 3)));
  BOOST_TEST(is_charged(of_view_0));
}

// --- the log ---

BOOST_AUTO_TEST_CASE(the_log_is_a_tree_over_all_entries) {
  sign(commit(order(1)));
  refusal(signing_request{});
  crash();
  sign(commit(order(1, 1)));
  BOOST_TEST((entry(0).what == event::key_created));
  BOOST_TEST((entry(1).what == event::key_activated));
  audit::log_frontier again;
  for (std::uint64_t i = 0; i < log_size(); ++i)
    BOOST_REQUIRE(again.append(audit::leaf_of(entry(i))));
  BOOST_TEST((again.head() == core->status().log));
  const auto nodes = [this](audit::node_place place) -> expected<digest> {
    const auto found = disk.find({table::audit_nodes, signer::node_key(place)});
    if (found == disk.end()) return errc::not_found;
    return digest::from_bytes(found->second);
  };
  for (std::uint64_t i = 0; i < log_size(); ++i)
    BOOST_TEST(audit::verify_inclusion(audit::leaf_of(entry(i)), i, core->status().log,
                                       *audit::prove_inclusion(i, log_size(), nodes))
                   .has_value());
}

BOOST_AUTO_TEST_SUITE_END()
