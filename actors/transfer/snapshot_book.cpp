#include "actors/transfer/snapshot_book.hpp"

namespace quorate {

std::optional<sequence_number> snapshot_book::put(pbft::checkpoint_certificate certificate) {
  if (certificate_ && certificate.sequence <= certificate_->sequence) return std::nullopt;
  certificate_ = std::move(certificate);
  return make_if_due();
}

std::optional<sequence_number>
snapshot_book::put(const ledger::block_summary& summary,
                   std::vector<state_transfer::state_entry> records) {
  state_ = {summary, std::make_shared<state_transfer::sorted_records>(std::move(records))};
  return make_if_due();
}

std::optional<sequence_number> snapshot_book::make_if_due() {
  if (!certificate_ || !state_ || certificate_->sequence != state_->summary.height)
    return std::nullopt;
  auto made = state_transfer::snapshot_source::make({state_->summary, *certificate_},
                                                    std::move(state_->records));
  state_.reset();
  if (!made || made->offer().certificate.state != ledger::hash(made->offer().summary))
    return std::nullopt;
  const auto height = made->height();
  shelf_.put(std::make_shared<const state_transfer::snapshot_source>(std::move(*made)));
  return height;
}

} // namespace quorate
