// Bundles and proposals whose signatures are being checked.
#pragma once

#include "actors/local_messages.hpp"

#include <unordered_map>

namespace quorate {

/// One bundle or proposal, until the last worker has answered.
struct check_in_progress {
  std::shared_ptr<const std::vector<bytes>> operations;
  std::shared_ptr<const std::vector<std::uint32_t>> which; ///< those that are checked
  std::size_t chunks_left = 0;

  // A bundle: admissions so far, and who waits for them.
  std::uint64_t reply_tag = 0;
  bool from_client = false;
  std::vector<protocol::admission> admissions;

  // A proposal: its operations, as far as they are known.
  std::shared_ptr<const pbft::verified<pbft::proposal>> proposal;
  std::vector<ledger::operation_ptr> resolved;
  bool refused = false;
};

/// Invariant: the operations under check are bounded, so a flood costs memory of one bound.
class check_jobs {
public:
  static constexpr std::size_t operations_max = 65'536;

  std::uint64_t add(check_in_progress job) {
    under_check_ += job.which->size();
    jobs_.emplace(++last_, std::move(job));
    return last_;
  }
  check_in_progress* find(std::uint64_t id) {
    const auto place = jobs_.find(id);
    return place == jobs_.end() ? nullptr : &place->second;
  }
  check_in_progress take(std::uint64_t id) {
    auto job = std::move(jobs_.at(id));
    under_check_ -= job.which->size();
    jobs_.erase(id);
    return job;
  }
  std::size_t under_check() const noexcept { return under_check_; }

private:
  std::unordered_map<std::uint64_t, check_in_progress> jobs_;
  std::uint64_t last_ = 0;
  std::size_t under_check_ = 0;
};

} // namespace quorate
