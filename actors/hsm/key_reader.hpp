// What a token says of its keys, checked. Used inside of the pool's jobs; see token_key.hpp.
#pragma once

#include "actors/hsm/objects.hpp"
#include "actors/hsm/token_key.hpp"

namespace quorate::hsm {

/// A read within a job ends in one of two ways: the module fails, which the pool may mend by a new
/// session, or it answers, and the answer is a T or the errc that says what is wrong with it.
template <class T>
using answer = std::optional<expected<T>>;

/// The one private key of this id; CK_INVALID_HANDLE when there is none, or more than one.
CK_RV find_private_key(module& in, const session& with, byte_view id, CK_OBJECT_HANDLE& key);

/// Errors, in `out`: those of token_key::find().
CK_RV describe_key(module& in, const session& with, CK_OBJECT_HANDLE key,
                   answer<key_description>& out);

} // namespace quorate::hsm
