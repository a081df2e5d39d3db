#include "core/offline/ur.hpp"

#include "core/offline/bytewords.hpp"

#include <algorithm>

namespace quorate::offline {

namespace {

constexpr std::string_view scheme = "ur:";
constexpr std::size_t type_characters_max = 64;

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= type_characters_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// Up to the next slash, which is taken away with it.
std::string_view take_segment(std::string_view& text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto segment = text.substr(0, slash);
  text.remove_prefix(std::min(slash + 1, text.size()));
  return segment;
}

std::optional<std::uint32_t> number_of(std::string_view digits) {
  std::uint64_t v = 0;
  if (digits.empty() || digits.size() > 10 || digits[0] == '0') return std::nullopt;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    v = v * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (v > 0xffffffff) return std::nullopt;
  return static_cast<std::uint32_t>(v);
}

// NUMBER-COUNT must say what the part says.
bool names(std::string_view segment, const fountain_part& part) {
  const auto dash = segment.find('-');
  return dash != std::string_view::npos && number_of(segment.substr(0, dash)) == part.number &&
         number_of(segment.substr(dash + 1)) == part.count;
}

} // namespace

expected<std::string> encode_ur(const ur& what) {
  if (!is_type(what.type)) return errc::ur_malformed;
  return std::string{scheme} + what.type + "/" +
         encode_bytewords(bytewords_style::minimal, what.cbor);
}

expected<ur_encoder> ur_encoder::make(const ur& what, std::size_t fragment_bytes_max) {
  if (!is_type(what.type)) return errc::ur_malformed;
  QUORATE_ASSIGN(auto parts, fountain_encoder::make(what.cbor, fragment_bytes_max));
  return ur_encoder{what.type, std::move(parts)};
}

std::string ur_encoder::part(std::uint32_t number) const {
  return std::string{scheme} + type_ + "/" + std::to_string(number) + "-" +
         std::to_string(count()) + "/" +
         encode_bytewords(bytewords_style::minimal, encode(parts_.part(number)));
}

outcome ur_decoder::add(std::string_view text) {
  std::string small{text};
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  std::string_view rest = small;
  if (rest.substr(0, scheme.size()) != scheme) return errc::ur_malformed;
  rest.remove_prefix(scheme.size());
  const auto type = take_segment(rest);
  if (!is_type(type)) return errc::ur_malformed;
  if (!type_.empty() && type != type_) return errc::ur_other_message;
  const auto first = take_segment(rest);
  const bool in_parts = !rest.empty();
  QUORATE_ASSIGN(auto payload, decode_bytewords(bytewords_style::minimal, in_parts ? rest : first));
  if (!in_parts) {
    if (parts_.count() != 0 || (single_ && *single_ != payload)) return errc::ur_other_message;
    single_ = std::move(payload);
  } else {
    if (single_) return errc::ur_other_message;
    QUORATE_ASSIGN(const auto part, decode_fountain_part(payload));
    if (!names(first, part)) return errc::ur_malformed;
    QUORATE_TRY(parts_.add(part));
  }
  type_ = type;
  return {};
}

expected<ur> ur_decoder::take() const {
  if (single_) return ur{type_, *single_};
  QUORATE_ASSIGN(auto message, parts_.message());
  return ur{type_, std::move(message)};
}

} // namespace quorate::offline
