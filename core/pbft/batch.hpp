// What consensus orders: opaque bytes under a digest. What they mean is the ledger's business.
#pragma once

#include "core/base/bytes.hpp"

#include <memory>

namespace quorate::pbft {

/// The bytes of a batch, shared between slot, disk and network; never null.
using body_ptr = std::shared_ptr<const bytes>;

/// Tagged SHA-256 of the body.
digest digest_of_body(byte_view body) noexcept;

/// The null request: an empty body, which executes as nothing but takes its sequence number.
/// Source: OSDI '99, section 4.4.
const body_ptr& null_body() noexcept;
const digest& null_digest() noexcept;

} // namespace quorate::pbft
