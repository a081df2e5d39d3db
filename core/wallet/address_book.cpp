#include "core/wallet/address_book.hpp"

#include <algorithm>

namespace quorate::wallet {

expected<address_book> address_book::open(const extended_public_key& account,
                                          address_encoder encode, std::uint32_t gap_limit) {
  if (gap_limit == 0 || gap_limit > gap_limit_max) return errc::over_limit;
  QUORATE_ASSIGN(auto external, account.child(static_cast<std::uint32_t>(branch::external)));
  QUORATE_ASSIGN(auto change, account.child(static_cast<std::uint32_t>(branch::change)));
  address_book book{{std::move(external)}, {std::move(change)}, std::move(encode), gap_limit};
  QUORATE_TRY(book.fill_gap(branch::external));
  QUORATE_TRY(book.fill_gap(branch::change));
  return book;
}

expected<book_address> address_book::give_out(branch b) {
  auto& line = of(b);
  const auto from = line.watched.begin() + static_cast<std::ptrdiff_t>(line.given_out_end);
  const auto next = std::find_if(from, line.watched.end(), [](const auto& a) { return !a.used; });
  if (next == line.watched.end()) return errc::gap_limit_reached;
  line.given_out_end = static_cast<std::size_t>(next - line.watched.begin()) + 1;
  return *next;
}

expected<std::vector<book_address>> address_book::mark_used(std::string_view address) {
  const auto place = places_.find(address);
  if (place == places_.end()) return errc::not_found;
  const auto [b, at] = place->second;
  auto& line = of(b);
  const auto watched_before = line.watched.size();
  line.watched[at].used = true;
  line.used_end = std::max(line.used_end, at + 1);
  QUORATE_TRY(fill_gap(b));
  return std::vector<book_address>{
      line.watched.begin() + static_cast<std::ptrdiff_t>(watched_before), line.watched.end()};
}

outcome address_book::watch_next(branch b) {
  auto& line = of(b);
  if (line.watched.size() == book_addresses_max) return errc::over_limit;
  auto key = line.key.child(line.next_index);
  while (!key && key.error() == errc::no_key_at_index)
    key = line.key.child(++line.next_index);
  if (!key) return key.error();
  QUORATE_ASSIGN(auto address, encode_(key->key()));
  places_.emplace(address, std::pair{b, line.watched.size()});
  line.watched.push_back({b, line.next_index++, std::move(address), false});
  return {};
}

outcome address_book::fill_gap(branch b) {
  while (of(b).watched.size() < of(b).used_end + gap_limit_)
    QUORATE_TRY(watch_next(b));
  return {};
}

} // namespace quorate::wallet
