// What an operator does to the keys of a signer that does not run: steps in their lives, each an
// entry of the signer's audit log.
#pragma once

#include "actors/signer/signer_files.hpp"
#include "actors/signer/signer_process.hpp"

namespace quorate {

/// A key as a list shows it.
struct key_line {
  digest name;
  std::optional<wallet::key_state> state; ///< none: configured, and its life has not begun
  std::optional<digest> successor;
  const config::signer_key* configured = nullptr; ///< null when it is not any more
};

/// Holds the signer's data directory while it lives; what cannot be opened ends the process, with
/// data_directory_in_use when the signer runs.
class key_operator {
public:
  explicit key_operator(const std::filesystem::path& config_file);

  /// Rising by name. Null pointers and lines live no longer than this.
  std::vector<key_line> list() const;

  /// Takes the step, durably, and for destroy first wipes the secret out of the keystore, or
  /// destroys the key in its token. Asks for a password or PIN in that case only.
  /// @returns a sentence unless it is done; the signer is unchanged then, but for a destroyed
  ///   secret whose end could not be written down: ask for it again.
  std::optional<std::string> change(const signer::key_change& wanted,
                                    const signer_secrets& secrets);

private:
  const config::signer_key* find(const digest& name) const;
  std::optional<std::string> destroy_secret(const config::signer_key& key,
                                            const signer_secrets& secrets) const;
  void commit(signer::effects what);

  config::signer_config config_;
  std::shared_ptr<lmdb_store> store_;
  std::optional<signer::signer_core> core_;
};

} // namespace quorate
