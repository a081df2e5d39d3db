#include "core/wallet/nfkd.hpp"

#include <utf8proc.h>

namespace quorate::wallet {

namespace {

// utf8proc_NFKD() would leave the text in memory that it allocates and frees: this keeps it here.
struct wiped_code_points {
  std::array<utf8proc_int32_t, secret_bytes<1024>::size()> at{};

  wiped_code_points() = default;
  wiped_code_points(const wiped_code_points&) = delete;
  wiped_code_points& operator=(const wiped_code_points&) = delete;
  ~wiped_code_points() { wipe(at.data(), sizeof at); }
};

constexpr auto form_kd =
    static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);

} // namespace

expected<secret_text> nfkd(std::string_view utf8) {
  wiped_code_points decomposed;
  const auto capacity = static_cast<utf8proc_ssize_t>(decomposed.at.size());
  // Each byte gives at most 18 code points, so the sum below cannot overflow.
  if (utf8.size() > decomposed.at.size()) return errc::over_limit;
  const auto count =
      utf8proc_decompose(as_bytes(utf8).data(), static_cast<utf8proc_ssize_t>(utf8.size()),
                         decomposed.at.data(), capacity, form_kd);
  if (count < 0) return errc::bad_utf8;
  if (count > capacity) return errc::over_limit;
  secret_text result;
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    std::array<utf8proc_uint8_t, 4> encoded{};
    const auto size =
        utf8proc_encode_char(decomposed.at[static_cast<std::size_t>(i)], encoded.data());
    const auto appended = result.append({encoded.data(), static_cast<std::size_t>(size)});
    wipe(encoded.data(), encoded.size());
    if (!appended) return appended.error();
  }
  return result;
}

} // namespace quorate::wallet
