// Inputs for the fuzzers to start from: one valid value, or a few, of all that is decoded.
#pragma once

#include "core/base/bytes.hpp"

#include <map>
#include <string>

namespace quorate::fuzz {

/// By target, then by name.
using seeds = std::map<std::string, std::map<std::string, bytes>>;

void add_consensus(seeds& to); ///< what replicas, nodes and clients say, and what they keep
void add_ledger(seeds& to);
void add_chains(seeds& to); ///< Bitcoin, EVM chains, Cosmos
void add_wallet(seeds& to); ///< wallets, the offline channel, primitives

inline bytes text_seed(std::string_view text) { return {text.begin(), text.end()}; }

} // namespace quorate::fuzz
