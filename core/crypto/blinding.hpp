// Masks what a signature's computation gives away by power, radiation and time.
#pragma once

#include <array>
#include <cstdint>

namespace quorate {

using blinding_seed = std::array<std::uint8_t, 32>;

/// Blinds the multiplications with secp256k1 keys and nonces, from now on, with a random `seed`.
/// Signatures and public keys are the same with any seed and with none. Once at the start of a
/// process, before a second thread is there.
void blind_secp256k1(const blinding_seed& seed) noexcept;

} // namespace quorate
