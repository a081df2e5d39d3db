#include "core/wallet/ethereum_keystore.hpp"

#include "core/chain/evm/json.hpp"
#include "core/crypto/aes.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

using evm::json;

constexpr std::size_t derived_bytes = 32; // AES-128's key, then the MAC's
constexpr std::size_t salt_bytes_max = 64;

/// The fields of an object; one that is missing or of another type reads as nothing.
class fields {
public:
  explicit fields(const json* object) noexcept : object_(object) {}

  fields object(const char* name) const {
    const auto* found = find(name);
    return fields{found != nullptr && found->is_object() ? found : nullptr};
  }
  explicit operator bool() const noexcept { return object_ != nullptr; }

  std::string_view text(const char* name) const {
    const auto* found = find(name);
    const auto* value = found != nullptr ? found->get_ptr<const json::string_t*>() : nullptr;
    return value != nullptr ? std::string_view{*value} : std::string_view{};
  }

  /// Errors: bad_keystore unless there is a natural number.
  expected<std::uint64_t> number(const char* name) const {
    const auto* found = find(name);
    if (found == nullptr || !found->is_number_unsigned()) return errc::bad_keystore;
    return found->get<std::uint64_t>();
  }

  /// Hexadecimal in either case, with or without 0x. Errors: bad_keystore.
  expected<bytes> hex(const char* name) const {
    std::string digits{text(name)};
    if (digits.starts_with("0x")) digits.erase(0, 2);
    std::transform(digits.begin(), digits.end(), digits.begin(), [](char c) {
      return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    auto raw = from_hex(digits);
    if (!raw) return errc::bad_keystore;
    return raw;
  }

private:
  const json* find(const char* name) const {
    if (object_ == nullptr) return nullptr;
    const auto found = object_->find(name);
    return found != object_->end() ? &*found : nullptr;
  }

  const json* object_;
};

expected<std::uint32_t> cost_number(const fields& parameters, const char* name) {
  QUORATE_ASSIGN(const auto v, parameters.number(name));
  if (v > 0xffffffffU) return errc::kdf_parameters;
  return static_cast<std::uint32_t>(v);
}

outcome derive_by_scrypt(const fields& parameters, byte_view password, byte_view salt,
                         std::span<std::uint8_t> out) {
  scrypt_cost cost;
  QUORATE_ASSIGN(cost.n, parameters.number("n"));
  QUORATE_ASSIGN(cost.r, cost_number(parameters, "r"));
  QUORATE_ASSIGN(cost.p, cost_number(parameters, "p"));
  return scrypt(password, salt, cost, out);
}

outcome derive_by_pbkdf2(const fields& parameters, byte_view password, byte_view salt,
                         std::span<std::uint8_t> out) {
  if (parameters.text("prf") != "hmac-sha256") return errc::unsupported_keystore;
  QUORATE_ASSIGN(const auto iterations, parameters.number("c"));
  if (iterations > ethereum_keystore_iterations_max) return errc::kdf_parameters;
  return pbkdf2_hmac_sha256(password, salt, iterations, out);
}

expected<secret_bytes<derived_bytes>> derive(const fields& crypto, byte_view password) {
  const auto parameters = crypto.object("kdfparams");
  QUORATE_ASSIGN(const auto length, parameters.number("dklen"));
  if (length != derived_bytes) return errc::unsupported_keystore;
  QUORATE_ASSIGN(const auto salt, parameters.hex("salt"));
  if (salt.empty() || salt.size() > salt_bytes_max) return errc::bad_keystore;
  secret_bytes<derived_bytes> key;
  const std::span<std::uint8_t> out{key.data(), derived_bytes};
  const auto kdf = crypto.text("kdf");
  if (kdf == "scrypt") {
    QUORATE_TRY(derive_by_scrypt(parameters, password, salt, out));
  } else if (kdf == "pbkdf2") {
    QUORATE_TRY(derive_by_pbkdf2(parameters, password, salt, out));
  } else {
    return errc::unsupported_keystore;
  }
  return key;
}

/// The last 20 bytes of Keccak-256 over X|Y. Source: Ethereum Yellow Paper, equation 284.
bool is_address_of(byte_view address, const ec_secret_key& key) {
  const auto point = ec_public_key::of(key);
  if (!point) return false;
  const auto hashed = keccak256(point->uncompressed().view().subspan(1));
  const auto expected_address = hashed.view().last(20);
  return std::equal(address.begin(), address.end(), expected_address.begin(),
                    expected_address.end());
}

} // namespace

expected<ec_secret_key> import_ethereum_keystore(std::string_view text, byte_view password) {
  const stack_wiper wiper;
  if (text.size() > ethereum_keystore_bytes_max) return errc::over_limit;
  const auto parsed = evm::parse_json(text); // refuses a name that an object has twice
  if (!parsed || !parsed->is_object()) return errc::bad_keystore;
  const fields file{&*parsed};
  QUORATE_ASSIGN(const auto version, file.number("version"));
  if (version != 3) return errc::unsupported_keystore;
  const auto crypto = file.object("crypto") ? file.object("crypto") : file.object("Crypto");
  if (!crypto) return errc::bad_keystore;
  if (crypto.text("cipher") != "aes-128-ctr") return errc::unsupported_keystore;
  QUORATE_ASSIGN(const auto iv, crypto.object("cipherparams").hex("iv"));
  QUORATE_ASSIGN(const auto ciphertext, crypto.hex("ciphertext"));
  QUORATE_ASSIGN(const auto mac, crypto.hex("mac"));
  if (iv.size() != 16 || ciphertext.size() != ec_secret_key::size() || mac.size() != digest::size)
    return errc::bad_keystore;
  QUORATE_ASSIGN(const auto derived, derive(crypto, password));
  if (!equal_in_constant_time(keccak256({derived.view().last(16), ciphertext}).view(), mac))
    return errc::decryption_failed;
  ec_secret_key key;
  aes128_ctr(derived.view().first<16>(), byte_view{iv}.first<16>(), ciphertext,
             {key.data(), ec_secret_key::size()});
  if (!is_valid(key)) return errc::bad_secret_key;
  if (!file.text("address").empty()) {
    QUORATE_ASSIGN(const auto address, file.hex("address"));
    if (!is_address_of(address, key)) return errc::bad_keystore;
  }
  return key;
}

} // namespace quorate::wallet
