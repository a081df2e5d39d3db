// Uniform Resources (BCR-2020-005): CBOR as text that a QR code holds in its alphanumeric mode, in
// one piece or in parts.
#pragma once

#include "core/offline/fountain.hpp"

namespace quorate::offline {

/// CBOR with the name of what it is: 1 to 64 characters of a-z, 0-9 and -.
struct ur {
  std::string type;
  bytes cbor;
  friend bool operator==(const ur&, const ur&) = default;
};

/// "ur:TYPE/WORDS". Errors: ur_malformed for a bad type.
expected<std::string> encode_ur(const ur& what);

/// A message that is shown part after part, "ur:TYPE/NUMBER-COUNT/WORDS".
class ur_encoder {
public:
  /// Errors: ur_malformed for a bad type; as fountain_encoder::make.
  static expected<ur_encoder> make(const ur& what, std::size_t fragment_bytes_max);

  std::uint32_t count() const noexcept { return parts_.count(); }
  /// @param number  from 1; those above count() are mixtures.
  std::string part(std::uint32_t number) const;

private:
  ur_encoder(std::string type, fountain_encoder parts)
      : type_(std::move(type)), parts_(std::move(parts)) {}
  std::string type_;
  fountain_encoder parts_;
};

/// Takes texts as they are scanned, in one piece or in parts, in any order and case.
class ur_decoder {
public:
  /// Errors, state unchanged: ur_malformed; ur_other_message for another type, message or kind of
  ///   text than before; as decode_bytewords and decode_fountain_part.
  outcome add(std::string_view text);

  bool complete() const noexcept { return single_ || parts_.complete(); }
  std::size_t known() const noexcept { return single_ ? 1 : parts_.known(); }
  std::size_t count() const noexcept { return single_ ? 1 : parts_.count(); }

  /// Errors: ur_incomplete; bytewords_bad_checksum.
  expected<ur> take() const;

private:
  std::string type_;
  std::optional<bytes> single_;
  fountain_decoder parts_;
};

} // namespace quorate::offline
