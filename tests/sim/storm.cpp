#include "tests/sim/storm.hpp"

#include "tests/sim/member_changes.hpp"

#include <algorithm>
#include <array>

namespace quorate::sim {

namespace {

class storm {
public:
  storm(const storm_options& options, storm_report& report)
      : report_(report), draws_(options.seed), c_(make_options(options)) {}

  void run() {
    try {
      set_up();
      const auto slices = 12 + draw(16);
      for (std::uint64_t i = 0; i < slices; ++i)
        slice();
      peace();
    } catch (const safety_violation& e) {
      report_.violation = std::string{"safety: "} + e.what();
    } catch (const std::logic_error& e) {
      report_.violation = std::string{"broken: "} + e.what();
    }
    if (!report_.violation.empty()) note("VIOLATION: " + report_.violation);
    sum_up();
  }

private:
  std::uint64_t draw(std::uint64_t below) { return draws_() % below; }
  bool chance(unsigned percent) { return draw(100) < percent; }

  cluster_options make_options(const storm_options& given) {
    cluster_options made;
    made.n = given.n;
    made.seed = draws_();
    made.trace = given.trace;
    made.trace_messages = given.trace_messages;
    made.replica.pipeline_depth = 1 + draw(12);
    // One in eight runs passes several checkpoints, so that a learner votes again.
    const bool is_long = chance(12);
    wanted_max_ = is_long ? 20 : 6;
    made.operations_per_batch = is_long ? 1 : 1 + draw(5);
    changes_members_ = chance(20);
    constexpr std::array lease_lengths{0, 150, 600, 2000, 5000};
    made.replica.lease_ms = lease_lengths.at(draw(lease_lengths.size()));
    made.links_tell = chance(40);
    return made;
  }

  void note(const std::string& what) {
    if (c_.options().trace != nullptr) c_.write_trace("storm ", what);
  }
  void befalls(const std::string& what, std::size_t place) {
    ++report_.faults[what];
    if (c_.options().trace != nullptr) note(what + " " + std::to_string(place));
  }

  // --- the stage -----------------------------------------------------------------------

  void set_up() {
    const auto clients = 2 + draw(accounts - 1);
    for (std::size_t account = 0; account < clients; ++account)
      c_.add_client(account, 1 + draw(6));
    faulty_max_ = (c_.options().n - 1) / 3;
    const auto liars = chance(25) ? 0 : 1 + draw(faulty_max_);
    auto shared = std::make_shared<plot>();
    for (std::uint64_t i = 0; i < liars; ++i)
      add_liar(shared);
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      drift(place);
    change_weather();
    c_.client_loss_percent = static_cast<unsigned>(draw(15));
  }

  void add_liar(const std::shared_ptr<plot>& shared) {
    std::uint16_t who = 0;
    do
      who = static_cast<std::uint16_t>(draw(c_.options().n));
    while (c_.at(who).faulty);
    c_.at(who).faulty = true;
    ++liars_;
    if (chance(20)) {
      befalls("twins", who);
      (void)c_.add_twin(who);
      return;
    }
    std::vector<lie> ways;
    for (auto i = 1 + draw(3); i > 0; --i)
      ways.push_back(static_cast<lie>(draw(lie_count)));
    for (auto way : ways)
      befalls(std::string{name(way)}, who);
    c_.at(who).choosing = make_choice(c_, who, ways);
    c_.at(who).tampering = make_liar(c_, shared, who, std::move(ways));
  }

  void change_weather() {
    link_rules rules;
    rules.delay_ms_max = 2 + draw(chance(30) ? 150 : 30);
    rules.loss_percent = static_cast<unsigned>(draw(10));
    rules.duplicate_percent = static_cast<unsigned>(draw(10));
    rules.damage_percent = static_cast<unsigned>(draw(4));
    c_.net().set_rules(rules);
  }

  // --- misfortunes ---------------------------------------------------------------------

  void slice() {
    for (auto i = 1 + draw(3); i > 0; --i)
      misfortune();
    for (const auto& each : c_.clients())
      each->ask_for(draw(wanted_max_));
    if (changes_members_ && chance(50)) change_members();
    c_.run_for(40 + draw(chance(20) ? 3000 : 700));
    recover_learners();
    start_joiners();
  }

  void misfortune() {
    const auto victim = draw(c_.nodes());
    switch (draw(26)) {
    case 0:
      return crash(victim);
    case 1:
    case 2:
      befalls("crash_mid_step", victim);
      return c_.at(victim).crash_before_effect(draw(12));
    case 3:
      return power_loss();
    case 4:
    case 5:
    case 6:
      return restart_all();
    case 7:
    case 8:
      return restart(victim);
    case 9:
      return partition(false);
    case 10:
      return partition(true);
    case 11:
      return cut_one_way();
    case 12:
      befalls("slow_link", victim);
      return c_.net().set_rules(victim, draw(c_.nodes()),
                                {.delay_ms_min = 50, .delay_ms_max = 900});
    case 13:
    case 14:
      note("the network heals");
      return c_.net().heal();
    case 15:
      return pause(victim);
    case 16:
      befalls("clock_rate", victim);
      c_.at(victim).runs.clock_percent = static_cast<unsigned>(50 + draw(151));
      return drift(victim);
    case 17:
      befalls("slow_replica", victim);
      c_.at(victim).runs.service_ms = 1 + draw(12);
      return;
    case 18:
      befalls("slow_disk", victim);
      c_.at(victim).runs.sync_ms_max = 20 + draw(400);
      return;
    case 19:
      c_.at(victim).runs = {};
      return;
    case 20:
      return copy_disk(victim);
    case 21:
    case 22:
      return impair(victim);
    case 23:
      return set_wall_clocks();
    case 24:
      return restart_at_once();
    default:
      return change_weather();
    }
  }

  void crash(std::size_t victim) {
    if (!c_.at(victim).is_up()) return;
    befalls("crash", victim);
    c_.crash(victim);
  }

  void power_loss() {
    ++report_.faults["power_loss"];
    note("power_loss");
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      if (c_.at(place).is_up()) lose_power(place);
    restart_all();
  }

  void lose_power(std::size_t place) {
    c_.crash(place);
    c_.at(place).time.reboot(c_.now_ms());
  }

  void drift(std::size_t victim) {
    const auto most = machine_clock::drift_max_ppm;
    const auto ppm = static_cast<std::int64_t>(draw(2 * most + 1)) - most;
    c_.at(victim).time.set_drift(chance(50) ? ppm : (ppm < 0 ? -most : most), c_.now_ms());
  }

  // A bad time server sets many clocks at once.
  void set_wall_clocks() {
    const auto offset_ms = static_cast<std::int64_t>(draw(20'000)) - 10'000;
    for (auto i = 1 + draw(c_.nodes()); i > 0; --i) {
      const auto victim = draw(c_.nodes());
      befalls("clock_jump", victim);
      c_.at(victim).time.set_wall(offset_ms);
    }
  }

  // A supervisor is quick: some are there again before anyone misses them.
  void restart_at_once() {
    for (auto i = 1 + draw(c_.nodes()); i > 0; --i) {
      const auto victim = draw(c_.nodes());
      crash(victim);
      restart(victim);
    }
  }

  void restart_all() {
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      restart(place);
  }

  // An operator's work: a damaged disk is replaced, and the node comes back as a learner.
  void restart(std::size_t place) {
    auto& which = c_.at(place);
    which.resume();
    which.boot();
    if (!which.fatal) return;
    which.wipe();
    which.boot();
  }

  void partition(bool bridged) {
    std::vector<std::vector<std::size_t>> groups(2);
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      groups[draw(2)].push_back(place);
    const auto bridge = draw(c_.nodes());
    if (bridged)
      for (auto& group : groups)
        group.push_back(bridge);
    befalls(bridged ? "bridge_partition" : "partition", bridge);
    c_.net().partition(std::move(groups));
  }

  void cut_one_way() {
    for (auto i = 1 + draw(c_.nodes()); i > 0; --i) {
      const auto from = draw(c_.nodes());
      befalls("one_way_cut", from);
      c_.net().cut_one_way(from, draw(c_.nodes()));
    }
  }

  void pause(std::size_t victim) {
    if (!c_.at(victim).is_up() || c_.at(victim).is_paused()) return;
    befalls("pause", victim);
    c_.at(victim).pause();
    c_.schedule(50 + draw(4000), [this, victim] {
      if (c_.at(victim).is_paused()) c_.at(victim).resume();
    });
  }

  void copy_disk(std::size_t victim) {
    note("a copy of the disk of " + std::to_string(victim));
    copies_.insert_or_assign(victim, c_.at(victim).storage().copy());
  }

  // A replica that forgets is a faulty one, until it votes again.
  void impair(std::size_t victim) {
    auto& which = c_.at(victim);
    if (which.faulty || !has_room_for(victim)) return;
    impaired_.insert(victim);
    if (which.is_up()) c_.crash(victim);
    const auto copy = copies_.find(victim);
    switch (draw(3)) {
    case 0:
      befalls("wipe", victim);
      which.wipe();
      break;
    case 1:
      if (copy != copies_.end()) {
        befalls("old_disk", victim);
        which.storage().roll_back_to(copy->second);
        break;
      }
      [[fallthrough]];
    default:
      befalls("bit_rot", victim);
      rot(which.storage());
    }
    if (chance(70)) restart(victim);
  }

  void rot(disk& of) {
    const auto blocks = of.last_block().value;
    if (blocks > 0 && chance(50))
      of.rot(sequence_number{1 + draw(blocks)});
    else
      of.rot(std::nullopt);
  }

  bool has_room_for(std::size_t victim) const {
    return impaired_.contains(victim) || liars_ + impaired_.size() < faulty_max_;
  }

  void recover_learners() {
    std::erase_if(impaired_, [this](std::size_t place) {
      const auto& which = c_.at(place);
      return which.is_up() && which.storage().remembers() && !which.storage().is_rotten();
    });
  }

  // --- membership ----------------------------------------------------------------------

  // One change at a time, and none that leaves more faulty replicas than the next epoch bears.
  void change_members() {
    const auto members = c_.members();
    if (members.pending || changes_done() < c_.changes().size()) return;
    auto change = draw_change(c_, members, draws_);
    if (!change) return;
    auto next = members.changed(*change, {1}, crypto_suite::standard);
    if (!next) return;
    const auto voters = std::count_if(next->members.begin(), next->members.end(),
                                      [](const auto& m) { return m.voter; });
    const auto bears = (static_cast<std::size_t>(voters) - 1) / 3;
    if (liars_ + impaired_.size() > bears) return;
    faulty_max_ = std::min(faulty_max_, bears);
    ++report_.faults["membership_" + name_of(change->what)];
    note("membership: " + name_of(change->what) + " " + std::to_string(change->member.value));
    c_.change_members(*change);
  }

  // The operator sets up the machine of a member as soon as it is decided.
  void start_joiners() {
    const auto members = c_.members();
    const auto known = c_.replicas();
    for (const auto& each : (members.pending ? *members.pending : members.current).members)
      if (!std::binary_search(known.begin(), known.end(), each.id)) (void)c_.add_node(each.id);
  }

  std::uint64_t changes_done() const {
    std::uint64_t most = 0;
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      if (!c_.at(place).faulty) most = std::max(most, c_.at(place).state().changes_executed());
    return most;
  }

  bool all_in_epoch(configuration_epoch epoch) const {
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      if (const auto& which = c_.at(place);
          !which.faulty && (!which.is_up() || which.config().epoch() < epoch))
        return false;
    return true;
  }

  // What was decided in the storm comes into force, and then a few changes more.
  bool change_in_peace() {
    const auto in_force = [this] {
      const auto members = c_.members();
      return changes_done() == c_.changes().size() && !members.pending &&
             all_in_epoch(members.current.epoch);
    };
    bool done = reaches(in_force, peace_ms());
    for (auto i = 1 + draw(4); i > 0 && done; --i) {
      change_members();
      done = reaches([this] { return changes_done() == c_.changes().size(); }, peace_ms());
      start_joiners();
      done = done && reaches(in_force, peace_ms());
    }
    return done;
  }

  // --- peace ---------------------------------------------------------------------------

  void peace() {
    note("peace");
    c_.net().heal();
    c_.net().set_rules({});
    c_.client_loss_percent = 0;
    for (std::size_t place = 0; place < c_.nodes(); ++place) {
      c_.at(place).runs = {};
      c_.at(place).cancel_crash();
    }
    restart_all();
    for (const auto& each : c_.clients())
      each->ask_for(2);
    blocks_before_peace_ = c_.judge().history().size();
    if (!reaches([this] { return all_content(); }, peace_ms()))
      return fail("liveness: operations of correct clients are not done: " + standing());
    if (changes_members_ && !change_in_peace())
      return fail("liveness: a change of membership does not come into force: " + standing());
    if (!reaches([this] { return c_.all_equal(); }, 60'000))
      return fail("liveness: correct nodes stay different: " + standing());
    if (liars_ > 0) return;
    for (const auto& each : c_.clients())
      each->ask_for(1);
    if (!c_.run_until([this] { return all_content(); }, 10'000))
      return fail("liveness: slow after the storm: " + standing());
    if (c_.options().replica.lease_ms > 0 && !reaches([this] { return a_lease_is_held(); }, 20'000))
      fail("liveness: nobody gets a lease: " + standing());
  }

  // The longest back-off of a request timer and of a view timer, slowed by half before the peace,
  // for each faulty primary in a row, and a round more.
  std::uint64_t peace_ms() const { return (faulty_max_ + 2) * 2 * 128'000; }

  // A faulty primary that orders enough that is of no use has to be replaced, because nodes measure
  // it. A run that it keeps busy is ended here, as a violation, and not by its time alone.
  bool is_starved() {
    constexpr std::size_t blocks_max = 4000; // far more than peace has work for
    return liars_ > 0 && c_.judge().history().size() > blocks_before_peace_ + blocks_max &&
           c_.is_faulty(replica_id{static_cast<std::uint16_t>(c_.primary())});
  }

  bool reaches(const std::function<bool()>& goal, std::uint64_t within_ms) {
    return c_.run_until([&] { return goal() || is_starved(); }, within_ms) && !is_starved();
  }

  bool a_lease_is_held() const {
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      if (const auto held = c_.at(place).lease_view().lease;
          held && c_.at(place).clock() < held->until)
        return true;
    return false;
  }

  bool all_content() const {
    return std::all_of(c_.clients().begin(), c_.clients().end(),
                       [](const auto& each) { return each->is_content(); });
  }

  void fail(const std::string& why) {
    report_.violation = is_starved() ? why + " (a faulty primary orders what is of no use)" : why;
  }

  std::string standing() const {
    std::string text;
    for (std::size_t place = 0; place < c_.nodes(); ++place) {
      const auto& which = c_.at(place);
      text += "\n  node " + std::to_string(place) + (which.faulty ? " (liar)" : "");
      if (!which.is_up()) {
        text += " is down";
        continue;
      }
      const auto own = which.describe();
      text += " in epoch " + std::to_string(own.epoch.value) + ", view " +
              std::to_string(own.view.value) + (own.changing ? " (left)" : "") + ", delivered " +
              std::to_string(own.delivered.value) + ", stable " + std::to_string(own.stable.value) +
              (own.voter ? "" : ", learner");
    }
    return text;
  }

  void sum_up() {
    report_.virtual_ms = c_.now_ms();
    report_.events = c_.events();
    report_.blocks = c_.judge().history().size();
    for (const auto& each : c_.clients())
      report_.operations += each->done();
    for (std::size_t place = 0; place < c_.nodes(); ++place)
      if (c_.at(place).is_up() && !c_.at(place).faulty) {
        const auto own = c_.at(place).describe();
        report_.views = std::max(report_.views, own.view.value);
        report_.stable = std::max(report_.stable, own.stable.value);
      }
  }

  storm_report& report_;
  std::mt19937_64 draws_; ///< of the storm itself; the cluster has its own
  std::uint64_t wanted_max_ = 0;
  bool changes_members_ = false;
  std::size_t blocks_before_peace_ = 0;
  cluster c_;
  std::size_t faulty_max_ = 0;
  std::size_t liars_ = 0;
  std::set<std::size_t> impaired_; ///< learners, and nodes that will be
  std::map<std::size_t, disk> copies_;
};

} // namespace

storm_report run_storm(const storm_options& options) {
  storm_report report;
  storm{options, report}.run();
  return report;
}

} // namespace quorate::sim
