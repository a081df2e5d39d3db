#include "core/chain/cosmos/amino_json.hpp"

#include "core/codec/utf8.hpp"

namespace quorate::chain::cosmos {

namespace {

constexpr std::string_view line_separator = "\u2028";
constexpr std::string_view paragraph_separator = "\u2029";

// Writes objects whose keys the caller gives in sorted order, which is checked.
class json_writer {
public:
  void begin_object() { open('{'), keys_.emplace_back(); }
  void end_object() { keys_.pop_back(), out_ += '}', fresh_ = false; }
  void begin_array() { open('['); }
  void end_array() { out_ += ']', fresh_ = false; }

  void key(std::string_view k) {
    QUORATE_CHECK(k > keys_.back());
    keys_.back() = k;
    separate();
    out_.append("\"").append(k).append("\":");
    fresh_ = true;
  }
  void text(std::string_view v) {
    separate();
    const auto quoted = go_json_string(v);
    if (!quoted) {
      if (!error_) error_ = quoted.error();
      return;
    }
    out_ += *quoted;
  }
  void text(std::string_view k, std::string_view v) { key(k), text(v); }
  void text_unless_empty(std::string_view k, std::string_view v) {
    if (!v.empty()) text(k, v);
  }
  void number(std::string_view k, std::uint64_t v) { text(k, std::to_string(v)); }
  void number_unless_zero(std::string_view k, std::uint64_t v) {
    if (v != 0) number(k, v);
  }

  expected<std::string> take() && {
    if (error_) return *error_;
    return std::move(out_);
  }

private:
  void open(char bracket) { separate(), out_ += bracket, fresh_ = true; }
  // Nothing before the first element, and nothing between a key and its value.
  void separate() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }

  std::string out_;
  bool fresh_ = true;
  std::vector<std::string_view> keys_; ///< the last key of each object that is open
  std::optional<errc> error_;
};

void write(json_writer& w, const coin& c) {
  w.begin_object();
  w.text("amount", to_string(c.units));
  w.text("denom", c.denomination);
  w.end_object();
}

void write(json_writer& w, std::string_view key, const coins& what) {
  w.key(key);
  w.begin_array();
  for (const auto& c : what)
    write(w, c);
  w.end_array();
}

void write(json_writer& w, std::string_view key, const std::vector<msg_multi_send::side>& sides) {
  w.key(key);
  w.begin_array();
  for (const auto& side : sides) {
    w.begin_object();
    w.text("address", side.address);
    write(w, "coins", side.what);
    w.end_object();
  }
  w.end_array();
}

void write(json_writer& w, const msg_send& m) {
  write(w, "amount", m.what);
  w.text("from_address", m.from);
  w.text("to_address", m.to);
}

void write(json_writer& w, const msg_multi_send& m) {
  write(w, "inputs", m.inputs);
  write(w, "outputs", m.outputs);
}

void write(json_writer& w, const msg_transfer& m) {
  w.text_unless_empty("memo", m.memo);
  w.text("receiver", m.receiver);
  w.text("sender", m.sender);
  w.text("source_channel", m.source_channel);
  w.text("source_port", m.source_port);
  // There even when it is empty: the field cannot be null in Go.
  w.key("timeout_height");
  w.begin_object();
  const auto height = m.timeout_height.value_or(msg_transfer::height{});
  w.number_unless_zero("revision_height", height.revision_height);
  w.number_unless_zero("revision_number", height.revision_number);
  w.end_object();
  w.number_unless_zero("timeout_timestamp", m.timeout_timestamp_ns);
  w.key("token");
  write(w, m.token);
}

void write(json_writer& w, const stake& m) {
  w.key("amount");
  write(w, m.what);
  w.text("delegator_address", m.delegator);
  w.text("validator_address", m.validator);
}

constexpr std::array<std::string_view, std::variant_size_v<message>> amino_names{
    "cosmos-sdk/MsgSend", "cosmos-sdk/MsgMultiSend", "cosmos-sdk/MsgTransfer",
    "cosmos-sdk/MsgDelegate", "cosmos-sdk/MsgUndelegate"};

void write_message(json_writer& w, const message& m) {
  w.begin_object();
  w.text("type", amino_names[m.index()]);
  w.key("value");
  w.begin_object();
  std::visit([&w](const auto& one) { write(w, one); }, m);
  w.end_object();
  w.end_object();
}

} // namespace

expected<std::string> go_json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const char c = text[0];
    const std::size_t size = utf8_character_bytes(text);
    QUORATE_CHECK(size > 0);
    const auto character = text.substr(0, size);
    text.remove_prefix(size);
    if (c == '\b' || c == '\f') return errc::cosmos_bad_document;
    if (c == '"' || c == '\\') {
      out.append("\\").append(character);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (size == 1 &&
               (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&')) {
      const auto code = static_cast<unsigned char>(c);
      out.append("\\u00").append(1, digits[code >> 4]).append(1, digits[code & 15]);
    } else if (character == line_separator) {
      out += "\\u2028";
    } else if (character == paragraph_separator) {
      out += "\\u2029";
    } else {
      out += character;
    }
  }
  return out += '"';
}

expected<std::string> amino_json(const message& m) {
  json_writer w;
  write_message(w, m);
  return std::move(w).take();
}

expected<std::string> amino_json(const sign_document& document, std::uint64_t sequence) {
  const auto& fee = document.auth.fee;
  json_writer w;
  w.begin_object();
  w.number("account_number", document.account_number);
  w.text("chain_id", document.chain_id);
  w.key("fee");
  w.begin_object();
  write(w, "amount", fee.what);
  w.number("gas", fee.gas_limit);
  w.text_unless_empty("granter", fee.granter);
  w.text_unless_empty("payer", fee.payer);
  w.end_object();
  w.text("memo", document.body.memo);
  w.key("msgs");
  w.begin_array();
  for (const auto& m : document.body.messages)
    write_message(w, m);
  w.end_array();
  w.number("sequence", sequence);
  w.number_unless_zero("timeout_height", document.body.timeout_height);
  w.end_object();
  return std::move(w).take();
}

} // namespace quorate::chain::cosmos
