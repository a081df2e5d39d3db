#include "core/offline/device.hpp"

#include "core/codec/cbor.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::offline {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t device_keys = 5;
constexpr std::size_t host_keys = 4;
/// Beside what they carry, a request and an answer have less than this.
constexpr std::size_t overhead_bytes_max = 256;

void read_version(cbor::reader& in) {
  in.key(1);
  const auto found = in.unsigned_integer();
  if (in.ok() && found != version) in.fail(errc::bad_version);
}

} // namespace

outcome in_turn(const device_state& state, const request& r) {
  if (r.device != state.device) return errc::offline_wrong_device;
  if (r.counter <= state.last_counter) return errc::offline_replayed;
  if (r.counter != state.last_counter + 1) return errc::offline_gap;
  return {};
}

outcome may_sign(const device_state& state, const request& r, std::uint64_t now_ms,
                 std::string_view shown) {
  if (std::max(now_ms, state.clock_ms) > r.expires_ms) return errc::offline_expired;
  if (sha256(as_bytes(shown)) != r.shown) return errc::offline_wrong_display;
  return {};
}

answered answer_request(const device_state& state, const request& r, std::uint64_t now_ms,
                        std::variant<signed_result, refused_result> result) {
  QUORATE_CHECK(in_turn(state, r));
  answer what{state.device, r.counter, id_of(r), std::move(result)};
  const bool is_signed = std::holds_alternative<signed_result>(what.result);
  device_state next{state.device, r.counter, state.clock_ms, encode(what)};
  if (is_signed) next.clock_ms = std::max(now_ms, state.clock_ms);
  return {std::move(what), std::move(next)};
}

device_state set_clock(const device_state& state, std::uint64_t now_ms) {
  auto next = state;
  next.clock_ms = now_ms;
  return next;
}

expected<host_state> make_request(const host_state& state, request draft) {
  if (state.open) return errc::busy;
  if (state.last_counter == ~std::uint64_t{0}) return errc::over_limit;
  draft.device = state.device;
  draft.counter = state.last_counter + 1;
  return host_state{state.device, draft.counter, std::move(draft)};
}

expected<host_state> take_answer(const host_state& state, const answer& a) {
  if (a.device != state.device) return errc::offline_wrong_device;
  if (!state.open || a.counter != state.open->counter || a.request != id_of(*state.open))
    return errc::offline_unasked;
  return host_state{state.device, state.last_counter, std::nullopt};
}

host_state resume_after(const host_state& state, std::uint64_t last) {
  return {state.device, last, std::nullopt};
}

bytes encode(const device_state& state) {
  cbor::writer w;
  w.map(device_keys);
  w.key(1), w.unsigned_integer(version);
  w.key(2), w.byte_string(state.device.view());
  w.key(3), w.unsigned_integer(state.last_counter);
  w.key(4), w.unsigned_integer(state.clock_ms);
  w.key(5), w.byte_string(state.last_answer);
  return std::move(w).take();
}

expected<device_state> decode_device_state(byte_view from) {
  cbor::reader in{from};
  device_state state;
  if (in.map(device_keys) != device_keys) in.fail(errc::truncated);
  read_version(in);
  in.key(2), state.device = in.fixed<device_id>();
  in.key(3), state.last_counter = in.unsigned_integer();
  in.key(4), state.clock_ms = in.unsigned_integer();
  in.key(5);
  const auto last = in.byte_string(signed_bytes_max + overhead_bytes_max);
  QUORATE_TRY(in.finish());
  state.last_answer.assign(last.begin(), last.end());
  if (state.last_answer.empty() != (state.last_counter == 0)) return errc::not_canonical;
  if (state.last_counter == 0) return state;
  QUORATE_ASSIGN(const auto a, decode_answer(state.last_answer));
  if (a.counter != state.last_counter || a.device != state.device) return errc::not_canonical;
  return state;
}

bytes encode(const host_state& state) {
  cbor::writer w;
  w.map(host_keys);
  w.key(1), w.unsigned_integer(version);
  w.key(2), w.byte_string(state.device.view());
  w.key(3), w.unsigned_integer(state.last_counter);
  w.key(4), w.byte_string(state.open ? encode(*state.open) : bytes{});
  return std::move(w).take();
}

expected<host_state> decode_host_state(byte_view from) {
  cbor::reader in{from};
  host_state state;
  if (in.map(host_keys) != host_keys) in.fail(errc::truncated);
  read_version(in);
  in.key(2), state.device = in.fixed<device_id>();
  in.key(3), state.last_counter = in.unsigned_integer();
  in.key(4);
  const auto open = in.byte_string(transaction_bytes_max + overhead_bytes_max);
  QUORATE_TRY(in.finish());
  if (open.empty()) return state;
  QUORATE_ASSIGN(state.open, decode_request(open));
  if (state.open->counter != state.last_counter || state.open->device != state.device)
    return errc::not_canonical;
  return state;
}

} // namespace quorate::offline
