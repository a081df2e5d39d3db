#include "actors/hsm/module.hpp"

#include "actors/log.hpp"

#include <fmt/format.h>

#include <dlfcn.h>
#include <unistd.h>

namespace quorate::hsm {

namespace {

// What a call of this thread was refused with; names of functions are literals.
struct refusal {
  std::string_view function;
  CK_RV value = CKR_OK;
};
thread_local refusal last;

// Fixed-width texts of the standard are padded with blanks.
template <std::size_t N>
std::string trimmed(const CK_UTF8CHAR (&padded)[N]) {
  const std::string_view text{reinterpret_cast<const char*>(padded), N};
  const auto end = text.find_last_not_of(std::string_view{" \0", 2});
  return std::string{text.substr(0, end == std::string_view::npos ? 0 : end + 1)};
}

errc refuse_library(errc why, const std::string& file, std::string_view reason) {
  log::error("hsm", fmt::format("{}: {}", file, reason));
  return why;
}

} // namespace

// RTLD_NODELETE: modules leave handlers for exit, fork and the end of threads behind, which must
// not point into a library that is gone.
expected<std::shared_ptr<module>> module::load(const std::string& file) {
  if (file.find('/') == std::string::npos)
    return refuse_library(errc::hsm_no_module, file, "a path without a directory");
  const call_scope watched{"C_GetFunctionList"};
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* const reason = ::dlerror();
    return refuse_library(errc::hsm_no_module, file, reason != nullptr ? reason : "not loaded");
  }
  const auto list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (list == nullptr || list(&functions) != CKR_OK || functions == nullptr ||
      functions->version.major != 2) {
    ::dlclose(library);
    return refuse_library(errc::hsm_not_pkcs11, file, "no C_GetFunctionList of version 2");
  }
  const std::shared_ptr<module> made{new module{library, functions}};
  const CK_RV value = made->start();
  if (value != CKR_OK) {
    log::error("hsm", fmt::format("{}: {}", file, last_refusal()));
    return meaning_of(value).code;
  }
  return made;
}

module::~module() {
  const module_scope here;
  const call_scope watched{"C_Finalize"};
  // In a child that never called the module, what it holds is a copy of the parent's state.
  if (is_ours_ && initialised_in_ == ::getpid()) functions_->C_Finalize(nullptr);
  ::dlclose(library_);
}

CK_RV module::initialise() {
  const call_scope watched{"C_Initialize"};
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV value = functions_->C_Initialize(&arguments);
  if (value == CKR_OK) is_ours_ = true;
  return value;
}

CK_RV module::start() {
  const module_scope here;
  const std::lock_guard lock{initialising_};
  CK_RV value = initialise();
  // Something else in this process uses the library, and will finalise it.
  if (value == CKR_CRYPTOKI_ALREADY_INITIALIZED) value = CKR_OK;
  if (value == CKR_OK) initialised_in_ = ::getpid();
  return note("C_Initialize", value);
}

outcome module::ensure_initialised() {
  CK_INFO info{};
  CK_RV value = call("C_GetInfo", &CK_FUNCTION_LIST::C_GetInfo, &info);
  if (value == CKR_CRYPTOKI_NOT_INITIALIZED) value = start();
  if (value != CKR_OK) return meaning_of(value).code;
  return {};
}

// In a forked child the standard wants C_Initialize. A module that says it is initialised has only
// inherited that, with sessions and connections that are the parent's: it must let go of them.
CK_RV module::attach() {
  const auto pid = ::getpid();
  if (initialised_in_ == pid) return CKR_OK;
  const std::lock_guard lock{initialising_};
  if (initialised_in_ == pid) return CKR_OK;
  is_ours_ = false;
  CK_RV value = initialise();
  if (value == CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    functions_->C_Finalize(nullptr);
    value = initialise();
  }
  if (value == CKR_OK) initialised_in_ = pid;
  return value;
}

expected<std::vector<token>> module::tokens() {
  std::vector<CK_SLOT_ID> slots(slots_max);
  CK_ULONG count = slots_max;
  const CK_RV listed = call("C_GetSlotList", &CK_FUNCTION_LIST::C_GetSlotList, CK_BBOOL{CK_TRUE},
                            slots.data(), &count);
  if (listed == CKR_BUFFER_TOO_SMALL) return errc::hsm_unsupported;
  if (listed != CKR_OK) return meaning_of(listed).code;
  if (count > slots_max) return errc::hsm_false_answer;
  slots.resize(count);
  std::vector<token> found;
  for (const auto slot : slots) {
    CK_TOKEN_INFO info{};
    // A token may be pulled out between the two calls; the others are still there.
    if (call("C_GetTokenInfo", &CK_FUNCTION_LIST::C_GetTokenInfo, slot, &info) != CKR_OK) continue;
    if ((info.flags & CKF_TOKEN_INITIALIZED) != 0)
      found.push_back({slot, trimmed(info.label), info.flags});
  }
  return found;
}

expected<token> module::find_token(std::string_view label) {
  QUORATE_ASSIGN(const auto all, tokens());
  const token* found = nullptr;
  for (const auto& each : all) {
    if (each.label != label) continue;
    if (found != nullptr) return errc::hsm_no_token;
    found = &each;
  }
  if (found == nullptr) return errc::hsm_no_token;
  return *found;
}

CK_RV module::note(std::string_view name, CK_RV value) noexcept {
  if (value != CKR_OK) last = {name, value};
  return value;
}

std::string module::last_refusal() {
  return last.value == CKR_OK ? std::string{} : describe(last.function, last.value);
}

} // namespace quorate::hsm
