// Where change may go. What is left of coins is mostly more than what is paid, so a script that is
// wrong costs most here.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::bitcoin {

/// Whether change may go to this script: to that of an address, or to a public key, that can be
/// spent from today. Whether it is ours is the caller's to know.
/// Errors: bad_change_script for an empty one, OP_RETURN or a public key that is no point (nobody
///   could spend the change), a witness version without rules yet (anybody could) and every kind
///   that is not known here.
outcome check_change_script(byte_view locking_script);

} // namespace quorate::bitcoin
