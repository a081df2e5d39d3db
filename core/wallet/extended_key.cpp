#include "core/wallet/extended_key.hpp"

#include "core/crypto/digests.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

constexpr std::string_view master_seed_key = "Bitcoin seed";

expected<key_lineage> next(const key_lineage& parent, const ec_public_key& key,
                           std::uint32_t index) {
  if (parent.depth == depth_max) return errc::path_too_deep;
  return key_lineage{static_cast<std::uint8_t>(parent.depth + 1), fingerprint_of(key), index};
}

} // namespace

key_fingerprint fingerprint_of(const ec_public_key& key) noexcept {
  const auto hash = hash160(key.compressed().view());
  key_fingerprint first;
  std::copy_n(hash.data.begin(), key_fingerprint::size, first.data.begin());
  return first;
}

// --- public ----------------------------------------------------------------------------------

expected<extended_public_key> extended_public_key::child(std::uint32_t index) const {
  if (index >= hardened) return errc::hardened_child;
  QUORATE_ASSIGN(const auto lineage, next(lineage_, key_, index));
  const auto i = normal_hash(chain_code_, key_.compressed(), index);
  const auto key = key_.tweak_add(left(i));
  if (!key) return errc::no_key_at_index;
  return extended_public_key{*key, secret_bytes<32>{right(i)}, lineage};
}

expected<extended_public_key> extended_public_key::derive(child_indices indices) const {
  extended_public_key at{key_, copy_of(chain_code_), lineage_};
  for (const auto index : indices) {
    QUORATE_ASSIGN(at, at.child(index));
  }
  return at;
}

key_fingerprint extended_public_key::fingerprint() const noexcept { return fingerprint_of(key_); }

std::string extended_public_key::to_string(const key_version& version) const {
  const auto encoded = key_.compressed();
  extended_key_fields fields{version.public_key, lineage_, copy_of(chain_code_), {}};
  std::copy(encoded.data.begin(), encoded.data.end(), fields.key.data());
  return std::string{write_extended_key(fields).text()};
}

expected<extended_public_key> extended_public_key::parse(std::string_view text,
                                                         const key_version& version) {
  QUORATE_ASSIGN(auto fields, read_extended_key(text));
  if (fields.version != version.public_key) return errc::bad_extended_key;
  const auto key = ec_public_key::parse(fields.key.view());
  if (!key) return errc::bad_extended_key;
  return extended_public_key{*key, std::move(fields.chain_code), fields.lineage};
}

// --- private ---------------------------------------------------------------------------------

expected<extended_private_key> extended_private_key::from_seed(byte_view seed) {
  if (seed.size() < hd_seed_bytes_min || seed.size() > hd_seed_bytes_max)
    return errc::bad_entropy_size;
  return master_of(hmac_sha512(as_bytes(master_seed_key), {seed}));
}

expected<extended_private_key> extended_private_key::master_of(const hd_hash& i) {
  ec_secret_key secret{left(i)};
  QUORATE_ASSIGN(const auto key, ec_public_key::of(secret));
  return extended_private_key{std::move(secret), key, secret_bytes<32>{right(i)}, {}};
}

expected<extended_private_key> extended_private_key::child(std::uint32_t index) const {
  return child_of(index >= hardened ? hardened_hash(chain_code_, secret_, index)
                                    : normal_hash(chain_code_, key_.compressed(), index),
                  index);
}

expected<extended_private_key> extended_private_key::child_of(const hd_hash& i,
                                                              std::uint32_t index) const {
  QUORATE_ASSIGN(const auto lineage, next(lineage_, key_, index));
  auto secret = tweak_add(secret_, left(i));
  if (!secret) return errc::no_key_at_index;
  QUORATE_ASSIGN(const auto key, ec_public_key::of(*secret));
  return extended_private_key{std::move(*secret), key, secret_bytes<32>{right(i)}, lineage};
}

expected<extended_private_key> extended_private_key::derive(child_indices indices) const {
  auto at = clone();
  for (const auto index : indices) {
    QUORATE_ASSIGN(at, at.child(index));
  }
  return at;
}

extended_private_key extended_private_key::clone() const {
  return {copy_of(secret_), key_, copy_of(chain_code_), lineage_};
}

extended_public_key extended_private_key::to_public() const {
  return {key_, copy_of(chain_code_), lineage_};
}

key_fingerprint extended_private_key::fingerprint() const noexcept { return fingerprint_of(key_); }

secret_text extended_private_key::to_text(const key_version& version) const {
  extended_key_fields fields{version.private_key, lineage_, copy_of(chain_code_), {}};
  std::memcpy(fields.key.data() + 1, secret_.data(), secret_.size());
  return write_extended_key(fields);
}

expected<extended_private_key> extended_private_key::parse(std::string_view text,
                                                           const key_version& version) {
  QUORATE_ASSIGN(auto fields, read_extended_key(text));
  if (fields.version != version.private_key || fields.key.data()[0] != 0)
    return errc::bad_extended_key;
  ec_secret_key secret{std::span<const std::uint8_t, 33>{fields.key.data(), 33}.last<32>()};
  const auto key = ec_public_key::of(secret);
  if (!key) return errc::bad_extended_key;
  return extended_private_key{std::move(secret), *key, std::move(fields.chain_code),
                              fields.lineage};
}

} // namespace quorate::wallet
