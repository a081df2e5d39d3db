#include "core/pbft/durable.hpp"
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"
#include "core/state_transfer/snapshot_progress.hpp"
#include "tests/fuzz/seeds/seeds.hpp"
#include "tests/sim/lone_replica.hpp"
#include "tests/unit/registry_fixture.hpp"

namespace quorate::fuzz {

namespace {

using namespace pbft;

// The four replicas whose configuration the fuzzers verify against.
struct replicas {
  sim::identities who{4};
  sim::scribes by{who};
  ballot on = sim::ballot_for(0, 7);
  checkpoint_certificate stable = by.stable(limits::checkpoint_interval, sim::state_at(1));

  new_view begun() const {
    return *by.new_view(1, {*by.view_change(0, 1, {}, {by.prepared(sim::ballot_for(0, 2))}),
                            *by.view_change(1, 1), *by.view_change(3, 1)});
  }
  std::map<std::string, message> messages() const {
    return {
        {"proposal", *by.propose(on, sim::batch_at(7))},
        {"prepare", *by.prepare(2, on)},
        {"commit", *by.commit(3, on)},
        {"checkpoint", *by.checkpoint(1, limits::checkpoint_interval, sim::state_at(1))},
        {"view_change",
         *by.view_change(2, 1, stable,
                         {by.prepared(sim::ballot_for(0, limits::checkpoint_interval + 1))})},
        {"new_view", begun()},
        {"status", status{{3}, true, false, {40}, {0}, {50}, {{{41}, true}, {{42}, false}}}},
        {"fetch_blocks", fetch_blocks{{9}, 64}},
        {"fetch_body", fetch_body{{9}, on.batch}},
        {"batch_body", batch_body{{7}, sim::batch_at(7)}},
        {"committed_block", committed_block{by.committed(on), sim::batch_at(7)}},
        {"epoch_end", epoch_end{stable}},
        {"lease_request", *who.author_of(0).sign(lease_request{{0}, 3, 600, {}, {}})},
        {"lease_grant", *who.author_of(2).sign(lease_grant{{0}, 3, {}, {}})},
    };
  }
  evidence two_prepares() const {
    const auto other = sim::ballot_for(0, 7, sim::batch_at(8));
    return {evidence::kind::two_prepares,   {2}, on, by.prepare(2, on)->vote.sig, other,
            by.prepare(2, other)->vote.sig, {}};
  }
};

void add_pbft(seeds& to, const replicas& all) {
  for (const auto& [name, message] : all.messages()) {
    to["pbft_message"][name] = encode(message);
    if (std::visit(
            [](const auto& m) {
              return requires(verifier v) { v.check(m); };
            },
            message))
      to["pbft_verifier"][name] = encode(message);
  }
  to["pbft_evidence"]["two_prepares"] = encode(all.two_prepares());
  to["pbft_evidence"]["id"] = encode(all.two_prepares().id());
  const auto prepared = all.by.prepared(all.on);
  to["pbft_durable"]["slot"] = encode(slot_record{prepared.header, prepared});
  to["pbft_durable"]["view"] =
      encode(view_record{{1}, true, *all.by.view_change(0, 1, all.stable), all.begun(), {1}});
  to["pbft_durable"]["block"] = encode(block_record{all.by.committed(all.on)});
  to["pbft_durable"]["promise"] = encode(lease::promise{{{1}, {2}, 3}, 600, {9}, 1});
}

lease::heartbeat heartbeat() {
  lease::heartbeat made;
  made.from = {1};
  made.heard = {{{0}, 20, 7}, {{2}, 30, 5}};
  return made;
}

void add_protocol(seeds& to, const replicas& all, const testing::registry_fixture& members) {
  using namespace protocol;
  auto& frames = to["protocol_frame"];
  const auto messages = all.messages();
  const auto registered = members.made(1, {1, 2});
  bytes both = encode_item(messages.at("prepare"));
  const auto forwarded = encode_forwarded({as_bytes("one"), as_bytes("two")});
  both.insert(both.end(), forwarded.begin(), forwarded.end());
  frames["votes_and_operations"] = both;
  frames["attestation"] = encode_item(height_attestation{{9}, {{1}, {}}});
  frames["attestation_request"] = encode_item(attestation_request{{9}});
  frames["state_transfer"] =
      encode_item(state_transfer::message{state_transfer::find_snapshot{{9}}});
  frames["heartbeat"] = encode_item(heartbeat());
  frames["heartbeat_ack"] = encode_item(lease::heartbeat_ack{{1}, {0}, {1}, 5, {77}, {}});
  frames["registration"] = encode_item(registered);
  frames["read_index"] = encode_item(read_index_request{});
  frames["read_index_answer"] = encode_item(read_index_answer{{}, {{1}, {9}, {}}});

  auto& requests = to["protocol_request"];
  requests["client_hello"] = encode(client_hello{});
  requests["server_hello"] = encode(server_hello{});
  requests["peer_hello"] = encode(peer_hello{});
  requests["submit"] = encode(submit_request{{text_seed("one"), text_seed("two")}});
  requests["account"] = encode(query{account_query{{}, consistency::linearizable, {}}});
  requests["receipt"] = encode(query{receipt_query{{}, {1}}});
  requests["evidence"] = encode(query{evidence_query{all.two_prepares().id()}});
  requests["epochs"] = encode(query{epochs_query{{1}}});

  auto& answers = to["protocol_answer"];
  answers["submit"] = encode(submit_reply{{{0, 0}, {300, 50}}, "why"});
  answers["query"] = encode(query_reply{300, {}, "why"});
  node_status status;
  status.mode_why = "no quorum";
  status.lease = lease::fencing_token{{1}, {2}, 3};
  status.version = "0.1.0";
  status.peers = {{{1}, true, {9}, {0}, {}, {}, 5, 12, -3}};
  status.counters = {{"frames_refused", 4}};
  answers["status"] = encode(status);
  status.signer =
      signer_line{true, 0, 7, signer::status_answer{{1}, {}, {}, {}, {{"busy", 2}}, {}}};
  answers["status_with_signer"] = encode(status);
  answers["evidence"] = encode(evidence_answer{{{{2}, 1, 0}}, {all.two_prepares()}, true});
  answers["registry"] = encode(registry_answer{{registered}});
  answers["membership"] = encode(ledger::membership_of(members.genesis));
  account_answer read;
  read.proof.value = *members.state.find(members.alice.key());
  read.proof.proof = members.state.prove(members.alice.key());
  read.label.kind = consistency::linearizable;
  read.label.indexes = {{{0}, {9}, {}}, {{1}, {9}, {}}, {{2}, {8}, {}}};
  answers["account"] = encode(read);

  to["registry"]["registration"] = encode(registered);
  to["registry"]["labels"] = encode(registered.what.tags);
  to["registry"]["uris"] =
      text_seed("quorate:label:region=eu-west\nhttps://example.org\nquorate:label:canary=true");
  to["lease_heartbeat"]["heartbeat"] = encode(heartbeat());
  to["lease_heartbeat"]["ack"] = encode(lease::heartbeat_ack{{1}, {0}, {1}, 5, {77}, {}});
}

} // namespace

void add_consensus(seeds& to) {
  const replicas all;
  add_pbft(to, all);
  add_protocol(to, all, testing::registry_fixture{});
}

} // namespace quorate::fuzz
