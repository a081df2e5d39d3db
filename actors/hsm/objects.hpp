// Objects of a token: attributes read with bounds, searches with limits, the names of curves.
#pragma once

#include "actors/hsm/session_pool.hpp"
#include "core/base/bytes.hpp"

#include <initializer_list>

namespace quorate::hsm {

/// What is said of, or asked about, an object. The values must outlive the call that it is for.
class attributes {
public:
  attributes& add(CK_ATTRIBUTE_TYPE type, byte_view value);
  attributes& add(CK_ATTRIBUTE_TYPE type, std::string_view value) {
    return add(type, as_bytes(value));
  }
  /// CK_TRUE or CK_FALSE.
  attributes& flag(CK_ATTRIBUTE_TYPE type, bool value);
  /// A CK_ULONG, such as a class or a type of key.
  template <CK_ULONG Value>
  attributes& number(CK_ATTRIBUTE_TYPE type) {
    static constexpr CK_ULONG value = Value;
    return add(type, byte_view{reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }

  CK_ATTRIBUTE* data() noexcept { return list_.data(); }
  CK_ULONG size() const noexcept { return list_.size(); }

private:
  std::vector<CK_ATTRIBUTE> list_;
};

/// The objects of a token with these attributes, at most `max`. CKR_USER_NOT_LOGGED_IN when nothing
/// was found and the session is not logged in: private objects are then invisible, not absent.
CK_RV find_objects(module& in, CK_SESSION_HANDLE with, attributes wanted, std::size_t max,
                   std::vector<CK_OBJECT_HANDLE>& found);

/// One attribute; empty when the object has not got it.
/// @param max  longer values are CKR_BUFFER_TOO_SMALL
CK_RV read_attribute(module& in, CK_SESSION_HANDLE with, CK_OBJECT_HANDLE of,
                     CK_ATTRIBUTE_TYPE type, std::size_t max, bytes& value);

/// CKA_EC_PARAMS of secp256k1: the OID 1.3.132.0.10.
byte_view secp256k1_params() noexcept;
/// CKA_EC_PARAMS of Ed25519: the OID 1.3.101.112 of RFC 8410, which PKCS#11 3.1 has (section
/// 6.3.5), and the name that version 3.0 wanted. Tokens know either or both.
byte_view ed25519_params() noexcept;
byte_view ed25519_params_by_name() noexcept;

/// The point inside a CKA_EC_POINT: an OCTET STRING around it (version 2.40), a BIT STRING (version
/// 3.0 on Edwards curves), or nothing around it.
/// @param sizes  lengths that a point of the curve may have, in bytes
/// Errors: bad_public_key.
expected<byte_view> point_inside(byte_view value, std::initializer_list<std::size_t> sizes);

} // namespace quorate::hsm
