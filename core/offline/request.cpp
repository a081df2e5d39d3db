#include "core/offline/request.hpp"

#include "core/codec/cbor.hpp"
#include "core/crypto/hash.hpp"

namespace quorate::offline {

namespace {

constexpr std::uint64_t version = 1;

// The keys of both maps; those below `first_own` mean the same in both.
enum map_key : std::uint64_t {
  key_version = 1,
  key_device = 2,
  key_counter = 3,
  key_expires = 4,
  key_payload = 5,
  key_public_key = 6,
  key_transaction = 7,
  key_shown = 8,
  key_network = 9, // only where there is one
  request_keys_min = 8,
  request_keys_max = 9,

  answer_request = 4,
  answer_signed = 5,
  answer_refused = 6,
  answer_keys = 5,
};

void read_version(cbor::reader& r) {
  r.key(key_version);
  const auto found = r.unsigned_integer();
  if (r.ok() && found != version) r.fail(errc::bad_version);
}

payload read_payload(cbor::reader& r) {
  const auto number = r.unsigned_integer();
  constexpr auto first = static_cast<std::uint64_t>(payload::cosmos);
  constexpr auto last = static_cast<std::uint64_t>(payload::evm_typed_data);
  if (r.ok() && (number < first || number > last)) r.fail(errc::bad_enum);
  return r.ok() ? static_cast<payload>(number) : payload::cosmos;
}

bytes copy(byte_view from) { return {from.begin(), from.end()}; }

} // namespace

bytes encode(const request& r) {
  cbor::writer w;
  w.map(r.network == 0 ? request_keys_min : request_keys_max);
  w.key(key_version), w.unsigned_integer(version);
  w.key(key_device), w.byte_string(r.device.view());
  w.key(key_counter), w.unsigned_integer(r.counter);
  w.key(key_expires), w.unsigned_integer(r.expires_ms);
  w.key(key_payload), w.unsigned_integer(static_cast<std::uint64_t>(r.what));
  w.key(key_public_key), w.byte_string(r.key.view());
  w.key(key_transaction), w.byte_string(r.transaction);
  w.key(key_shown), w.byte_string(r.shown.view());
  if (r.network != 0) w.key(key_network), w.unsigned_integer(r.network);
  return std::move(w).take();
}

expected<request> decode_request(byte_view from) {
  cbor::reader in{from};
  request r;
  const auto entries = in.map(request_keys_max);
  if (in.ok() && entries < request_keys_min) return errc::truncated;
  read_version(in);
  in.key(key_device), r.device = in.fixed<device_id>();
  in.key(key_counter), r.counter = in.unsigned_integer();
  in.key(key_expires), r.expires_ms = in.unsigned_integer();
  in.key(key_payload), r.what = read_payload(in);
  in.key(key_public_key), r.key = in.fixed<compressed_key>();
  in.key(key_transaction), r.transaction = copy(in.byte_string(transaction_bytes_max));
  in.key(key_shown), r.shown = in.fixed<digest>();
  if (in.ok() && entries == request_keys_max) {
    in.key(key_network), r.network = in.unsigned_integer();
    if (in.ok() && r.network == 0) in.fail(errc::not_canonical);
  }
  QUORATE_TRY(in.finish());
  if (r.counter == 0) return errc::offline_replayed;
  return r;
}

request_id id_of(const request& r) {
  static const hash_tag tag{"quorate/offline-request"};
  return {tag(encode(r)).data};
}

bytes encode(const answer& a) {
  cbor::writer w;
  w.map(answer_keys);
  w.key(key_version), w.unsigned_integer(version);
  w.key(key_device), w.byte_string(a.device.view());
  w.key(key_counter), w.unsigned_integer(a.counter);
  w.key(answer_request), w.byte_string(a.request.view());
  if (const auto* done = std::get_if<signed_result>(&a.result)) {
    w.key(answer_signed), w.byte_string(done->value);
  } else {
    const auto reason = std::get<refused_result>(a.result).reason;
    w.key(answer_refused), w.unsigned_integer(static_cast<std::uint16_t>(reason));
  }
  return std::move(w).take();
}

expected<answer> decode_answer(byte_view from) {
  cbor::reader in{from};
  answer a;
  const auto entries = in.map(answer_keys);
  if (in.ok() && entries != answer_keys) return errc::truncated;
  read_version(in);
  in.key(key_device), a.device = in.fixed<device_id>();
  in.key(key_counter), a.counter = in.unsigned_integer();
  in.key(answer_request), a.request = in.fixed<request_id>();
  const auto which = in.unsigned_integer();
  if (which == answer_signed) {
    a.result = signed_result{copy(in.byte_string(signed_bytes_max))};
  } else if (which == answer_refused) {
    const auto number = in.unsigned_integer();
    if (in.ok() && (number > 0xffff || !is_defined(static_cast<std::uint16_t>(number))))
      return errc::bad_enum;
    a.result = refused_result{static_cast<errc>(number)};
  } else {
    in.fail(errc::cbor_unexpected_key);
  }
  QUORATE_TRY(in.finish());
  return a;
}

} // namespace quorate::offline
