#include "core/chain/evm/token.hpp"

namespace quorate::evm {

const abi::contract& token() {
  static const auto made = abi::contract::from_json(
      R"([{"type":"function","name":"transfer","stateMutability":"nonpayable",
           "inputs":[{"name":"to","type":"address"},{"name":"value","type":"uint256"}],
           "outputs":[{"name":"","type":"bool"}]}])");
  return made.value();
}

} // namespace quorate::evm
