#include "actors/mempool/worker_actor.hpp"

#include "actors/handlers.hpp"

namespace quorate {

namespace {

worker_actor::behavior_type worker(worker_actor::pointer self,
                                   std::shared_ptr<const ledger::authoriser> authoriser) {
  set_robust_handlers(self, "worker");
  return {[authoriser](const local::check_job& job) {
    auto results = std::make_shared<std::vector<expected<ledger::operation_ptr>>>();
    results->reserve(job.end - job.begin);
    for (std::size_t i = job.begin; i < job.end; ++i) {
      auto checked = authoriser->check((*job.operations)[(*job.which)[i]]);
      if (checked)
        results->emplace_back(
            std::make_shared<const ledger::authorised_operation>(std::move(*checked)));
      else
        results->emplace_back(checked.error());
    }
    return local::checked_operations{job.job, job.begin, std::move(results)};
  }};
}

} // namespace

worker_actor spawn_worker(caf::actor_system& system,
                          std::shared_ptr<const ledger::authoriser> authoriser) {
  return system.spawn(worker, std::move(authoriser));
}

} // namespace quorate
