// What PKCS#11's return values mean to us: a name, the errc that a caller gets, and what to do.
// Source: PKCS #11 Specification version 3.1, section 5.1.
#pragma once

#include "core/base/errc.hpp"

#include <p11-kit/pkcs11.h>
#include <string>

namespace quorate::hsm {

struct return_value_meaning {
  std::string_view name;   ///< as the standard writes it
  errc code;               ///< of no meaning for CKR_OK
  std::string_view advice; ///< what happened and what to do, one sentence
};

/// Values that are not in the table, a maker's own among them, are hsm_failed.
return_value_meaning meaning_of(CK_RV value) noexcept;

/// Whether the session, the login or the handles of objects were lost: a new session, logged in,
/// may succeed where this call failed. Handles of private objects end with the login, so a handle
/// that is not valid any more is one of these.
bool is_lost_session(CK_RV value) noexcept;

/// Whether C_Login's answer may mean a wrong PIN: what counts towards the token's locking itself.
/// Some makers have values of their own for it, or find fault with the arguments.
bool is_refused_pin(CK_RV value) noexcept;

/// `C_Login: CKR_PIN_INCORRECT (0xa0): the PIN is wrong; …`
std::string describe(std::string_view function, CK_RV value);

} // namespace quorate::hsm
