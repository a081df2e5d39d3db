// The arena that secrets live in: bounds, reuse, wiping; and what secrets cannot be used for.
#include "core/crypto/secret_arena.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <ostream>
#include <random>

using namespace quorate;

namespace {

template <class T>
concept copied = std::is_copy_constructible_v<T> || std::is_copy_assignable_v<T>;
template <class T>
concept printed = requires(std::ostream& out, const T& t) {
  out << t;
};
template <class T>
concept ranged = requires(const T& t) {
  std::begin(t);
}; // what fmt would print as a list

template <class T>
constexpr bool is_kept =
    !copied<T> && !printed<T> && !ranged<T> && std::is_nothrow_move_constructible_v<T>;

static_assert(is_kept<secret_bytes<32>>);
static_assert(is_kept<secret_buffer>);
static_assert(is_kept<secret_box<secret_bytes<32>>>);
static_assert(copied<bytes> && ranged<bytes> && printed<int>,
              "the concepts see what they look for");

struct arena_world {
  static constexpr std::size_t slots = 16;
  alignas(secret_arena::slot_bytes) std::array<std::uint8_t, slots * 64> memory{};
  secret_arena arena{memory};

  bool is_blank() const {
    return std::all_of(memory.begin(), memory.end(), [](auto byte) { return byte == 0; });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(secret_memory, arena_world)

BOOST_AUTO_TEST_CASE(wiped_when_given_back) {
  const bytes secret(100, 0x5a);
  {
    const auto buffer = arena.copy_of(secret).value();
    BOOST_TEST(arena.slots_taken() == 2U);
    BOOST_TEST(std::count(memory.begin(), memory.end(), 0x5a) == 100);
  }
  BOOST_TEST(arena.slots_taken() == 0U);
  BOOST_TEST(is_blank());
}

BOOST_AUTO_TEST_CASE(moved_not_copied) {
  auto first = arena.copy_of(bytes(10, 1)).value();
  auto second = std::move(first);
  BOOST_TEST(first.size() == 0U);
  BOOST_TEST(second.size() == 10U);
  second = arena.copy_of(bytes(20, 2)).value(); // the old bytes go with the temporary
  BOOST_TEST(arena.slots_taken() == 1U);
  BOOST_TEST(std::count(memory.begin(), memory.end(), 1) == 0);
  BOOST_TEST(std::count(memory.begin(), memory.end(), 2) == 20);
}

BOOST_AUTO_TEST_CASE(full) {
  BOOST_TEST((arena.allocate(slots * 64 + 1).error() == errc::secret_memory_full));
  BOOST_TEST((arena.allocate(SIZE_MAX).error() == errc::secret_memory_full));
  {
    const auto all = arena.allocate(slots * 64).value();
    BOOST_TEST((arena.allocate(1).error() == errc::secret_memory_full));
  }
  std::vector<secret_buffer> small;
  for (std::size_t i = 0; i < slots; ++i)
    small.push_back(arena.allocate(64).value());
  BOOST_TEST((arena.allocate(1).error() == errc::secret_memory_full));
  small.erase(small.begin() + 7);
  small.erase(small.begin() + 3); // two gaps of one slot are none of two
  BOOST_TEST((arena.allocate(65).error() == errc::secret_memory_full));
  BOOST_TEST(arena.allocate(64).has_value());
}

BOOST_AUTO_TEST_CASE(boxes) {
  {
    const std::array<std::uint8_t, 32> raw{7};
    auto box = secret_box<secret_bytes<32>>::make(arena, secret_bytes<32>{raw}).value();
    const auto moved = std::move(box);
    BOOST_TEST(moved->data()[0] == 7);
    BOOST_TEST(memory[0] == 7);
  }
  BOOST_TEST(is_blank());
}

// Against a model: no two buffers overlap, each keeps its bytes, what is free is zero.
BOOST_AUTO_TEST_CASE(random_use) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  std::map<std::uint8_t, secret_buffer> held;
  std::uint8_t next = 1;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0 && !held.empty()) {
      held.erase(std::next(held.begin(), random() % held.size()));
    } else if (!held.contains(next)) {
      auto buffer = arena.copy_of(bytes(1 + random() % 300, next));
      if (buffer) held.emplace(next, std::move(buffer).value());
      next = static_cast<std::uint8_t>(next == 255 ? 1 : next + 1);
    }
    std::size_t written = 0;
    for (const auto& [value, buffer] : held) {
      const auto view = buffer.view();
      BOOST_REQUIRE(std::all_of(view.begin(), view.end(), [v = value](auto b) { return b == v; }));
      written += view.size();
    }
    BOOST_REQUIRE(memory.size() - std::count(memory.begin(), memory.end(), 0) == written);
  }
  held.clear();
  BOOST_TEST(is_blank());
}

BOOST_AUTO_TEST_SUITE_END()
