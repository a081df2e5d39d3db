#include "core/chain/cosmos/message.hpp"

#include <algorithm>

namespace quorate::chain::cosmos {

namespace {

constexpr std::size_t type_url_bytes_max = 128;
/// Of one message inside a transaction: a full multi-send fits.
constexpr std::size_t message_bytes_max = std::size_t{1024} * 1024;
/// The decimal digits of 2^256 - 1, the most that Cosmos knows.
constexpr std::size_t amount_digits_max = 78;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string read_address(proto_reader& r, std::uint32_t field) {
  auto address = r.text(field, address_bytes_max);
  if (r.ok() && address.empty()) r.fail(errc::cosmos_bad_document);
  return address;
}

coin read_coin(proto_reader& r, std::uint32_t field) {
  const auto raw = r.element(field, message_bytes_max);
  if (!raw) return r.fail(errc::cosmos_bad_coins), coin{};
  auto c = decode_coin(*raw);
  if (!c) return r.fail(c.error()), coin{};
  return std::move(*c);
}

// What moves: at least one coin, and of each more than nothing.
coins read_sum(proto_reader& r, std::uint32_t field) {
  auto sum = read_coins(r, field);
  const auto nothing = [](const coin& c) { return c.units.is_zero(); };
  if (r.ok() && (sum.empty() || std::any_of(sum.begin(), sum.end(), nothing)))
    r.fail(errc::cosmos_bad_coins);
  return sum;
}

coin read_positive(proto_reader& r, std::uint32_t field) {
  auto c = read_coin(r, field);
  if (r.ok() && c.units.is_zero()) r.fail(errc::cosmos_bad_coins);
  return c;
}

void write_coins(proto_writer& w, std::uint32_t field, const coins& what) {
  for (const auto& c : what)
    w.element(field, encode_coin(c));
}

// --- one writer and one reader a message ------------------------------------------------------

void write(proto_writer& w, const msg_send& m) {
  w.text(1, m.from);
  w.text(2, m.to);
  write_coins(w, 3, m.what);
}

void read(proto_reader& r, msg_send& m) {
  m.from = read_address(r, 1);
  m.to = read_address(r, 2);
  m.what = read_sum(r, 3);
}

void write_sides(proto_writer& w, std::uint32_t field,
                 const std::vector<msg_multi_send::side>& sides) {
  for (const auto& side : sides) {
    proto_writer inner;
    inner.text(1, side.address);
    write_coins(inner, 2, side.what);
    w.element(field, std::move(inner).take());
  }
}

std::vector<msg_multi_send::side> read_sides(proto_reader& r, std::uint32_t field) {
  std::vector<msg_multi_send::side> sides;
  while (const auto raw = r.element(field, message_bytes_max)) {
    if (sides.size() == sides_max) return r.fail(errc::over_limit), sides;
    proto_reader inner{*raw};
    msg_multi_send::side side;
    side.address = read_address(inner, 1);
    side.what = read_sum(inner, 2);
    if (const auto done = inner.finish(); !done) r.fail(done.error());
    sides.push_back(std::move(side));
  }
  if (r.ok() && sides.empty()) r.fail(errc::cosmos_bad_document);
  return sides;
}

void write(proto_writer& w, const msg_multi_send& m) {
  write_sides(w, 1, m.inputs);
  write_sides(w, 2, m.outputs);
}

void read(proto_reader& r, msg_multi_send& m) {
  m.inputs = read_sides(r, 1);
  m.outputs = read_sides(r, 2);
}

void write(proto_writer& w, const msg_transfer& m) {
  w.text(1, m.source_port);
  w.text(2, m.source_channel);
  w.element(3, encode_coin(m.token));
  w.text(4, m.sender);
  w.text(5, m.receiver);
  if (m.timeout_height) {
    proto_writer inner;
    inner.number(1, m.timeout_height->revision_number);
    inner.number(2, m.timeout_height->revision_height);
    w.element(6, std::move(inner).take());
  }
  w.number(7, m.timeout_timestamp_ns);
  w.text(8, m.memo);
}

void read(proto_reader& r, msg_transfer& m) {
  m.source_port = r.text(1, ibc_name_bytes_max);
  m.source_channel = r.text(2, ibc_name_bytes_max);
  m.token = read_positive(r, 3);
  m.sender = read_address(r, 4);
  m.receiver = r.text(5, ibc_name_bytes_max);
  if (const auto raw = r.element(6, message_bytes_max)) {
    proto_reader inner{*raw};
    const auto number = inner.number(1);
    m.timeout_height = {number, inner.number(2)};
    if (const auto done = inner.finish(); !done) r.fail(done.error());
  }
  m.timeout_timestamp_ns = r.number(7);
  m.memo = r.text(8, ibc_memo_bytes_max);
  if (r.ok() && (m.source_port.empty() || m.source_channel.empty() || m.receiver.empty()))
    r.fail(errc::cosmos_bad_document);
}

void write(proto_writer& w, const stake& m) {
  w.text(1, m.delegator);
  w.text(2, m.validator);
  w.element(3, encode_coin(m.what));
}

void read(proto_reader& r, stake& m) {
  m.delegator = read_address(r, 1);
  m.validator = read_address(r, 2);
  m.what = read_positive(r, 3);
}

// --- which message it is ----------------------------------------------------------------------

constexpr std::array<std::string_view, std::variant_size_v<message>> type_urls{
    "/cosmos.bank.v1beta1.MsgSend", "/cosmos.bank.v1beta1.MsgMultiSend",
    "/ibc.applications.transfer.v1.MsgTransfer", "/cosmos.staking.v1beta1.MsgDelegate",
    "/cosmos.staking.v1beta1.MsgUndelegate"};

template <std::size_t I = 0>
expected<message> decode_as(const any& from) {
  if constexpr (I == type_urls.size()) {
    return errc::cosmos_unknown_message;
  } else {
    if (from.type_url != type_urls[I]) return decode_as<I + 1>(from);
    std::variant_alternative_t<I, message> m;
    proto_reader r{from.value};
    read(r, m);
    QUORATE_TRY(r.finish());
    return message{std::move(m)};
  }
}

struct signers {
  std::vector<std::string> operator()(const msg_send& m) const { return {m.from}; }
  std::vector<std::string> operator()(const msg_transfer& m) const { return {m.sender}; }
  std::vector<std::string> operator()(const stake& m) const { return {m.delegator}; }
  std::vector<std::string> operator()(const msg_multi_send& m) const {
    std::vector<std::string> all;
    for (const auto& side : m.inputs)
      all.push_back(side.address);
    return all;
  }
};

} // namespace

bool is_denomination(std::string_view text) noexcept {
  const auto allowed = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view{"/:._-"}.find(c) != std::string_view::npos;
  };
  return text.size() >= 3 && text.size() <= denomination_bytes_max && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), allowed);
}

bytes encode_any(std::string_view url, byte_view value) {
  proto_writer w;
  w.text(1, url);
  w.blob(2, value);
  return std::move(w).take();
}

expected<any> decode_any(byte_view from) {
  proto_reader r{from};
  any result;
  result.type_url = r.text(1, type_url_bytes_max);
  const auto value = r.blob(2, message_bytes_max);
  QUORATE_TRY(r.finish());
  result.value.assign(value.begin(), value.end());
  return result;
}

std::string_view type_url(const message& m) noexcept { return type_urls[m.index()]; }

bytes encode_message(const message& m) {
  proto_writer w;
  std::visit([&w](const auto& one) { write(w, one); }, m);
  return encode_any(type_url(m), std::move(w).take());
}

expected<message> decode_message(byte_view any_bytes) {
  QUORATE_ASSIGN(const auto wrapped, decode_any(any_bytes));
  return decode_as(wrapped);
}

std::vector<std::string> signers_of(const message& m) { return std::visit(signers{}, m); }

bytes encode_coin(const coin& c) {
  proto_writer w;
  w.text(1, c.denomination);
  w.text(2, to_string(c.units));
  return std::move(w).take();
}

expected<coin> decode_coin(byte_view from) {
  proto_reader r{from};
  coin c;
  c.denomination = r.text(1, denomination_bytes_max);
  const auto digits = r.text(2, amount_digits_max);
  QUORATE_TRY(r.finish());
  if (!is_denomination(c.denomination)) return errc::cosmos_bad_coins;
  const auto units = parse_amount(digits);
  if (!units)
    return units.error() == errc::amount_overflow ? errc::amount_overflow : errc::cosmos_bad_coins;
  c.units = *units;
  return c;
}

coins read_coins(proto_reader& r, std::uint32_t field) {
  coins all;
  while (const auto raw = r.element(field, message_bytes_max)) {
    if (all.size() == coins_max) return r.fail(errc::over_limit), all;
    auto c = decode_coin(*raw);
    if (!c) return r.fail(c.error()), all;
    if (!all.empty() && all.back().denomination >= c->denomination)
      return r.fail(errc::cosmos_bad_coins), all;
    all.push_back(std::move(*c));
  }
  return all;
}

} // namespace quorate::chain::cosmos
