#include "core/base/errc_text.hpp"

namespace quorate {

namespace {

// A switch without default, so that the compiler names the errc that has no text.
errc_text text_of(errc e) noexcept {
  switch (e) {
  case errc::truncated:
    return {"truncated", "The bytes end before the value does."};
  case errc::trailing_bytes:
    return {"trailing_bytes", "Bytes are left over after the value."};
  case errc::over_limit:
    return {"over_limit", "A length or count is above its limit."};
  case errc::bad_enum:
    return {"bad_enum", "A kind or flag is not defined."};
  case errc::not_canonical:
    return {"not_canonical", "The value is not in its one canonical form."};
  case errc::bad_version:
    return {"bad_version", "The other side speaks another version; upgrade the older one."};
  case errc::bad_hex:
    return {"bad_hex", "Expected lower-case hexadecimal of the right length."};
  case errc::cbor_not_shortest:
    return {"cbor_not_shortest", "A CBOR head is longer than need be, or of indefinite length."};
  case errc::cbor_key_order:
    return {"cbor_key_order", "The keys of a CBOR map are not strictly ascending."};
  case errc::cbor_key_kind:
    return {"cbor_key_kind", "A key of a CBOR map is no integer."};
  case errc::cbor_wrong_kind:
    return {"cbor_wrong_kind", "A CBOR item is of another kind than the format has there."};
  case errc::cbor_outside_profile:
    return {"cbor_outside_profile",
            "A CBOR float, tag, undefined or simple value, which is not used here."};
  case errc::cbor_too_deep:
    return {"cbor_too_deep", "Too many CBOR arrays and maps inside one another."};
  case errc::cbor_unexpected_key:
    return {"cbor_unexpected_key", "A CBOR map has a key that the format has not got there."};
  case errc::bad_utf8:
    return {"bad_utf8", "The text is not UTF-8."};
  case errc::bad_signature:
    return {"bad_signature", "The signature does not verify under the key it names."};
  case errc::bad_public_key:
    return {"bad_public_key", "The bytes are no point on the curve."};
  case errc::bad_secret_key:
    return {"bad_secret_key", "The secret key is zero or not below the order of the group."};
  case errc::unknown_signer:
    return {"unknown_signer", "The signer is not a replica of this configuration."};
  case errc::high_s:
    return {"high_s", "The signature's s is above half of the order; only the low form is taken."};
  case errc::bad_der:
    return {"bad_der", "The signature is not in strict DER."};
  case errc::not_recoverable:
    return {"not_recoverable", "No public key follows from this signature."};
  case errc::bad_tweak:
    return {"bad_tweak", "The tweak is not below the order of the group, or cancels the key."};
  case errc::kdf_parameters:
    return {"kdf_parameters", "The key derivation's costs are undefined or not allowed."};
  case errc::decryption_failed:
    return {"decryption_failed", "Wrong password or key, or the encrypted bytes were changed."};
  case errc::secret_memory_full:
    return {"secret_memory_full",
            "The locked memory for secrets is used up; lock a keystore or raise its size."};
  case errc::secret_memory_refused:
    return {"secret_memory_refused",
            "The system does not lock so much memory; raise the limit (ulimit -l, LimitMEMLOCK)."};
  case errc::wrong_cluster:
    return {"wrong_cluster", "This is another cluster's; check the id in the configuration."};
  case errc::wrong_epoch:
    return {"wrong_epoch", "The message belongs to another configuration epoch."};
  case errc::stale_view:
    return {"stale_view", "The message belongs to a view that has ended."};
  case errc::future_view:
    return {"future_view", "The message belongs to a view that this replica has not entered."};
  case errc::outside_watermarks:
    return {"outside_watermarks", "The sequence number is outside the window low < n <= high."};
  case errc::equivocation:
    return {"equivocation",
            "One signer made two statements that exclude each other; both are kept as evidence."};
  case errc::wrong_primary:
    return {"wrong_primary", "Only the primary of the view may send this."};
  case errc::digest_mismatch:
    return {"digest_mismatch", "The body does not hash to the digest that was signed."};
  case errc::bad_certificate:
    return {"bad_certificate", "The certificate has too few, repeated or mixed votes."};
  case errc::bad_new_view:
    return {"bad_new_view", "The new view does not follow from its view changes."};
  case errc::view_changing:
    return {"view_changing", "The replica is between two views."};
  case errc::batch_refused:
    return {"batch_refused", "The batch holds an operation that no correct primary proposes."};
  case errc::bad_block_time:
    return {"bad_block_time", "The proposed time goes back or is far from this replica's clock."};
  case errc::not_a_voter:
    return {"not_a_voter", "This replica may not vote yet: it is still catching up."};
  case errc::account_exists:
    return {"account_exists", "The account is open already."};
  case errc::no_such_account:
    return {"no_such_account", "No account with this key; open it first."};
  case errc::account_frozen:
    return {"account_frozen", "The account is frozen by its administrator."};
  case errc::insufficient_funds:
    return {"insufficient_funds", "The available balance is smaller than the amount."};
  case errc::amount_zero:
    return {"amount_zero", "The amount must be greater than zero."};
  case errc::amount_overflow:
    return {"amount_overflow", "The sum would not fit in 128 bits."};
  case errc::no_such_asset:
    return {"no_such_asset", "The asset is not defined in genesis."};
  case errc::sequence_replayed:
    return {"sequence_replayed", "This sequence number was executed before; that result stands."};
  case errc::sequence_gap:
    return {"sequence_gap", "An earlier sequence number of this account is missing; submit it."};
  case errc::not_authorised:
    return {"not_authorised", "The signer may not do this."};
  case errc::already_credited:
    return {"already_credited", "This deposit was credited before."};
  case errc::no_such_hold:
    return {"no_such_hold", "No hold with this id."};
  case errc::too_many_assets:
    return {"too_many_assets", "The account holds as many assets as one account may."};
  case errc::too_many_accounts:
    return {"too_many_accounts", "The ledger is full; raise its account limit on every node."};
  case errc::too_many_holds:
    return {"too_many_holds",
            "The account has as many open holds as one account may; release some first."};
  case errc::self_transfer:
    return {"self_transfer", "Source and destination are the same account."};
  case errc::hold_exists:
    return {"hold_exists", "A hold with this id exists already."};
  case errc::change_pending:
    return {"change_pending",
            "A change of membership is decided already; wait until its epoch has begun."};
  case errc::no_such_member:
    return {"no_such_member", "No member with this id, or not in the role that the change needs; "
                              "see `quorate member list`."};
  case errc::member_exists:
    return {"member_exists", "The key is a member's already, or the member votes already."};
  case errc::too_few_replicas:
    return {"too_few_replicas", "Fewer than four voters would be left; add another one first."};
  case errc::busy:
    return {"busy", "A limit is reached; retry after the hint."};
  case errc::duplicate:
    return {"duplicate", "The operation is waiting or ordered already."};
  case errc::expired:
    return {"expired", "The operation expired before it was ordered; sign it anew."};
  case errc::too_far_ahead:
    return {"too_far_ahead",
            "The sequence number is beyond the window of this account; wait for earlier ones."};
  case errc::unsigned_not_allowed:
    return {"unsigned_not_allowed", "This cluster does not take unsigned operations."};
  case errc::read_only:
    return {"read_only", "The node sees no quorum: it answers stale reads only. Try another node."};
  case errc::not_ready:
    return {"not_ready", "The node is recovering; try again shortly or try another node."};
  case errc::timed_out:
    return {"timed_out", "No answer in time. The operation may still be ordered: retry with the "
                         "same sequence number."};
  case errc::unreachable:
    return {"unreachable", "No connection to a node could be made; check addresses, certificates "
                           "and whether the nodes run."};
  case errc::shutting_down:
    return {"shutting_down", "The node is shutting down; try another node."};
  case errc::not_found:
    return {"not_found", "Nothing is stored under this key."};
  case errc::stale_token:
    return {"stale_token",
            "The fencing token is older than one used already: another primary acted."};
  case errc::no_lease:
    return {"no_lease", "This node holds no lease; ask the primary, or read without one."};
  case errc::halted:
    return {"halted", "The node has halted: its disk does not answer or its state contradicts the "
                      "other replicas'; use another node and look at this one."};
  case errc::label_mismatch:
    return {"label_mismatch", "The labels are not those of the node's certificate; give the node a "
                              "certificate with its labels, or the labels of its certificate."};
  case errc::stale_registration:
    return {"stale_registration", "A later registration of this node is known."};
  case errc::bad_label:
    return {"bad_label", "A label has 1 to 32 of the characters a-z, 0-9, '-' and '.'; a host name "
                         "or address is not longer than 253 characters."};
  case errc::certificate_mismatch:
    return {"certificate_mismatch", "The registration names another certificate than the one that "
                                    "the node shows."};
  case errc::bad_proof:
    return {"bad_proof", "The Merkle path does not lead to the root."};
  case errc::too_few_attestations:
    return {"too_few_attestations", "Fewer than f+1 valid attestations of distinct replicas."};
  case errc::wrong_operation:
    return {"wrong_operation", "The receipt is of another operation."};
  case errc::bad_keystore:
    return {"bad_keystore", "The file is no keystore, or a field of it is malformed."};
  case errc::unsupported_keystore:
    return {"unsupported_keystore", "Its version, cipher or key derivation is not read here."};
  case errc::password_empty:
    return {"password_empty", "A keystore needs a password."};
  case errc::key_exists:
    return {"key_exists", "A key with this id exists, or existed, already."};
  case errc::no_such_key:
    return {"no_such_key", "No key with this id."};
  case errc::bad_key_step:
    return {"bad_key_step", "The key's present state does not allow this step."};
  case errc::bad_word_list:
    return {"bad_word_list", "A word list is 2,048 distinct words, one a line, in UTF-8."};
  case errc::unknown_word:
    return {"unknown_word", "A word is not on the word list; check its spelling and the language."};
  case errc::bad_word_count:
    return {"bad_word_count", "No sentence has this number of words; is one missing or repeated?"};
  case errc::bad_word_checksum:
    return {"bad_word_checksum", "Words do not fit together: one is wrong, or two changed places."};
  case errc::bad_entropy_size:
    return {"bad_entropy_size", "The secret or the entropy has not one of the sizes it may have."};
  case errc::bad_path:
    return {"bad_path", "A path is m, then /number or /number' a level, as m/84'/0'/0'/0/0."};
  case errc::hardened_child:
    return {"hardened_child", "A hardened child needs the private key of its parent."};
  case errc::normal_child:
    return {"normal_child", "On this curve every level of a path is hardened; add a ' to each."};
  case errc::no_key_at_index:
    return {"no_key_at_index", "This index gives no valid key; use the next one."};
  case errc::path_too_deep:
    return {"path_too_deep", "A key is at most 255 levels below its master key."};
  case errc::bad_extended_key:
    return {"bad_extended_key", "No extended key of this kind and network, or a mistyped one."};
  case errc::bad_passphrase:
    return {"bad_passphrase", "SLIP-39 takes printable ASCII characters in a passphrase only."};
  case errc::bad_threshold:
    return {
        "bad_threshold",
        "The threshold is at most the number of shares or groups, and at least 2 wherever there "
        "is more than one share; one share alone can be given to several people."};
  case errc::bad_share:
    return {"bad_share", "No share, or a mistyped one: its checksum or form is wrong."};
  case errc::mixed_shares:
    return {"mixed_shares", "The shares come from different splits; gather those of one set."};
  case errc::wrong_share_count:
    return {"wrong_share_count",
            "Too few or too many shares, or one twice; give exactly as many as the threshold."};
  case errc::false_share:
    return {"false_share", "The shares are well formed and do not fit together: at least one was "
                           "made up. Try other combinations to find it."};
  case errc::gap_limit_reached:
    return {"gap_limit_reached", "As many unused addresses in a row are out as others would look "
                                 "for; wait until one is used, or raise the gap limit."};
  case errc::hsm_no_module:
    return {"hsm_no_module", "The PKCS#11 module cannot be loaded; give the path of its library, "
                             "with a directory, and see the log for the loader's reason."};
  case errc::hsm_not_pkcs11:
    return {"hsm_not_pkcs11", "The library is no PKCS#11 module of version 2; give the path that "
                              "the maker of the token names for PKCS#11."};
  case errc::hsm_no_token:
    return {"hsm_no_token", "No token with this label, or more than one; connect the right one, "
                            "or correct the label."};
  case errc::hsm_pin_refused:
    return {"hsm_pin_refused", "The token refused the PIN, and it is not tried again, so that the "
                               "token does not lock; give the right PIN."};
  case errc::hsm_pin_locked:
    return {"hsm_pin_locked", "The token is locked, or would be by one more wrong PIN; log in or "
                              "set a new PIN with the token's own tool, then try again."};
  case errc::hsm_pin_doubted:
    return {"hsm_pin_doubted", "A PIN was refused before, so none is said: find the right one, "
                               "and say it once with `quorate signer pin`."};
  case errc::hsm_pin_needed:
    return {"hsm_pin_needed", "The token's PIN is not at hand: it is wiped after a refusal and in "
                              "forked children; give it again."};
  case errc::hsm_unguarded_key:
    return {"hsm_unguarded_key", "The private key is not sensitive, or may be extracted; make a "
                                 "new key in the token and use that."};
  case errc::hsm_unsupported:
    return {"hsm_unsupported", "The module, the token or the key does not do this; see the log, "
                               "and the token's mechanisms, curves and limits."};
  case errc::hsm_false_answer:
    return {"hsm_false_answer", "The module gave a key or a signature that does not verify, and "
                                "it was thrown away; stop using this token until it is examined."};
  case errc::hsm_failed:
    return {"hsm_failed", "The module refused or failed; the log names its return value and what "
                          "to do."};
  case errc::offline_wrong_device:
    return {"offline_wrong_device", "The request is for another device."};
  case errc::offline_replayed:
    return {"offline_replayed", "A request with this counter was answered before."};
  case errc::offline_gap:
    return {"offline_gap", "A request between the last one answered and this one is missing; bring "
                           "that one first."};
  case errc::offline_expired:
    return {"offline_expired", "The request has expired; make a new one."};
  case errc::offline_wrong_display:
    return {"offline_wrong_display",
            "What this device would show is not what the request was made for."};
  case errc::offline_unasked:
    return {"offline_unasked", "The answer belongs to no request that is open."};
  case errc::bytewords_bad_word:
    return {"bytewords_bad_word", "A word or letter pair is none of the 256 bytewords."};
  case errc::bytewords_bad_checksum:
    return {"bytewords_bad_checksum", "The checksum is wrong; read or scan it again."};
  case errc::ur_malformed:
    return {"ur_malformed", "The text is no UR: ur:TYPE/WORDS or ur:TYPE/NUMBER-COUNT/WORDS."};
  case errc::ur_other_message:
    return {"ur_other_message", "The fragment belongs to another message; start over."};
  case errc::ur_incomplete:
    return {"ur_incomplete", "Fragments are missing; scan on."};
  case errc::hid_bad_report:
    return {"hid_bad_report", "A HID report is of another channel or out of sequence."};
  case errc::apdu_malformed:
    return {"apdu_malformed", "An APDU is too short, too long or contradicts its length."};
  case errc::log_full:
    return {"log_full", "The log holds as many entries as it can number."};
  case errc::order_refused:
    return {"order_refused", "The signing order was ordered, but the ledger refused it; its result "
                             "says why."};
  case errc::amount_mismatch:
    return {"amount_mismatch", "The order states other payments than its transaction makes; state "
                               "each one as the chain writes it, in the transaction's order."};
  case errc::destination_not_allowed:
    return {"destination_not_allowed", "A destination is not on the key's list."};
  case errc::over_operation_limit:
    return {"over_operation_limit", "The amount is above what the key signs in one operation."};
  case errc::over_window_limit:
    return {"over_window_limit", "With this amount the key would sign more than its limit for the "
                                 "window; order it again later."};
  case errc::too_few_approvals:
    return {"too_few_approvals", "Fewer valid approvals than the key's policy demands."};
  case errc::quiet_hours:
    return {"quiet_hours", "The newest block that the signer knows is of a time at which the key "
                           "does not sign; order it again after the quiet hours."};
  case errc::other_digest:
    return {"other_digest", "This request was answered for another digest before; a request has "
                            "one digest for ever."};
  case errc::unclear_transaction:
    return {"unclear_transaction", "The transaction does more than pay amounts to destinations, so "
                                   "the policy cannot judge it."};
  case errc::key_unavailable:
    return {"key_unavailable", "The key's backend does not sign at the moment; ask again, nothing "
                               "is lost."};
  case errc::asset_not_allowed:
    return {"asset_not_allowed", "The key's policy has no limit for this asset, so it signs none "
                                 "of it."};
  case errc::orderer_not_allowed:
    return {"orderer_not_allowed", "The account may not order signatures of this key."};
  case errc::signature_failed:
    return {"signature_failed", "The key's backend gave a signature that does not verify; it was "
                                "thrown away. Check the backend and its key."};
  case errc::log_set_back:
    return {"log_set_back", "The audit log has fewer entries than the ledger attests: entries were "
                            "removed, or an older copy of it was put back."};
  case errc::log_forked:
    return {"log_forked", "The audit log is not the one that the ledger attests, or does not "
                          "continue it: an entry was altered, removed or put in."};
  case errc::not_anchored:
    return {"not_anchored", "The signer waits for proof that the ledger has no newer log than its "
                            "own; nodes bring it unasked. Ask again; if that stays, see its log."};
  case errc::bad_log_file:
    return {"bad_log_file", "No exported audit log, or a line of it is malformed."};
  case errc::key_not_active:
    return {"key_not_active", "The key is not active yet; see `quorate signer key activate`."};
  case errc::key_rotated:
    return {"key_rotated", "It was replaced, and only signs payments to its successor."};
  case errc::key_revoked:
    return {"key_revoked", "The key was revoked and signs nothing any more."};
  case errc::key_destroyed:
    return {"key_destroyed", "The key was destroyed; there is nothing left that could sign."};
  case errc::taproot_not_allowed:
    return {"taproot_not_allowed", "The transaction spends a taproot output, and this key makes no "
                                   "such signatures: its policy says so, or it is in a token."};
  case errc::signer_locked:
    return {"signer_locked", "The signer was locked and holds no secrets any more; start it again "
                             "with its password."};
  case errc::bad_memo:
    return {"bad_memo", "The memo is no part of a destination as orders and lists name it: it is "
                        "too long, or has characters other than printable ASCII."};
  case errc::shared_script:
    return {"shared_script", "An input can be spent by others than this key alone: by a multisig, "
                             "or by a tree of scripts. Sign it with `quorate wallet sign`."};
  case errc::order_too_old:
    return {"order_too_old", "The order was committed longer ago than the key's policy lets an "
                             "order wait; order it again."};
  case errc::bad_unit:
    return {"bad_unit", "A unit that the key's chain has not got, or not written as it is "
                        "compared."};
  case errc::unit_repeated:
    return {"unit_repeated", "One unit has two limits, each with a window of its own; give it "
                             "one."};
  case errc::fees_unlimited:
    return {"fees_unlimited", "Fees are paid in a unit that has no limit for a window; give it "
                              "one."};
  case errc::over_fee_window:
    return {"over_fee_window", "With this fee the key would pay more in fees than its limit for "
                               "the window; order it again later."};
  case errc::hid_absent:
    return {"hid_absent", "No such device is connected, or this user may not open it; connect and "
                          "unlock it, and check the rule for its /dev/hidraw file."};
  case errc::hid_ambiguous:
    return {"hid_ambiguous", "Several such devices are connected; leave one, or give its path."};
  case errc::hid_failed:
    return {"hid_failed", "The device took or gave no whole report; connect it anew."};
  case errc::bad_network:
    return {"bad_network", "No network of this number belongs to the payload's chain."};
  case errc::bad_base64:
    return {"bad_base64", "Expected Base64 with its padding and nothing between its digits."};
  case errc::bad_checksum:
  case errc::bad_character:
  case errc::wrong_network:
  case errc::bad_address:
  case errc::bad_amount:
  case errc::bad_sighash_type:
  case errc::no_matching_output:
  case errc::missing_previous:
  case errc::wrong_previous:
  case errc::not_a_psbt:
  case errc::bad_psbt_field:
  case errc::missing_psbt_field:
  case errc::excluded_psbt_field:
  case errc::repeated_psbt_key:
  case errc::different_transactions:
  case errc::conflicting_fields:
  case errc::unsupported_script:
  case errc::wrong_key:
  case errc::missing_signatures:
  case errc::already_final:
  case errc::conflicting_lock_times:
  case errc::sighash_not_allowed:
  case errc::not_enough_coins:
  case errc::dust:
  case errc::fee_too_high:
  case errc::replacement_refused:
  case errc::input_repeated:
  case errc::bad_change_script:
  case errc::fee_too_low:
  case errc::not_replaceable:
  case errc::number_overflow:
  case errc::wrong_item:
  case errc::too_deep:
  case errc::missing_chain_id:
  case errc::wrong_chain_id:
  case errc::bad_transaction:
  case errc::bad_abi_type:
  case errc::type_mismatch:
  case errc::unknown_selector:
  case errc::selector_collision:
  case errc::bad_json:
  case errc::bad_typed_data:
  case errc::ambiguous_names:
  case errc::proto_not_canonical:
  case errc::proto_unknown_field:
  case errc::cosmos_unknown_message:
  case errc::cosmos_bad_address:
  case errc::cosmos_bad_coins:
  case errc::cosmos_bad_multisig:
  case errc::cosmos_wrong_mode:
  case errc::cosmos_wrong_signer:
  case errc::cosmos_bad_document:
    return text_of_chains(e);
  }
  return {"unknown", "An error number that this version does not know."};
}

} // namespace

std::string_view name(errc e) noexcept { return text_of(e).name; }

std::string_view explain(errc e) noexcept { return text_of(e).explanation; }

bool is_defined(std::uint16_t number) noexcept {
  return text_of(static_cast<errc>(number)).name != "unknown";
}

} // namespace quorate
