// Every refusal has a name of its own and a sentence, in whichever file they stand.
#include "core/base/errc.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace quorate;

BOOST_AUTO_TEST_CASE(every_errc_has_a_name_and_a_sentence) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  std::size_t defined = 0;
  for (std::uint16_t number = 0; number < 1100; ++number) {
    if (!is_defined(number)) continue;
    ++defined;
    const auto e = static_cast<errc>(number);
    BOOST_TEST(names.insert(std::string{name(e)}).second);
    BOOST_TEST(sentences.insert(std::string{explain(e)}).second);
    BOOST_TEST(explain(e).size() > name(e).size());
  }
  BOOST_TEST(defined > 200U);
  BOOST_TEST(is_defined(static_cast<std::uint16_t>(errc::cosmos_bad_document)));
  BOOST_TEST(name(errc::bad_checksum) == "bad_checksum");
}
