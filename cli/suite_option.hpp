// The option that chooses the suite of a network's identities.
#pragma once

#include "core/crypto/crypto_suite.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <string>

namespace quorate::cli {

/// @param into  outlives the parsing.
inline CLI::Option* add_suite_option(CLI::App* c, crypto_suite& into) {
  const std::map<std::string, crypto_suite> known{{"standard", crypto_suite::standard},
                                                  {"national", crypto_suite::national}};
  return c
      ->add_option("--suite", into,
                   "Of the keys of nodes, accounts and administrators: standard (BIP-340 over "
                   "secp256k1) or national (SM2)")
      ->transform(CLI::CheckedTransformer(known))
      ->default_str("standard");
}

} // namespace quorate::cli
