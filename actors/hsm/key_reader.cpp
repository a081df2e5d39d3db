#include "actors/hsm/key_reader.hpp"

#include <algorithm>

namespace quorate::hsm {

namespace {

// A DER point has at most 67 bytes, a curve's name or OID some twenty.
constexpr std::size_t point_bytes_max = 128;
constexpr std::size_t params_bytes_max = 64;
constexpr std::size_t label_bytes_read_max = 256;

// Reads attributes one after the other; the first failure stays, and what follows is empty.
struct attribute_reader {
  module& in;
  CK_SESSION_HANDLE with;
  CK_RV value = CKR_OK;

  bytes read(CK_OBJECT_HANDLE of, CK_ATTRIBUTE_TYPE type, std::size_t max) {
    bytes got;
    if (value == CKR_OK) value = read_attribute(in, with, of, type, max, got);
    return got;
  }
  bool is_set(CK_OBJECT_HANDLE of, CK_ATTRIBUTE_TYPE type) {
    const auto got = read(of, type, sizeof(CK_BBOOL));
    return got.size() == sizeof(CK_BBOOL) && got[0] == CK_TRUE;
  }
};

// A token's text goes to terminals and into JSON.
std::string printable(byte_view text) {
  std::string shown{text.begin(), text.end()};
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

bool equal(byte_view a, byte_view b) { return std::ranges::equal(a, b); }

// By the curve's own name: CKK_EC is every Weierstrass curve, CKK_EC_EDWARDS also Ed448.
expected<std::variant<ec_public_key, ed25519_public_key>> checked_key(byte_view params,
                                                                      byte_view point) {
  if (equal(params, secp256k1_params())) {
    QUORATE_ASSIGN(const auto inside, point_inside(point, {33, 65}));
    QUORATE_ASSIGN(const auto key, ec_public_key::parse(inside));
    return std::variant<ec_public_key, ed25519_public_key>{key};
  }
  if (equal(params, ed25519_params()) || equal(params, ed25519_params_by_name())) {
    QUORATE_ASSIGN(const auto inside, point_inside(point, {32}));
    QUORATE_ASSIGN(const auto key, ed25519_public_key::from_bytes(inside));
    return std::variant<ec_public_key, ed25519_public_key>{key};
  }
  return errc::hsm_unsupported;
}

} // namespace

CK_RV find_private_key(module& in, const session& with, byte_view id, CK_OBJECT_HANDLE& key) {
  key = CK_INVALID_HANDLE;
  std::vector<CK_OBJECT_HANDLE> found;
  attributes wanted;
  wanted.number<CKO_PRIVATE_KEY>(CKA_CLASS).add(CKA_ID, id);
  const CK_RV value = find_objects(in, with.handle, wanted, 2, found);
  if (value == CKR_OK && found.size() == 1) key = found[0];
  return value;
}

CK_RV describe_key(module& in, const session& with, CK_OBJECT_HANDLE key,
                   answer<key_description>& out) {
  attribute_reader of{in, with.handle};
  const bool is_sensitive = of.is_set(key, CKA_SENSITIVE);
  const bool is_extractable = of.is_set(key, CKA_EXTRACTABLE);
  const bool may_sign = of.is_set(key, CKA_SIGN);
  const auto id = of.read(key, CKA_ID, token_key::id_bytes_max);
  const auto label = of.read(key, CKA_LABEL, label_bytes_read_max);
  if (of.value != CKR_OK) return of.value;

  std::vector<CK_OBJECT_HANDLE> found;
  attributes wanted;
  wanted.number<CKO_PUBLIC_KEY>(CKA_CLASS).add(CKA_ID, id);
  const CK_RV value = find_objects(in, with.handle, wanted, 2, found);
  if (value != CKR_OK) return value;
  if (id.empty() || found.size() != 1) {
    out = errc::no_such_key;
    return CKR_OK;
  }
  const auto params = of.read(found[0], CKA_EC_PARAMS, params_bytes_max);
  const auto point = of.read(found[0], CKA_EC_POINT, point_bytes_max);
  if (of.value != CKR_OK) return of.value;

  const auto public_key = checked_key(params, point);
  if (!public_key)
    out = public_key.error();
  else if (!may_sign)
    out = errc::hsm_unsupported;
  else if (!is_sensitive || is_extractable)
    out = errc::hsm_unguarded_key;
  else
    out = key_description{id, printable(label), *public_key};
  return CKR_OK;
}

} // namespace quorate::hsm
