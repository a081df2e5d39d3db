#include "bench/rates.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/chain/evm/transaction.hpp"

namespace quorate::bench {

namespace {

using namespace bitcoin;

const std::string transactions = "transactions signed, from contents to bytes to broadcast";
const std::string psbts = "PSBTs decoded, signed (each signature verified), encoded";

compressed_key key_of(std::uint64_t n) { return ec_public_key::of(secret_of(n))->compressed(); }

enum class script_kind : std::uint8_t { p2wpkh, p2tr };

bytes script_of(script_kind kind, std::uint64_t n) {
  return kind == script_kind::p2wpkh ? p2wpkh_script(hash160(key_of(n).view()))
                                     : p2tr_script(*x_only_of(secret_of(n))).value();
}

/// A transaction that pays key 1, with its coin in the second output.
transaction funding(script_kind kind, std::uint64_t n) {
  transaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].previous.index = static_cast<std::uint32_t>(n);
  tx.outputs = {{satoshi{12'345}, p2wpkh_script({})}, {satoshi{100'000}, script_of(kind, 1)}};
  return tx;
}

struct spending_case {
  std::vector<transaction> funded;
  std::vector<transaction_output> spent;
  transaction tx;
};

/// Spends coins of key 1, to so many outputs.
spending_case spend(script_kind kind, std::size_t inputs, std::size_t outputs) {
  spending_case made;
  for (std::size_t i = 0; i < inputs; ++i) {
    made.funded.push_back(funding(kind, i));
    made.spent.push_back(made.funded.back().outputs[1]);
    made.tx.inputs.push_back({{id_of(made.funded.back()), 1}, {}, sequence_replaceable, {}});
  }
  for (std::size_t i = 0; i < outputs; ++i)
    made.tx.outputs.push_back({satoshi{40'000}, script_of(kind, i + 2)});
  return made;
}

bytes with_type(bytes signature, sighash_type type) {
  signature.push_back(static_cast<std::uint8_t>(type));
  return signature;
}

void sign_p2wpkh(spending_case& work) {
  static const auto secret = secret_of(1);
  static const auto key = key_of(1);
  static const auto code = p2pkh_script(hash160(key.view()));
  const signature_hasher hasher{work.tx};
  const auto message = hasher.witness_v0(0, code, work.spent[0].value, sighash_type::all);
  work.tx.inputs[0].witness = {
      with_type(to_der(sign_ecdsa(secret, message).value()), sighash_type::all),
      bytes{key.data.begin(), key.data.end()}};
}

void sign_p2tr(spending_case& work) {
  static const auto secret = secret_of(1);
  static const auto tweak = taproot_tweak(*x_only_of(secret), std::nullopt);
  const signature_hasher hasher{work.tx, work.spent};
  const auto message = hasher.taproot_key_path(0, sighash_type::taproot_default).value();
  const auto key = taproot_signing_key::tweaked(secret, tweak.data).value();
  const auto signature = key.sign(message, {});
  work.tx.inputs[0].witness = {bytes{signature.data.begin(), signature.data.end()}};
}

template <class Sign>
subject bitcoin_subject(const std::string& name, script_kind kind, Sign sign_input) {
  return {transactions,
          name,
          [=, work = spend(kind, 1, 2)](std::size_t times) mutable {
            for (; times > 0; --times) {
              work.tx.lock_time = static_cast<std::uint32_t>(times); // another one every time
              sign_input(work);
              QUORATE_CHECK(encode(work.tx).size() > 100);
            }
          },
          {}};
}

evm::transaction evm_transfer() {
  evm::transaction tx;
  tx.chain_id = 1;
  tx.gas_limit = 21'000;
  tx.to = evm::address{};
  tx.value = 1'000'000'007;
  tx.max_fee_per_gas = 30'000'000'000;
  tx.max_priority_fee_per_gas = 2'000'000'000;
  return tx;
}

void add_evm(std::vector<subject>& to) {
  to.push_back({transactions,
                "EVM, EIP-1559 transfer",
                [tx = evm_transfer()](std::size_t times) mutable {
                  static const auto secret = secret_of(1);
                  for (; times > 0; --times) {
                    tx.nonce = times;
                    QUORATE_CHECK(encode(evm::sign(tx, 1, secret).value()).size() > 100);
                  }
                },
                {}});
}

void add_cosmos(std::vector<subject>& to) {
  namespace cosmos = chain::cosmos;
  const auto key = key_of(1);
  const auto address = cosmos::address_of("cosmos", cosmos::account_of(key)).value();
  const cosmos::tx_body body{
      {cosmos::msg_send{address, address, {{"uatom", amount{1'000'000}}}}}, "", 0};
  cosmos::auth_info auth{{{key, cosmos::sign_mode::direct, {}, 7}},
                         {{{"uatom", amount{500}}}, 90'000, "", ""}};
  to.push_back({transactions,
                "Cosmos, transfer, SIGN_MODE_DIRECT",
                [=](std::size_t times) mutable {
                  static const auto secret = secret_of(1);
                  for (; times > 0; --times) {
                    auth.signers[0].sequence = times;
                    const auto document =
                        cosmos::make_document(body, auth, "cosmoshub-4", 3).value();
                    const auto message = cosmos::digest_to_sign(document, key).value();
                    const auto made = sign_ecdsa(secret, message).value();
                    QUORATE_CHECK(cosmos::encode_transaction(
                                      document, {bytes{made.data.begin(), made.data.end()}})
                                      .size() > 100);
                  }
                },
                {}});
}

subject psbt_subject(const std::string& name, script_kind kind, std::size_t inputs,
                     std::size_t outputs) {
  const auto work = spend(kind, inputs, outputs);
  auto unsigned_psbt = psbt::create(work.tx, psbt_version::v0).value();
  for (std::size_t i = 0; i < inputs; ++i)
    QUORATE_CHECK(unsigned_psbt.put_previous(i, work.funded[i]));
  return {psbts,
          name,
          [encoded = unsigned_psbt.encode(), inputs](std::size_t times) {
            static const auto secret = secret_of(1);
            for (; times > 0; --times) {
              auto one = psbt::decode(encoded).value();
              QUORATE_CHECK(sign(one, secret).value() == inputs);
              QUORATE_CHECK(one.encode().size() > encoded.size());
            }
          },
          {}};
}

} // namespace

void add_transactions(std::vector<subject>& to) {
  to.push_back(bitcoin_subject("Bitcoin, P2WPKH, 1 input, 2 outputs", script_kind::p2wpkh,
                               [](spending_case& work) { sign_p2wpkh(work); }));
  to.push_back(bitcoin_subject("Bitcoin, taproot key path, 1 input, 2 outputs", script_kind::p2tr,
                               [](spending_case& work) { sign_p2tr(work); }));
  add_evm(to);
  add_cosmos(to);
}

void add_psbts(std::vector<subject>& to) {
  to.push_back(psbt_subject("P2WPKH, 1 input, 1 output", script_kind::p2wpkh, 1, 1));
  to.push_back(psbt_subject("P2WPKH, 2 inputs, 2 outputs", script_kind::p2wpkh, 2, 2));
  to.push_back(psbt_subject("P2WPKH, 10 inputs, 2 outputs", script_kind::p2wpkh, 10, 2));
  to.push_back(psbt_subject("taproot, 1 input, 1 output", script_kind::p2tr, 1, 1));
  to.push_back(psbt_subject("taproot, 2 inputs, 2 outputs", script_kind::p2tr, 2, 2));
  to.push_back(psbt_subject("taproot, 10 inputs, 2 outputs", script_kind::p2tr, 10, 2));
}

} // namespace quorate::bench
