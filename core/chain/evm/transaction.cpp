#include "core/chain/evm/transaction.hpp"

#include "core/chain/evm/rlp.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

constexpr std::uint64_t gas_per_blob = 1 << 17; // EIP-4844, GAS_PER_BLOB
constexpr std::uint8_t blob_hash_version = 0x01;
constexpr std::uint64_t v_offset = 35; // EIP-155: v = 35 + 2 * chain id + y parity

bool has_gas_price(transaction_type type) noexcept {
  return type == transaction_type::legacy || type == transaction_type::access_list;
}

outcome check_chain(std::uint64_t id, std::uint64_t demanded) {
  if (id == 0) return errc::missing_chain_id;
  if (id > chain_id_max || id != demanded) return errc::wrong_chain_id;
  return {};
}

outcome check_blobs(const transaction& tx) {
  if (tx.type != transaction_type::blob) {
    if (!tx.blob_hashes.empty() || !tx.max_fee_per_blob_gas.is_zero()) return errc::bad_transaction;
    return {};
  }
  if (tx.blob_hashes.size() > blobs_max) return errc::over_limit;
  if (!tx.to || tx.blob_hashes.empty()) return errc::bad_transaction;
  if (std::any_of(tx.blob_hashes.begin(), tx.blob_hashes.end(),
                  [](const auto& hash) { return hash.data[0] != blob_hash_version; }))
    return errc::bad_transaction;
  return {};
}

outcome check_fees(const transaction& tx) {
  if (has_gas_price(tx.type)) {
    if (!tx.max_fee_per_gas.is_zero() || !tx.max_priority_fee_per_gas.is_zero())
      return errc::bad_transaction;
  } else if (!tx.gas_price.is_zero() || tx.max_priority_fee_per_gas > tx.max_fee_per_gas) {
    return errc::bad_transaction;
  }
  QUORATE_TRY(cost_max(tx));
  return {};
}

void write_access_list(rlp::writer& out, const std::vector<access_entry>& entries) {
  out.list([&](rlp::writer& list) {
    for (const auto& entry : entries)
      list.list([&](rlp::writer& pair) {
        pair.fixed(entry.account);
        pair.list([&](rlp::writer& keys) {
          for (const auto& key : entry.keys)
            keys.fixed(key);
        });
      });
  });
}

expected<std::vector<access_entry>> read_access_list(rlp::reader& in) {
  QUORATE_ASSIGN(auto list, in.list());
  std::vector<access_entry> entries;
  while (!list.at_end()) {
    QUORATE_ASSIGN(auto pair, list.list());
    access_entry entry;
    QUORATE_ASSIGN(entry.account, pair.fixed<address>());
    QUORATE_ASSIGN(auto keys, pair.list());
    QUORATE_TRY(pair.finish());
    while (!keys.at_end()) {
      QUORATE_ASSIGN(auto key, keys.fixed<storage_key>());
      entry.keys.push_back(key);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

expected<std::vector<blob_hash>> read_blob_hashes(rlp::reader& in) {
  QUORATE_ASSIGN(auto list, in.list());
  std::vector<blob_hash> hashes;
  while (!list.at_end()) {
    QUORATE_ASSIGN(auto hash, list.fixed<blob_hash>());
    hashes.push_back(hash);
  }
  return hashes;
}

expected<std::optional<address>> read_recipient(rlp::reader& in) {
  QUORATE_ASSIGN(const auto raw, in.string());
  if (raw.empty()) return std::optional<address>{};
  QUORATE_ASSIGN(const auto to, address::from_bytes(raw));
  return std::optional{to};
}

// The fields that every type has, in the one order they have: of a typed transaction all of them,
// of a legacy one those from the nonce to the data.
void write_fields(rlp::writer& out, const transaction& tx) {
  if (tx.type != transaction_type::legacy) out.integer(tx.chain_id);
  out.integer(tx.nonce);
  if (has_gas_price(tx.type)) {
    out.integer(tx.gas_price);
  } else {
    out.integer(tx.max_priority_fee_per_gas);
    out.integer(tx.max_fee_per_gas);
  }
  out.integer(tx.gas_limit);
  out.string(tx.to ? tx.to->view() : byte_view{});
  out.integer(tx.value);
  out.string(tx.data);
  if (tx.type == transaction_type::legacy) return;
  write_access_list(out, tx.access_list);
  if (tx.type != transaction_type::blob) return;
  out.integer(tx.max_fee_per_blob_gas);
  out.list([&](rlp::writer& hashes) {
    for (const auto& hash : tx.blob_hashes)
      hashes.fixed(hash);
  });
}

expected<transaction> read_fields(rlp::reader& in, transaction_type type) {
  transaction tx;
  tx.type = type;
  if (type != transaction_type::legacy) {
    QUORATE_ASSIGN(tx.chain_id, in.u64());
  }
  QUORATE_ASSIGN(tx.nonce, in.u64());
  if (has_gas_price(type)) {
    QUORATE_ASSIGN(tx.gas_price, in.integer());
  } else {
    QUORATE_ASSIGN(tx.max_priority_fee_per_gas, in.integer());
    QUORATE_ASSIGN(tx.max_fee_per_gas, in.integer());
  }
  QUORATE_ASSIGN(tx.gas_limit, in.u64());
  QUORATE_ASSIGN(tx.to, read_recipient(in));
  QUORATE_ASSIGN(tx.value, in.integer());
  QUORATE_ASSIGN(const auto data, in.string());
  tx.data.assign(data.begin(), data.end());
  if (type == transaction_type::legacy) return tx;
  QUORATE_ASSIGN(tx.access_list, read_access_list(in));
  if (type != transaction_type::blob) return tx;
  QUORATE_ASSIGN(tx.max_fee_per_blob_gas, in.integer());
  QUORATE_ASSIGN(tx.blob_hashes, read_blob_hashes(in));
  return tx;
}

// The list of fields behind the byte that names the type.
template <class Fill>
bytes enveloped(transaction_type type, Fill&& fill) {
  rlp::writer list;
  list.list(fill);
  bytes out;
  if (type != transaction_type::legacy) out.push_back(static_cast<std::uint8_t>(type));
  out.insert(out.end(), list.view().begin(), list.view().end());
  return out;
}

struct envelope {
  transaction_type type;
  rlp::reader fields;
};

expected<envelope> open(byte_view in) {
  if (in.empty()) return errc::truncated;
  if (in.size() > transaction_bytes_max) return errc::over_limit;
  auto type = transaction_type::legacy; // EIP-2718: a legacy one starts with 0xc0 or above
  if (in[0] < 0xc0) {
    if (in[0] < 1 || in[0] > 3) return errc::bad_enum;
    type = static_cast<transaction_type>(in[0]);
    in = in.subspan(1);
  }
  rlp::reader whole{in};
  QUORATE_ASSIGN(auto fields, whole.list());
  QUORATE_TRY(whole.finish());
  return envelope{type, fields};
}

// A part of a signature: a number in the transaction, 32 bytes to the library.
outcome read_scalar(rlp::reader& in, std::span<std::uint8_t, 32> out) {
  QUORATE_ASSIGN(const auto number, in.integer());
  const auto word = number.to_word();
  std::copy(word.begin(), word.end(), out.begin());
  return {};
}

// y parity; of a legacy transaction, v gives the chain id too.
outcome read_parity(rlp::reader& in, signed_transaction& tx) {
  QUORATE_ASSIGN(auto v, in.u64());
  if (tx.content.type == transaction_type::legacy) {
    if (v == 27 || v == 28) return errc::missing_chain_id;
    if (v < v_offset) return errc::bad_signature;
    tx.content.chain_id = (v - v_offset) / 2;
    v = (v - v_offset) % 2;
  }
  if (v > 1) return errc::bad_signature;
  tx.signature.recovery_id = static_cast<std::uint8_t>(v);
  return {};
}

} // namespace

expected<uint256> cost_max(const transaction& tx) {
  const auto& fee = has_gas_price(tx.type) ? tx.gas_price : tx.max_fee_per_gas;
  QUORATE_ASSIGN(const auto gas, multiply(fee, tx.gas_limit));
  QUORATE_ASSIGN(const auto blobs,
                 multiply(tx.max_fee_per_blob_gas, gas_per_blob * tx.blob_hashes.size()));
  QUORATE_ASSIGN(const auto fees, add(gas, blobs));
  return add(fees, tx.value);
}

outcome check(const transaction& tx, std::uint64_t chain_id) {
  QUORATE_TRY(check_chain(tx.chain_id, chain_id));
  if (tx.type == transaction_type::legacy && !tx.access_list.empty()) return errc::bad_transaction;
  if (tx.nonce == ~0ULL) return errc::bad_transaction;
  QUORATE_TRY(check_blobs(tx));
  QUORATE_TRY(check_fees(tx));
  constexpr std::size_t signature_bytes = 80; // v of 9, r and s of 33 bytes, and a prefix
  if (signing_payload(tx).size() + signature_bytes > transaction_bytes_max) return errc::over_limit;
  return {};
}

bytes signing_payload(const transaction& tx) {
  return enveloped(tx.type, [&](rlp::writer& out) {
    write_fields(out, tx);
    if (tx.type != transaction_type::legacy) return;
    out.integer(tx.chain_id);
    out.integer(0);
    out.integer(0);
  });
}

digest signing_digest(const transaction& tx) { return keccak256(signing_payload(tx)); }

expected<signed_transaction> sign(const transaction& tx, std::uint64_t chain_id,
                                  const ec_secret_key& secret, const nonce_entropy* entropy) {
  QUORATE_TRY(check(tx, chain_id));
  QUORATE_ASSIGN(const auto sig, sign_recoverable(secret, signing_digest(tx), entropy));
  // An r that overflowed has no encoding; to meet one takes some 2^127 signatures.
  if (sig.recovery_id > 1) return errc::not_recoverable;
  return signed_transaction{tx, sig};
}

bytes encode(const signed_transaction& tx) {
  return enveloped(tx.content.type, [&](rlp::writer& out) {
    write_fields(out, tx.content);
    const std::uint64_t parity = tx.signature.recovery_id;
    out.integer(tx.content.type == transaction_type::legacy
                    ? v_offset + 2 * tx.content.chain_id + parity
                    : parity);
    const auto scalars = tx.signature.compact.view();
    out.integer(*uint256::from_big_endian(scalars.first(32)));
    out.integer(*uint256::from_big_endian(scalars.last(32)));
  });
}

digest transaction_hash(const signed_transaction& tx) { return keccak256(encode(tx)); }

namespace {

expected<transaction> read_unsigned(byte_view in) {
  QUORATE_ASSIGN(auto from, open(in));
  QUORATE_ASSIGN(auto tx, read_fields(from.fields, from.type));
  if (from.type == transaction_type::legacy) {
    if (from.fields.at_end()) return errc::missing_chain_id;
    QUORATE_ASSIGN(tx.chain_id, from.fields.u64());
    for (int i = 0; i < 2; ++i) {
      QUORATE_ASSIGN(const auto zero, from.fields.integer());
      if (!zero.is_zero()) return errc::not_canonical;
    }
  }
  QUORATE_TRY(from.fields.finish());
  return tx;
}

} // namespace

expected<transaction> decode_unsigned(byte_view in, std::uint64_t chain_id) {
  QUORATE_ASSIGN(auto tx, read_unsigned(in));
  QUORATE_TRY(check(tx, chain_id));
  return tx;
}

expected<std::uint64_t> stated_chain(byte_view in) {
  QUORATE_ASSIGN(const auto tx, read_unsigned(in));
  QUORATE_TRY(check(tx, tx.chain_id));
  return tx.chain_id;
}

expected<signed_transaction> decode_signed(byte_view in, std::uint64_t chain_id) {
  QUORATE_ASSIGN(auto from, open(in));
  signed_transaction tx;
  QUORATE_ASSIGN(tx.content, read_fields(from.fields, from.type));
  QUORATE_TRY(read_parity(from.fields, tx));
  auto& scalars = tx.signature.compact.data;
  QUORATE_TRY(read_scalar(from.fields, std::span{scalars}.first<32>()));
  QUORATE_TRY(read_scalar(from.fields, std::span{scalars}.last<32>()));
  QUORATE_TRY(from.fields.finish());
  QUORATE_TRY(check(tx.content, chain_id));
  return tx;
}

expected<address> sender(const signed_transaction& tx) {
  QUORATE_ASSIGN(const auto key, recover(signing_digest(tx.content), tx.signature));
  return address_of(key);
}

} // namespace quorate::evm
