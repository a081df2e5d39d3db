// A PKCS#11 module that passes everything on to another, named by QUORATE_REAL_HSM, and lies where
// it is told to. It shows what the program does when a token, or what stands before it, is false.
#include "lies.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <p11-kit/pkcs11.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

hsm_lies lies;
CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST mine;

bool takes_one(std::atomic<int>& left) {
  auto now = left.load();
  while (now > 0)
    if (left.compare_exchange_weak(now, now - 1)) return true;
  return false;
}

CK_RV finalise(void* reserved) {
  ++lies.finalisations;
  lies.sessions = 0;
  return real->C_Finalize(reserved);
}

CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV value = real->C_GetTokenInfo(slot, info);
  info->flags |= lies.token_flags;
  if (lies.hides_wrong_pins || std::getenv("QUORATE_HSM_HIDES_WRONG_PINS") != nullptr)
    info->flags &= ~CK_FLAGS{CKF_USER_PIN_COUNT_LOW};
  return value;
}

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                   CK_SESSION_HANDLE* session) {
  if (lies.sessions >= lies.sessions_max) return CKR_SESSION_COUNT;
  const CK_RV value = real->C_OpenSession(slot, flags, application, notify, session);
  if (value == CKR_OK) ++lies.sessions;
  return value;
}

CK_RV close_session(CK_SESSION_HANDLE session) {
  const CK_RV value = real->C_CloseSession(session);
  if (value == CKR_OK) --lies.sessions;
  return value;
}

CK_RV log_in(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG size) {
  ++lies.logins;
  // A byte a login, for those who count them over several processes.
  if (const char* const file = std::getenv("QUORATE_HSM_COUNTS_LOGINS"))
    std::ofstream{file, std::ios::app} << '.';
  if (takes_one(lies.login_failures)) return lies.login_value;
  return real->C_Login(session, user, pin, size);
}

CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_ATTRIBUTE* of_public,
               CK_ULONG public_count, CK_ATTRIBUTE* of_private, CK_ULONG private_count,
               CK_OBJECT_HANDLE* public_key, CK_OBJECT_HANDLE* private_key) {
  constexpr CK_BYTE object_identifier = 0x06;
  for (CK_ULONG i = 0; i < public_count; ++i)
    if (of_public[i].type == CKA_EC_PARAMS && lies.knows_no_oid &&
        *static_cast<const CK_BYTE*>(of_public[i].pValue) == object_identifier)
      return CKR_CURVE_NOT_SUPPORTED;
  return real->C_GenerateKeyPair(session, mechanism, of_public, public_count, of_private,
                                 private_count, public_key, private_key);
}

// Rewrites a true EC_POINT, 04 length point, in place.
void lie_about_point(CK_ATTRIBUTE& value) {
  auto* const at = static_cast<CK_BYTE*>(value.pValue);
  std::vector<CK_BYTE> told(at, at + value.ulValueLen);
  switch (lies.point) {
  case hsm_lies::off_curve:
    told.back() ^= 1;
    break;
  case hsm_lies::other_point: // minus the point: on the curve too, X|-Y is not easily made, so 2|X
    told = {0x04, 0x21, 0x02};
    told.insert(told.end(), at + 3, at + 35);
    if ((at[value.ulValueLen - 1] & 1) == 0) told[2] = 0x03;
    break;
  case hsm_lies::bit_string:
    told[0] = 0x03;
    ++told[1];
    told.insert(told.begin() + 2, 0);
    break;
  case hsm_lies::bare:
    told.erase(told.begin(), told.begin() + 2);
    break;
  case hsm_lies::compressed:
    told = {0x04, 0x21, static_cast<CK_BYTE>(0x02 + (at[value.ulValueLen - 1] & 1))};
    told.insert(told.end(), at + 3, at + 35);
    break;
  default:
    break;
  }
  std::copy(told.begin(), told.end(), at);
  value.ulValueLen = told.size();
}

CK_RV get_attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE of, CK_ATTRIBUTE* values,
                     CK_ULONG count) {
  const CK_RV value = real->C_GetAttributeValue(session, of, values, count);
  for (CK_ULONG i = 0; i < count && value == CKR_OK; ++i) {
    if (values[i].type == CKA_EC_POINT) lie_about_point(values[i]);
    if (values[i].type == CKA_EXTRACTABLE && lies.is_extractable)
      *static_cast<CK_BBOOL*>(values[i].pValue) = CK_TRUE;
  }
  return value;
}

// Where the file that QUORATE_HSM_LOSES_SESSIONS names is there, all sessions are closed, which
// logs out; the file goes with them.
CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  const char* const file = std::getenv("QUORATE_HSM_LOSES_SESSIONS");
  CK_SESSION_INFO about{};
  if (file != nullptr && unlink(file) == 0 && real->C_GetSessionInfo(session, &about) == CKR_OK) {
    real->C_CloseAllSessions(about.slotID);
    lies.sessions = 0;
  }
  return real->C_SignInit(session, mechanism, key);
}

CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG data_size, CK_BYTE* signature,
           CK_ULONG* size) {
  // It hangs while the file that QUORATE_HSM_HANGS names is there, or as long as it is told to.
  const char* const hangs = std::getenv("QUORATE_HSM_HANGS");
  while (hangs != nullptr && access(hangs, F_OK) == 0) {
    std::ofstream{std::string{hangs} + ".inside"};
    usleep(20'000);
  }
  usleep(static_cast<useconds_t>(1'000 * lies.sign_ms));
  if (takes_one(lies.sign_failures)) return lies.sign_value;
  std::vector<CK_BYTE> said(data, data + data_size);
  if (lies.signature == hsm_lies::other_message) said.at(0) ^= 1;
  const CK_RV value = real->C_Sign(session, said.data(), data_size, signature, size);
  if (value != CKR_OK) return value;
  if (lies.signature == hsm_lies::flipped_bit) signature[5] ^= 1;
  if (lies.signature == hsm_lies::short_one) --*size;
  if (lies.signature == hsm_lies::long_one) signature[(*size)++] = 0;
  if (lies.signature == hsm_lies::all_zero) std::memset(signature, 0, *size);
  return value;
}

} // namespace

extern "C" __attribute__((visibility("default"))) hsm_lies* quorate_hsm_lies() { return &lies; }

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  const char* const path = std::getenv("QUORATE_REAL_HSM");
  void* const library = path != nullptr ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  const auto get = library != nullptr
                       ? reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"))
                       : nullptr;
  if (get == nullptr || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  mine = *real;
  mine.version.major = static_cast<CK_BYTE>(lies.version_major.load());
  mine.C_Finalize = finalise;
  mine.C_GetTokenInfo = get_token_info;
  mine.C_OpenSession = open_session;
  mine.C_CloseSession = close_session;
  mine.C_Login = log_in;
  mine.C_GenerateKeyPair = generate;
  mine.C_GetAttributeValue = get_attributes;
  mine.C_SignInit = sign_init;
  mine.C_Sign = sign;
  *list = &mine;
  return CKR_OK;
}
