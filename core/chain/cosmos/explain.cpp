#include "core/chain/cosmos/explain.hpp"

#include "core/codec/utf8.hpp"

namespace quorate::chain::cosmos {

namespace {

std::string text_of(const coin& c) { return to_string(c.units) + " " + c.denomination; }

std::string text_of(const coins& what) {
  std::string text;
  for (const auto& c : what)
    text += (text.empty() ? "" : " + ") + text_of(c);
  return text.empty() ? "nothing" : text;
}

struct in_words {
  std::string operator()(const msg_send& m) const {
    return "Send " + text_of(m.what) + "\n  from " + quoted_for_screen(m.from) + "\n  to " +
           quoted_for_screen(m.to) + "\n";
  }
  std::string operator()(const msg_multi_send& m) const {
    std::string text = "Send between several\n";
    for (const auto& side : m.inputs)
      text += "  from " + quoted_for_screen(side.address) + ": " + text_of(side.what) + "\n";
    for (const auto& side : m.outputs)
      text += "  to " + quoted_for_screen(side.address) + ": " + text_of(side.what) + "\n";
    return text;
  }
  std::string operator()(const msg_transfer& m) const {
    std::string text = "Send to another chain " + text_of(m.token) + "\n  from " +
                       quoted_for_screen(m.sender) + "\n  to " + quoted_for_screen(m.receiver) +
                       "\n  over port " + quoted_for_screen(m.source_port) + ", channel " +
                       quoted_for_screen(m.source_channel) + "\n";
    if (m.timeout_height)
      text += "  back if not there by height " + std::to_string(m.timeout_height->revision_height) +
              " of revision " + std::to_string(m.timeout_height->revision_number) + "\n";
    if (m.timeout_timestamp_ns != 0)
      text +=
          "  back if not there by " + std::to_string(m.timeout_timestamp_ns) + " ns since 1970\n";
    if (!m.memo.empty()) text += "  memo for the other chain " + quoted_for_screen(m.memo) + "\n";
    return text;
  }
  std::string operator()(const msg_delegate& m) const { return staking("Delegate", "to", m); }
  std::string operator()(const msg_undelegate& m) const { return staking("Undelegate", "from", m); }

  static std::string staking(std::string_view verb, std::string_view way, const stake& m) {
    return std::string{verb} + " " + text_of(m.what) + "\n  of " + quoted_for_screen(m.delegator) +
           "\n  " + std::string{way} + " validator " + quoted_for_screen(m.validator) + "\n";
  }
};

std::string text_of(const tx_fee& fee) {
  std::string text =
      "Fee: at most " + text_of(fee.what) + " for " + std::to_string(fee.gas_limit) + " gas\n";
  if (!fee.payer.empty()) text += "  paid by " + quoted_for_screen(fee.payer) + "\n";
  if (!fee.granter.empty()) text += "  out of what " + quoted_for_screen(fee.granter) + " grants\n";
  return text;
}

std::string text_of(const signer_info& info) {
  std::string text = info.mode == sign_mode::direct ? "direct" : "legacy amino JSON";
  if (const auto* multisig = std::get_if<multisig_key>(&info.key))
    text += ", as one of " + std::to_string(multisig->threshold) + " of " +
            std::to_string(multisig->keys.size()) + " keys";
  return text + ", sequence " + std::to_string(info.sequence);
}

} // namespace

std::string quoted_for_screen(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t size = utf8_character_bytes(text);
    QUORATE_CHECK(size > 0);
    const char c = text[0];
    if (size == 1 && c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      out += c;
    } else {
      // The code point: what the first byte has left below its length mark, then six bits a byte.
      std::uint32_t code = static_cast<std::uint8_t>(c) & (size == 1 ? 0x7fU : 0x7fU >> size);
      for (std::size_t i = 1; i < size; ++i)
        code = code << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3fU);
      std::string hex;
      for (; code != 0 || hex.empty(); code >>= 4)
        hex.insert(hex.begin(), digits[code & 15]);
      out += "\\u{" + hex + "}";
    }
    text.remove_prefix(size);
  }
  return out += '"';
}

expected<std::string> explain(const sign_document& document, const compressed_key& signer) {
  QUORATE_ASSIGN(const auto digest, digest_to_sign(document, signer));
  std::string text = "Chain: " + quoted_for_screen(document.chain_id) + "\n";
  for (const auto& m : document.body.messages)
    text += std::visit(in_words{}, m);
  text += text_of(document.auth.fee);
  if (!document.body.memo.empty()) text += "Memo: " + quoted_for_screen(document.body.memo) + "\n";
  if (document.body.timeout_height != 0)
    text += "Not after height " + std::to_string(document.body.timeout_height) + "\n";
  text += "Account number: " + std::to_string(document.account_number) + "\n";
  for (const auto& info : document.auth.signers) {
    text += "Signed by the key of account " + to_hex(account_of(info.key)) + " (" + text_of(info) +
            ")\n";
  }
  return text + "Digest: " + to_hex(digest) + "\n";
}

} // namespace quorate::chain::cosmos
