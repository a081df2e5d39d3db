// Keys in a hardware security module: they sign there, and never come here.
#pragma once

#include "actors/hsm/call_watch.hpp"
#include "actors/hsm/token_key.hpp"
#include "actors/signer/key_backend.hpp"
#include "config/signer_config.hpp"

namespace quorate {

/// A token that is logged in to. Its PIN stands in locked memory, for the next log-in.
class open_token {
public:
  /// Who says the PIN: a process that a supervisor starts says none once one was refused; see
  /// pin_mark.
  enum class said_by { process, person };

  /// Loads the module and logs in. While this stands, a call into the module that takes too long
  /// ends the process (token_stalled).
  /// @param c  has a token
  /// @returns null with a sentence in `error`: what is wrong and what to do.
  static std::shared_ptr<open_token> open(const config::signer_config& c, wallet::secret_text pin,
                                          said_by by, std::string& error);

  /// The key's backend, which keeps this open.
  /// @param id  CKA_ID
  /// @returns null with a sentence in `error` unless the token has this very key and keeps it.
  static std::unique_ptr<key_backend> backend(const std::shared_ptr<open_token>& token,
                                              byte_view id, const ec_public_key& expected_key,
                                              std::string& error);

  /// Destroys this key pair in the token, under whatever id. One that is not there is none: an
  /// attempt before may have come so far. @param id  where it should be: another key there is
  ///   left alone, and told of. @returns a sentence unless it is gone.
  std::optional<std::string> destroy(byte_view id, const ec_public_key& expected_key);

  /// Logs out, and wipes the PIN.
  void lock() noexcept { pool_.reset(); }

  /// The process is to stop or to be locked: calls may take `stop_grace` at most from now on. From
  /// any thread.
  void hurry() { watch_.hurry(stop_grace); }
  static constexpr std::chrono::seconds stop_grace{3};

private:
  explicit open_token(std::chrono::seconds call_timeout);

  hsm::call_watch watch_;                   ///< goes last: closing sessions is calling, too
  std::shared_ptr<hsm::session_pool> pool_; ///< null when locked; keys that are at hand hold it too
};

} // namespace quorate
