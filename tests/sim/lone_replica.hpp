// One replica under test, and the keys of all others to make it any statement they could make.
#pragma once

#include "core/pbft/new_view_selection.hpp"
#include "core/pbft/replica.hpp"
#include "tests/sim/identities.hpp"

namespace quorate::sim {

/// Statements and certificates of any replica of a configuration.
class scribes {
public:
  explicit scribes(const identities& who) : who_(who) {}

  pbft::verified<pbft::proposal> propose(const pbft::ballot& on, pbft::body_ptr body) const;
  pbft::verified<pbft::prepare> prepare(std::uint16_t from, const pbft::ballot& on) const;
  pbft::verified<pbft::commit> commit(std::uint16_t from, const pbft::ballot& on) const;
  pbft::verified<pbft::checkpoint> checkpoint(std::uint16_t from, std::uint64_t sequence,
                                              const digest& state) const;

  /// With 2f prepares of the first backups of its view.
  pbft::prepared_certificate prepared(const pbft::ballot& on) const;
  /// With the commits of the first 2f+1 replicas.
  pbft::commit_certificate committed(const pbft::ballot& on) const;
  /// With the votes of the first 2f+1 replicas.
  pbft::checkpoint_certificate stable(std::uint64_t sequence, const digest& state) const;

  pbft::verified<pbft::view_change>
  view_change(std::uint16_t from, std::uint64_t view, pbft::checkpoint_certificate stable = {},
              std::vector<pbft::prepared_certificate> prepared = {}) const;
  /// By the primary of `view`, with the set O that these view changes give.
  pbft::verified<pbft::new_view> new_view(std::uint64_t view,
                                          const std::vector<pbft::view_change>& changes) const;

private:
  const identities& who_;
};

class lone_replica {
public:
  explicit lone_replica(std::uint16_t self, std::size_t n = 4,
                        const pbft::restored_state& from = {}, pbft::replica_options options = {});

  const identities who;
  const scribes by;
  pbft::verifier check;
  pbft::replica replica;
  pbft::effects started; ///< what the start gave
  monotonic_ms now;      ///< of every step

  pbft::effects step(pbft::input_event in) { return replica.step(std::move(in), now); }
  template <class Vote>
  pbft::effects vote(pbft::verified<Vote> v) {
    return step(pbft::input::voted{std::move(v)});
  }

  pbft::effects propose(const pbft::ballot& on, pbft::body_ptr body);
  pbft::effects prepare(std::uint16_t from, const pbft::ballot& on);
  pbft::effects commit(std::uint16_t from, const pbft::ballot& on);
  pbft::effects checkpoint(std::uint16_t from, std::uint64_t sequence, const digest& state);
  pbft::effects fire(pbft::timer which) { return step(pbft::input::timer_fired{which}); }
  pbft::effects applied(std::uint64_t sequence, const digest& state);
  /// A final block from a peer.
  pbft::effects block(const pbft::ballot& on, pbft::body_ptr body);
  /// Orders and delivers batch_at(s) for each s of [from, to] by blocks, and applies them with
  /// state_at(s).
  void catch_up(std::uint64_t from, std::uint64_t to);
};

/// Replicas by their places.
using places = std::initializer_list<std::uint16_t>;

/// A body that differs for each number.
pbft::body_ptr batch_at(std::uint64_t n);
/// A state digest that differs for each number.
digest state_at(std::uint64_t n);
/// The ballot for batch_at(sequence), or for `batch`.
pbft::ballot ballot_for(std::uint64_t view, std::uint64_t sequence);
pbft::ballot ballot_for(std::uint64_t view, std::uint64_t sequence, const pbft::body_ptr& batch);

/// The effects of one kind, in order.
template <class Effect>
std::vector<Effect> all_of(const pbft::effects& effects) {
  std::vector<Effect> found;
  for (const auto& each : effects)
    if (const auto* e = std::get_if<Effect>(&each)) found.push_back(*e);
  return found;
}

/// The messages of one kind that are sent or broadcast, in order.
template <class Message>
std::vector<Message> sent(const pbft::effects& effects) {
  std::vector<Message> found;
  const auto look = [&found](const pbft::message& m) {
    if (const auto* what = std::get_if<Message>(&m)) found.push_back(*what);
  };
  for (const auto& each : effects) {
    if (const auto* e = std::get_if<pbft::effect::send>(&each)) look(e->what);
    if (const auto* e = std::get_if<pbft::effect::broadcast>(&each)) look(e->what);
  }
  return found;
}

} // namespace quorate::sim
