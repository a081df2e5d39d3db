#include "core/chain/base58.hpp"
#include "core/chain/bech32.hpp"
#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/taproot.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/chain/evm/account_proof.hpp"
#include "core/chain/evm/contract.hpp"
#include "core/chain/evm/hex.hpp"
#include "core/chain/evm/rlp.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/chain/evm/trie.hpp"
#include "core/crypto/keccak.hpp"
#include "core/crypto/taproot.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace quorate::fuzz {

namespace {

/// The keys that targets/bitcoin_psbt.cpp signs with.
ec_secret_key secret_of(std::uint8_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw.back() = n;
  raw.front() = 7;
  return ec_secret_key{raw};
}
compressed_key key_of(std::uint8_t n) { return ec_public_key::of(secret_of(n))->compressed(); }

// --- Bitcoin ---------------------------------------------------------------------------------

using namespace bitcoin;

bytes two_of_two() {
  bytes script{0x52};
  append_push(script, key_of(1).view());
  append_push(script, key_of(2).view());
  script.insert(script.end(), {0x52, 0xae});
  return script;
}

std::map<std::string, bytes> scripts() {
  const auto hash = hash160(key_of(1).view());
  return {{"p2pkh", p2pkh_script(hash)},
          {"nested", p2sh_p2wpkh_script(hash)},
          {"p2wpkh", p2wpkh_script(hash)},
          {"p2wsh", p2wsh_script(two_of_two())},
          {"p2tr", p2tr_script(*x_only_of(secret_of(1))).value()}};
}

/// Spends one coin with this script: what a signer gets.
psbt spending_psbt(const std::string& kind, const bytes& script, psbt_version version) {
  transaction funding;
  funding.inputs.resize(1);
  funding.outputs = {{satoshi{100'000}, script}};
  transaction tx;
  tx.inputs.push_back({{id_of(funding), 0}, {}, sequence_replaceable, {}});
  tx.outputs = {{satoshi{60'000}, p2wpkh_script({})}};
  auto made = psbt::create(tx, version).value();
  QUORATE_CHECK(made.put_previous(0, funding));
  const auto nested = p2wpkh_script(hash160(key_of(1).view()));
  if (kind == "nested") QUORATE_CHECK(made.put_input(0, psbt_input::redeem_script, nested));
  if (kind == "p2wsh") QUORATE_CHECK(made.put_input(0, psbt_input::witness_script, two_of_two()));
  return made;
}

void add_bitcoin(seeds& to) {
  for (const auto& [kind, script] : scripts()) {
    auto& psbts = to["bitcoin_psbt"];
    psbts[kind + "_v0"] = spending_psbt(kind, script, psbt_version::v0).encode();
    auto work = spending_psbt(kind, script, psbt_version::v2);
    psbts[kind + "_v2"] = work.encode();
    for (const auto n : std::initializer_list<std::uint8_t>{1, 2})
      if (sign(work, secret_of(n))) psbts[kind + "_signed" + std::to_string(n)] = work.encode();
    QUORATE_CHECK(finalise(work).empty());
    const auto tx = extract(work).value();
    psbts[kind + "_final"] = work.encode();
    to["bitcoin_transaction"][kind] = encode(tx);
    to["bitcoin_address"][kind] = text_seed(to_address(script, network::mainnet).value());
    to["bitcoin_address"][kind + "_script"] = script;
  }
  to["bitcoin_address"]["multisig"] = two_of_two();
  to["chain_base58"]["payload"] = text_seed(chain::encode_base58check(key_of(1).view()));
  to["chain_bech32"]["bech32"] =
      text_seed(chain::encode_bech32_bytes("cosmos", hash160(key_of(1).view()).view()).value());
  to["chain_bech32"]["bech32m"] = to["bitcoin_address"]["p2tr"];
  to["chain_bech32"]["words"] = bytes{1, 'a', 'b', 0, 1, 2, 3, 4, 5, 6, 7, 0};
}

// --- EVM ---------------------------------------------------------------------------------------

const std::string token_json =
    R"([{"type":"function","name":"f","stateMutability":"payable","inputs":)"
    R"([{"name":"to","type":"address"},{"name":"list","type":"tuple[]","components":)"
    R"([{"name":"a","type":"uint8"},{"name":"b","type":"string"}]}],"outputs":[]},)"
    R"({"type":"event","name":"e","inputs":[]}])";
const std::string arguments =
    R"(["0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",[{"a":1,"b":"x"},[2,"y"]]])";

const std::string typed_json =
    R"({"types":{"EIP712Domain":[{"name":"name","type":"string"},)"
    R"({"name":"chainId","type":"uint256"}],"Mail":[{"name":"to","type":"Person[]"},)"
    R"({"name":"fee","type":"int8"},{"name":"tags","type":"bytes2[2]"}],)"
    R"("Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}]},)"
    R"("primaryType":"Mail","domain":{"name":"Post","chainId":1},"message":{"fee":-5,)"
    R"("tags":["0x0102","0x0304"],"to":[{"name":"Bob",)"
    R"("wallet":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}]}})";

evm::transaction evm_sample(evm::transaction_type type) {
  evm::transaction tx;
  tx.type = type;
  tx.chain_id = 1;
  tx.nonce = 7;
  tx.gas_limit = 50'000;
  tx.to = evm::address{};
  tx.value = 1'000'000'007;
  const auto note = evm::abi::parse_function("note(string)").value();
  tx.data = evm::abi::encode_call_json(note, R"(["hello"])").value();
  if (type == evm::transaction_type::legacy || type == evm::transaction_type::access_list) {
    tx.gas_price = 30'000'000'000;
  } else {
    tx.max_fee_per_gas = 30'000'000'000;
    tx.max_priority_fee_per_gas = 2'000'000'000;
  }
  if (type != evm::transaction_type::legacy) tx.access_list = {{evm::address{}, {{}, {}}}};
  if (type == evm::transaction_type::blob) {
    tx.max_fee_per_blob_gas = 1'000'000;
    tx.blob_hashes.resize(1);
    tx.blob_hashes[0].data[0] = 1;
  }
  return tx;
}

std::string hex_list(const std::vector<bytes>& nodes) {
  std::string list;
  for (const auto& node : nodes)
    list += (list.empty() ? "\"" : ",\"") + evm::to_data(node) + "\"";
  return "[" + list + "]";
}

bytes key_bytes(const digest& hash) { return {hash.data.begin(), hash.data.end()}; }

// One account with one slot, among others.
bytes proven_account() {
  const evm::storage_key slot{};
  evm::rlp::writer seven;
  seven.integer(7);
  evm::trie storage;
  storage.put(key_bytes(keccak256(slot.view())), seven.view());
  evm::account_state state = evm::empty_account();
  state.nonce = 1;
  state.balance = 5;
  state.storage_root = storage.root();
  evm::rlp::writer account;
  account.list([&state](evm::rlp::writer& w) {
    w.integer(state.nonce);
    w.integer(state.balance);
    w.fixed(state.storage_root);
    w.fixed(state.code_hash);
  });
  const evm::address who{};
  evm::trie accounts;
  accounts.put(key_bytes(keccak256(who.view())), account.view());
  accounts.put(key_bytes(keccak256(as_bytes("another"))), account.view());
  const auto text = R"({"address":")" + evm::to_string(who) +
                    R"(","nonce":"0x1","balance":"0x5","storageHash":")" +
                    evm::to_data(state.storage_root.view()) + R"(","codeHash":")" +
                    evm::to_data(state.code_hash.view()) + R"(","accountProof":)" +
                    hex_list(accounts.prove(keccak256(who.view()).view())) +
                    R"(,"storageProof":[{"key":"0x0","value":"0x7","proof":)" +
                    hex_list(storage.prove(keccak256(slot.view()).view())) + "}]}";
  auto made = key_bytes(accounts.root());
  made.insert(made.end(), text.begin(), text.end());
  return made;
}

// A key of one byte and the nodes that prove its value, as targets/evm_trie.cpp takes them apart.
bytes trie_nodes() {
  evm::trie made;
  for (std::uint8_t key = 0; key < 20; ++key)
    made.put({key}, bytes(1 + 3 * key, key));
  bytes seed{1, 1, 19};
  const std::uint8_t key = 19;
  for (const auto& node : made.prove(byte_view{&key, 1})) {
    seed.push_back(static_cast<std::uint8_t>(node.size() >> 8U));
    seed.push_back(static_cast<std::uint8_t>(node.size()));
    seed.insert(seed.end(), node.begin(), node.end());
  }
  return seed;
}

bytes joined(std::initializer_list<byte_view> parts) {
  bytes all;
  for (const auto part : parts) {
    if (!all.empty()) all.push_back(0);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void add_abi(seeds& to) {
  const auto contract = evm::abi::contract::from_json(token_json).value();
  const auto call = evm::abi::encode_call_json(*contract.find("f"), arguments).value();
  to["evm_abi_json"]["call"] = joined({as_bytes(token_json), as_bytes(arguments), call});
  const auto inputs = evm::abi::canonical_name(contract.find("f")->inputs);
  to["evm_abi"]["tuple"] = joined({as_bytes(inputs), byte_view{call}.subspan(4)});
  const auto words = evm::abi::parse_function("g(uint256[2],bool,int8)").value();
  const auto three = evm::abi::encode_call_json(words, "[[1,2],true,-1]").value();
  to["evm_abi"]["words"] =
      joined({as_bytes("(uint256[2],bool,int8)"), byte_view{three}.subspan(4)});
}

void add_evm(seeds& to) {
  using evm::transaction_type;
  const std::map<std::string, transaction_type> types{
      {"legacy", transaction_type::legacy},
      {"access_list", transaction_type::access_list},
      {"dynamic_fee", transaction_type::dynamic_fee},
      {"blob", transaction_type::blob}};
  for (const auto& [name, type] : types) {
    const auto tx = evm_sample(type);
    to["evm_transaction"][name] = evm::signing_payload(tx);
    to["evm_transaction"][name + "_signed"] = evm::encode(evm::sign(tx, 1, secret_of(1)).value());
  }
  to["evm_rlp"]["list"] = to["evm_transaction"]["legacy_signed"];
  add_abi(to);
  to["evm_typed_data"]["mail"] = text_seed(typed_json);
  to["evm_account_proof"]["slot"] = proven_account();
  to["evm_trie"]["nodes"] = trie_nodes();
  to["evm_trie"]["trie"] = bytes(90, 6);
  to["evm_text"]["address"] = text_seed("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  to["evm_text"]["decimal"] = text_seed("123456789012345678901234567890");
  to["evm_text"]["hex"] = text_seed("0xff12");
  to["evm_text"]["negative"] = text_seed("-5");
}

// --- Cosmos ------------------------------------------------------------------------------------

namespace cosmos = chain::cosmos;

cosmos::tx_body every_message(const std::string& from) {
  const cosmos::coins some{{"stake", amount{1}}, {"uatom", amount{1'000'000}}};
  const auto validator = cosmos::address_of("cosmosvaloper", cosmos::account_of(key_of(3))).value();
  return {{cosmos::msg_send{from, from, some},
           cosmos::msg_multi_send{{{from, some}}, {{from, some}}},
           cosmos::msg_transfer{"transfer",
                                "channel-1",
                                {"uatom", amount{5}},
                                from,
                                "osmo1x",
                                cosmos::msg_transfer::height{1, 2},
                                1'700'000'000,
                                "{}"},
           cosmos::msg_delegate{{from, validator, {"uatom", amount{5}}}},
           cosmos::msg_undelegate{{from, validator, {"uatom", amount{6}}}}},
          "memo",
          99};
}

// Of the key that targets/offline_signing.cpp signs with.
void add_offline_signing(seeds& to) {
  const auto key = ec_public_key::of(ec_secret_key{sha256(as_bytes("seed")).data})->compressed();
  const auto address = cosmos::address_of("cosmos", cosmos::account_of(key)).value();
  for (const auto mode : {cosmos::sign_mode::direct, cosmos::sign_mode::legacy_amino_json}) {
    const cosmos::auth_info auth{{{key, mode, {}, 7}}, {{{"uatom", amount{500}}}, 90'000, "", ""}};
    to["offline_signing"][mode == cosmos::sign_mode::direct ? "direct" : "amino"] =
        cosmos::encode_document(
            cosmos::make_document(every_message(address), auth, "test-1", 3).value());
  }
  auto& documents = to["offline_signing"];
  const auto hash = hash160(key.view());
  const auto x = x_only(ec_public_key::parse(key).value());
  for (const auto& [kind, script] : std::map<std::string, bytes>{{"p2pkh", p2pkh_script(hash)},
                                                                 {"p2wpkh", p2wpkh_script(hash)},
                                                                 {"p2tr", p2tr_script(x).value()}})
    documents[kind] = spending_psbt(kind, script, psbt_version::v0).encode();
  documents["p2wpkh_v2"] = spending_psbt("p2wpkh", p2wpkh_script(hash), psbt_version::v2).encode();
  documents["evm"] = evm::signing_payload(evm_sample(evm::transaction_type::dynamic_fee));
  documents["legacy"] = evm::signing_payload(evm_sample(evm::transaction_type::legacy));
  documents["typed_data"] = text_seed(typed_json);
}

void add_cosmos(seeds& to) {
  const auto key = key_of(1);
  const auto address = cosmos::address_of("cosmos", cosmos::account_of(key)).value();
  const auto body = every_message(address);
  auto& messages = to["cosmos_message"];
  for (std::size_t i = 0; i < body.messages.size(); ++i)
    messages["message" + std::to_string(i)] = cosmos::encode_message(body.messages[i]);
  const auto shared = cosmos::make_multisig(1, {key, key_of(2)}).value();
  messages["key"] = cosmos::encode_public_key(key);
  messages["multisig"] = cosmos::encode_public_key(shared);
  messages["coin"] = cosmos::encode_coin({"uatom", amount{5}});
  messages["bits"] = cosmos::encode_bits({{true, false, true}});
  messages["signatures"] = cosmos::encode_multisignature({{}, {}});
  messages["address"] = text_seed(address);

  auto& documents = to["cosmos_document"];
  cosmos::auth_info auth{{{key, cosmos::sign_mode::direct, {}, 7}},
                         {{{"uatom", amount{500}}}, 90'000, "", ""}};
  const auto direct = cosmos::make_document(body, auth, "test-1", 3).value();
  documents["direct"] = cosmos::encode_document(direct);
  documents["broadcast"] = cosmos::encode_transaction(direct, {bytes(64, 1)});
  auth.signers = {{key, cosmos::sign_mode::legacy_amino_json, {}, 7}};
  documents["amino"] =
      cosmos::encode_document(cosmos::make_document(body, auth, "test-1", 3).value());
  auth.signers = {{shared, cosmos::sign_mode::legacy_amino_json, {{true, false}}, 7}};
  const auto group = cosmos::address_of("cosmos", cosmos::account_of(shared)).value();
  documents["multisig"] =
      cosmos::encode_document(cosmos::make_document(every_message(group), auth, "t", 3).value());
}

} // namespace

void add_chains(seeds& to) {
  add_bitcoin(to);
  add_evm(to);
  add_cosmos(to);
  add_offline_signing(to);
}

} // namespace quorate::fuzz
