#include "actors/hsm/token_key.hpp"

#include "actors/hsm/key_reader.hpp"
#include "actors/log.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::hsm {

namespace {

// No chain's transaction has these bytes, nor their hash.
constexpr std::string_view proof_text = "Quorate: a new key in a token shows that it signs";

using raw_signature = std::array<std::uint8_t, 64>;

struct handle_pair {
  CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
  std::uint64_t epoch = 0;
};

outcome check_name(byte_view id, std::string_view label) {
  if (id.empty() || id.size() > token_key::id_bytes_max) return errc::over_limit;
  if (label.size() > token_key::label_bytes_max) return errc::over_limit;
  if (!std::ranges::all_of(label, [](char c) { return c >= ' ' && c <= '~'; }))
    return errc::bad_label;
  return {};
}

CK_RV generate(module& in, const session& with, CK_MECHANISM_TYPE how, byte_view params,
               byte_view id, std::string_view label, handle_pair& made) {
  attributes of_public;
  of_public.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true);
  of_public.add(CKA_EC_PARAMS, params).add(CKA_ID, id).add(CKA_LABEL, label);
  attributes of_private;
  of_private.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, true);
  of_private.flag(CKA_EXTRACTABLE, false).flag(CKA_SIGN, true).flag(CKA_DERIVE, false);
  of_private.add(CKA_ID, id).add(CKA_LABEL, label);
  CK_MECHANISM mechanism{how, nullptr, 0};
  made.epoch = with.epoch;
  return in.call("C_GenerateKeyPair", &CK_FUNCTION_LIST::C_GenerateKeyPair, with.handle, &mechanism,
                 of_public.data(), of_public.size(), of_private.data(), of_private.size(),
                 &made.public_key, &made.private_key);
}

CK_RV generate(module& in, const session& with, key_kind kind, byte_view id, std::string_view label,
               handle_pair& made) {
  if (kind == key_kind::secp256k1)
    return generate(in, with, CKM_EC_KEY_PAIR_GEN, secp256k1_params(), id, label, made);
  const CK_RV value =
      generate(in, with, CKM_EC_EDWARDS_KEY_PAIR_GEN, ed25519_params(), id, label, made);
  if (value == CKR_OK || is_lost_session(value)) return value;
  return generate(in, with, CKM_EC_EDWARDS_KEY_PAIR_GEN, ed25519_params_by_name(), id, label, made);
}

// As well as it goes: what is not destroyed lies in the token under an id that nobody uses.
void destroy_pair(session_pool& pool, const handle_pair& made) {
  const auto ran = pool.run(
      [&](const session& with) {
        if (with.epoch != made.epoch) return CK_RV{CKR_OK}; // the handles mean nothing any more
        for (const auto object : {made.private_key, made.public_key}) {
          const CK_RV value = pool.get_module().call(
              "C_DestroyObject", &CK_FUNCTION_LIST::C_DestroyObject, with.handle, object);
          if (value != CKR_OK) return value;
        }
        return CK_RV{CKR_OK};
      },
      session_access::write);
  if (!ran) log::warn("hsm", "a key pair that did not serve could not be destroyed");
}

CK_RV sign_once(module& in, CK_SESSION_HANDLE with, CK_MECHANISM_TYPE how, CK_OBJECT_HANDLE key,
                byte_view what, bytes& made) {
  CK_MECHANISM mechanism{how, nullptr, 0};
  CK_RV value = in.call("C_SignInit", &CK_FUNCTION_LIST::C_SignInit, with, &mechanism, key);
  if (value != CKR_OK) return value;
  // Memory also for an empty message: null pointers mean other things to modules.
  static constexpr std::uint8_t nothing = 0;
  made.assign(2 * raw_signature{}.size(), 0);
  CK_ULONG size = made.size();
  value = in.call("C_Sign", &CK_FUNCTION_LIST::C_Sign, with,
                  const_cast<CK_BYTE*>(what.empty() ? &nothing : what.data()),
                  CK_ULONG{what.size()}, made.data(), &size);
  made.resize(std::min<std::size_t>(size, made.size()));
  return value;
}

errc refuse_answer(const key_description& about, std::string_view what) {
  log::error("hsm", "key " + to_hex(about.id) + ": " + std::string{what});
  return errc::hsm_false_answer;
}

} // namespace

struct token_key::state {
  state(std::shared_ptr<session_pool> from, key_description description)
      : pool(std::move(from)), about(std::move(description)) {}

  CK_RV handle_in(const session& with, CK_OBJECT_HANDLE& key);
  expected<raw_signature> sign(CK_MECHANISM_TYPE how, byte_view what);
  outcome prove(const token_key& self) const;

  const std::shared_ptr<session_pool> pool;
  const key_description about;

private:
  std::mutex mutex_; // taken within the pool's jobs only, where no fork copies it locked
  CK_OBJECT_HANDLE handle_ = CK_INVALID_HANDLE;
  std::uint64_t epoch_ = 0;
};

CK_RV token_key::state::handle_in(const session& with, CK_OBJECT_HANDLE& key) {
  const std::lock_guard lock{mutex_};
  if (epoch_ != with.epoch) {
    const CK_RV value = find_private_key(pool->get_module(), with, about.id, handle_);
    if (value != CKR_OK) return value;
    if (handle_ != CK_INVALID_HANDLE) epoch_ = with.epoch;
  }
  key = handle_;
  return CKR_OK;
}

expected<raw_signature> token_key::state::sign(CK_MECHANISM_TYPE how, byte_view what) {
  bytes made;
  bool is_there = true;
  QUORATE_TRY(pool->run([&](const session& with) {
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    const CK_RV value = handle_in(with, key);
    is_there = value != CKR_OK || key != CK_INVALID_HANDLE;
    if (value != CKR_OK || !is_there) return value;
    return sign_once(pool->get_module(), with.handle, how, key, what, made);
  }));
  if (!is_there) return errc::no_such_key;
  raw_signature signature;
  if (made.size() != signature.size())
    return refuse_answer(about, "the token gave a signature of a wrong length");
  std::ranges::copy(made, signature.begin());
  return signature;
}

outcome token_key::state::prove(const token_key& self) const {
  if (about.kind() == key_kind::secp256k1)
    QUORATE_TRY(self.sign_ecdsa(sha256(as_bytes(proof_text))));
  else
    QUORATE_TRY(self.sign_ed25519(as_bytes(proof_text)));
  return {};
}

token_key::token_key(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
token_key::token_key(token_key&&) noexcept = default;
token_key& token_key::operator=(token_key&&) noexcept = default;
token_key::~token_key() = default;

const key_description& token_key::description() const noexcept { return state_->about; }

expected<token_key> token_key::find(std::shared_ptr<session_pool> pool, byte_view id) {
  QUORATE_TRY(check_name(id, {}));
  auto& in = pool->get_module();
  answer<key_description> about;
  QUORATE_TRY(pool->run([&](const session& with) {
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    const CK_RV value = find_private_key(in, with, id, key);
    about = errc::no_such_key;
    if (value != CKR_OK || key == CK_INVALID_HANDLE) return value;
    return describe_key(in, with, key, about);
  }));
  QUORATE_TRY(*about);
  return token_key{std::make_unique<state>(std::move(pool), std::move(**about))};
}

expected<std::size_t> token_key::count(const std::shared_ptr<session_pool>& pool, byte_view id) {
  QUORATE_TRY(check_name(id, {}));
  std::vector<CK_OBJECT_HANDLE> found;
  QUORATE_TRY(pool->run([&](const session& with) {
    attributes wanted;
    wanted.number<CKO_PRIVATE_KEY>(CKA_CLASS).add(CKA_ID, id);
    return find_objects(pool->get_module(), with.handle, wanted, keys_max, found);
  }));
  return found.size();
}

outcome token_key::destroy() const {
  auto& in = state_->pool->get_module();
  const auto& id = state_->about.id;
  bool is_there = true;
  QUORATE_TRY(state_->pool->run(
      [&](const session& with) {
        CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
        CK_RV value = find_private_key(in, with, id, key);
        is_there = value != CKR_OK || key != CK_INVALID_HANDLE;
        if (value != CKR_OK || !is_there) return value;
        attributes wanted;
        wanted.number<CKO_PUBLIC_KEY>(CKA_CLASS).add(CKA_ID, id);
        std::vector<CK_OBJECT_HANDLE> objects;
        value = find_objects(in, with.handle, wanted, keys_max, objects);
        objects.insert(objects.begin(), key);
        for (std::size_t i = 0; i < objects.size() && value == CKR_OK; ++i)
          value = in.call("C_DestroyObject", &CK_FUNCTION_LIST::C_DestroyObject, with.handle,
                          objects[i]);
        return value;
      },
      session_access::write));
  if (!is_there) return errc::no_such_key;
  return {};
}

expected<std::vector<key_description>> token_key::list(const std::shared_ptr<session_pool>& pool) {
  auto& in = pool->get_module();
  std::vector<key_description> all;
  bool are_too_many = false;
  QUORATE_TRY(pool->run([&](const session& with) {
    all.clear();
    std::vector<CK_OBJECT_HANDLE> keys;
    attributes wanted;
    wanted.number<CKO_PRIVATE_KEY>(CKA_CLASS);
    CK_RV value = find_objects(in, with.handle, wanted, keys_max + 1, keys);
    are_too_many = keys.size() > keys_max;
    for (std::size_t i = 0; i < keys.size() && value == CKR_OK && !are_too_many; ++i) {
      answer<key_description> about;
      value = describe_key(in, with, keys[i], about);
      if (about && *about) all.push_back(std::move(**about));
    }
    return value;
  }));
  if (are_too_many) return errc::over_limit;
  std::ranges::sort(all, {}, &key_description::id);
  return all;
}

expected<token_key> token_key::create(std::shared_ptr<session_pool> pool, key_kind kind,
                                      byte_view id, std::string_view label) {
  QUORATE_TRY(check_name(id, label));
  auto& in = pool->get_module();
  handle_pair made;
  bool is_free = true;
  // The look for the id is part of the job: if the token was lost after it had made the pair, the
  // second run must not make another.
  QUORATE_TRY(pool->run(
      [&](const session& with) {
        attributes wanted;
        wanted.add(CKA_ID, id);
        std::vector<CK_OBJECT_HANDLE> others;
        const CK_RV value = find_objects(in, with.handle, wanted, 1, others);
        is_free = others.empty();
        if (value != CKR_OK || !is_free) return value;
        return generate(in, with, kind, id, label, made);
      },
      session_access::write));
  if (!is_free) return errc::key_exists;
  auto key = find(pool, id);
  const auto shown = key ? key->state_->prove(*key) : outcome{key.error()};
  if (shown) return key;
  destroy_pair(*pool, made);
  return shown.error();
}

expected<recoverable_signature> token_key::sign_ecdsa(const digest& message) const {
  const auto* key = std::get_if<ec_public_key>(&state_->about.public_key);
  if (key == nullptr) return errc::hsm_unsupported;
  QUORATE_ASSIGN(const auto raw, state_->sign(CKM_ECDSA, message.view()));
  const module_scope no_fork_meets_a_lock_of_the_verifier;
  const auto low = with_low_s(ecdsa_signature{raw});
  if (!low || !verify(*key, message, *low))
    return refuse_answer(state_->about, "the token's ECDSA signature does not verify");
  // The token says r and s; which of the points with such an r it was is found by trying.
  for (std::uint8_t id = 0; id < 4; ++id) {
    const recoverable_signature candidate{*low, id};
    const auto recovered = recover(message, candidate);
    if (recovered && *recovered == *key) return candidate;
  }
  return refuse_answer(state_->about, "the token's ECDSA signature does not lead to its key");
}

expected<ed25519_signature> token_key::sign_ed25519(byte_view message) const {
  const auto* key = std::get_if<ed25519_public_key>(&state_->about.public_key);
  if (key == nullptr) return errc::hsm_unsupported;
  if (message.size() > message_bytes_max) return errc::over_limit;
  QUORATE_ASSIGN(const auto raw, state_->sign(CKM_EDDSA, message));
  const module_scope no_fork_meets_a_lock_of_the_verifier;
  const ed25519_signature signature{raw};
  if (!verify(*key, message, signature))
    return refuse_answer(state_->about, "the token's Ed25519 signature does not verify");
  return signature;
}

} // namespace quorate::hsm
