// What the audit log shows to others: proofs, files, and going through a file once.
#include "core/audit/log_file.hpp"
#include "core/audit/proof.hpp"
#include "core/audit/replay.hpp"
#include "core/crypto/hash.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::audit;

namespace {

constexpr std::uint64_t size = 21;

entry entry_of(std::uint64_t i) {
  return {event::signature_made,
          {1000 + i},
          sha256(as_bytes("key")),
          sha256(as_bytes("digest " + std::to_string(i))),
          {},
          0,
          "entry " + std::to_string(i)};
}

std::vector<entry> entries() {
  std::vector<entry> all;
  for (std::uint64_t i = 0; i < size; ++i)
    all.push_back(entry_of(i));
  return all;
}

/// heads[n] is of the first n entries.
std::vector<log_head> heads_of(const std::vector<entry>& all) {
  replay log;
  std::vector<log_head> heads{log.head()};
  for (const auto& one : all) {
    BOOST_REQUIRE(log.add(leaf_of(one)));
    heads.push_back(log.head());
  }
  return heads;
}

/// What going through these entries says of these heads.
std::string verdict(const std::vector<entry>& all, const std::vector<log_head>& heads) {
  replay log;
  for (const auto& one : heads)
    log.expect(one);
  for (const auto& one : all)
    BOOST_REQUIRE(log.add(leaf_of(one)));
  const auto done = log.check();
  return done ? "valid" : std::string{name(done.error())};
}

expected<proof> inclusion_from(const std::vector<entry>& all, std::uint64_t index,
                               std::uint64_t under) {
  replay log;
  const auto prove = [&](const node_lookup& nodes) -> outcome {
    QUORATE_TRY(head_of(under, nodes));
    QUORATE_TRY(prove_inclusion(index, under, nodes));
    return {};
  };
  QUORATE_TRY(log.keep_for(prove));
  for (const auto& one : all)
    QUORATE_TRY(log.add(leaf_of(one)));
  QUORATE_ASSIGN(const auto head, head_of(under, log.nodes()));
  QUORATE_ASSIGN(auto path, prove_inclusion(index, under, log.nodes()));
  return proof{inclusion{all[index], index, head, std::move(path)}};
}

expected<proof> consistency_from(const std::vector<entry>& all, std::uint64_t before,
                                 std::uint64_t after) {
  replay log;
  const auto prove = [&](const node_lookup& nodes) -> outcome {
    QUORATE_TRY(head_of(before, nodes));
    QUORATE_TRY(head_of(after, nodes));
    QUORATE_TRY(prove_consistency(before, after, nodes));
    return {};
  };
  QUORATE_TRY(log.keep_for(prove));
  for (const auto& one : all)
    QUORATE_TRY(log.add(leaf_of(one)));
  QUORATE_ASSIGN(const auto first, head_of(before, log.nodes()));
  QUORATE_ASSIGN(const auto last, head_of(after, log.nodes()));
  QUORATE_ASSIGN(auto path, prove_consistency(before, after, log.nodes()));
  return proof{consistency{first, last, std::move(path)}};
}

std::vector<log_head> heads_in(const proof& p) {
  if (const auto* one = std::get_if<inclusion>(&p)) return {one->head};
  const auto& two = std::get<consistency>(p);
  return {two.before, two.after};
}

// Every encoding that is one bit different is none, or says something that does not hold, or is
// about another head: what the size of a head is, no path tells, so heads are compared whole.
void check_encoding(const proof& p) {
  const auto good = encode(p);
  BOOST_TEST((*decode<proof>(good) == p));
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(!decode<proof>(byte_view{good}.first(n)));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << bit % 8));
    const auto other = decode<proof>(bent);
    if (!other) continue;
    BOOST_TEST((encode(*other) == bent));
    BOOST_TEST((!audit::verify(*other) || heads_in(*other) != heads_in(p)));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(audit_proofs)

BOOST_AUTO_TEST_CASE(the_log_itself_is_valid_under_all_its_heads) {
  const auto all = entries();
  const auto heads = heads_of(all);
  BOOST_TEST(verdict(all, heads) == "valid");
  for (const auto& one : heads) {
    BOOST_TEST(verdict(all, {one}) == "valid");
    auto other = one;
    other.root.data[9] ^= 4;
    BOOST_TEST(verdict(all, {other}) == "log_forked");
    BOOST_TEST(verdict(all, {one, other}) == "log_forked");
  }
}

BOOST_AUTO_TEST_CASE(a_log_that_lost_its_end) {
  const auto all = entries();
  const auto heads = heads_of(all);
  for (std::uint64_t kept = 0; kept < size; ++kept) {
    const std::vector<entry> shorter{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept)};
    BOOST_TEST(verdict(shorter, {heads[size]}) == "log_set_back");
    BOOST_TEST(verdict(shorter, {heads[kept]}) == "valid");
    BOOST_TEST(verdict(shorter, heads) == "log_set_back");
  }
}

// Any change among the first entries shows under every head that covers it, and under no other.
BOOST_AUTO_TEST_CASE(a_log_that_was_changed) {
  const auto all = entries();
  const auto heads = heads_of(all);
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    auto altered = all;
    altered[i].subject.data[0] ^= 1;
    auto put_in = all;
    put_in.insert(put_in.begin() + at, entry_of(77));
    auto removed = all;
    removed.erase(removed.begin() + at);
    removed.push_back(entry_of(78)); // as many as before
    auto swapped = all;
    std::swap(swapped[i], swapped[(i + 1) % size]);
    for (std::uint64_t under = 0; under <= size; ++under) {
      const auto* expected = under > i ? "log_forked" : "valid";
      BOOST_TEST(verdict(altered, {heads[under]}) == expected);
      BOOST_TEST(verdict(put_in, {heads[under]}) == expected);
      BOOST_TEST(verdict(removed, {heads[under]}) == expected);
    }
    BOOST_TEST(verdict(swapped, {heads[size]}) == "log_forked");
  }
}

BOOST_AUTO_TEST_CASE(proofs_out_of_one_pass) {
  const auto all = entries();
  const auto heads = heads_of(all);
  for (std::uint64_t under = 0; under <= size; ++under) {
    for (std::uint64_t i = 0; i < under; ++i) {
      const auto made = inclusion_from(all, i, under);
      BOOST_REQUIRE(made);
      BOOST_TEST(audit::verify(*made).has_value());
      BOOST_TEST((std::get<inclusion>(*made).head == heads[under]));
    }
    for (std::uint64_t before = 0; before <= under; ++before) {
      const auto made = consistency_from(all, before, under);
      BOOST_REQUIRE(made);
      BOOST_TEST(audit::verify(*made).has_value());
      BOOST_TEST((std::get<consistency>(*made).before == heads[before]));
    }
  }
  BOOST_TEST(!inclusion_from(all, 3, 3));
  BOOST_TEST((inclusion_from(all, 3, size + 1).error() == errc::not_found)); // not that long
}

BOOST_AUTO_TEST_CASE(encodings_of_proofs) {
  const auto all = entries();
  check_encoding(*inclusion_from(all, 6, 13));
  check_encoding(*consistency_from(all, 6, 13));
  inclusion long_one{entry_of(1), 0, {1, leaf_of(entry_of(1))}, {}};
  BOOST_TEST(audit::verify(proof{long_one}).has_value());
  long_one.path.resize(proof_hashes_max + 1);
  BOOST_TEST((decode<proof>(encode(proof{long_one})).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(lines_of_a_file) {
  const log_owner owner{{sha256(as_bytes("cluster")).data}, {sha256(as_bytes("account")).data}};
  const auto first = to_line(owner);
  BOOST_TEST((*parse_owner(first) == owner));
  for (std::size_t i = 0; i <= first.size(); ++i) {
    BOOST_TEST(!parse_owner(std::string_view{first}.substr(0, i == first.size() ? 0 : i)));
    auto bent = first;
    bent.insert(i, 1, ' ');
    BOOST_TEST(!parse_owner(bent));
  }
  BOOST_TEST((parse_owner("quorate-audit-log 2 x").error() == errc::bad_version));
  auto e = entry_of(3);
  e.note.assign(note_bytes_max, 'n');
  const auto line = to_line(e);
  BOOST_TEST(line.size() <= log_line_max);
  BOOST_TEST((*parse_entry(line) == e));
  BOOST_TEST((parse_entry(line + "0").error() == errc::bad_log_file));
  BOOST_TEST((parse_entry(line + "00").error() == errc::trailing_bytes));
  BOOST_TEST((parse_entry("").error() == errc::truncated));
  BOOST_TEST((parse_entry(std::string(log_line_max + 2, '0')).error() == errc::bad_log_file));
}

BOOST_AUTO_TEST_SUITE_END()
