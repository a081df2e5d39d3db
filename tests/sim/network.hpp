// What the simulated network does to a message: delay, loss, duplication, partition.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace quorate::sim {

/// How one direction of one link behaves. Differing delays reorder.
struct link_rules {
  std::uint64_t delay_ms_min = 1;
  std::uint64_t delay_ms_max = 5;
  unsigned loss_percent = 0;
  unsigned duplicate_percent = 0;
  unsigned damage_percent = 0;
};

/// What happens to one copy of a message that arrives.
struct arrival {
  std::uint64_t delay_ms = 0;
  bool damaged = false;
};

class network {
public:
  explicit network(std::mt19937_64& random) : random_(random) {}

  /// Of every link without rules of its own.
  void set_rules(link_rules rules) { rules_ = rules; }
  void set_rules(std::size_t from, std::size_t to, link_rules rules) {
    own_rules_[{from, to}] = rules;
  }

  /// Nodes hear only those of their group; a node in no group hears nobody.
  void partition(std::vector<std::vector<std::size_t>> groups) { groups_ = std::move(groups); }
  /// One group, and no link with rules of its own.
  void heal() {
    groups_.reset();
    own_rules_.clear();
    deaf_.clear();
  }
  /// `to` does not hear `from` any more; the other direction stays.
  void cut_one_way(std::size_t from, std::size_t to) { deaf_.insert({from, to}); }

  /// Whether anything that `from` sends may arrive at `to`.
  bool connected(std::size_t from, std::size_t to) const;
  /// Each copy that arrives; none when the message is lost.
  std::vector<arrival> fate(std::size_t from, std::size_t to);

private:
  bool chance(unsigned percent) { return percent > 0 && random_() % 100 < percent; }

  std::mt19937_64& random_;
  link_rules rules_;
  std::map<std::pair<std::size_t, std::size_t>, link_rules> own_rules_;
  std::optional<std::vector<std::vector<std::size_t>>> groups_;
  std::set<std::pair<std::size_t, std::size_t>> deaf_;
};

} // namespace quorate::sim
