// Every PBFT message and durable record: one encoding, and no byte of it may change unnoticed.
#include "tests/sim/intake.hpp"
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

struct fixture {
  identities who{4};
  scribes by{who};
  verifier check{who.config};
  ballot on = ballot_for(0, 7);

  pbft::new_view begun() const {
    return *by.new_view(1, {*by.view_change(0, 1, {}, {by.prepared(ballot_for(0, 2))}),
                            *by.view_change(1, 1), *by.view_change(3, 1)});
  }

  /// One of each kind, in the order of the variant.
  std::vector<message> all() const {
    return {
        *by.propose(on, batch_at(7)),
        *by.prepare(2, on),
        *by.commit(3, on),
        *by.checkpoint(1, limits::checkpoint_interval, state_at(1)),
        *by.view_change(2, 1, by.stable(limits::checkpoint_interval, state_at(1)),
                        {by.prepared(ballot_for(0, limits::checkpoint_interval + 1))}),
        begun(),
        status{{3}, true, false, {40}, {0}, {50}, {{{41}, true}, {{42}, false}}},
        fetch_blocks{{9}, 64},
        fetch_body{{9}, on.batch},
        batch_body{{7}, batch_at(7)},
        committed_block{by.committed(on), batch_at(7)},
        epoch_end{by.stable(limits::checkpoint_interval, state_at(1))},
        *who.author_of(0).sign(lease_request{{0}, 3, 600, {}, {}}),
        *who.author_of(2).sign(lease_grant{{0}, 3, {}, {}}),
    };
  }

  bool accepted(byte_view raw) const { return take_in(check, {1}, raw).has_value(); }
};

// These carry no authority: the verifier has nothing to check.
bool is_unsigned(const message& m) {
  return std::holds_alternative<status>(m) || std::holds_alternative<fetch_blocks>(m) ||
         std::holds_alternative<fetch_body>(m) || std::holds_alternative<batch_body>(m);
}

template <class T>
void round_trips(const T& value) {
  const auto raw = encode(value);
  const auto back = decode<T>(raw);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((encode(*back) == raw));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(pbft_codec, fixture)

BOOST_AUTO_TEST_CASE(every_kind_is_here_and_round_trips) {
  const auto messages = all();
  BOOST_REQUIRE(messages.size() == std::variant_size_v<message>);
  for (std::size_t kind = 0; kind < messages.size(); ++kind) {
    BOOST_TEST_CONTEXT(kind_of(messages[kind])) {
      BOOST_TEST(messages[kind].index() == kind);
      const auto raw = encode(messages[kind]);
      BOOST_TEST(raw[0] == kind + 1);
      round_trips(messages[kind]);
      BOOST_TEST(accepted(raw));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const auto& m : all()) {
    const auto raw = encode(m);
    for (std::size_t n = 0; n < raw.size(); ++n)
      BOOST_TEST_REQUIRE(!decode<message>(byte_view{raw}.first(n)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_end_are_refused) {
  for (const auto& m : all()) {
    auto raw = encode(m);
    raw.push_back(0);
    BOOST_TEST((decode<message>(raw).error() == errc::trailing_bytes));
  }
}

// Either the decoder refuses it, or it is the one encoding of another message; and what is signed
// is then refused by the verifier.
BOOST_AUTO_TEST_CASE(every_flipped_bit_is_noticed) {
  for (const auto& m : all()) {
    auto raw = encode(m);
    BOOST_TEST_CONTEXT(kind_of(m)) {
      for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
        raw[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto back = decode<message>(raw);
        if (back) {
          BOOST_TEST_REQUIRE((encode(*back) == raw), "bit " << bit);
          BOOST_TEST_REQUIRE((is_unsigned(*back) || !accepted(raw)), "bit " << bit);
        }
        raw[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(kinds_that_are_not_defined_are_refused) {
  for (int kind = 0; kind < 256; ++kind) {
    if (kind >= 1 && kind <= static_cast<int>(std::variant_size_v<message>)) continue;
    BOOST_TEST((decode<message>(bytes{static_cast<std::uint8_t>(kind)}).error() == errc::bad_enum));
  }
}

// A count is checked against the bytes that are left before anything is allocated.
BOOST_AUTO_TEST_CASE(huge_counts_allocate_nothing) {
  for (const auto& m : all()) {
    const auto raw = encode(m);
    for (std::size_t at = 1; at + 4 <= raw.size(); ++at) {
      auto huge = raw;
      std::fill_n(huge.begin() + static_cast<std::ptrdiff_t>(at), 4, std::uint8_t{0xff});
      (void)decode<message>(huge); // ASan limits allocations; nothing may crash
    }
  }
}

BOOST_AUTO_TEST_CASE(signers_out_of_order_or_twice_are_not_canonical) {
  auto block = committed_block{by.committed(on), batch_at(7)};
  std::swap(block.certificate.commits[0], block.certificate.commits[1]);
  BOOST_TEST((decode<message>(encode(message{block})).error() == errc::not_canonical));
  block.certificate = by.committed(on);
  block.certificate.commits[1] = block.certificate.commits[0];
  BOOST_TEST((decode<message>(encode(message{block})).error() == errc::not_canonical));
  auto change =
      *by.view_change(2, 1, {}, {by.prepared(ballot_for(0, 3)), by.prepared(ballot_for(0, 2))});
  BOOST_TEST((decode<message>(encode(message{change})).error() == errc::not_canonical));
}

BOOST_AUTO_TEST_CASE(limits_of_requests_hold) {
  BOOST_TEST((decode<message>(encode(message{fetch_blocks{{1}, 0}})).error() == errc::over_limit));
  BOOST_TEST((decode<message>(encode(message{fetch_blocks{{1}, 65}})).error() == errc::over_limit));
  status many;
  many.needs.resize(needs_max + 1);
  BOOST_TEST((decode<message>(encode(message{many})).error() == errc::over_limit));
  const auto large = std::make_shared<const bytes>(limits::batch_bytes_max + 1);
  BOOST_TEST(
      (decode<message>(encode(message{batch_body{{1}, large}})).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(durable_records_round_trip) {
  const auto header = by.propose(on, batch_at(7))->header;
  round_trips(slot_record{header, std::nullopt});
  round_trips(slot_record{header, by.prepared(on)});
  round_trips(view_record{});
  round_trips(view_record{{1}, true, *by.view_change(2, 1), std::nullopt});
  round_trips(view_record{{1}, false, *by.view_change(2, 1), begun()});
  round_trips(block_record{by.committed(on)});
}

BOOST_AUTO_TEST_SUITE_END()
