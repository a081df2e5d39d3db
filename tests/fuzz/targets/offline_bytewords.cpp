// Bytewords in their three styles.
#include "core/offline/bytewords.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

void fuzz::run(byte_view input) {
  for (const auto style :
       {bytewords_style::standard, bytewords_style::uri, bytewords_style::minimal}) {
    if (const auto raw = decode_bytewords(style, as_text(input))) {
      accepted();
      std::string lower{as_text(input)};
      for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      QUORATE_CHECK(encode_bytewords(style, *raw) == lower);
    }
    const auto words = encode_bytewords(style, input);
    const auto back = decode_bytewords(style, words);
    QUORATE_CHECK(back && equal(*back, input));
  }
}
