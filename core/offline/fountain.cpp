#include "core/offline/fountain.hpp"

#include "core/codec/cbor.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/bytewords.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace quorate::offline {

namespace {

constexpr std::size_t fragment_bytes_min = 10;
constexpr double two_to_64 = 18446744073709551616.0;

void put_big_endian(bytes& out, std::uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(v >> shift));
}

void add_bytes(bytes& target, byte_view other) {
  for (std::size_t i = 0; i < target.size(); ++i)
    target[i] ^= other[i];
}

} // namespace

// --- chance that both sides compute ------------------------------------------------------------

fountain_random::fountain_random(byte_view seed) noexcept : state_{} {
  const auto hash = sha256(seed);
  for (std::size_t i = 0; i < hash.data.size(); ++i)
    state_[i / 8] = state_[i / 8] << 8 | hash.data[i];
}

std::uint64_t fountain_random::next() noexcept {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double fountain_random::next_double() noexcept { return static_cast<double>(next()) / two_to_64; }

std::uint64_t fountain_random::next_integer(std::uint64_t low, std::uint64_t high) noexcept {
  return static_cast<std::uint64_t>(next_double() * static_cast<double>(high - low + 1)) + low;
}

weighted_choice::weighted_choice(const std::vector<double>& weights)
    : probabilities_(weights.size()), aliases_(weights.size()) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  QUORATE_CHECK(sum > 0);
  std::vector<double> share;
  for (const double weight : weights)
    share.push_back(weight * static_cast<double>(weights.size()) / sum);
  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (std::size_t i = weights.size(); i-- > 0;)
    (share[i] < 1 ? small : large).push_back(i);
  while (!small.empty() && !large.empty()) {
    const auto a = small.back();
    const auto g = large.back();
    small.pop_back(), large.pop_back();
    probabilities_[a] = share[a];
    aliases_[a] = g;
    share[g] += share[a] - 1;
    (share[g] < 1 ? small : large).push_back(g);
  }
  // What rounding left over counts as whole.
  for (const auto& rest : {small, large})
    for (const auto i : rest)
      probabilities_[i] = 1;
}

std::size_t weighted_choice::next(fountain_random& random) const {
  const double first = random.next_double();
  const double second = random.next_double();
  // A double just below 1 times the size may round up to it.
  const auto drawn = static_cast<std::size_t>(static_cast<double>(probabilities_.size()) * first);
  const auto i = std::min(drawn, probabilities_.size() - 1);
  return second < probabilities_[i] ? i : aliases_[i];
}

std::size_t choose_degree(std::size_t fragments, fountain_random& random) {
  std::vector<double> weights;
  for (std::size_t degree = 1; degree <= fragments; ++degree)
    weights.push_back(1.0 / static_cast<double>(degree));
  return weighted_choice{weights}.next(random) + 1;
}

std::vector<std::size_t> choose_fragments(std::uint32_t number, std::size_t fragments,
                                          std::uint32_t checksum) {
  QUORATE_CHECK(number >= 1);
  if (number <= fragments) return {number - 1};
  bytes seed;
  put_big_endian(seed, number);
  put_big_endian(seed, checksum);
  fountain_random random{seed};
  const auto degree = choose_degree(fragments, random);
  std::vector<std::size_t> remaining(fragments);
  std::iota(remaining.begin(), remaining.end(), std::size_t{0});
  std::vector<std::size_t> chosen;
  while (chosen.size() < degree) {
    const auto at =
        std::min<std::uint64_t>(random.next_integer(0, remaining.size() - 1), remaining.size() - 1);
    const auto place = remaining.begin() + static_cast<std::ptrdiff_t>(at);
    chosen.push_back(*place);
    remaining.erase(place);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// --- parts -------------------------------------------------------------------------------------

bytes encode(const fountain_part& part) {
  cbor::writer w;
  w.array(5);
  for (const auto number : {part.number, part.count, part.message_size, part.checksum})
    w.unsigned_integer(number);
  w.byte_string(part.data);
  return std::move(w).take();
}

expected<fountain_part> decode_fountain_part(byte_view from) {
  cbor::reader r{from};
  fountain_part part;
  if (r.array(5) != 5) r.fail(errc::truncated);
  for (auto* number : {&part.number, &part.count, &part.message_size, &part.checksum}) {
    const auto v = r.unsigned_integer();
    if (v > 0xffffffff) r.fail(errc::over_limit);
    *number = static_cast<std::uint32_t>(v);
  }
  const auto data = r.byte_string(message_bytes_max);
  QUORATE_TRY(r.finish());
  if (part.count > fragments_max || part.message_size > message_bytes_max) return errc::over_limit;
  // The fragments hold the message, and the last one is needed.
  const std::size_t room = part.count * data.size();
  if (part.number == 0 || part.count == 0 || data.empty() || part.message_size > room ||
      room - part.message_size >= data.size())
    return errc::ur_malformed;
  part.data.assign(data.begin(), data.end());
  return part;
}

expected<fountain_encoder> fountain_encoder::make(bytes message, std::size_t most) {
  if (message.empty()) return errc::ur_malformed;
  if (message.size() > message_bytes_max || most == 0) return errc::over_limit;
  fountain_encoder made;
  const std::size_t size = message.size();
  // As many fragments as it takes, but none below the least size.
  const std::size_t count_max = std::max<std::size_t>(size / fragment_bytes_min, 1);
  const std::size_t count = std::min((size + most - 1) / most, count_max);
  if (count > fragments_max) return errc::over_limit;
  made.fragment_bytes_ = (size + count - 1) / count;
  // Rounding up may leave a fragment without a byte of the message.
  made.count_ =
      static_cast<std::uint32_t>((size + made.fragment_bytes_ - 1) / made.fragment_bytes_);
  made.message_size_ = static_cast<std::uint32_t>(size);
  made.checksum_ = crc32(message);
  made.padded_ = std::move(message);
  made.padded_.resize(made.count_ * made.fragment_bytes_);
  return made;
}

fountain_part fountain_encoder::part(std::uint32_t number) const {
  fountain_part made{number, count_, message_size_, checksum_, bytes(fragment_bytes_)};
  for (const auto i : choose_fragments(number, count_, checksum_))
    add_bytes(made.data, byte_view{padded_}.subspan(i * fragment_bytes_, fragment_bytes_));
  return made;
}

// --- decoder -----------------------------------------------------------------------------------

void fountain_decoder::add_to(row& target, const row& other) {
  for (std::size_t i = 0; i < target.fragments.size(); ++i)
    target.fragments[i] = target.fragments[i] != other.fragments[i];
  add_bytes(target.data, other.data);
}

outcome fountain_decoder::add(const fountain_part& part) {
  if (count_ == 0) {
    first_ = part;
    count_ = part.count;
    rows_.resize(count_);
  } else if (part.count != first_.count || part.message_size != first_.message_size ||
             part.checksum != first_.checksum || part.data.size() != first_.data.size()) {
    return errc::ur_other_message;
  }
  row one{std::vector<bool>(count_), part.data};
  for (const auto i : choose_fragments(part.number, count_, part.checksum))
    one.fragments[i] = true;
  for (std::size_t i = 0; i < count_; ++i) {
    if (!one.fragments[i]) continue;
    if (!rows_[i]) {
      rows_[i] = std::move(one);
      ++known_;
      return {};
    }
    add_to(one, *rows_[i]);
  }
  return {};
}

expected<bytes> fountain_decoder::message() const {
  if (!complete()) return errc::ur_incomplete;
  auto rows = rows_;
  bytes joined(count_ * first_.data.size());
  // From the last row up: all behind the first fragment of a row are known by then.
  for (std::size_t i = count_; i-- > 0;) {
    for (std::size_t j = i + 1; j < count_; ++j)
      if (rows[i]->fragments[j]) add_to(*rows[i], *rows[j]);
    std::copy(rows[i]->data.begin(), rows[i]->data.end(),
              joined.begin() + static_cast<std::ptrdiff_t>(i * first_.data.size()));
  }
  joined.resize(first_.message_size);
  if (crc32(joined) != first_.checksum) return errc::bytewords_bad_checksum;
  return joined;
}

} // namespace quorate::offline
