// Replicas that lie. The judge watches the correct ones; here it is required that they go on.
#include "tests/sim/byzantine.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using sim::cluster;

namespace {

// An operation that no client gave, different for each number.
body_ptr forged_batch(std::uint64_t n) { return sim::unasked_batch(n); }

// Proposes one batch to replicas below `split` and another to the rest.
sim::tamper two_faced(const cluster& c, std::size_t self, std::size_t split) {
  return [&c, self, split](replica_id to, const message& m) {
    const auto* made = std::get_if<proposal>(&m);
    if (made == nullptr || to.value < split) return std::vector{m};
    const auto body = forged_batch(made->header.on.sequence.value);
    const ballot on{made->header.on.view, made->header.on.sequence, digest_of_body(*body)};
    return std::vector<message>{
        *c.who().author_of(static_cast<std::uint16_t>(self)).propose(on, body)};
  };
}

// Votes for whatever the receiver wants to hear: every digest that it ever saw.
struct yes_man {
  const cluster& c;
  std::uint16_t self;
  std::map<std::pair<view_number, sequence_number>, std::set<digest>> seen;

  std::vector<message> operator()(replica_id, const message& m) {
    std::vector<message> out{m};
    if (const auto* vote = std::get_if<prepare>(&m)) {
      seen[{vote->on.view, vote->on.sequence}].insert(vote->on.batch);
      for (const auto& batch : seen[{vote->on.view, vote->on.sequence}])
        out.emplace_back(
            *c.who().author_of(self).make_commit({vote->on.view, vote->on.sequence, batch}));
    }
    return out;
  }
};

// Three busy clients and the one that a primary may leave out, for so long.
void keep_busy(cluster& c, std::uint64_t ms) {
  for (std::size_t account = 0; account < 4; ++account)
    c.add_client(account, 3).ask_for(account == 0 ? 5 : ms / 20);
  c.run_for(ms);
}

std::uint64_t unfair_reports(const cluster& c) {
  std::uint64_t sum = 0;
  for (std::size_t place = 0; place < c.nodes(); ++place)
    sum += c.at(place).unfair_reports;
  return sum;
}

void lies_by_choice(cluster& c, sim::lie how) {
  c.at(0).faulty = true;
  c.at(0).choosing = make_choice(c, 0, {how});
}

} // namespace

BOOST_AUTO_TEST_SUITE(byzantine)

BOOST_AUTO_TEST_CASE(a_primary_that_starves_one_client_is_replaced_and_stays_a_backup) {
  for (std::size_t n : {4U, 7U}) {
    cluster c({.n = n});
    lies_by_choice(c, sim::lie::starve);
    keep_busy(c, 8000);
    BOOST_TEST(c.clients().front()->is_content());
    BOOST_TEST(c.primary() == 1U);
    BOOST_TEST(unfair_reports(c) > 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_primary_that_crawls_is_replaced) {
  for (std::size_t n : {4U, 7U}) {
    cluster c({.n = n});
    lies_by_choice(c, sim::lie::crawl);
    c.submit(200); // at its pace: 180 s
    BOOST_TEST(c.settles(8000));
    BOOST_TEST(c.primary() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(an_honest_primary_under_the_same_load_keeps_its_view) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    cluster c({.seed = seed, .links = {.delay_ms_max = 60, .loss_percent = 1}});
    keep_busy(c, 8000);
    BOOST_TEST(unfair_reports(c) == 0U, "seed " << seed);
    BOOST_TEST(c.at(1).describe().view.value == 0U, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(an_equivocating_primary_splits_nobody_and_is_replaced) {
  for (std::size_t n : {4U, 7U})
    for (std::size_t split = 1; split < n; ++split) {
      cluster c({.n = n, .seed = split});
      c.at(0).faulty = true;
      c.at(0).tampering = two_faced(c, 0, split);
      c.submit(30);
      BOOST_TEST(c.settles(60'000), "n=" << n << " split=" << split);
    }
}

BOOST_AUTO_TEST_CASE(a_vote_for_everything_makes_no_second_quorum) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    cluster c({.seed = seed});
    c.at(0).faulty = true;
    const auto lie = two_faced(c, 0, 2);
    yes_man votes{c, 0, {}};
    c.at(0).tampering = [lie, votes](replica_id to, const message& m) mutable {
      if (std::holds_alternative<proposal>(m)) {
        auto made = lie(to, m);
        const auto& on = std::get<proposal>(made.front()).header.on;
        made.emplace_back(*votes.c.who().author_of(0).make_commit(on));
        return made;
      }
      return votes(to, m);
    };
    c.submit(30);
    BOOST_TEST(c.settles(60'000));
  }
}

BOOST_AUTO_TEST_CASE(evidence_of_equivocation_is_kept_and_can_be_checked) {
  cluster c;
  c.at(0).faulty = true;
  // Both proposals to everyone.
  c.at(0).tampering = [lie = two_faced(c, 0, 0)](replica_id to, const message& m) {
    if (!std::holds_alternative<proposal>(m)) return std::vector{m};
    return std::vector{m, lie(to, m).front()};
  };
  c.submit(10);
  BOOST_TEST(c.settles(60'000));
  BOOST_REQUIRE(!c.at(1).evidence.empty());
  const auto& found = c.at(1).evidence.front();
  BOOST_TEST((found.what == evidence::kind::two_pre_prepares));
  BOOST_TEST(found.culprit.value == 0U);
  BOOST_TEST(check(found, c.who().config).has_value());
}

BOOST_AUTO_TEST_CASE(two_machines_with_one_key_are_one_faulty_replica) {
  for (auto of : std::initializer_list<std::uint16_t>{0, 1, 3})
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      cluster c({.seed = seed});
      const auto twin = c.add_twin(of);
      // Each half of the cluster has its own copy at first.
      std::vector<std::vector<std::size_t>> groups{{of}, {twin}};
      for (std::size_t place = 0; place < 4; ++place)
        if (place != of) groups[place % 2].push_back(place);
      c.net().partition(groups);
      c.submit(20);
      c.run_for(5000);
      c.net().heal();
      c.submit(20);
      BOOST_TEST(c.settles(60'000), "twin of " << of << ", seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(a_flood_of_garbage_changes_nothing) {
  cluster c;
  c.at(3).faulty = true;
  c.at(3).tampering = [&c](replica_id, const message& m) {
    std::vector<message> out{m};
    if (auto* vote = std::get_if<commit>(&m)) {
      auto forged = *vote;
      forged.vote.replica = {1}; // in the name of another
      out.emplace_back(forged);
      forged = *vote;
      forged.on.batch.data[0] ^= 1;
      out.emplace_back(forged);
      out.emplace_back(status{{~0ULL}, true, true, {~0ULL}, {~0ULL}, {~0ULL}, {}});
    }
    return out;
  };
  c.submit(40);
  BOOST_TEST(c.settles(20'000));
  BOOST_TEST(c.at(1).refused[errc::bad_signature] > 0U);
}

// A replica that lies in its VIEW-CHANGE can hide what it knows, and no more.
BOOST_AUTO_TEST_CASE(a_view_change_that_hides_what_was_prepared_loses_nothing) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    cluster c({.seed = seed});
    c.at(3).faulty = true;
    c.at(3).tampering = [&c](replica_id, const message& m) -> std::vector<message> {
      const auto* left = std::get_if<view_change>(&m);
      if (left == nullptr) return {m};
      return {*c.who().author_of(3).sign(view_change{left->new_view, {}, {}, {}})};
    };
    c.submit(40);
    c.run_for(10 + seed);
    c.crash(0);
    c.run_for(5000); // two faults at once: no progress is required, safety is
    c.restart(0);
    BOOST_TEST(c.settles(30'000));
    BOOST_TEST(c.all_equal());
  }
}

BOOST_AUTO_TEST_SUITE_END()
