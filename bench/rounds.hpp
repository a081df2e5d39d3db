// Rates of small pieces of work, measured in turn: every subject has a slice of a few milliseconds
// in each round, forwards and backwards by turns, so that a machine that is busy or changes its
// speed slows all of them alike. Two subjects that are compared stand beside each other, and their
// ratio is taken within each round.
//
// Time is the thread's time on its processor: what waits for a processor costs nothing here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace quorate::bench {

/// One thing that is measured.
struct subject {
  std::string group;
  std::string name;
  /// Does it so many times. Aborts when the work fails.
  std::function<void(std::size_t)> work;
  /// The subject before this one whose rate this one is a part of; empty: none.
  std::string compared_with;
};

/// Rates are per second of one processor.
struct measurement {
  std::string group;
  std::string name;
  double per_s = 0; ///< median of the rounds
  double per_s_min = 0;
  double per_s_max = 0;
  std::string compared_with; ///< empty: with nothing
  double ratio = 0;          ///< median over the rounds of rate / rate of compared_with
  double ratio_min = 0;
  double ratio_max = 0;
};

struct round_options {
  unsigned rounds = 25;
  unsigned slice_ms = 20;
};

/// @pre rounds and slice_ms are at least 1; what a subject is compared with is among the subjects
std::vector<measurement> measure(const std::vector<subject>& subjects, const round_options& how);

std::string to_table(const std::vector<measurement>& of);
std::string to_json(const std::vector<measurement>& of, const round_options& how);

} // namespace quorate::bench
