#include "core/wallet/keystore.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/secp256k1_key.hpp"
#include "core/crypto/sm2.hpp"

namespace quorate::wallet {

namespace {

constexpr std::string_view magic = "quorate-keystore";
constexpr std::uint16_t version = 1;
/// Id, kind and the length of the secret.
constexpr std::size_t entry_head_bytes = key_id::size + 1 + 4;
constexpr std::size_t header_bytes_max = 16 + 2 + 1 + 16 + 32 + 12 + 4;

static_assert(header_bytes_max + 4 +
                      keystore_entries_max * (entry_head_bytes + keystore_secret_bytes_max) +
                      aead_tag_bytes <=
                  keystore_file_bytes_max,
              "the fullest keystore fits into its file");

expected<secret_kind> kind_of(std::uint8_t number) noexcept {
  if (number < 1 || number > 5) return errc::bad_enum;
  return static_cast<secret_kind>(number);
}

bool is_size_of(secret_kind kind, std::size_t size) noexcept {
  switch (kind) {
  case secret_kind::entropy:
    return size >= 16 && size <= 32 && size % 4 == 0;
  case secret_kind::seed:
    return size >= 16 && size <= keystore_secret_bytes_max;
  case secret_kind::secp256k1:
  case secret_kind::ed25519:
  case secret_kind::sm2:
    return size == 32;
  }
  return false;
}

/// Writes into memory that is there already: a vector that grows leaves copies behind.
class secret_writer {
public:
  explicit secret_writer(secret_buffer& out) noexcept : left_(out.writable()) {}

  void raw(byte_view in) noexcept {
    QUORATE_CHECK(in.size() <= left_.size());
    std::memcpy(left_.data(), in.data(), in.size());
    left_ = left_.subspan(in.size());
  }
  void u8(std::uint8_t v) noexcept { raw({&v, 1}); }
  void u32(std::size_t v) noexcept {
    for (int shift = 24; shift >= 0; shift -= 8)
      u8(static_cast<std::uint8_t>(v >> shift));
  }
  bool is_full() const noexcept { return left_.empty(); }

private:
  std::span<std::uint8_t> left_;
};

void write(writer& w, const password_cost& cost) {
  if (const auto* national = std::get_if<sm3_cost>(&cost)) {
    w.u64(national->iterations);
    return;
  }
  const auto& standard = std::get<scrypt_cost>(cost);
  w.u64(standard.n);
  w.u32(standard.r);
  w.u32(standard.p);
}

password_cost read_cost(reader& r, crypto_suite suite) noexcept {
  if (suite == crypto_suite::national) return sm3_cost{r.u64()};
  scrypt_cost cost;
  cost.n = r.u64();
  cost.r = r.u32();
  cost.p = r.u32();
  return cost;
}

struct parsed_file {
  keystore_sealing how;
  byte_view header; ///< what is authenticated beside the ciphertext
  byte_view sealed;
};

bytes header_of(const keystore_sealing& how) {
  writer w{header_bytes_max};
  w.raw(as_bytes(magic));
  w.u16(version);
  w.u8(static_cast<std::uint8_t>(suite_of(how.cost)));
  write(w, how.cost);
  w.raw(how.salt);
  write(w, how.nonce);
  return std::move(w).take();
}

expected<parsed_file> parse(byte_view file) {
  if (file.size() > keystore_file_bytes_max) return errc::over_limit;
  reader r{file};
  const auto begin = r.raw(magic.size());
  if (!std::equal(begin.begin(), begin.end(), magic.begin(), magic.end()))
    return errc::bad_keystore;
  if (r.u16() != version) return r.ok() ? errc::unsupported_keystore : errc::truncated;
  const auto suite = suite_of(r.u8());
  if (!suite) return r.ok() ? suite.error() : errc::truncated;
  parsed_file parsed;
  parsed.how.cost = read_cost(r, *suite);
  const auto salt = r.raw(parsed.how.salt.size());
  read(r, parsed.how.nonce);
  parsed.header = file.first(file.size() - r.left());
  parsed.sealed = r.blob(keystore_file_bytes_max);
  QUORATE_TRY(r.finish());
  std::copy(salt.begin(), salt.end(), parsed.how.salt.begin());
  if (parsed.sealed.size() <= aead_tag_bytes) return errc::truncated;
  return parsed;
}

outcome read_entries(byte_view plain, keystore& into) {
  reader r{plain};
  const auto count = r.count(keystore_entries_max, entry_head_bytes);
  std::optional<key_id> last;
  for (std::size_t i = 0; i < count && r.ok(); ++i) {
    key_id id;
    read(r, id);
    const auto kind = kind_of(r.u8());
    const auto secret = r.blob(keystore_secret_bytes_max);
    if (!r.ok()) break;
    QUORATE_TRY(kind);
    if (last && !(*last < id)) return errc::not_canonical;
    QUORATE_TRY(into.add(id, *kind, secret));
    last = id;
  }
  return r.finish();
}

} // namespace

expected<password_cost> cost_of(byte_view file) {
  QUORATE_ASSIGN(const auto parsed, parse(file));
  return parsed.how.cost;
}

outcome check_secret(secret_kind kind, byte_view secret) {
  const stack_wiper wiper;
  if (!is_size_of(kind, secret.size())) return errc::bad_secret_key;
  switch (kind) {
  case secret_kind::entropy:
  case secret_kind::seed:
  case secret_kind::ed25519:
    return {};
  case secret_kind::secp256k1:
    if (!is_valid(ec_secret_key{secret.first<32>()})) return errc::bad_secret_key;
    return {};
  case secret_kind::sm2:
    QUORATE_TRY(sm2_public_key_of(sm2_secret_key{secret.first<32>()}));
    return {};
  }
  return errc::bad_secret_key;
}

outcome keystore::add(const key_id& id, secret_kind kind, byte_view secret) {
  if (entries_.contains(id)) return errc::key_exists;
  if (entries_.size() >= keystore_entries_max) return errc::over_limit;
  QUORATE_TRY(check_secret(kind, secret));
  QUORATE_ASSIGN(auto buffer, arena_->copy_of(secret));
  entries_.emplace(id, entry{kind, std::move(buffer)});
  return {};
}

outcome keystore::erase(const key_id& id) {
  if (entries_.erase(id) == 0) return errc::no_such_key;
  return {};
}

expected<byte_view> keystore::secret(const key_id& id) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return errc::no_such_key;
  return found->second.secret.view();
}

expected<secret_kind> keystore::kind(const key_id& id) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return errc::no_such_key;
  return found->second.kind;
}

std::vector<key_id> keystore::ids() const {
  std::vector<key_id> all;
  all.reserve(entries_.size());
  for (const auto& [id, held] : entries_)
    all.push_back(id);
  return all;
}

expected<secret_buffer> keystore::encoded() const {
  std::size_t size = 4;
  for (const auto& [id, held] : entries_)
    size += entry_head_bytes + held.secret.size();
  QUORATE_ASSIGN(auto plain, arena_->allocate(size));
  secret_writer w{plain};
  w.u32(entries_.size());
  for (const auto& [id, held] : entries_) {
    w.raw(id.view());
    w.u8(static_cast<std::uint8_t>(held.kind));
    w.u32(held.secret.size());
    w.raw(held.secret.view());
  }
  QUORATE_CHECK(w.is_full());
  return plain;
}

expected<bytes> seal(const keystore& keys, byte_view password, const keystore_sealing& how) {
  const stack_wiper wiper;
  if (password.empty()) return errc::password_empty;
  QUORATE_ASSIGN(const auto plain, keys.encoded());
  QUORATE_ASSIGN(const auto key, key_from_password(how.cost, password, how.salt));
  const auto header = header_of(how);
  writer file{keystore_file_bytes_max};
  file.raw(header);
  file.blob(quorate::seal(suite_of(how.cost), key, how.nonce, header, plain.view()));
  return std::move(file).take();
}

expected<keystore> open_keystore(byte_view file, byte_view password, secret_arena& arena) {
  const stack_wiper wiper;
  if (password.empty()) return errc::password_empty;
  QUORATE_ASSIGN(const auto parsed, parse(file));
  QUORATE_ASSIGN(auto plain, arena.allocate(parsed.sealed.size() - aead_tag_bytes));
  QUORATE_ASSIGN(const auto key, key_from_password(parsed.how.cost, password, parsed.how.salt));
  QUORATE_TRY(quorate::open(suite_of(parsed.how.cost), key, parsed.how.nonce, parsed.header,
                            parsed.sealed, plain.writable()));
  keystore keys{arena};
  QUORATE_TRY(read_entries(plain.view(), keys));
  return keys;
}

} // namespace quorate::wallet
