// Taproot outputs: how an internal key and a tree of scripts become the key of an output. Spending
// by the key path needs no more of the tree than its root.
#pragma once

#include "core/crypto/hash.hpp"
#include "core/crypto/taproot.hpp"

namespace quorate::bitcoin {

/// Root of the tree of scripts; none when there are no scripts.
using script_root = std::optional<digest>;

/// Hash of one script of the tree. Source: BIP-341, "Script validation rules" (tapleaf).
digest taproot_leaf(std::uint8_t leaf_version, byte_view script);

/// Hash of two subtrees, in either order. Source: as above (tapbranch).
digest taproot_branch(const digest& a, const digest& b);

/// What is added to the internal key. Source: BIP-341, "Constructing and spending Taproot outputs".
digest taproot_tweak(const x_only_key& internal, const script_root& root);

/// The key of the output. Errors: bad_public_key; bad_tweak.
expected<tweaked_x_only_key> taproot_output_key(const x_only_key& internal,
                                                const script_root& root);

/// The locking script of a P2TR output. Without scripts this is BIP-86's. Errors: as above.
expected<bytes> p2tr_script(const x_only_key& internal, const script_root& root = std::nullopt);

} // namespace quorate::bitcoin
