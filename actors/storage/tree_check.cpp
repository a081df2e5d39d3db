#include "actors/storage/tree_check.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace quorate {

namespace {

// A page: number (8 bytes), padding (2), flags (2), then either the ends of the free room in its
// middle (2 + 2) or, in the first page of an overflow run, the number of its pages (4). After these
// 16 bytes the offsets of its nodes, 2 bytes each.
constexpr std::size_t page_header = 16;
constexpr std::uint16_t branch_page = 0x01;
constexpr std::uint16_t leaf_page = 0x02;
constexpr std::uint16_t overflow_page = 0x04;
// A node: data size or, in a branch, page number (2 + 2), flags (2), key size (2), key, data.
constexpr std::size_t node_header = 8;
constexpr std::uint16_t big_data = 0x01; // the data is the number of an overflow page
constexpr std::uint16_t sub_tree = 0x02; // the data is a tree_root
constexpr std::uint64_t empty_tree = ~std::uint64_t{0};
constexpr unsigned depth_max = 32; // LMDB's own

template <class T>
T field(byte_view from, std::size_t at) noexcept {
  T value;
  std::memcpy(&value, from.data() + at, sizeof value);
  return value;
}

enum class tree_kind : std::uint8_t { free_pages, tables, records };

/// Whether keys come in order. Numbers of transactions compare as integers, all else as bytes.
bool less(tree_kind kind, byte_view a, byte_view b) noexcept {
  if (kind == tree_kind::free_pages) return field<std::uint64_t>(a, 0) < field<std::uint64_t>(b, 0);
  return std::ranges::lexicographical_compare(a, b);
}

class walker {
public:
  explicit walker(const data_file_shape& file) : file_(file), used_(file.file_pages, false) {
    used_[0] = used_[1] = true; // the two header pages
  }

  std::optional<std::string> run() {
    walk_tree(tree_kind::tables, file_.tables);
    // Last, so that a page that is both free and in use is found.
    walk_tree(tree_kind::free_pages, file_.free_pages);
    return std::move(damage_);
  }

private:
  struct node {
    std::uint16_t flags = 0;
    std::uint32_t data_size = 0; ///< leaf
    std::uint64_t child = 0;     ///< branch
    byte_view key;
    byte_view data; ///< leaf: what lies in the page; 8 bytes for big data
  };
  /// Keys below this page are in [low, high).
  struct range {
    std::optional<bytes> low;
    std::optional<bytes> high;
  };

  bool sound() const noexcept { return !damage_; }

  void fail(std::uint64_t page, const std::string& why) {
    if (!damage_) damage_ = "page " + std::to_string(page) + " " + why;
  }

  /// Marks a run of pages as used.
  bool claim(std::uint64_t first, std::uint64_t count) {
    if (first > file_.last_page || count > file_.last_page - first + 1)
      return fail(first, "is referred to but was never allocated"), false;
    if (first >= file_.file_pages || count > file_.file_pages - first)
      return fail(first, "is in use but beyond the end of the file: it was cut short"), false;
    for (auto page = first; page < first + count; ++page) {
      if (used_[page]) return fail(page, "is referred to twice"), false;
      used_[page] = true;
    }
    return true;
  }

  bool read(std::uint64_t page, std::span<std::uint8_t> into) {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto n = ::pread(file_.descriptor, into.data() + done, into.size() - done,
                             static_cast<off_t>(page * file_.page_size + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0)
        return fail(page, std::string{"cannot be read: "} +
                              (n < 0 ? std::strerror(errno) : "the file ends")),
               false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }

  void walk_tree(tree_kind kind, const tree_root& root) {
    if (!sound() || root.page == empty_tree) return;
    if (root.depth == 0 || root.depth > depth_max)
      return fail(root.page, "is the root of a tree of impossible depth");
    walk_page(kind, root.page, root.depth, {});
  }

  void walk_page(tree_kind kind, std::uint64_t number, unsigned levels, const range& bounds) {
    if (!claim(number, 1)) return;
    bytes page(file_.page_size);
    if (!read(number, page)) return;
    const bool leaf = levels == 1;
    const auto lower = field<std::uint16_t>(page, 12);
    const auto upper = field<std::uint16_t>(page, 14);
    if (field<std::uint64_t>(page, 0) != number)
      return fail(number, "does not carry its own number");
    if (field<std::uint16_t>(page, 10) != (leaf ? leaf_page : branch_page))
      return fail(number, "is of the wrong kind for its place in the tree");
    if (lower < page_header || lower > upper || upper > page.size() || lower % 2 != 0)
      return fail(number, "has a damaged header");
    const std::size_t count = (lower - page_header) / 2;
    // A root leaf may have become empty; a branch without two children is none.
    if (!leaf && count < 2) return fail(number, "is a branch with fewer than two children");

    std::vector<node> nodes;
    nodes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = field<std::uint16_t>(page, page_header + 2 * i);
      auto parsed = parse(kind, page, at, upper, leaf, !leaf && i == 0);
      if (!parsed) return fail(number, "has a damaged node");
      nodes.push_back(*parsed);
    }
    if (!in_order(kind, nodes, leaf, bounds)) return fail(number, "has keys out of order");
    for (std::size_t i = 0; sound() && i < count; ++i) {
      if (leaf) {
        visit_leaf(kind, number, nodes[i]);
        continue;
      }
      range below = bounds;
      if (i > 0) below.low = bytes{nodes[i].key.begin(), nodes[i].key.end()};
      if (i + 1 < count) below.high = bytes{nodes[i + 1].key.begin(), nodes[i + 1].key.end()};
      walk_page(kind, nodes[i].child, levels - 1, below);
    }
  }

  std::optional<node> parse(tree_kind kind, byte_view page, std::size_t at, std::size_t upper,
                            bool leaf, bool keyless) const {
    if (at < upper || at + node_header > page.size()) return std::nullopt;
    node n;
    const std::uint32_t low = field<std::uint16_t>(page, at);
    const std::uint32_t high = field<std::uint16_t>(page, at + 2);
    n.flags = field<std::uint16_t>(page, at + 4);
    const std::size_t key_size = field<std::uint16_t>(page, at + 6);
    const auto rest = page.subspan(at + node_header);
    if (key_size > rest.size()) return std::nullopt;
    n.key = rest.first(key_size);
    // The first child of a branch takes everything below the second: its key means nothing.
    if (!keyless && (kind == tree_kind::free_pages ? key_size != 8 : key_size == 0))
      return std::nullopt;
    n.data_size = low | high << 16;
    if (!leaf) {
      n.child = n.data_size | std::uint64_t{n.flags} << 32;
      return n;
    }
    const std::uint16_t allowed = kind == tree_kind::tables ? big_data | sub_tree : big_data;
    const std::size_t in_page = (n.flags & big_data) != 0 ? 8 : n.data_size;
    if ((n.flags & ~allowed) != 0 || in_page > rest.size() - key_size) return std::nullopt;
    if ((n.flags & sub_tree) != 0 && (n.flags != sub_tree || n.data_size != tree_root::size))
      return std::nullopt;
    n.data = rest.subspan(key_size, in_page);
    return n;
  }

  static bool in_order(tree_kind kind, const std::vector<node>& nodes, bool leaf,
                       const range& bounds) {
    const std::size_t first = leaf ? 0 : 1;
    for (std::size_t i = first; i < nodes.size(); ++i) {
      const auto key = nodes[i].key;
      if (i > first && !less(kind, nodes[i - 1].key, key)) return false;
      if (bounds.low && less(kind, key, *bounds.low)) return false;
      if (bounds.high && !less(kind, key, *bounds.high)) return false;
    }
    return true;
  }

  void visit_leaf(tree_kind kind, std::uint64_t page, const node& n) {
    if ((n.flags & sub_tree) != 0) return walk_tree(tree_kind::records, tree_root::from(n.data));
    bytes value;
    if ((n.flags & big_data) != 0) {
      const auto first = field<std::uint64_t>(n.data, 0);
      const auto needed = (page_header + n.data_size + file_.page_size - 1) / file_.page_size;
      if (!claim(first, needed)) return;
      bytes head(page_header);
      if (!read(first, head)) return;
      // A value that was written over by a shorter one keeps its run of pages.
      const std::uint64_t pages = field<std::uint32_t>(head, 12);
      if (field<std::uint64_t>(head, 0) != first ||
          field<std::uint16_t>(head, 10) != overflow_page || pages < needed)
        return fail(first, "has a damaged overflow header");
      if (pages > needed && !claim(first + needed, pages - needed)) return;
      if (kind != tree_kind::free_pages) return;
      bytes whole(page_header + n.data_size);
      if (!read(first, whole)) return;
      value.assign(whole.begin() + page_header, whole.end());
    } else if (kind == tree_kind::free_pages) {
      value.assign(n.data.begin(), n.data.end());
    }
    if (kind == tree_kind::free_pages) check_free_list(page, value);
  }

  /// A count, then so many page numbers. A page in use must not be among them: LMDB would write
  /// over it. Free pages may be beyond the end of the file: they were never written.
  void check_free_list(std::uint64_t page, byte_view list) {
    if (list.size() < 8 || list.size() % 8 != 0)
      return fail(page, "has a damaged list of free pages");
    const auto count = field<std::uint64_t>(list, 0);
    if (count > list.size() / 8 - 1) return fail(page, "has a damaged list of free pages");
    for (std::uint64_t i = 1; i <= count; ++i) {
      const auto free = field<std::uint64_t>(list, 8 * i);
      if (free < 2 || free > file_.last_page) return fail(page, "has a damaged list of free pages");
      if (free >= file_.file_pages) continue;
      if (used_[free]) return fail(free, "is in use and free at once");
      used_[free] = true;
    }
  }

  const data_file_shape& file_;
  std::vector<bool> used_;
  std::optional<std::string> damage_;
};

} // namespace

tree_root tree_root::from(byte_view from) noexcept {
  return {field<std::uint16_t>(from, 6), field<std::uint64_t>(from, 40)};
}

std::optional<std::string> find_tree_damage(const data_file_shape& file) {
  return walker{file}.run();
}

} // namespace quorate
