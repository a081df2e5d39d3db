#include "actors/clocks.hpp"

#include "core/crypto/hash.hpp"

#include <fstream>
#include <random>
#include <string>

namespace quorate {

std::uint64_t machine_boot() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string id;
  std::uint64_t number = 0;
  if (std::getline(file, id) && !id.empty()) {
    const auto hash =
        sha256(byte_view{reinterpret_cast<const std::uint8_t*>(id.data()), id.size()});
    for (std::size_t i = 0; i < sizeof number; ++i)
      number = number << 8U | hash.data[i];
    return number;
  }
  std::random_device random;
  return std::uint64_t{random()} << 32U | random();
}

} // namespace quorate
