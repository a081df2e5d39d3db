// Changes of a keystore's file: opened, changed, sealed anew, and replaced in one step.
#include "actors/secrets/os_random.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "actors/storage/replace_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate {

namespace {

/// Keeps other processes from changing the file meanwhile: of two that replace it, one would undo
/// what the other did.
class file_lock {
public:
  explicit file_lock(const std::filesystem::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat held {};
    struct stat named {};
    // A file that was replaced between the two calls is locked in vain.
    is_held_ = fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd_, &held) == 0 &&
               ::stat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
               held.st_dev == named.st_dev;
  }
  ~file_lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

  bool is_open() const noexcept { return fd_ >= 0; }
  bool is_held() const noexcept { return is_held_; }

private:
  int fd_;
  bool is_held_ = false;
};

} // namespace

std::optional<std::string> open_keys::change(const std::filesystem::path& file, byte_view password,
                                             const std::function<outcome(open_keys&)>& what) {
  const file_lock lock{file};
  if (lock.is_open() && !lock.is_held())
    return file.string() + ": another process is changing the keystore; try again";
  std::string error;
  const auto opened = open(file, password, error);
  if (!opened) return error;
  if (const auto changed = what(*opened); !changed) {
    if (changed.error() == errc::not_found) return std::nullopt;
    return file.string() + ": " + std::string{explain(changed.error())};
  }
  wallet::keystore_sealing how;
  if (!os_random(how.salt) || !os_random(how.nonce.data))
    return file.string() + ": cannot be sealed again: the system gives no random bytes";
  how.cost = opened->cost_;
  const auto sealed = wallet::seal(*opened->keys_, password, how);
  if (!sealed) return file.string() + ": " + std::string{explain(sealed.error())};
  return replace_file(file, *sealed);
}

std::optional<wallet::key_id> open_keys::find(const ec_public_key& key) const {
  for (const auto& id : keys_->ids())
    if (const auto own = public_key(id); own && *own == key) return id;
  return std::nullopt;
}

std::optional<std::string> open_keys::erase(const std::filesystem::path& file, byte_view password,
                                            const ec_public_key& key) {
  return change(file, password, [&key](open_keys& opened) -> outcome {
    bool is_there = false;
    while (const auto id = opened.find(key)) {
      QUORATE_TRY(opened.keys_->erase(*id));
      is_there = true;
    }
    if (!is_there) return errc::not_found;
    return {};
  });
}

std::optional<std::string> open_keys::add(const std::filesystem::path& file, byte_view password,
                                          const wallet::key_id& id, const ec_secret_key& secret) {
  const auto key = ec_public_key::of(secret);
  if (!key) return std::string{explain(key.error())};
  std::optional<wallet::key_id> already;
  const auto error = change(file, password, [&](open_keys& opened) -> outcome {
    already = opened.find(*key);
    if (already) return errc::key_exists;
    return opened.keys_->add(id, wallet::secret_kind::secp256k1, secret.view());
  });
  if (!already) return error;
  return file.string() + ": holds this key already, as " + to_hex(*already);
}

} // namespace quorate
