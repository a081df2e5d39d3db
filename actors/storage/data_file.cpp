#include "actors/storage/data_file.hpp"

#include "actors/storage/tree_check.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace quorate {

namespace {

static_assert(std::endian::native == std::endian::little && sizeof(void*) == 8,
              "the offsets below are those of a 64-bit little-endian LMDB");

// A page header of 16 bytes (its flags at 10), then the meta record.
constexpr std::size_t flags_at = 10;
constexpr std::size_t magic_at = 16;
constexpr std::size_t version_at = 20;
constexpr std::size_t map_size_at = 32;
constexpr std::size_t page_size_at = 40; // md_pad of the free-page tree
constexpr std::size_t free_pages_at = 40;
constexpr std::size_t tables_at = 88;
constexpr std::size_t last_page_at = 136;
constexpr std::size_t transaction_at = 144;
constexpr std::size_t meta_bytes = 152;

constexpr std::uint32_t magic = 0xBEEFC0DE;
constexpr std::uint32_t data_version = 1;
constexpr std::uint64_t page_size_max = 0x8000; // LMDB's, where the machine's pages are larger
constexpr std::uint16_t meta_flag = 0x08;

struct meta_page {
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
  tree_root free_pages;
  tree_root tables;
};

class file {
public:
  explicit file(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  int get() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

template <class T>
T field(const std::array<std::uint8_t, meta_bytes>& page, std::size_t at) noexcept {
  T value;
  std::memcpy(&value, page.data() + at, sizeof value);
  return value;
}

} // namespace

store_outcome check_data_file(const std::filesystem::path& path,
                              std::uint64_t tree_check_bytes_max) {
  const auto corrupted = [&](const std::string& why) {
    return store_error{store_errc::corrupted, "The data file " + path.string() + " " + why};
  };
  const file data{path};
  if (data.get() < 0) {
    if (errno == ENOENT) return std::monostate{};
    return store_error{store_errc::io,
                       "Cannot open " + path.string() + ": " + std::strerror(errno) + "."};
  }
  struct stat status {};
  if (::fstat(data.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return store_error{store_errc::io, path.string() + " is no regular file."};
  // Created, but the process ended before the first write: LMDB starts afresh.
  if (status.st_size == 0) return std::monostate{};

  const auto size = static_cast<std::uint64_t>(status.st_size);
  const auto page_size =
      std::min(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), page_size_max);
  if (size < 2 * page_size)
    return corrupted("has only " + std::to_string(size) +
                     " bytes, less than its two header pages: it was cut short.");

  std::array<meta_page, 2> headers;
  for (std::uint64_t number = 0; number < 2; ++number) {
    std::array<std::uint8_t, meta_bytes> page;
    if (::pread(data.get(), page.data(), page.size(), static_cast<off_t>(number * page_size)) !=
        static_cast<ssize_t>(page.size()))
      return store_error{store_errc::io, "Cannot read header page " + std::to_string(number) +
                                             " of " + path.string() + ": " + std::strerror(errno) +
                                             "."};
    const auto where = "header page " + std::to_string(number);
    if ((field<std::uint16_t>(page, flags_at) & meta_flag) == 0 ||
        field<std::uint32_t>(page, magic_at) != magic)
      return corrupted("has a damaged " + where + ", or is no LMDB file.");
    if (const auto version = field<std::uint32_t>(page, version_at); version != data_version)
      return store_error{store_errc::wrong_version,
                         "The data file " + path.string() + " has LMDB data version " +
                             std::to_string(version) + "; this program knows version " +
                             std::to_string(data_version) + "."};
    if (const auto its = field<std::uint32_t>(page, page_size_at); its != page_size)
      return corrupted("has pages of " + std::to_string(its) + " bytes in " + where +
                       ", this machine of " + std::to_string(page_size) +
                       ": it is damaged or from a machine with other pages.");
    const byte_view all{page};
    const meta_page found{field<std::uint64_t>(page, last_page_at),
                          field<std::uint64_t>(page, transaction_at),
                          tree_root::from(all.subspan(free_pages_at, tree_root::size)),
                          tree_root::from(all.subspan(tables_at, tree_root::size))};
    // The file never has more pages than its map had, and a map cannot be larger than what the
    // processor addresses (47 bits).
    const auto map_size = field<std::uint64_t>(page, map_size_at);
    if (found.last_page < 1 || map_size >> 47 != 0 || found.last_page >= map_size / page_size)
      return corrupted("has a damaged " + where + ": it claims " + std::to_string(found.last_page) +
                       " pages in a map of " + std::to_string(map_size) + " bytes.");
    headers[number] = found;
  }
  // Commits write the header pages in turn: number n goes to page n mod 2, and a new file has two
  // with number 0. Anything else would make LMDB take the older state for the newer.
  const auto [even, odd] = std::pair{headers[0].transaction, headers[1].transaction};
  const bool in_turn = even % 2 == 0 && odd % 2 == 1 && (odd + 1 == even || even + 1 == odd);
  if (!in_turn && (even != 0 || odd != 0))
    return corrupted("has header pages of commits " + std::to_string(even) + " and " +
                     std::to_string(odd) + ", which do not follow each other: one is damaged.");
  const auto& newest = headers[odd > even ? 1 : 0];
  // LMDB may have given up its last pages before it ever wrote them, so a file that is shorter
  // than its highest page is not yet damaged: it is when one of the missing pages is in use.
  const auto pages = size / page_size;
  if (newest.last_page < pages && size > tree_check_bytes_max) return std::monostate{};
  const data_file_shape shape{data.get(),       page_size,         pages,
                              newest.last_page, newest.free_pages, newest.tables};
  if (auto damage = find_tree_damage(shape)) return corrupted("is damaged: " + *damage + ".");
  return std::monostate{};
}

} // namespace quorate
