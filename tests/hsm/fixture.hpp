// A SoftHSM token of its own for each test, in a directory that goes with it.
#pragma once

#include "actors/hsm/token_key.hpp"
#include "core/crypto/hash.hpp"
#include "tests/hsm_modules/lies.hpp"

#include <filesystem>

namespace quorate::hsm::test {

inline constexpr std::string_view label = "quorate test";
inline constexpr std::string_view pin = "31415926";

/// SoftHSM's library; empty where it is not installed.
std::string softhsm_library();

wallet::secret_text secret(std::string_view text);
bytes id(std::uint8_t number);
/// A digest for the n-th message.
digest message(std::uint64_t n);

/// The functions of SoftHSM, called behind the program's back.
CK_FUNCTION_LIST& raw();

/// Makes the token; SOFTHSM2_CONF names it while this stands.
class soft_token {
public:
  explicit soft_token(bool reset_on_fork = true);
  soft_token(const soft_token&) = delete;
  soft_token& operator=(const soft_token&) = delete;
  ~soft_token();

  /// Makes another token beside it.
  void add_token(std::string_view with_label);
  /// Where the token is now. @pre a module is loaded
  CK_SLOT_ID slot() const;

private:
  std::filesystem::path directory_;
};

struct fixture {
  explicit fixture(bool reset_on_fork = true) : on_disk(reset_on_fork) {}

  std::shared_ptr<module> load(const std::string& file = softhsm_library());
  std::shared_ptr<session_pool> open_pool(pool_options options = {});
  token_key make(key_kind kind, std::uint8_t number = 1);

  soft_token on_disk;
  std::shared_ptr<module> loaded;
  std::shared_ptr<session_pool> pool;
};

/// With the lying module before the token.
struct lying_fixture : fixture {
  lying_fixture();
  ~lying_fixture();

  hsm_lies& lies;
};

/// Whether `work` returned true in a forked child, within a minute.
bool in_child(const std::function<bool()>& work);

/// sign_ecdsa or sign_ed25519, and a check by core/crypto that does not trust either.
bool signs(const token_key& key, std::uint64_t n);

} // namespace quorate::hsm::test
