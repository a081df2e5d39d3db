#include "core/approval/approval.hpp"
#include "core/audit/entry.hpp"
#include "core/audit/log_file.hpp"
#include "core/audit/merkle_log.hpp"
#include "core/audit/proof.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/ledger/batch.hpp"
#include "core/protocol/client.hpp"
#include "core/signer/message.hpp"
#include "core/signer/signer_core.hpp"
#include "core/state_transfer/snapshot_source.hpp"
#include "core/wallet/key_life_cycle.hpp"
#include "tests/fuzz/seeds/seeds.hpp"
#include "tests/unit/ledger_fixture.hpp"

namespace quorate::fuzz {

namespace {

using namespace ledger;

struct world : testing::ledger_fixture {
  std::map<std::string, signed_operation> operations() const {
    std::map<std::string, operation_body> bodies{
        {"open_account", open_account{carol.key()}},
        {"transfer", transfer{{1}, bob.key(), amount{5}}},
        {"transfer_batch",
         transfer_batch{{{{1}, bob.key(), amount{5}}, {{2}, carol.key(), amount{6}}}}},
        {"credit",
         approved(credit{{1}, bob.key(), amount{5}, 60, sha256(as_bytes("t")), {0, 1}, {}},
                  {{0, &attester0}, {2, &attester2}})},
        {"withdrawal", withdrawal_request{{1}, amount{5}, 0, {1, 2, 3}}},
        {"release",
         approved(withdrawal_release{bob.key(), {}, true, {}}, {{1, &attester1}, {2, &attester2}})},
        {"frozen", approved(set_frozen{bob.key(), true, 1, {}}, {{0, &admin}})},
        {"noop", noop{{1, 2, 3}}},
        {"membership", approved(adding(4, "new"), {{0, &admin}})},
        {"audit_head", audit_head{{3, sha256(as_bytes("root"))}, {sha256(as_bytes("hash"))}}},
    };
    std::map<std::string, signed_operation> all;
    for (auto& [name, body] : bodies)
      all[name] = signed_by(alice, std::move(body));
    all["unsigned"] = {{{}, {0}, {}, noop{{7}}}, {}};
    return all;
  }

  attested_block attested(const block_summary& summary) const {
    attested_block block{summary, {}, genesis_epoch};
    const auto statement = attestation_statement(authoriser.cluster(), genesis_epoch, summary);
    for (std::uint16_t place = 0; place < 2; ++place)
      block.attestations.push_back({{place}, key_of_replica(place).sign(statement)});
    return block;
  }
};

void add_receipts(seeds& to, world& w) {
  const auto block = w.apply({w.signed_by(w.alice, transfer{{1}, w.bob.key(), amount{1}}),
                              w.signed_by(w.bob, noop{{1}}), w.signed_by(w.admin, noop{{2}})});
  std::vector<digest> leaves;
  for (const auto& result : block.results)
    leaves.push_back(merkle_leaf(encode(result)));
  const merkle_tree tree{leaves};
  const auto attested = w.attested(w.state.last());
  auto& receipts = to["protocol_receipt"];
  receipts["receipt"] = encode(receipt{block.results[0], tree.path(0), attested});
  const protocol::receipt_group whole{
      attested, {block.results[0], leaves[1], block.results[2]}, {}};
  const protocol::receipt_group single{attested, {}, {{block.results[1], tree.path(1)}}};
  receipts["group_of_leaves"] = encode(whole);
  receipts["group_of_singles"] = encode(single);
  receipts["push"] = encode(protocol::receipt_push{{whole, single}});
  receipts["account"] =
      encode(account_proof{*w.state.find(w.alice.key()), w.state.prove(w.alice.key()), attested});
}

void add_snapshots(seeds& to, const world& w) {
  using namespace state_transfer;
  const snapshot_offer offer{w.state.last(), w.checkpoint_of_state()};
  const auto source =
      snapshot_source::make(offer, std::make_shared<sorted_records>(w.state.records()));
  key_range all;
  all.through.data.fill(0xff);
  key_range half = all;
  half.from.data[0] = 0x80;
  auto& messages = to["state_transfer_message"];
  const fetch_chunk asked{offer.summary.height, half};
  messages["find"] = encode(message{find_snapshot{{9}}});
  messages["offer"] = encode(message{offer});
  messages["fetch"] = encode(message{asked});
  messages["chunk"] = encode(message{source->cut(asked)});
  messages["unavailable"] = encode(message{snapshot_unavailable{{9}}});
  messages["find_epochs"] = encode(message{find_epochs{{1}}});
  messages["epochs"] = encode(message{epochs_found{}});
}

void add_records(seeds& to, const world& w) {
  bytes all;
  for (const auto& [key, value] : w.state.records()) {
    writer record;
    write(record, key);
    record.u16(static_cast<std::uint16_t>(value.size()));
    record.raw(value);
    all.insert(all.end(), record.view().begin(), record.view().end());
  }
  to["ledger_record"]["state"] = all;
  to["ledger_record"]["account"] = encode(*w.state.find(w.alice.key()));
  auto with_log = *w.state.find(w.alice.key());
  with_log.log = audit::log_head{3, sha256(as_bytes("root"))};
  to["ledger_record"]["account_with_log"] = encode(with_log);
  to["ledger_record"]["membership"] = encode(w.state.members());
  to["ledger_proof"]["tree"] = text_seed(std::string(120, '\x04'));
  bytes proof{1};
  const auto raw = encode(w.state.prove(w.alice.key()));
  proof.insert(proof.end(), raw.begin(), raw.end());
  to["ledger_proof"]["state_proof"] = proof;
}

void add_signer(seeds& to, world& w) {
  const auto op = w.signed_by(w.alice, noop{{1}});
  const auto block = w.apply({op});
  const auto& summary = w.state.last();
  pbft::commit_certificate certificate{{{0}, summary.height, summary.batch_digest, genesis_epoch},
                                       {}};
  const auto statement = pbft::statements{w.authoriser.cluster()}.of_commit(certificate.on);
  for (std::uint16_t place = 0; place < 3; ++place)
    certificate.commits.push_back({{place}, w.key_of_replica(place).sign(statement)});
  const merkle_tree tree{{merkle_leaf(encode(block.results[0]))}};
  auto& messages = to["signer_message"];
  messages["request"] = encode(signer::question{
      signer::signing_request{w.authoriser.cluster(),
                              op.op,
                              {block.results[0], tree.path(0), w.attested(summary)},
                              certificate,
                              certificate}});
  messages["status"] = encode(signer::question{signer::status_question{}});
  const audit::log_head head{3, sha256(as_bytes("root"))};
  messages["head_wanted"] = encode(signer::question{signer::head_wanted{account_proof{
      *w.state.find(w.alice.key()), w.state.prove(w.alice.key()), w.attested(summary)}}});
  messages["head_of_nothing"] = encode(signer::question{signer::head_wanted{}});
  messages["head"] = encode(
      signer::answer{signer::head_answer{w.signed_by(w.alice, audit_head{head, {head.root}})}});
  messages["signed"] = encode(signer::answer{signer::signed_answer{{}, head.root, {{{}, 1}}}});
  messages["refused"] = encode(signer::answer{signer::refused_answer{errc::quiet_hours}});
  messages["told"] = encode(signer::answer{signer::status_answer{
      {1}, {}, head, w.alice.key(), {{"signed", 4}}, false, errc::not_anchored}});
}

void add_approvals(seeds& to, const world& w) {
  const auto key = *ec_public_key::of(ec_secret_key{sha256(as_bytes("hot wallet")).data});
  evm::transaction tx;
  tx.chain_id = 1;
  tx.gas_limit = 21'000;
  tx.to = evm::address_of(key);
  tx.value = 5;
  signing_order order;
  order.key = signer::name_of(key);
  order.chain = signing_chain::evm;
  order.transaction = evm::signing_payload(tx);
  order.asset = {2};
  order.payments = {{to_string(*tx.to), amount{5}}};
  const approval::proposal what{
      w.authoriser.cluster(),
      {w.alice.key(), {7}, {1000}, order},
      approval::key_and_network{signer::evm_network{1}, key.compressed()}};
  const approval::proposal change{
      w.authoriser.cluster(), {{}, {}, {}, w.adding(4, "new")}, std::nullopt};
  auto& files = to["approval_proposal"];
  files["order"] = encode(what);
  files["change"] = encode(change);
  files["approval"] = encode(approve(approval::review(what).value(), w.bob));
}

public_key key_of_log() { return testing::key_named("the log").key(); }

void add_audit(seeds& to) {
  audit::entry entry;
  entry.what = audit::event::signature_refused;
  entry.reason = static_cast<std::uint16_t>(errc::bad_signature);
  entry.note = "note";
  to["audit_entry"]["entry"] = encode(entry);
  to["audit_entry"]["head"] = encode(audit::log_frontier{}.head());
  const audit::log_head one{1, audit::leaf_of(entry)};
  to["audit_entry"]["inclusion"] = encode(audit::proof{audit::inclusion{entry, 0, one, {}}});
  to["audit_entry"]["consistency"] = encode(
      audit::proof{audit::consistency{one, {2, merkle_node(one.root, one.root)}, {one.root}}});
  const audit::log_owner owner{{sha256(as_bytes("cluster")).data}, key_of_log()};
  to["audit_log_file"]["owner"] = text_seed(audit::to_line(owner));
  to["audit_log_file"]["entry"] = text_seed(audit::to_line(entry));
  wallet::key_event event{2, {}};
  event.order.step = wallet::key_step::activate;
  event.order.reason = "in use";
  to["audit_entry"]["key_event"] = encode(event);
  to["audit_proof"]["log"] = bytes{0, 150, 70, 3, 4, 20, 1, 2};
  to["audit_proof"]["anything"] = bytes(200, 1);
}

} // namespace

void add_ledger(seeds& to) {
  world w;
  std::vector<bytes> encoded;
  for (const auto& [name, op] : w.operations()) {
    to["ledger_operation"][name] = encode(op);
    encoded.push_back(encode(op));
  }
  const std::vector<byte_view> views{encoded.begin(), encoded.begin() + 3};
  to["ledger_batch"]["three"] = write_batch({1000}, views);
  to["ledger_batch"]["none"] = write_batch({1000}, {});
  to["ledger_genesis"]["fixture"] = encode(w.genesis);
  add_records(to, w);
  add_receipts(to, w);
  add_snapshots(to, w);
  add_audit(to);
  add_signer(to, w);
  add_approvals(to, w);
}

} // namespace quorate::fuzz
