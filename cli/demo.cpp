#include "cli/commands.hpp"
namespace quorate::cli { void add_demo(CLI::App&, chosen&) {} void add_bench(CLI::App&, chosen&) {} }
