#include "core/chain/evm/explain.hpp"

#include "core/chain/evm/abi_text.hpp"
#include "core/chain/evm/hex.hpp"
#include "core/chain/evm/message.hpp"
#include "core/chain/evm/native_coin.hpp"
#include "core/chain/evm/token.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

constexpr unsigned coin_decimals = 18;
constexpr unsigned gwei_decimals = 9;
constexpr std::size_t shown_bytes_max = 64; // longer data: its size and hash

std::string type_name(transaction_type type) {
  switch (type) {
  case transaction_type::legacy:
    return "legacy (EIP-155)";
  case transaction_type::access_list:
    return "access list (EIP-2930)";
  case transaction_type::dynamic_fee:
    return "dynamic fee (EIP-1559)";
  case transaction_type::blob:
    return "blobs (EIP-4844)";
  }
  return "unknown";
}

std::string data_text(byte_view data) {
  const auto size = std::to_string(data.size()) + (data.size() == 1 ? " byte" : " bytes");
  if (data.size() <= shown_bytes_max) return size + ", " + to_data(data);
  return size + ", Keccak-256 " + to_data(keccak256(data).view());
}

class writer {
public:
  writer(const transaction& tx, const explain_context& context) : tx_(tx), context_(context) {}

  explanation whole() {
    const auto& name = context_.chain_name;
    out_.add("Chain", std::to_string(tx_.chain_id) + (name.empty() ? "" : " (" + name + ")"));
    out_.add("Transaction", type_name(tx_.type));
    out_.add("To", tx_.to ? to_string(*tx_.to) : "none: creates a contract");
    out_.add("Value", coins(tx_.value));
    if (!tx_.data.empty()) data();
    fees();
    out_.add("Nonce", std::to_string(tx_.nonce));
    if (!tx_.access_list.empty()) access();
    for (const auto& hash : tx_.blob_hashes)
      out_.add("Blob", to_data(hash.view()));
    out_.finish(signing_digest(tx_));
    return std::move(out_);
  }

private:
  std::string coins(const uint256& wei) const {
    return to_decimal_string(wei, coin_decimals) + " " + native_coin(tx_.chain_id);
  }

  static std::string gwei(const uint256& wei) {
    return to_decimal_string(wei, gwei_decimals) + " gwei";
  }

  void data() {
    if (!tx_.to) {
      out_.add("Code", data_text(tx_.data));
      return;
    }
    if (context_.callee != nullptr) {
      const auto found = abi::decode_call(*context_.callee, tx_.data);
      if (found) {
        call("Call", *found);
        return;
      }
      out_.add("Warning", "the data is no call that the contract's ABI has (" +
                              std::string{name(found.error())} + ")");
    } else {
      out_.add("Warning", "the contract's ABI is not known; it may do anything with this data");
      if (const auto guessed = abi::decode_call(token(), tx_.data)) {
        call("Looks like", *guessed);
        return;
      }
    }
    if (tx_.data.size() >= 4) out_.add("Selector", to_data(byte_view{tx_.data}.first(4)));
    out_.add("Data", data_text(tx_.data));
  }

  void call(const std::string& label, const abi::call& found) {
    const auto& f = *found.callee;
    out_.add(label, f.signature());
    const auto& arguments = std::get<std::vector<abi::value>>(found.arguments.content);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto& parameter = f.inputs.names[i];
      out_.add("  " + (parameter.empty() ? "argument " + std::to_string(i + 1) : parameter),
               abi::to_text(f.inputs.parts[i], arguments[i]));
    }
    if (!f.is_payable && !tx_.value.is_zero())
      out_.add("Warning", "the function takes no payment, but the value is not zero");
  }

  void fees() {
    const auto& fee = std::max(tx_.gas_price, tx_.max_fee_per_gas); // one of them is zero
    out_.add("Gas", "at most " + std::to_string(tx_.gas_limit) + " for " + gwei(fee) + " each" +
                        (tx_.max_fee_per_gas.is_zero()
                             ? ""
                             : ", of which at most " + gwei(tx_.max_priority_fee_per_gas) +
                                   " to the proposer"));
    if (!tx_.blob_hashes.empty())
      out_.add("Blob gas", "at most " + gwei(tx_.max_fee_per_blob_gas) + " each, for " +
                               std::to_string(tx_.blob_hashes.size()) +
                               (tx_.blob_hashes.size() == 1 ? " blob" : " blobs"));
    const auto most = cost_max(tx_);
    const auto fee_most = most ? subtract(*most, tx_.value) : most;
    QUORATE_CHECK(fee_most); // check() has counted
    out_.add("Fee", "at most " + coins(*fee_most));
    out_.add("In all", "at most " + coins(*most));
  }

  void access() {
    for (const auto& entry : tx_.access_list)
      out_.add("Accesses", to_string(entry.account) + ", " + std::to_string(entry.keys.size()) +
                               " storage keys");
  }

  const transaction& tx_;
  const explain_context& context_;
  explanation out_;
};

} // namespace

explanation explain(const transaction& tx, const explain_context& context) {
  return writer{tx, context}.whole();
}

explanation explain_personal_message(byte_view message) {
  explanation out;
  out.add("Sign", "message (EIP-191), " + std::to_string(message.size()) + " bytes");
  out.add("Message", abi::quoted(message));
  out.finish(personal_message_digest(message));
  return out;
}

} // namespace quorate::evm
