#define BOOST_TEST_MODULE quorate
#include <boost/test/unit_test.hpp>
