// Whom a client trusts at the moment: read by callers, extended by the client actor.
#pragma once

#include "core/ledger/trust.hpp"

#include <memory>
#include <mutex>

namespace quorate {

class trust_anchor {
public:
  explicit trust_anchor(const ledger::genesis& g)
      : now_(std::make_shared<const ledger::trusted_epochs>(g)) {}

  std::shared_ptr<const ledger::trusted_epochs> get() const {
    const std::lock_guard lock{mutex_};
    return now_;
  }

  /// Errors: those of trusted_epochs::extend; nothing changes then.
  outcome extend(const std::vector<ledger::epoch_proof>& proofs) {
    auto next = std::make_shared<ledger::trusted_epochs>(*get());
    for (const auto& proof : proofs)
      QUORATE_TRY(next->extend(proof));
    const std::lock_guard lock{mutex_};
    now_ = std::move(next);
    return {};
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ledger::trusted_epochs> now_;
};

} // namespace quorate
