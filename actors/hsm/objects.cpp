#include "actors/hsm/objects.hpp"

#include <algorithm>
#include <array>

namespace quorate::hsm {

namespace {

constexpr CK_BBOOL yes = CK_TRUE;
constexpr CK_BBOOL no = CK_FALSE;

constexpr std::array<std::uint8_t, 7> secp256k1_oid{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a};
constexpr std::array<std::uint8_t, 5> ed25519_oid{0x06, 0x03, 0x2b, 0x65, 0x70};
constexpr std::string_view ed25519_name = "\x13\x0c"
                                          "edwards25519"; // a PrintableString of 12

bool is_user_logged_in(module& in, CK_SESSION_HANDLE with) {
  CK_SESSION_INFO info{};
  const CK_RV value = in.call("C_GetSessionInfo", &CK_FUNCTION_LIST::C_GetSessionInfo, with, &info);
  return value == CKR_OK &&
         (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS);
}

} // namespace

// The standard's struct has no const; what is said is only read.
attributes& attributes::add(CK_ATTRIBUTE_TYPE type, byte_view value) {
  list_.push_back({type, const_cast<std::uint8_t*>(value.data()), value.size()});
  return *this;
}

attributes& attributes::flag(CK_ATTRIBUTE_TYPE type, bool value) {
  return add(type, byte_view{value ? &yes : &no, 1});
}

CK_RV find_objects(module& in, CK_SESSION_HANDLE with, attributes wanted, std::size_t max,
                   std::vector<CK_OBJECT_HANDLE>& found) {
  found.clear();
  CK_RV value = in.call("C_FindObjectsInit", &CK_FUNCTION_LIST::C_FindObjectsInit, with,
                        wanted.data(), wanted.size());
  if (value != CKR_OK) return value;
  found.resize(max);
  std::size_t count = 0;
  // A module may hand out fewer at a time than there are; it ends with none.
  for (CK_ULONG got = 1; value == CKR_OK && got > 0 && count < max; count += got) {
    const CK_ULONG room = max - count;
    got = 0;
    value = in.call("C_FindObjects", &CK_FUNCTION_LIST::C_FindObjects, with, found.data() + count,
                    room, &got);
    if (got > room) return module::note("C_FindObjects", CKR_FUNCTION_FAILED);
  }
  found.resize(value == CKR_OK ? count : 0);
  const CK_RV ended = in.call("C_FindObjectsFinal", &CK_FUNCTION_LIST::C_FindObjectsFinal, with);
  if (value != CKR_OK || ended != CKR_OK) return value != CKR_OK ? value : ended;
  if (found.empty() && !is_user_logged_in(in, with))
    return module::note("C_FindObjects", CKR_USER_NOT_LOGGED_IN);
  return CKR_OK;
}

CK_RV read_attribute(module& in, CK_SESSION_HANDLE with, CK_OBJECT_HANDLE of,
                     CK_ATTRIBUTE_TYPE type, std::size_t max, bytes& value) {
  value.resize(max);
  CK_ATTRIBUTE wanted{type, value.data(), max};
  const CK_RV read = in.call("C_GetAttributeValue", &CK_FUNCTION_LIST::C_GetAttributeValue, with,
                             of, &wanted, CK_ULONG{1});
  if (read == CKR_OK && wanted.ulValueLen > max)
    return module::note("C_GetAttributeValue", CKR_BUFFER_TOO_SMALL);
  value.resize(read == CKR_OK ? wanted.ulValueLen : 0);
  return read == CKR_ATTRIBUTE_TYPE_INVALID ? CKR_OK : read;
}

byte_view secp256k1_params() noexcept { return secp256k1_oid; }
byte_view ed25519_params() noexcept { return ed25519_oid; }
byte_view ed25519_params_by_name() noexcept { return as_bytes(ed25519_name); }

expected<byte_view> point_inside(byte_view value, std::initializer_list<std::size_t> sizes) {
  const auto has_size = [&](std::size_t size) { return std::ranges::count(sizes, size) > 0; };
  if (has_size(value.size())) return value;
  constexpr std::uint8_t octet_string = 0x04;
  constexpr std::uint8_t bit_string = 0x03;
  // Points are shorter than 128 bytes: one byte of length.
  if (value.size() < 3 || value[1] != value.size() - 2) return errc::bad_public_key;
  if (value[0] == octet_string && has_size(value.size() - 2)) return value.subspan(2);
  if (value[0] == bit_string && value[2] == 0 && has_size(value.size() - 3))
    return value.subspan(3);
  return errc::bad_public_key;
}

} // namespace quorate::hsm
