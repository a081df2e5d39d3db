// What the gateway answers: a value, or an error's number with the reason in words.
#pragma once

#include "actors/messages.hpp"
#include "core/protocol/client.hpp"

#include <string>

namespace quorate {

inline std::uint16_t number(errc e) noexcept { return static_cast<std::uint16_t>(e); }

template <class T>
wire::query_reply answer(const T& value) {
  return {encode(protocol::query_reply{0, encode(value), {}})};
}

inline wire::query_reply failure(errc e, std::string why = {}) {
  return {encode(protocol::query_reply{number(e), {}, std::move(why)})};
}

} // namespace quorate
