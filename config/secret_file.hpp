// Keys in files, as hexadecimal digits: those of nodes, accounts, administrators, and the signer's
// audit log.
#pragma once

#include "core/crypto/identity.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace quorate::config {

/// Reads 64 lower-case hex digits; blanks may follow. Nothing of them is left in memory besides
/// what is returned. @returns none with a sentence in `error`.
std::optional<secret_bytes<32>> load_secret(const std::filesystem::path& file, std::string& error);

/// An identity's file: as above, with "sm2:" in front of a key of the national suite.
/// @returns none with a sentence in `error`.
std::optional<signing_key> load_identity(const std::filesystem::path& file, std::string& error);

/// The same with what stands in the file, for keys that are to lie in memory of their own.
struct identity_secret {
  crypto_suite suite = crypto_suite::standard;
  secret_bytes<32> secret;
};
std::optional<identity_secret> load_identity_secret(const std::filesystem::path& file,
                                                    std::string& error);

/// What stands in the file of an identity, for networks that are made for tests.
std::string identity_text(crypto_suite suite, const std::array<std::uint8_t, 32>& secret);

/// A sentence for whoever gave an identity of one suite to a cluster of another.
std::string other_suite(crypto_suite given, crypto_suite of_cluster);

} // namespace quorate::config
