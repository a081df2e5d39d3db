// Operations that change nothing, of which no two are the same.
#pragma once

#include "core/ledger/operation.hpp"

#include <array>
#include <cstring>

namespace quorate::faults {

/// Without an account, so that nobody's sequence number is used up. Such a no-op has no stored
/// reply that a retry could be answered with: each attempt takes a new one.
inline ledger::signed_operation unique_noop(const std::array<std::uint64_t, 3>& unique) {
  ledger::noop body;
  body.payload.resize(sizeof unique);
  std::memcpy(body.payload.data(), unique.data(), sizeof unique);
  return {{{}, {}, {}, std::move(body)}, {}};
}

} // namespace quorate::faults
