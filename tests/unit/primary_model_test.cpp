// Model primaries before the monitor of one backup: an honest one is never reported, whatever the
// load and the luck of messages; each kind of liar is.
#include "core/mempool/primary_monitor.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <optional>
#include <random>
#include <set>

using namespace quorate;
using namespace quorate::mempool;

namespace {

constexpr std::size_t batch_max = 20;
constexpr std::size_t pipeline = 4;

std::uint64_t seed() {
  const char* given = std::getenv("QUORATE_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

enum class conduct { honest, starves, tiny, pauses, useless, nulls };

/// An account's operation: the n-th of its account.
struct model_operation {
  std::size_t account = 0;
  std::uint64_t n = 0;
  friend auto operator<=>(const model_operation&, const model_operation&) = default;
};

ledger::operation_id id_of(const model_operation& op) {
  ledger::operation_id id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.data[i] = static_cast<std::uint8_t>(op.account >> 8 * i);
    id.data[8 + i] = static_cast<std::uint8_t>(op.n >> 8 * i);
  }
  return id;
}

struct model_block {
  std::uint64_t executed_at_ms = 0;
  std::vector<model_operation> operations;
  bool null = false;
};

/// Clients, a primary with lanes and turns of accounts as core/mempool has them, and this node.
/// Time passes in steps of 10 ms.
class model {
public:
  model(std::uint64_t seed, conduct how) : random_(seed), how_(how) {
    monitor_options options;
    options.batch_operations_max = batch_max;
    monitor_.emplace(options);
    latency_ms_ = 10 + draw(140);
    accounts_.resize(40 + draw(400));
    // Operations a step: from a trickle to twice what can be executed. A liar has work for two.
    const auto capacity = batch_max * pipeline * 10 / std::max<std::uint64_t>(latency_ms_, 10);
    load_percent_ = how == conduct::honest ? 1 + draw(200 * (capacity + 1)) : 100 * capacity + 30;
  }

  /// The first report within this time.
  std::optional<unfairness> run(std::uint64_t ms) {
    for (const auto end = now_ + ms; now_ < end && !report_; now_ += 10)
      step();
    return report_;
  }
  std::uint64_t now() const { return now_; }
  std::uint64_t blocks() const { return blocks_; }

private:
  struct account {
    std::uint64_t submitted = 0;
    std::uint64_t at_primary = 0; ///< it has all up to this one
    std::uint64_t here = 0;
    std::uint64_t taken = 0;
    std::uint64_t executed = 0;
    std::uint64_t applied_here = 0;
    std::uint64_t told = 0; ///< the one that the monitor knows to be due
    bool listed = false;
  };
  struct arrival {
    std::size_t account = 0;
    std::uint64_t n = 0;
    bool at_primary = false;
  };

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool chance(unsigned percent) { return draw(100) < percent; }
  static std::size_t lane_of(std::size_t account) { return account % lane_count; }

  void step() {
    submit();
    arrive();
    propose();
    execute();
    if (how_ == conduct::honest && draw(2000) == 0) change_view();
    if (how_ == conduct::honest && draw(3000) == 0) stopped_until_ = now_ + draw(4000);
    if (now_ >= stopped_until_) observe();
  }

  void submit() {
    for (auto due = load_percent_ / 100 + (draw(100) < load_percent_ % 100 ? 1 : 0); due > 0;
         --due) {
      // Some clients are far busier than others.
      const auto which = chance(50) ? draw(accounts_.size()) : draw(1 + accounts_.size() / 10);
      auto& from = accounts_[which];
      if (from.submitted >= from.executed + 16) continue;
      ++from.submitted;
      // Either node may hear of it first; a message that is lost is sent again after a second.
      for (const bool at_primary : {true, false})
        arrivals_.emplace(now_ + draw(300) + (chance(2) ? 1000 : 0),
                          arrival{which, from.submitted, at_primary});
    }
  }

  void arrive() {
    for (; !arrivals_.empty() && arrivals_.begin()->first <= now_;
         arrivals_.erase(arrivals_.begin())) {
      const auto& what = arrivals_.begin()->second;
      auto& known =
          what.at_primary ? accounts_[what.account].at_primary : accounts_[what.account].here;
      if (what.n == known + 1)
        ++known;
      else if (what.n > known) // a gap before it
        arrivals_.emplace(now_ + 10, what);
      if (what.at_primary) list(what.account);
    }
  }

  void list(std::size_t which) {
    auto& who = accounts_[which];
    if (who.listed || who.taken >= who.at_primary) return;
    if (how_ == conduct::starves && which == 1) return;
    who.listed = true;
    turns_[lane_of(which)].push_back(which);
  }

  std::vector<model_operation> take(std::size_t most) {
    constexpr std::array<std::size_t, lane_count> weights{8, 4, 4, 2};
    std::vector<model_operation> out;
    for (bool progress = true; progress && out.size() < most;) {
      progress = false;
      for (std::size_t in = 0; in < lane_count; ++in)
        for (std::size_t i = 0; i < weights[in] && !turns_[in].empty() && out.size() < most; ++i) {
          const auto which = turns_[in].front();
          turns_[in].pop_front();
          accounts_[which].listed = false;
          out.push_back({which, ++accounts_[which].taken});
          list(which);
          progress = true;
        }
    }
    return out;
  }

  void propose() {
    if (how_ == conduct::pauses && now_ < proposed_at_ + 900) return;
    const auto deep = how_ == conduct::honest || how_ == conduct::starves ? pipeline : 1;
    while (under_way_.size() < deep) {
      model_block made{now_ + latency_ms_ + draw(20), {}, how_ == conduct::nulls};
      if (!made.null) made.operations = take(how_ == conduct::tiny ? 1 : batch_max);
      if (how_ == conduct::useless) give_back(made.operations);
      if (made.operations.empty() && how_ != conduct::useless && !made.null) return;
      if (!under_way_.empty())
        made.executed_at_ms = std::max(made.executed_at_ms, under_way_.back().executed_at_ms);
      under_way_.push_back(std::move(made));
      inputs_.emplace_back();
      proposed_at_ = now_;
    }
  }

  // It orders old operations instead, as many as fit.
  void give_back(std::vector<model_operation>& operations) {
    for (const auto& op : operations)
      --accounts_[op.account].taken;
    for (const auto& op : operations)
      list(op.account);
    operations.clear();
  }

  void execute() {
    while (!under_way_.empty() && under_way_.front().executed_at_ms <= now_) {
      for (const auto& op : under_way_.front().operations)
        ++accounts_[op.account].executed;
      inputs_.emplace_back(std::move(under_way_.front()));
      under_way_.pop_front();
      ++blocks_;
    }
  }

  // What was under way waits again, in the order of accounts.
  void change_view() {
    under_way_.clear();
    for (auto& turns : turns_)
      turns.clear();
    for (std::size_t which = 0; which < accounts_.size(); ++which) {
      accounts_[which].listed = false;
      accounts_[which].taken = accounts_[which].executed;
      list(which);
    }
    view_changed_ = true;
  }

  // This node: what happened since it last ran, then the monitor's say.
  void observe() {
    if (std::exchange(view_changed_, false)) monitor_->restart(now_);
    tell_due();
    for (auto& input : std::exchange(inputs_, {})) {
      if (!input) {
        monitor_->proposed(now_);
        continue;
      }
      std::vector<ledger::operation_id> ids;
      for (const auto& op : input->operations) {
        ids.push_back(id_of(op));
        accounts_[op.account].applied_here = op.n;
      }
      monitor_->executed(ids, {ids.size(), 200 * ids.size()}, now_);
      tell_due();
      consider();
    }
    if (now_ % 500 == 0) consider();
  }

  void tell_due() {
    for (std::size_t which = 0; which < accounts_.size(); ++which) {
      auto& who = accounts_[which];
      who.here = std::max(who.here, who.applied_here);
      const auto next = who.applied_here < who.here ? who.applied_here + 1 : 0;
      if (who.told == next) continue;
      if (who.told != 0) monitor_->gone(id_of({which, who.told}));
      who.told = next;
      if (next != 0) monitor_->became_due(id_of({which, next}), lane_of(which), now_);
    }
  }

  void consider() {
    if (!report_) report_ = monitor_->judge(now_);
  }

  std::mt19937_64 random_;
  conduct how_;
  std::optional<primary_monitor> monitor_;
  std::uint64_t latency_ms_ = 0;
  std::uint64_t load_percent_ = 0; ///< of one operation a step
  std::uint64_t now_ = 10'000;
  std::uint64_t proposed_at_ = 0;
  std::uint64_t stopped_until_ = 0;
  std::uint64_t blocks_ = 0;
  bool view_changed_ = true;
  std::vector<account> accounts_;
  std::multimap<std::uint64_t, arrival> arrivals_;
  std::array<std::deque<std::size_t>, lane_count> turns_;
  std::deque<model_block> under_way_;
  std::vector<std::optional<model_block>> inputs_; ///< of this node: a block, or none: a proposal
  std::optional<unfairness> report_;
};

void reported_within(conduct how, std::uint64_t ms) {
  const auto first = seed();
  for (std::uint64_t i = 0; i < 10; ++i)
    BOOST_TEST_CONTEXT("replay with QUORATE_SEED=" << first + i) {
      model m{first + i, how};
      BOOST_TEST(m.run(ms).has_value());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(primary_models)

BOOST_AUTO_TEST_CASE(an_honest_one_is_never_reported) {
  const auto first = seed();
  std::uint64_t blocks = 0;
  for (std::uint64_t i = 0; i < 40; ++i)
    BOOST_TEST_CONTEXT("replay with QUORATE_SEED=" << first + i) {
      model m{first + i, conduct::honest};
      const auto why = m.run(60'000);
      BOOST_TEST(!why, (why ? name(*why) : "") << " at " << m.now());
      blocks += m.blocks();
    }
  BOOST_TEST(blocks > 1000U);
}

BOOST_AUTO_TEST_CASE(one_that_starves_a_client_is_reported) {
  reported_within(conduct::starves, 30'000);
}

BOOST_AUTO_TEST_CASE(one_of_tiny_batches_is_reported) { reported_within(conduct::tiny, 30'000); }

BOOST_AUTO_TEST_CASE(one_that_orders_useless_operations_is_reported) {
  reported_within(conduct::useless, 10'000);
}

BOOST_AUTO_TEST_CASE(one_of_null_batches_is_reported) { reported_within(conduct::nulls, 10'000); }

BOOST_AUTO_TEST_CASE(one_that_pauses_between_full_batches_is_reported) {
  reported_within(conduct::pauses, 60'000);
}

BOOST_AUTO_TEST_SUITE_END()
