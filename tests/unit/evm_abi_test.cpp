// The contract ABI: the specification's examples, what is refused, and that a value has one
// encoding.
#include "core/chain/evm/abi_text.hpp"
#include "core/chain/evm/contract.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace quorate;
using namespace quorate::evm;
using namespace quorate::evm::abi;

namespace {

std::string called(const char* signature, const char* arguments) {
  const auto data = encode_call_json(*parse_function(signature), arguments);
  return data ? to_hex(*data) : std::string{name(data.error())};
}

// A word that ends, or begins, with these digits.
std::string right(const std::string& digits) {
  return std::string(64 - digits.size(), '0') + digits;
}
std::string left(const std::string& digits) {
  return digits + std::string(64 - digits.size(), '0');
}

bytes unhex(const std::string& digits) { return *from_hex(digits); }

type of(std::string_view name) { return *parse_type(name); }

errc decoding(std::string_view type_name, const std::string& digits) {
  const auto decoded = decode(of(type_name), unhex(digits));
  return decoded ? errc{} : decoded.error();
}

std::vector<value>& parts(value& v) { return std::get<std::vector<value>>(v.content); }

// Draws types and values of them.
class generator {
public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  type any_type(std::size_t depth) {
    static const char* const names[] = {"uint8",   "uint256", "int16",    "int256", "bool",
                                        "address", "bytes1",  "bytes32",  "bytes",  "string",
                                        "uint40",  "int8",    "function", "fixed",  "ufixed8x2"};
    if (depth == 0 || below(2) == 0) return of(names[below(std::size(names))]);
    if (below(3) > 0) return *with_suffixes(any_type(depth - 1), below(2) ? "[]" : "[3]");
    std::vector<type> members;
    for (std::size_t i = below(3) + 1; i > 0; --i)
      members.push_back(any_type(depth - 1));
    std::vector<std::string> names_of(members.size());
    return *make_tuple(std::move(members), std::move(names_of));
  }

  value any_value(const type& t) {
    switch (t.kind) {
    case kind::unsigned_integer:
    case kind::unsigned_decimal:
      return {number(t.size)};
    case kind::signed_integer:
    case kind::signed_decimal:
      return {below(2) ? number(t.size - 1) : ~number(t.size - 1)};
    case kind::boolean:
      return {uint256{below(2)}};
    case kind::address:
      return {raw(20)};
    case kind::fixed_bytes:
      return {raw(t.size)};
    case kind::function:
      return {raw(24)};
    case kind::dynamic_bytes:
    case kind::string:
      return {raw(below(70))};
    case kind::dynamic_array:
    case kind::fixed_array:
    case kind::tuple:
      break;
    }
    std::vector<value> all;
    const auto count = t.kind == kind::tuple         ? t.parts.size()
                       : t.kind == kind::fixed_array ? t.size
                                                     : below(4);
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(any_value(t.parts[t.kind == kind::tuple ? i : 0]));
    return {std::move(all)};
  }

private:
  bytes raw(std::size_t size) {
    bytes out(size);
    for (auto& byte : out)
      byte = static_cast<std::uint8_t>(random_());
    return out;
  }

  uint256 number(std::size_t bits) {
    auto word = raw(32);
    for (std::size_t i = 0; i < 256 - bits; ++i)
      word[i / 8] = static_cast<std::uint8_t>(word[i / 8] & ~(0x80 >> i % 8));
    return *uint256::from_big_endian(word);
  }

  std::mt19937_64 random_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(evm_abi)

// Solidity documentation, "Contract ABI Specification", Examples and Use of Dynamic Types.
BOOST_AUTO_TEST_CASE(examples_of_the_specification) {
  BOOST_TEST(called("baz(uint32,bool)", "[69, true]") == "cdcd77c0" + right("45") + right("1"));
  BOOST_TEST(called("bar(bytes3[2])", R"([["0x616263", "0x646566"]])") ==
             "fce353f6" + left("616263") + left("646566"));
  BOOST_TEST(called("sam(bytes,bool,uint256[])", R"(["0x64617665", true, [1, 2, 3]])") ==
             "a5643bf2" + right("60") + right("1") + right("a0") + right("4") + left("64617665") +
                 right("3") + right("1") + right("2") + right("3"));
  BOOST_TEST(called("f(uint256,uint32[],bytes10,bytes)",
                    R"(["0x123", ["0x456", "0x789"], "0x31323334353637383930",
                      "0x48656c6c6f2c20776f726c6421"])") ==
             "8be65246" + right("123") + right("80") + left("31323334353637383930") + right("e0") +
                 right("2") + right("456") + right("789") + right("d") +
                 left("48656c6c6f2c20776f726c6421"));
  BOOST_TEST(called("g(uint256[][],string[])", R"([[[1, 2], [3]], ["one", "two", "three"]])") ==
             "2289b18c" + right("40") + right("140") + right("2") + right("40") + right("a0") +
                 right("2") + right("1") + right("2") + right("1") + right("3") + right("3") +
                 right("60") + right("a0") + right("e0") + right("3") + left("6f6e65") +
                 right("3") + left("74776f") + right("5") + left("7468726565"));
}

BOOST_AUTO_TEST_CASE(names_of_types) {
  for (const char* name :
       {"uint256", "int8", "bool", "address", "bytes1", "bytes32", "bytes", "string", "function",
        "ufixed8x1", "fixed256x80", "uint8[3][]", "(uint8,(bytes,string[])[2])[]", "()"})
    BOOST_TEST(canonical_name(of(name)) == name);
  BOOST_TEST(canonical_name(of("(uint,int,fixed,ufixed)")) ==
             "(uint256,int256,fixed128x18,ufixed128x18)");
  for (const char* wrong :
       {"",        "uint0",  "uint7",   "uint264",   "uint08",    "uint 8",   "bytes0",
        "bytes33", "Bool",   "fixed8",  "fixed8x0",  "fixed8x81", "uint8[0]", "uint8[-1]",
        "uint8[",  "uint8]", "uint8[1", "uint8[01]", "(uint8",    "uint8)",   "(uint8,)",
        "(,)",     "()[]",   "(())",    "tuple",     "uint8[]x",  "[]",       "bytes3 "})
    BOOST_TEST((parse_type(wrong).error() == errc::bad_abi_type), wrong);
  BOOST_TEST((parse_type(std::string(18, '(')).error() == errc::too_deep));
  std::string deep = "uint8";
  for (int i = 0; i < 17; ++i)
    deep += "[]";
  BOOST_TEST((parse_type(deep).error() == errc::too_deep));
  BOOST_TEST((parse_type("uint8[999999][999999]").error() == errc::over_limit));
  BOOST_TEST((parse_type("uint8[32769]").error() == errc::over_limit));
  BOOST_TEST((parse_type(std::string(5000, 'a')).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(what_a_decoder_refuses) {
  BOOST_TEST((decoding("(bool)", right("2")) == errc::number_overflow));
  BOOST_TEST((decoding("(uint8)", right("100")) == errc::number_overflow));
  BOOST_TEST((decoding("(int8)", right("80")) == errc::number_overflow));
  BOOST_TEST((decoding("(int8)", std::string(62, 'f') + "80") == errc{}));
  BOOST_TEST((decoding("(address)", "01" + std::string(62, '0')) == errc::not_canonical));
  BOOST_TEST((decoding("(bytes1)", left("0101")) == errc::not_canonical));
  BOOST_TEST((decoding("(bytes)", right("20") + right("1") + left("0101")) == errc::not_canonical));
  BOOST_TEST((decoding("(bytes)", right("20") + right("1")) == errc::truncated));
  BOOST_TEST((decoding("(bytes)", right("40") + right("0") + right("0")) == errc::not_canonical));
  BOOST_TEST((decoding("(bytes)", right("0")) == errc::not_canonical)); // points at itself
  BOOST_TEST((decoding("(bytes)", std::string(64, 'f')) == errc::truncated));
  BOOST_TEST((decoding("(uint8)", right("1") + right("1")) == errc::trailing_bytes));
  BOOST_TEST((decoding("(uint8)", right("1").substr(2)) == errc::truncated));
  // Two strings that share their bytes, and an array that claims more than there is.
  BOOST_TEST((decoding("(bytes,bytes)", right("40") + right("40") + right("0") + right("0")) ==
              errc::not_canonical));
  BOOST_TEST((decoding("(uint8[])", right("20") + right("40")) == errc::truncated));
  BOOST_TEST((decoding("(uint8[])", right("20") + std::string(64, 'f')) == errc::truncated));
}

BOOST_AUTO_TEST_CASE(what_an_encoder_refuses) {
  const auto refuses = [](std::string_view type_name, value v) {
    const auto encoded = encode(of(type_name), v);
    return encoded ? errc{} : encoded.error();
  };
  BOOST_TEST((refuses("uint8", {uint256{256}}) == errc::number_overflow));
  BOOST_TEST((refuses("int8", {uint256{128}}) == errc::number_overflow));
  BOOST_TEST((refuses("int8", {*parse_int256("-128")}) == errc{}));
  BOOST_TEST((refuses("int8", {*parse_int256("-129")}) == errc::number_overflow));
  BOOST_TEST((refuses("address", {bytes(19)}) == errc::type_mismatch));
  BOOST_TEST((refuses("bytes4", {uint256{4}}) == errc::type_mismatch));
  BOOST_TEST((refuses("string", {uint256{4}}) == errc::type_mismatch));
  BOOST_TEST((refuses("bool[2]", {std::vector<value>(3)}) == errc::type_mismatch));
  BOOST_TEST((refuses("(bool)", {uint256{1}}) == errc::type_mismatch));
  BOOST_TEST((refuses("bytes", {bytes(data_bytes_max)}) == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(a_value_has_one_encoding) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  generator draw{seed};
  std::size_t taken = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto t = draw.any_type(4);
    const auto v = draw.any_value(t);
    const auto encoded = encode(t, v).value();
    BOOST_REQUIRE_MESSAGE((decode(t, encoded).value() == v), canonical_name(t));
    BOOST_TEST(!to_text(t, v).empty());
    auto changed = encoded;
    if (changed.empty()) continue;
    for (std::size_t i = draw.below(3) + 1; i > 0; --i)
      changed[draw.below(changed.size())] ^= static_cast<std::uint8_t>(1 << draw.below(8));
    if (draw.below(4) == 0) changed.resize(draw.below(changed.size() + 40));
    if (const auto other = decode(t, changed)) {
      ++taken;
      BOOST_REQUIRE_MESSAGE((encode(t, *other).value() == changed), canonical_name(t));
    }
  }
  BOOST_TEST(taken > 100U); // most bits belong to some value
}

BOOST_AUTO_TEST_CASE(values_from_json_and_as_text) {
  const auto shown = [](std::string_view type_name, const char* from) {
    const auto t = of(type_name);
    const auto v = value_from_json(t, json::parse(from));
    return v ? to_text(t, *v) : std::string{name(v.error())};
  };
  BOOST_TEST(shown("uint256", "\"0xff\"") == "255");
  BOOST_TEST(shown("uint256", "18446744073709551615") == "18446744073709551615");
  BOOST_TEST(shown("uint256", "18446744073709551616") == "type_mismatch"); // rounded by the library
  BOOST_TEST(shown("uint8", "256") == "number_overflow");
  BOOST_TEST(shown("uint8", "-1") == "type_mismatch");
  BOOST_TEST(shown("uint8", "1.0") == "type_mismatch");
  BOOST_TEST(shown("uint8", "true") == "type_mismatch");
  BOOST_TEST(shown("int8", "-128") == "-128");
  BOOST_TEST(shown("int8", "\"-129\"") == "number_overflow");
  BOOST_TEST(shown("fixed64x2", "\"-1.5\"") == "-1.5");
  BOOST_TEST(shown("fixed64x2", "\"-0.05\"") == "-0.05");
  BOOST_TEST(shown("ufixed64x2", "\"150\"") == "150");
  for (const char* wrong : {"\"1.555\"", "\"1.\"", "\".\"", "\"\"", "\"-\"", "\"1.5.5\"", "\"x\"",
                            "\".5\"", "\"00.5\"", "\"0x1\"", "\"-0\"", "1"})
    BOOST_TEST(shown("fixed64x2", wrong) == "type_mismatch", wrong);
  BOOST_TEST(shown("bool", "1") == "type_mismatch");
  BOOST_TEST(shown("bytes2", "\"0x010203\"") == "type_mismatch");
  BOOST_TEST(shown("address", "\"0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"") == "bad_checksum");
  BOOST_TEST(shown("(uint8,string)[]", R"([[1, "a\"b\\\n\u202e"]])") ==
             R"([(1, "a\"b\\\x0a\xe2\x80\xae")])");
  BOOST_TEST(shown("uint8[2]", "[1]") == "type_mismatch");
}

BOOST_AUTO_TEST_CASE(contracts_from_json) {
  const auto made = contract::from_json(R"([
    {"type": "function", "name": "transfer", "stateMutability": "nonpayable",
     "inputs": [{"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}],
     "outputs": [{"name": "", "type": "bool"}]},
    {"type": "function", "name": "swap", "stateMutability": "payable", "outputs": [],
     "inputs": [{"name": "path", "type": "tuple[2][]", "components": [
       {"name": "token", "type": "address"}, {"name": "fee", "type": "uint24"}]}]},
    {"type": "event", "name": "Transfer", "inputs": [], "anonymous": false},
    {"type": "constructor", "inputs": []}
  ])");
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->size() == 2U);
  const auto* transfer = made->find("transfer");
  BOOST_REQUIRE(transfer != nullptr);
  const auto selector = transfer->selector();
  BOOST_TEST(to_hex(byte_view{selector}) == "a9059cbb"); // ERC-20
  BOOST_TEST(made->find("transfer(address,uint256)") == transfer);
  BOOST_TEST(made->find(selector) == transfer);
  BOOST_TEST(made->find("swap")->signature() == "swap((address,uint24)[2][])");
  BOOST_TEST(made->find("swap")->is_payable);
  BOOST_TEST(made->find("approve") == nullptr);

  const auto data = encode_call_json(
      *transfer, R"({"amount": 5, "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"})");
  auto decoded = decode_call(*made, data.value()).value();
  BOOST_TEST(decoded.callee == transfer);
  BOOST_TEST((std::get<uint256>(parts(decoded.arguments)[1].content) == uint256{5}));
  BOOST_TEST((decode_call(*made, unhex("a9059c")).error() == errc::truncated));
  BOOST_TEST((decode_call(*made, unhex("a9059cbc")).error() == errc::unknown_selector));
  BOOST_TEST(
      (encode_call_json(*transfer, R"({"amount": 5, "from": 6})").error() == errc::type_mismatch));

  const auto refusal = [](const char* text) { return contract::from_json(text).error(); };
  BOOST_TEST((refusal("{}") == errc::bad_json));
  BOOST_TEST((refusal("[") == errc::bad_json));
  BOOST_TEST((refusal(R"([{"type":"function","name":"f"}])") == errc::bad_json));
  BOOST_TEST(
      (refusal(R"([{"type":"function","name":"f","name":"g","inputs":[]}])") == errc::bad_json));
  BOOST_TEST((refusal(R"([{"type":"function","name":"f(","inputs":[]}])") == errc::bad_json));
  BOOST_TEST(
      (refusal(R"([{"name":"f","inputs":[{"name":"","type":"uint7"}]}])") == errc::bad_abi_type));
  BOOST_TEST((refusal(R"x([{"name":"f","inputs":[{"name":"","type":"(bool)"}]}])x") ==
              errc::bad_abi_type));
  // Both have the selector 42966c68.
  BOOST_TEST(
      (refusal(R"([{"name":"collate_propagate_storage","inputs":[{"name":"","type":"bytes16"}]},
                   {"name":"burn","inputs":[{"name":"","type":"uint256"}]}])") ==
       errc::selector_collision));
  BOOST_TEST((refusal((std::string(70, '[') + std::string(70, ']')).c_str()) == errc::too_deep));
}

// An object has a name once: of two parameters with it both would get one value, and the object
// could have another value that goes nowhere.
BOOST_AUTO_TEST_CASE(names_that_tell_nothing_apart) {
  const auto made = contract::from_json(R"([
    {"name": "twice", "inputs": [{"name": "a", "type": "uint8"}, {"name": "a", "type": "uint8"}]},
    {"name": "blank", "inputs": [{"name": "a", "type": "uint8"}, {"name": "", "type": "uint8"}]},
    {"name": "nothing", "inputs": []},
    {"name": "inside", "inputs": [{"name": "all", "type": "tuple[]", "components": [
      {"name": "b", "type": "uint8"}, {"name": "b", "type": "uint8"}]}]}])")
                        .value();
  const auto encoded = [&](const char* name_of, const char* arguments) {
    const auto data = encode_call_json(*made.find(name_of), arguments);
    return data ? to_hex(byte_view{*data}.subspan(4)) : std::string{name(data.error())};
  };
  const auto two = right("1") + right("2");
  BOOST_TEST(encoded("twice", "[1, 2]") == two);
  BOOST_TEST(encoded("twice", R"({"a": 1, "b": 2})") == "ambiguous_names");
  BOOST_TEST(encoded("twice", R"({"a": 1})") == "ambiguous_names");
  BOOST_TEST(encoded("blank", "[1, 2]") == two);
  BOOST_TEST(encoded("blank", R"({"a": 1, "": 2})") == "ambiguous_names");
  BOOST_TEST(encoded("nothing", "{}").empty());
  BOOST_TEST(encoded("inside", R"({"all": [[1, 2]]})") == right("20") + right("1") + two);
  BOOST_TEST(encoded("inside", R"({"all": [{"b": 1, "c": 2}]})") == "ambiguous_names");
  // A signature has no names at all.
  BOOST_TEST(called("f(uint8)", R"({"": 1})") == "ambiguous_names");
  // What is read back is by place, so none is lost where it is shown.
  const auto& f = *made.find("twice");
  BOOST_TEST(to_text(f.inputs, *decode(f.inputs, unhex(two))) == "(a: 1, a: 2)");
}

// One in front says nothing; anywhere else it is a character that is seen as little.
BOOST_AUTO_TEST_CASE(byte_order_marks_in_json) {
  const std::string mark = "\xef\xbb\xbf";
  const std::string abi = R"([{"name":"f","inputs":[{"name":"a","type":"uint8"}]}])";
  const auto made = contract::from_json(mark + abi).value();
  const auto& f = *made.find("f");
  const auto data = encode_call_json(f, R"({"a":1})");
  BOOST_TEST((encode_call_json(f, mark + R"({"a":1})").value() == data.value()));
  const auto refusal = [&](const std::string& text) {
    return std::string{name(encode_call_json(f, text).error())};
  };
  BOOST_TEST(refusal(mark + R"({"a":1,"a":1})") == "bad_json");
  BOOST_TEST(refusal(mark + mark + R"({"a":1})") == "bad_json");
  BOOST_TEST(refusal(R"({"a":1})" + mark) == "bad_json");
  BOOST_TEST(refusal("{" + mark + R"("a":1})") == "bad_json");
  BOOST_TEST(refusal("\xef\xbb" + std::string{R"({"a":1})"}) == "bad_json");
  BOOST_TEST(refusal("\xff\xfe{") == "bad_json"); // of UTF-16
  BOOST_TEST(refusal(mark) == "bad_json");
  // Another name, so no name twice, and not the parameter's.
  BOOST_TEST(refusal(R"({")" + mark + R"(a":1})") == "type_mismatch");
  BOOST_TEST(refusal(R"({"\ufeffa":1})") == "type_mismatch");
  BOOST_TEST(refusal(R"({"a":1,")" + mark + R"(a":1})") == "type_mismatch");
  BOOST_TEST((contract::from_json(R"([{"name":")" + mark + R"(f","inputs":[]}])").error() ==
              errc::bad_json));
  BOOST_TEST((
      contract::from_json(R"([{"name":"f","inputs":[{"name":"a)" + mark + R"(","type":"uint8"}]}])")
          .error() == errc::bad_json));
}

BOOST_AUTO_TEST_SUITE_END()
