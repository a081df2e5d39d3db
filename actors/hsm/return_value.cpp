#include "actors/hsm/return_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace quorate::hsm {

namespace {

constexpr std::string_view lost = "the session is gone; a new one is opened and the call repeated";
constexpr std::string_view unplugged = "the token does not answer; connect it and try again";
constexpr std::string_view our_mistake =
    "the module takes the call for malformed; report this with the module's name and version";
constexpr std::string_view no_curve =
    "the token does not know the curve or its name; see the maker's list of curves";
constexpr std::string_view no_mechanism =
    "the token does not sign this way; see its mechanisms (CKM_ECDSA, CKM_EDDSA)";
constexpr std::string_view not_allowed =
    "the key's attributes or the token's policy forbid this; see the key's CKA_SIGN";
constexpr std::string_view wrong_pin = "the PIN is wrong; it is not tried again";
constexpr std::string_view no_memory = "memory is short; close other sessions or delete old keys";
constexpr std::string_view broken = "the token failed; see the module's own log";

struct row {
  CK_RV value;
  return_value_meaning meaning;
};

constexpr row table[] = {
    {CKR_OK, {"CKR_OK", errc::hsm_failed, "done"}},
    {CKR_CANCEL, {"CKR_CANCEL", errc::hsm_failed, "the call was cancelled; try again"}},
    {CKR_HOST_MEMORY, {"CKR_HOST_MEMORY", errc::hsm_failed, no_memory}},
    {CKR_SLOT_ID_INVALID, {"CKR_SLOT_ID_INVALID", errc::hsm_no_token, unplugged}},
    {CKR_GENERAL_ERROR, {"CKR_GENERAL_ERROR", errc::hsm_failed, broken}},
    {CKR_FUNCTION_FAILED, {"CKR_FUNCTION_FAILED", errc::hsm_failed, broken}},
    {CKR_ARGUMENTS_BAD, {"CKR_ARGUMENTS_BAD", errc::hsm_failed, our_mistake}},
    {CKR_NEED_TO_CREATE_THREADS,
     {"CKR_NEED_TO_CREATE_THREADS", errc::hsm_unsupported,
      "the module cannot do without threads of its own; this is not the module to use"}},
    {CKR_CANT_LOCK,
     {"CKR_CANT_LOCK", errc::hsm_unsupported,
      "the module cannot be used by several threads; get one that can"}},
    {CKR_ATTRIBUTE_READ_ONLY, {"CKR_ATTRIBUTE_READ_ONLY", errc::hsm_unsupported, not_allowed}},
    {CKR_ATTRIBUTE_SENSITIVE, {"CKR_ATTRIBUTE_SENSITIVE", errc::hsm_unsupported, not_allowed}},
    {CKR_ATTRIBUTE_TYPE_INVALID,
     {"CKR_ATTRIBUTE_TYPE_INVALID", errc::hsm_unsupported,
      "the object has not got an attribute that it should have"}},
    {CKR_ATTRIBUTE_VALUE_INVALID, {"CKR_ATTRIBUTE_VALUE_INVALID", errc::hsm_unsupported, no_curve}},
    {CKR_ACTION_PROHIBITED, {"CKR_ACTION_PROHIBITED", errc::hsm_unsupported, not_allowed}},
    {CKR_DATA_INVALID,
     {"CKR_DATA_INVALID", errc::hsm_unsupported, "the token does not sign these bytes"}},
    {CKR_DATA_LEN_RANGE,
     {"CKR_DATA_LEN_RANGE", errc::hsm_unsupported,
      "the token does not sign so many bytes at once"}},
    {CKR_DEVICE_ERROR, {"CKR_DEVICE_ERROR", errc::hsm_failed, broken}},
    {CKR_DEVICE_MEMORY, {"CKR_DEVICE_MEMORY", errc::hsm_failed, no_memory}},
    {CKR_DEVICE_REMOVED, {"CKR_DEVICE_REMOVED", errc::hsm_no_token, unplugged}},
    {CKR_FUNCTION_CANCELED,
     {"CKR_FUNCTION_CANCELED", errc::hsm_failed, "the call was cancelled; try again"}},
    {CKR_FUNCTION_NOT_SUPPORTED,
     {"CKR_FUNCTION_NOT_SUPPORTED", errc::hsm_unsupported, no_mechanism}},
    {CKR_KEY_HANDLE_INVALID, {"CKR_KEY_HANDLE_INVALID", errc::no_such_key, lost}},
    {CKR_KEY_SIZE_RANGE, {"CKR_KEY_SIZE_RANGE", errc::hsm_unsupported, no_curve}},
    {CKR_KEY_TYPE_INCONSISTENT, {"CKR_KEY_TYPE_INCONSISTENT", errc::hsm_unsupported, no_mechanism}},
    {CKR_KEY_FUNCTION_NOT_PERMITTED,
     {"CKR_KEY_FUNCTION_NOT_PERMITTED", errc::hsm_unsupported, not_allowed}},
    {CKR_MECHANISM_INVALID, {"CKR_MECHANISM_INVALID", errc::hsm_unsupported, no_mechanism}},
    {CKR_MECHANISM_PARAM_INVALID,
     {"CKR_MECHANISM_PARAM_INVALID", errc::hsm_unsupported, no_mechanism}},
    {CKR_OBJECT_HANDLE_INVALID, {"CKR_OBJECT_HANDLE_INVALID", errc::no_such_key, lost}},
    {CKR_OPERATION_ACTIVE, {"CKR_OPERATION_ACTIVE", errc::hsm_failed, our_mistake}},
    {CKR_OPERATION_NOT_INITIALIZED,
     {"CKR_OPERATION_NOT_INITIALIZED", errc::hsm_failed, our_mistake}},
    {CKR_PIN_INCORRECT, {"CKR_PIN_INCORRECT", errc::hsm_pin_refused, wrong_pin}},
    {CKR_PIN_INVALID, {"CKR_PIN_INVALID", errc::hsm_pin_refused, wrong_pin}},
    {CKR_PIN_LEN_RANGE, {"CKR_PIN_LEN_RANGE", errc::hsm_pin_refused, wrong_pin}},
    {CKR_PIN_EXPIRED,
     {"CKR_PIN_EXPIRED", errc::hsm_pin_refused,
      "the PIN has expired; set a new one with the token's own tool"}},
    {CKR_PIN_LOCKED,
     {"CKR_PIN_LOCKED", errc::hsm_pin_locked,
      "too many wrong PINs; the security officer has to set a new one"}},
    {CKR_SESSION_CLOSED, {"CKR_SESSION_CLOSED", errc::hsm_failed, lost}},
    {CKR_SESSION_COUNT,
     {"CKR_SESSION_COUNT", errc::busy, "the token has no session left; close some elsewhere"}},
    {CKR_SESSION_HANDLE_INVALID, {"CKR_SESSION_HANDLE_INVALID", errc::hsm_failed, lost}},
    {CKR_SESSION_READ_ONLY, {"CKR_SESSION_READ_ONLY", errc::hsm_failed, our_mistake}},
    {CKR_SESSION_READ_WRITE_SO_EXISTS,
     {"CKR_SESSION_READ_WRITE_SO_EXISTS", errc::hsm_failed,
      "the security officer is logged in; log out there first"}},
    {CKR_TEMPLATE_INCOMPLETE, {"CKR_TEMPLATE_INCOMPLETE", errc::hsm_unsupported, our_mistake}},
    {CKR_TEMPLATE_INCONSISTENT,
     {"CKR_TEMPLATE_INCONSISTENT", errc::hsm_unsupported,
      "the token does not make keys with these attributes"}},
    {CKR_TOKEN_NOT_PRESENT, {"CKR_TOKEN_NOT_PRESENT", errc::hsm_no_token, unplugged}},
    {CKR_TOKEN_NOT_RECOGNIZED, {"CKR_TOKEN_NOT_RECOGNIZED", errc::hsm_no_token, unplugged}},
    {CKR_TOKEN_WRITE_PROTECTED,
     {"CKR_TOKEN_WRITE_PROTECTED", errc::hsm_unsupported, "the token takes no new keys"}},
    {CKR_USER_NOT_LOGGED_IN, {"CKR_USER_NOT_LOGGED_IN", errc::hsm_failed, lost}},
    {CKR_USER_PIN_NOT_INITIALIZED,
     {"CKR_USER_PIN_NOT_INITIALIZED", errc::hsm_pin_refused,
      "the token has no user PIN yet; set one with its own tool"}},
    {CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
     {"CKR_USER_ANOTHER_ALREADY_LOGGED_IN", errc::hsm_failed,
      "the security officer is logged in; log out there first"}},
    {CKR_USER_TOO_MANY_TYPES,
     {"CKR_USER_TOO_MANY_TYPES", errc::hsm_failed, "others are logged in; log out there first"}},
    {CKR_DOMAIN_PARAMS_INVALID, {"CKR_DOMAIN_PARAMS_INVALID", errc::hsm_unsupported, no_curve}},
    {CKR_CURVE_NOT_SUPPORTED, {"CKR_CURVE_NOT_SUPPORTED", errc::hsm_unsupported, no_curve}},
    {CKR_BUFFER_TOO_SMALL,
     {"CKR_BUFFER_TOO_SMALL", errc::hsm_false_answer,
      "the answer is longer than any that would be right"}},
    {CKR_CRYPTOKI_NOT_INITIALIZED,
     {"CKR_CRYPTOKI_NOT_INITIALIZED", errc::hsm_failed,
      "something else in this process has ended the module's use; it is started again"}},
    {CKR_CRYPTOKI_ALREADY_INITIALIZED,
     {"CKR_CRYPTOKI_ALREADY_INITIALIZED", errc::hsm_failed,
      "something else in this process uses the module too"}},
    {CKR_FIPS_SELF_TEST_FAILED, {"CKR_FIPS_SELF_TEST_FAILED", errc::hsm_failed, broken}},
    {CKR_LIBRARY_LOAD_FAILED,
     {"CKR_LIBRARY_LOAD_FAILED", errc::hsm_no_module,
      "the module lacks a library of its own; install all of its package"}},
    {CKR_FUNCTION_REJECTED,
     {"CKR_FUNCTION_REJECTED", errc::hsm_failed,
      "the token, or a person at it, declined; ask there"}},
};

constexpr return_value_meaning makers_own{"a value of the maker's own", errc::hsm_failed,
                                          "look the number up in the module's manual"};
constexpr return_value_meaning undefined{"an undefined value", errc::hsm_failed,
                                         "the module is broken, or newer than this program"};

} // namespace

return_value_meaning meaning_of(CK_RV value) noexcept {
  const auto* const found = std::ranges::find(table, value, &row::value);
  if (found != std::end(table)) return found->meaning;
  return value >= CKR_VENDOR_DEFINED ? makers_own : undefined;
}

bool is_lost_session(CK_RV value) noexcept {
  return value == CKR_SESSION_HANDLE_INVALID || value == CKR_SESSION_CLOSED ||
         value == CKR_USER_NOT_LOGGED_IN || value == CKR_DEVICE_REMOVED ||
         value == CKR_TOKEN_NOT_PRESENT || value == CKR_SLOT_ID_INVALID ||
         value == CKR_KEY_HANDLE_INVALID || value == CKR_OBJECT_HANDLE_INVALID ||
         value == CKR_CRYPTOKI_NOT_INITIALIZED;
}

bool is_refused_pin(CK_RV value) noexcept {
  return meaning_of(value).code == errc::hsm_pin_refused || value == CKR_PIN_LOCKED ||
         value == CKR_ARGUMENTS_BAD || value == CKR_FUNCTION_REJECTED ||
         value >= CKR_VENDOR_DEFINED;
}

std::string describe(std::string_view function, CK_RV value) {
  const auto [name, code, advice] = meaning_of(value);
  return fmt::format("{}: {} ({:#x}): {}", function, name, value, advice);
}

} // namespace quorate::hsm
