// Messages and findings as a person reads them in a trace.
#pragma once

#include "core/pbft/input.hpp"

#include <string>

namespace quorate::sim {

/// The first four bytes.
std::string short_hex(const digest& of);
std::string text_of(const pbft::ballot& on);
std::string text_of(const pbft::message& what);
std::string text_of(const pbft::evidence& what);

/// Whether anything in it was proven by a signature, or proves itself by its digest alone.
bool carries_signature(const pbft::input_event& in) noexcept;

} // namespace quorate::sim
