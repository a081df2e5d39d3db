// A PKCS#11 module, loaded at run time: what a hardware security module's maker ships as a library.
//
// The module runs within this process and is trusted with it. What it says about keys and
// signatures is not trusted: see token_key.hpp.
#pragma once

#include "actors/hsm/call_watch.hpp"
#include "actors/hsm/fork_gate.hpp"
#include "actors/hsm/return_value.hpp"
#include "core/base/expected.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <sys/types.h>
#include <vector>

namespace quorate::hsm {

/// A token in one of the module's slots.
struct token {
  CK_SLOT_ID slot = 0;
  std::string label; ///< without the blanks at its end
  CK_FLAGS flags = 0;
};

/// Load a library once in a process and share it. Calls may come from any thread, and from forked
/// children: the first call in a child initialises the module there, and the parent's goes on.
/// Sessions and logins are not inherited; session_pool makes new ones. A call_watch sees each call.
///
/// SoftHSM: set `library.reset_on_fork = true`, as the standard wants it. Without, the module takes
/// the child for its parent; it is then finalised and initialised anew, in the child only.
class module {
public:
  /// Slots that are looked at. A module with more: hsm_unsupported.
  static constexpr CK_ULONG slots_max = 256;

  /// Loads and initialises the module.
  /// @param file  a path with a '/', so that the loader does not search for it elsewhere.
  /// Errors: hsm_no_module, hsm_not_pkcs11, and those of meaning_of(). Logged with the reason.
  static expected<std::shared_ptr<module>> load(const std::string& file);

  module(const module&) = delete;
  module& operator=(const module&) = delete;
  /// Finalises the module, if it was initialised here and by this object. @pre no call is under way
  ~module();

  /// Calls one of the module's functions, e.g. call("C_Login", &CK_FUNCTION_LIST::C_Login, …).
  /// A value other than CKR_OK is kept for last_refusal(). @param name  a literal
  template <class Function, class... Args>
  CK_RV call(std::string_view name, Function CK_FUNCTION_LIST::*function, Args... args) {
    return note(name, call_unnoted(name, function, args...));
  }
  /// As call(), where nobody asks for the answer.
  template <class Function, class... Args>
  CK_RV call_unnoted(std::string_view name, Function CK_FUNCTION_LIST::*function, Args... args) {
    const module_scope here;
    const call_scope watched{name.data()};
    const CK_RV attached = attach();
    if (attached != CKR_OK) return attached;
    if (functions_->*function == nullptr) return CKR_FUNCTION_NOT_SUPPORTED;
    return (functions_->*function)(args...);
  }

  /// The tokens that are there and have been initialised. Errors: those of meaning_of().
  expected<std::vector<token>> tokens();

  /// Errors: hsm_no_token unless exactly one token has this label; those of meaning_of().
  expected<token> find_token(std::string_view label);

  /// Initialises the module again when something else in this process has finalised it.
  /// Errors: those of meaning_of().
  outcome ensure_initialised();

  /// The last call of this thread, to any module, that did not return CKR_OK; see describe().
  static std::string last_refusal();
  /// Keeps `value` for last_refusal() unless it is CKR_OK. @param name  a literal
  static CK_RV note(std::string_view name, CK_RV value) noexcept;

private:
  module(void* library, CK_FUNCTION_LIST* functions) noexcept :library_(library),
      functions_(functions) {}

  CK_RV attach();
  CK_RV initialise();
  CK_RV start();

  void* library_;
  CK_FUNCTION_LIST* functions_;
  std::mutex initialising_;              // taken within a module_scope only
  std::atomic<pid_t> initialised_in_{0}; // the process whose calls the module expects
  bool is_ours_ = false;                 // to finalise; guarded by initialising_
};

} // namespace quorate::hsm
