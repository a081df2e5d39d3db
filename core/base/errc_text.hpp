// The name and the sentence of an errc, kept in a file a group. Internal to errc.
#pragma once

#include "core/base/errc.hpp"

namespace quorate {

struct errc_text {
  std::string_view name;
  std::string_view explanation;
};

/// Of 900 to 979. @pre e is one of them that is defined
errc_text text_of_chains(errc e) noexcept;

} // namespace quorate
