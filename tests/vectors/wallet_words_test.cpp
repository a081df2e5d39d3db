// The word lists against their published checksums.
#include "core/crypto/hash.hpp"
#include "core/wallet/words.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::wallet;

namespace {

// The list as its file has it: each word on a line.
std::string file_of(const word_list& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += std::string{words.word(i)} + '\n';
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(word_lists)

// Source: BIP-39's repository, sha256 of english.txt.
BOOST_AUTO_TEST_CASE(bip39_english) {
  BOOST_TEST(to_hex(sha256(as_bytes(file_of(word_list::english())))) ==
             "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}

// Source: the file wordlist.txt of SLIP-39, as its implementations pin it.
BOOST_AUTO_TEST_CASE(slip39) {
  BOOST_TEST(to_hex(sha256(as_bytes(file_of(word_list::slip39())))) ==
             "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3");
}

BOOST_AUTO_TEST_SUITE_END()
