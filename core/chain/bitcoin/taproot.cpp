#include "core/chain/bitcoin/taproot.hpp"

#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/wire.hpp"

#include <algorithm>

namespace quorate::bitcoin {

digest taproot_leaf(std::uint8_t leaf_version, byte_view script) {
  static const hash_tag tag{"TapLeaf"};
  wire_writer w;
  w.u8(leaf_version);
  w.blob(script);
  return tag(w.view());
}

digest taproot_branch(const digest& a, const digest& b) {
  static const hash_tag tag{"TapBranch"};
  return tag({std::min(a, b).view(), std::max(a, b).view()});
}

digest taproot_tweak(const x_only_key& internal, const script_root& root) {
  static const hash_tag tag{"TapTweak"};
  return root ? tag({internal.view(), root->view()}) : tag(internal.view());
}

expected<tweaked_x_only_key> taproot_output_key(const x_only_key& internal,
                                                const script_root& root) {
  return tweak_add(internal, taproot_tweak(internal, root).data);
}

expected<bytes> p2tr_script(const x_only_key& internal, const script_root& root) {
  QUORATE_ASSIGN(const auto output, taproot_output_key(internal, root));
  return witness_script(1, output.key.view());
}

} // namespace quorate::bitcoin
