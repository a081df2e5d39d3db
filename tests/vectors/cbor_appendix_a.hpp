// RFC 8949, appendix A (table 6): all 81 examples, typed in, and what becomes of each here. What is
// taken is shown in the same notation.
#pragma once

#include "core/codec/cbor.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace quorate::cbor {

struct example {
  std::string_view hex;
  std::string_view diagnostic;
  std::optional<errc> refused = std::nullopt;
};

inline std::span<const example> appendix_a() {
  constexpr auto not_shortest = errc::cbor_not_shortest; // of indefinite length
  constexpr auto key_kind = errc::cbor_key_kind;         // a map whose keys are texts
  constexpr auto outside = errc::cbor_outside_profile;   // a float, tag or other simple value
  static const example examples[] = {
      {"00", "0"},
      {"01", "1"},
      {"0a", "10"},
      {"17", "23"},
      {"1818", "24"},
      {"1819", "25"},
      {"1864", "100"},
      {"1903e8", "1000"},
      {"1a000f4240", "1000000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"1bffffffffffffffff", "18446744073709551615"},
      {"c249010000000000000000", "18446744073709551616", outside},
      {"3bffffffffffffffff", "-18446744073709551616"},
      {"c349010000000000000000", "-18446744073709551617", outside},
      {"20", "-1"},
      {"29", "-10"},
      {"3863", "-100"},
      {"3903e7", "-1000"},
      {"f90000", "0.0", outside},
      {"f98000", "-0.0", outside},
      {"f93c00", "1.0", outside},
      {"fb3ff199999999999a", "1.1", outside},
      {"f93e00", "1.5", outside},
      {"f97bff", "65504.0", outside},
      {"fa47c35000", "100000.0", outside},
      {"fa7f7fffff", "3.4028234663852886e+38", outside},
      {"fb7e37e43c8800759c", "1.0e+300", outside},
      {"f90001", "5.960464477539063e-8", outside},
      {"f90400", "0.00006103515625", outside},
      {"f9c400", "-4.0", outside},
      {"fbc010666666666666", "-4.1", outside},
      {"f97c00", "Infinity", outside},
      {"f97e00", "NaN", outside},
      {"f9fc00", "-Infinity", outside},
      {"fa7f800000", "Infinity", outside},
      {"fa7fc00000", "NaN", outside},
      {"faff800000", "-Infinity", outside},
      {"fb7ff0000000000000", "Infinity", outside},
      {"fb7ff8000000000000", "NaN", outside},
      {"fbfff0000000000000", "-Infinity", outside},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "undefined", outside},
      {"f0", "simple(16)", outside},
      {"f8ff", "simple(255)", outside},
      {"c074323031332d30332d32315432303a30343a30305a", R"(0("2013-03-21T20:04:00Z"))", outside},
      {"c11a514b67b0", "1(1363896240)", outside},
      {"c1fb41d452d9ec200000", "1(1363896240.5)", outside},
      {"d74401020304", "23(h'01020304')", outside},
      {"d818456449455446", "24(h'6449455446')", outside},
      {"d82076687474703a2f2f7777772e6578616d706c652e636f6d", R"(32("http://www.example.com"))",
       outside},
      {"40", "h''"},
      {"4401020304", "h'01020304'"},
      {"60", R"("")"},
      {"6161", R"("a")"},
      {"6449455446", R"("IETF")"},
      {"62225c", R"("\"\\")"},
      {"62c3bc", R"("\u00fc")"},
      {"63e6b0b4", R"("\u6c34")"},
      {"64f0908591", R"("\ud800\udd51")"},
      {"80", "[]"},
      {"83010203", "[1, 2, 3]"},
      {"8301820203820405", "[1, [2, 3], [4, 5]]"},
      {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
       "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, "
       "25]"},
      {"a0", "{}"},
      {"a201020304", "{1: 2, 3: 4}"},
      {"a26161016162820203", R"({"a": 1, "b": [2, 3]})", key_kind},
      {"826161a161626163", R"(["a", {"b": "c"}])", key_kind},
      {"a56161614161626142616361436164614461656145",
       R"({"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"})", key_kind},
      {"5f42010243030405ff", "(_ h'0102', h'030405')", not_shortest},
      {"7f657374726561646d696e67ff", R"((_ "strea", "ming"))", not_shortest},
      {"9fff", "[_ ]", not_shortest},
      {"9f018202039f0405ffff", "[_ 1, [2, 3], [_ 4, 5]]", not_shortest},
      {"9f01820203820405ff", "[_ 1, [2, 3], [4, 5]]", not_shortest},
      {"83018202039f0405ff", "[1, [2, 3], [_ 4, 5]]", not_shortest},
      {"83019f0203ff820405", "[1, [_ 2, 3], [4, 5]]", not_shortest},
      {"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
       "[_ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, "
       "25]",
       not_shortest},
      {"bf61610161629f0203ffff", R"({_ "a": 1, "b": [_ 2, 3]})", not_shortest},
      {"826161bf61626163ff", R"(["a", {_ "b": "c"}])", not_shortest},
      {"bf6346756ef563416d7421ff", R"({_ "Fun": true, "Amt": -2})", not_shortest},
  };
  return examples;
}

/// The next value in RFC 8949's diagnostic notation; empty after an error.
inline std::string show(reader& r) {
  const auto what = r.peek();
  if (!what) return {};
  std::string out;
  switch (*what) {
  case kind::unsigned_integer:
    return std::to_string(r.unsigned_integer());
  case kind::negative_integer: {
    const auto n = r.negative_integer();
    return n == ~0ULL ? "-18446744073709551616" : "-" + std::to_string(n + 1);
  }
  case kind::byte_string:
    return "h'" + to_hex(r.byte_string(1000)) + "'";
  case kind::text_string:
    return nlohmann::json(r.text(1000)).dump(-1, ' ', true);
  case kind::array: {
    const auto n = r.array(1000);
    for (std::size_t i = 0; i < n; ++i)
      out += (i ? ", " : "") + show(r);
    return "[" + out + "]";
  }
  case kind::map: {
    const auto n = r.map(1000);
    for (std::size_t i = 0; i < n; ++i) {
      const auto key = show(r);
      out += (i ? ", " : "") + key + ": " + show(r);
    }
    return "{" + out + "}";
  }
  case kind::boolean:
    return r.boolean() ? "true" : "false";
  case kind::null:
    return r.null(), "null";
  }
  return {};
}

/// Writes what it reads.
inline void copy(reader& r, writer& w) {
  switch (*r.peek()) {
  case kind::unsigned_integer:
    return w.unsigned_integer(r.unsigned_integer());
  case kind::negative_integer:
    return w.negative_integer(r.negative_integer());
  case kind::byte_string:
    return w.byte_string(r.byte_string(1000));
  case kind::text_string:
    return w.text(r.text(1000));
  case kind::array: {
    const auto n = r.array(1000);
    w.array(n);
    for (std::size_t i = 0; i < n; ++i)
      copy(r, w);
    return;
  }
  case kind::map: {
    const auto n = r.map(1000);
    w.map(n);
    for (std::size_t i = 0; i < 2 * n; ++i)
      copy(r, w);
    return;
  }
  case kind::boolean:
    return w.boolean(r.boolean());
  case kind::null:
    return r.null(), w.null();
  }
}

} // namespace quorate::cbor
