// The messages of a Cosmos transaction that can be shown and so be signed: bank sends, IBC
// transfers, staking. A transaction with any other message is refused.
#pragma once

#include "core/base/amount.hpp"
#include "core/chain/cosmos/protobuf.hpp"

#include <variant>

namespace quorate::chain::cosmos {

// --- limits ----------------------------------------------------------------------------------
/// Of one list of coins. More: over_limit.
inline constexpr std::size_t coins_max = 32;
/// Inputs or outputs of one multi-send. More: over_limit.
inline constexpr std::size_t sides_max = 256;
/// Cosmos SDK's longest denomination. Longer: over_limit.
inline constexpr std::size_t denomination_bytes_max = 128;
/// Of an address: a Bech32 text. Longer: over_limit.
inline constexpr std::size_t address_bytes_max = 90;
/// Of an IBC port, channel or receiver on another chain. Longer: over_limit.
inline constexpr std::size_t ibc_name_bytes_max = 128;
/// Of the memo inside an IBC transfer, which programs read. Longer: over_limit.
inline constexpr std::size_t ibc_memo_bytes_max = 4096;

/// Whether it is the name of a unit. Source: Cosmos SDK, types/coin.go:
/// [a-zA-Z][a-zA-Z0-9/:._-]{2,127}
bool is_denomination(std::string_view text) noexcept;

/// An amount in base units, e.g. 1000000 uatom. Amounts above 2^128 - 1 are refused.
struct coin {
  std::string denomination;
  amount units;
  friend bool operator==(const coin&, const coin&) = default;
};
using coins = std::vector<coin>;

/// cosmos.bank.v1beta1.MsgSend
struct msg_send {
  std::string from;
  std::string to;
  coins what;
  friend bool operator==(const msg_send&, const msg_send&) = default;
};

/// cosmos.bank.v1beta1.MsgMultiSend
struct msg_multi_send {
  struct side {
    std::string address;
    coins what;
    friend bool operator==(const side&, const side&) = default;
  };
  std::vector<side> inputs;
  std::vector<side> outputs;
  friend bool operator==(const msg_multi_send&, const msg_multi_send&) = default;
};

/// ibc.applications.transfer.v1.MsgTransfer
struct msg_transfer {
  struct height {
    std::uint64_t revision_number = 0;
    std::uint64_t revision_height = 0;
    friend bool operator==(const height&, const height&) = default;
  };
  std::string source_port;
  std::string source_channel;
  coin token;
  std::string sender;
  std::string receiver; ///< on the other chain, whose addresses may be of any form
  std::optional<height> timeout_height;
  std::uint64_t timeout_timestamp_ns = 0; ///< since 1970; 0: none
  std::string memo;
  friend bool operator==(const msg_transfer&, const msg_transfer&) = default;
};

/// What both staking messages have.
struct stake {
  std::string delegator;
  std::string validator;
  coin what;
  friend bool operator==(const stake&, const stake&) = default;
};
/// cosmos.staking.v1beta1.MsgDelegate
struct msg_delegate : stake {};
/// cosmos.staking.v1beta1.MsgUndelegate
struct msg_undelegate : stake {};

using message = std::variant<msg_send, msg_multi_send, msg_transfer, msg_delegate, msg_undelegate>;

/// google.protobuf.Any around a message or a key: its type URL and its bytes.
struct any {
  std::string type_url;
  bytes value;
};
bytes encode_any(std::string_view type_url, byte_view value);
/// Errors: as proto_reader.
expected<any> decode_any(byte_view from);

/// e.g. "/cosmos.bank.v1beta1.MsgSend"
std::string_view type_url(const message& m) noexcept;

/// The message inside its Any.
bytes encode_message(const message& m);

/// Errors: cosmos_unknown_message; as proto_reader; cosmos_bad_coins; cosmos_bad_document for a
///   message without addresses, or a multi-send without inputs or outputs.
expected<message> decode_message(byte_view any_bytes);

/// Whose signatures the message needs: Bech32 addresses, in its order.
std::vector<std::string> signers_of(const message& m);

/// A coin as protobuf, and one that is read. Errors: as proto_reader; cosmos_bad_coins for a
/// denomination that is none, or an amount that is not plain decimal.
bytes encode_coin(const coin& c);
expected<coin> decode_coin(byte_view from);

/// The elements of a repeated field of coins, ascending by denomination. Errors (in `r`):
/// over_limit; cosmos_bad_coins also for repeated or unsorted denominations.
coins read_coins(proto_reader& r, std::uint32_t field);

} // namespace quorate::chain::cosmos
