#include "tests/sim/byzantine.hpp"

#include "core/ledger/batch.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

using namespace quorate::pbft;

constexpr std::size_t remembered_max = 60;
constexpr std::size_t votes_per_slot_max = 4;

class liar {
public:
  liar(cluster& world, std::shared_ptr<plot> shared, std::uint16_t self, std::vector<lie> ways)
      : world_(world), shared_(std::move(shared)), self_(self), ways_(std::move(ways)),
        audience_(world.random()()) {}

  std::vector<message> operator()(replica_id to, const message& m) {
    std::vector<message> out{m};
    for (auto way : ways_)
      tell(way, to, out);
    if (std::holds_alternative<status>(m) && !out.empty()) show_old_epoch(out);
    return out;
  }

private:
  std::uint64_t draw(std::uint64_t below) { return world_.random()() % below; }
  bool chance(unsigned percent) { return draw(100) < percent; }
  bool in_audience(replica_id to) const { return (audience_ >> to.value & 1U) != 0; }
  author by() const { return world_.at(self_).author(); }
  const configuration& config() const { return world_.at(self_).config(); }

  void tell(lie way, replica_id to, std::vector<message>& out) {
    switch (way) {
    case lie::equivocate:
      return equivocate(to, out);
    case lie::vote_for_all:
      return vote_for_all(out);
    case lie::silent:
      return out.clear();
    case lie::selective:
      if (!in_audience(to)) out.clear();
      return;
    case lie::withhold_bodies:
      return withhold_bodies(to, out);
    case lie::forge:
      return forge(out);
    case lie::replay:
      return replay(out);
    case lie::corrupt_new_view:
      return change_each<new_view>(out, [this](const new_view& m) { return corrupt(m); });
    case lie::hide_prepared:
      return change_each<view_change>(out, [this](const view_change& m) { return hide(m); });
    case lie::spam_views:
      return spam_views(out);
    case lie::lie_in_status:
      return lie_in_status(out);
    case lie::unauthorised_batch:
      return change_each<proposal>(out, [this](const proposal& m) { return unauthorised(m); });
    case lie::wrong_checkpoint:
      return wrong_checkpoint(out);
    case lie::starve:
    case lie::crawl: // lies by what it orders: make_choice()
      return;
    }
  }

  template <class Message, class Change>
  static void change_each(std::vector<message>& out, Change change) {
    for (auto& m : out)
      if (const auto* what = std::get_if<Message>(&m)) m = change(Message{*what});
  }

  bool is_own(const proposal& m) const { return config().primary(m.header.on.view).value == self_; }

  void note(const ballot& on) {
    auto& known = shared_->proposed[{on.view, on.sequence}];
    if (known.size() < votes_per_slot_max &&
        std::find(known.begin(), known.end(), on) == known.end())
      known.push_back(on);
  }

  // The same operations at another time: as valid as the first.
  void equivocate(replica_id to, std::vector<message>& out) {
    for (auto& m : out) {
      const auto* made = std::get_if<proposal>(&m);
      if (made == nullptr || !is_own(*made)) continue;
      note(made->header.on);
      const auto view = ledger::read_batch(*made->body);
      if (!view || made->body->empty()) continue;
      auto other = std::make_shared<const bytes>(
          ledger::write_batch({view->time.value + 1}, view->operations));
      auto on = made->header.on;
      on.batch = digest_of_body(*other);
      note(on);
      if (in_audience(to)) m = *by().propose(on, std::move(other));
    }
  }

  void vote_for_all(std::vector<message>& out) {
    std::set<std::pair<view_number, sequence_number>> about;
    for (const auto& m : out) {
      if (const auto* v = std::get_if<prepare>(&m)) about.insert({v->on.view, v->on.sequence});
      if (const auto* v = std::get_if<commit>(&m)) about.insert({v->on.view, v->on.sequence});
      if (const auto* p = std::get_if<proposal>(&m))
        about.insert({p->header.on.view, p->header.on.sequence});
    }
    for (const auto& key : about)
      for (const auto& on : shared_->proposed[key])
        vote_for(on, out);
  }

  void vote_for(const ballot& on, std::vector<message>& out) {
    if (config().primary(on.view).value != self_) out.emplace_back(*by().make_prepare(on));
    out.emplace_back(*by().make_commit(on));
  }

  void withhold_bodies(replica_id to, std::vector<message>& out) {
    std::erase_if(out, [&](const message& m) {
      return std::holds_alternative<batch_body>(m) ||
             (std::holds_alternative<proposal>(m) && !in_audience(to));
    });
  }

  // In the name of another, or as a certificate whose votes are all one replica's.
  void forge(std::vector<message>& out) {
    if (out.empty() || !chance(30)) return;
    const auto victim = replica_id{static_cast<std::uint16_t>(draw(config().n()))};
    if (const auto* vote = std::get_if<commit>(&out.front())) {
      auto named = *vote;
      named.vote.replica = victim;
      commit_certificate alone{vote->on, {}};
      for (std::uint16_t id = 0; id < config().quorum(); ++id)
        alone.commits.push_back({{id}, vote->vote.sig});
      out.emplace_back(named);
      out.emplace_back(committed_block{alone, null_body()});
      first_is_good(vote->on, out);
      forged_view_change(vote->on, vote->vote.sig, out);
    } else if (const auto* p = std::get_if<prepare>(&out.front())) {
      auto named = *p;
      named.vote.replica = victim;
      named.on.batch.data[3] ^= 1;
      out.emplace_back(named);
    } else if (const auto* c = std::get_if<checkpoint>(&out.front())) {
      auto named = *c;
      named.vote.replica = victim;
      out.emplace_back(named);
    }
  }

  // Proof of a null batch where another is under way; of its votes only the first is one.
  void first_is_good(ballot on, std::vector<message>& out) {
    on.batch = null_digest();
    const auto own = by().make_commit(on)->vote;
    commit_certificate proof{on, {}};
    for (const auto& each : config().members())
      if (each.id >= replica_id{self_} && each.voter && proof.commits.size() < config().quorum())
        proof.commits.push_back({each.id, own.sig});
    out.emplace_back(committed_block{std::move(proof), null_body()});
  }

  void forged_view_change(ballot on, const signature& sig, std::vector<message>& out) {
    on.batch.data[7] ^= 1;
    prepared_certificate alone{{on, sig}, {}};
    const auto primary = config().primary(on.view);
    for (std::uint16_t id = 0; alone.prepares.size() + 1 < config().quorum(); ++id)
      if (id != primary.value) alone.prepares.push_back({{id}, by().make_prepare(on)->vote.sig});
    out.emplace_back(*by().sign(view_change{on.view.next(), {}, {alone}, {}}));
    out.emplace_back(*by().sign(new_view{on.view.next(), {}, {}, {}}));
  }

  void replay(std::vector<message>& out) {
    const auto fresh = out;
    if (!past_.empty() && chance(40)) out.push_back(past_[draw(past_.size())]);
    for (const auto& m : fresh) {
      if (past_.size() < remembered_max)
        past_.push_back(m);
      else
        past_[draw(past_.size())] = m;
      const auto* vote = std::get_if<commit>(&m);
      if (vote == nullptr) continue;
      for (auto view : {vote->on.view.value - 1, vote->on.view.value + 1})
        vote_for({{view}, vote->on.sequence, vote->on.batch}, out);
    }
  }

  message corrupt(new_view m) {
    switch (draw(4)) {
    case 0:
      if (!m.re_proposals.empty()) m.re_proposals.pop_back();
      break;
    case 1:
      if (!m.re_proposals.empty()) {
        auto& changed = m.re_proposals[draw(m.re_proposals.size())];
        changed = by().re_propose({m.view, changed.on.sequence, null_digest()});
      }
      break;
    case 2:
      if (!m.view_changes.empty()) m.view_changes.pop_back();
      break;
    default:
      m.re_proposals.push_back(by().re_propose(
          {m.view,
           m.re_proposals.empty() ? sequence_number{1} : m.re_proposals.back().on.sequence.next(),
           null_digest()}));
    }
    return *by().sign(std::move(m));
  }

  message hide(view_change m) {
    if (chance(50)) m.stable = {};
    const auto kept = draw(m.prepared.size() + 1);
    m.prepared.resize(m.stable.sequence.value == 0 ? 0 : kept);
    return *by().sign(std::move(m));
  }

  void spam_views(std::vector<message>& out) {
    if (!chance(10)) return;
    out.emplace_back(*by().sign(view_change{{1 + draw(80)}, {}, {}, {}}));
  }

  // A flood follows a status only: one for each message would make two liars flood each other
  // without end, and that harms nobody else.
  void lie_in_status(std::vector<message>& out) {
    bool is_time = false;
    for (auto& m : out) {
      auto* what = std::get_if<status>(&m);
      if (what == nullptr) continue;
      is_time = true;
      what->delivered = {chance(50) ? draw(2000) : ~std::uint64_t{0}};
      what->stable = {draw(1000)};
      what->highest = {draw(3000)};
      what->view = {what->view.value + draw(3)};
    }
    if (!is_time || !chance(50)) return;
    out.emplace_back(fetch_blocks{{1 + draw(300)}, blocks_max});
    out.emplace_back(fetch_body{{1 + draw(300)}, {}});
    status needy;
    for (std::uint64_t n = 1; n <= needs_max; ++n)
      needy.needs.push_back({{n}, true});
    out.emplace_back(std::move(needy));
  }

  message unauthorised(const proposal& m) {
    if (!is_own(m) || !chance(50)) return m;
    auto body = unauthorised_batch_of(m.header.on.sequence.value);
    const ballot on{m.header.on.view, m.header.on.sequence, digest_of_body(*body)};
    note(on);
    return *by().propose(on, std::move(body));
  }
  static body_ptr unauthorised_batch_of(std::uint64_t n) { return sim::unauthorised_batch(n); }

  // Whatever its ways, a liar that speaks shows in each epoch how it stood in one before: all of it
  // is well signed, with keys that are mostly those of today, and for views higher than today's.
  void show_old_epoch(std::vector<message>& out) {
    const auto& kept = world_.at(self_).storage().view();
    if (kept.epoch < config().epoch()) old_ = kept;
    if (old_.epoch >= config().epoch() || !chance(25)) return;
    if (old_.left) out.emplace_back(*old_.left);
    if (!old_.entered) return;
    for (const auto& m : old_.entered->view_changes)
      out.emplace_back(m);
    out.emplace_back(*old_.entered);
  }

  void wrong_checkpoint(std::vector<message>& out) {
    std::vector<message> more;
    for (const auto& m : out)
      if (const auto* what = std::get_if<checkpoint>(&m)) {
        auto state = what->state;
        state.data[1] ^= 1;
        more.emplace_back(*by().make_checkpoint(what->sequence, state));
      }
    if (chance(50)) std::swap(out, more);
    out.insert(out.end(), more.begin(), more.end());
  }

  cluster& world_;
  std::shared_ptr<plot> shared_;
  std::uint16_t self_;
  std::vector<lie> ways_;
  std::uint64_t audience_; ///< a bit a replica
  std::vector<message> past_;
  view_record old_; ///< how it stood in an epoch that has ended; without one, of the first
};

} // namespace

std::string_view name(lie what) noexcept {
  switch (what) {
  case lie::equivocate:
    return "equivocate";
  case lie::vote_for_all:
    return "vote_for_all";
  case lie::silent:
    return "silent";
  case lie::selective:
    return "selective";
  case lie::withhold_bodies:
    return "withhold_bodies";
  case lie::forge:
    return "forge";
  case lie::replay:
    return "replay";
  case lie::corrupt_new_view:
    return "corrupt_new_view";
  case lie::hide_prepared:
    return "hide_prepared";
  case lie::spam_views:
    return "spam_views";
  case lie::lie_in_status:
    return "lie_in_status";
  case lie::unauthorised_batch:
    return "unauthorised_batch";
  case lie::wrong_checkpoint:
    return "wrong_checkpoint";
  case lie::starve:
    return "starve";
  case lie::crawl:
    return "crawl";
  }
  return "unknown";
}

std::function<void(std::vector<operation>&)> make_choice(cluster& world, std::size_t place,
                                                         const std::vector<lie>& ways) {
  constexpr std::uint64_t pause_ms = 900; // the request time-out is just not reached
  const auto does = [&](lie what) {
    return std::find(ways.begin(), ways.end(), what) != ways.end();
  };
  const bool starves = does(lie::starve);
  const bool crawls = does(lie::crawl);
  if (!starves && !crawls) return nullptr;
  return [&world, place, starves, crawls,
          next_ms = std::uint64_t{0}](std::vector<operation>& candidates) mutable {
    if (starves) std::erase_if(candidates, [](operation op) { return account_of(op) == 0; });
    if (!crawls || candidates.empty()) return;
    if (world.now_ms() < next_ms) return candidates.clear();
    next_ms = world.now_ms() + pause_ms;
    candidates.resize(1);
    world.schedule(pause_ms, [&world, place] { world.at(place).offer_work(); });
  };
}

tamper make_liar(cluster& world, std::shared_ptr<plot> shared, std::uint16_t self,
                 std::vector<lie> ways) {
  return liar{world, std::move(shared), self, std::move(ways)};
}

} // namespace quorate::sim
