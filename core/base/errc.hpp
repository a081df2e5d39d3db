// Every refusal that input can meet, numbered by class: 1xx codec, 2xx crypto, 3xx consensus,
// 4xx ledger, 5xx admission, 6xx node state, 7xx receipts and proofs, 8xx keys, wallets and the
// signer, 9xx chains. The numbers go over the wire and into receipts: append only, never reuse.
#pragma once

#include <cstdint>
#include <string_view>

namespace quorate {

enum class errc : std::uint16_t {
  // 1xx: bytes that are no canonical encoding.
  truncated = 100,            ///< ends before the value does
  trailing_bytes = 101,       ///< bytes left over after the value
  over_limit = 102,           ///< a length or count above its limit
  bad_enum = 103,             ///< a kind, tag or flag that is not defined
  not_canonical = 104,        ///< a second encoding of the same value
  bad_version = 105,          ///< another protocol or format version
  bad_hex = 106,              ///< not lower-case hexadecimal of the right length
  cbor_not_shortest = 107,    ///< a head longer than it needs to be, or an indefinite length
  cbor_key_order = 108,       ///< keys of a map not strictly ascending
  cbor_key_kind = 109,        ///< a key that is no integer
  cbor_wrong_kind = 110,      ///< an item of another kind than the format has there
  cbor_outside_profile = 111, ///< a float, a tag, undefined or another simple value
  cbor_too_deep = 112,        ///< too many arrays and maps inside one another
  cbor_unexpected_key = 113,  ///< a key that the format has not got there
  bad_utf8 = 114,             ///< text that is not UTF-8

  // 2xx: cryptography.
  bad_signature = 200,
  bad_public_key = 201,
  bad_secret_key = 202,
  unknown_signer = 203, ///< not a replica of this configuration
  high_s = 204,         ///< a second form of a signature that is valid in its low form
  bad_der = 205,        ///< not the one DER form of a signature
  not_recoverable = 206,
  bad_tweak = 207,         ///< not below the order, or leads to zero or infinity
  kdf_parameters = 208,    ///< undefined, or costs more than the limits
  decryption_failed = 209, ///< another key, or altered bytes
  secret_memory_full = 210,
  secret_memory_refused = 211, ///< the system does not lock so much memory

  // 3xx: consensus.
  wrong_cluster = 300,
  wrong_epoch = 301,
  stale_view = 302,
  future_view = 303,
  outside_watermarks = 304,
  equivocation = 305, ///< two statements of one signer that exclude each other
  wrong_primary = 306,
  digest_mismatch = 307,
  bad_certificate = 308, ///< too few, repeated or mixed votes
  bad_new_view = 309,    ///< its set O is not what its view changes give
  view_changing = 310,   ///< no normal-case message is taken between views
  batch_refused = 311,   ///< a batch with an operation that no correct primary proposes
  bad_block_time = 312,
  not_a_voter = 313,

  // 4xx: ledger results.
  account_exists = 400,
  no_such_account = 401,
  account_frozen = 402,
  insufficient_funds = 403,
  amount_zero = 404,
  amount_overflow = 405,
  no_such_asset = 406,
  sequence_replayed = 407, ///< executed before; the stored result stands
  sequence_gap = 408,
  not_authorised = 409,
  already_credited = 410,
  no_such_hold = 411,
  too_many_assets = 412,
  too_many_accounts = 413,
  too_many_holds = 414,
  self_transfer = 415,
  hold_exists = 416,
  change_pending = 417, ///< one change of membership at a time
  no_such_member = 418,
  member_exists = 419,
  too_few_replicas = 420,

  // 5xx: admission.
  busy = 500,      ///< a limit is reached; retry after the hint
  duplicate = 501, ///< already waiting, or already ordered
  expired = 502,
  too_far_ahead = 503, ///< sequence beyond the window of the account
  unsigned_not_allowed = 504,

  // 6xx: the node.
  read_only = 600, ///< no quorum within reach
  not_ready = 601, ///< still recovering or catching up
  timed_out = 602,
  unreachable = 603,
  shutting_down = 604,
  not_found = 605,
  stale_token = 610,          ///< a fencing token below the highest that was seen
  no_lease = 611,             ///< this node holds no lease: not the primary, or too few promises
  halted = 612,               ///< own disk does not answer, or the state contradicts the others'
  label_mismatch = 606,       ///< a registration's labels are not those of the certificate
  stale_registration = 607,   ///< its counter is not above the last one's
  bad_label = 608,            ///< a label or host with characters or a length that none may have
  certificate_mismatch = 609, ///< it names another certificate than the one that was shown

  // 7xx: receipts and proofs.
  bad_proof = 700, ///< a Merkle path that does not lead to the root
  too_few_attestations = 701,
  wrong_operation = 702, ///< a valid receipt, but of another operation

  // 80x: keystores and the life of keys.
  bad_keystore = 800,         ///< no keystore, or a field of it is malformed
  unsupported_keystore = 801, ///< a cipher, key derivation or version that is not read here
  password_empty = 802,
  key_exists = 803,
  no_such_key = 804,
  bad_key_step = 805, ///< the key's state does not allow the step

  // 81x and 82x: wallets: words, shares, derivation.
  bad_word_list = 811,  ///< not so many distinct words, one a line
  unknown_word = 812,   ///< not on the word list
  bad_word_count = 813, ///< a number of words that no sentence has
  bad_word_checksum = 814,
  bad_entropy_size = 815,
  bad_path = 816,        ///< no derivation path of BIP-32's form
  hardened_child = 817,  ///< needs the private key of its parent
  normal_child = 818,    ///< a curve that has hardened children only
  no_key_at_index = 819, ///< BIP-32: this index gives no valid key; use the next
  path_too_deep = 820,   ///< the 256th level below a master key
  bad_extended_key = 821,
  bad_passphrase = 822, ///< characters that the standard does not take
  bad_threshold = 823,  ///< not 1 <= threshold <= shares <= the scheme's maximum
  bad_share = 824,      ///< no share, or one that was mistyped
  mixed_shares = 825,   ///< shares of different sets
  wrong_share_count = 826,
  false_share = 827, ///< shares that agree on the outside and do not fit together
  gap_limit_reached = 828,

  // 83x: keys in a hardware security module, over PKCS#11.
  hsm_no_module = 830,     ///< the module's file cannot be loaded
  hsm_not_pkcs11 = 831,    ///< a library, but not with PKCS#11's functions
  hsm_no_token = 832,      ///< no token of this label, or several
  hsm_pin_refused = 833,   ///< said once to the token and never again
  hsm_pin_locked = 834,    ///< the token takes no PIN any more, or only one more
  hsm_pin_needed = 835,    ///< nobody has given one, or it was wiped
  hsm_unguarded_key = 836, ///< a private key that may leave its token
  hsm_unsupported = 837,   ///< the module, the token or the key does not do this
  hsm_false_answer = 838,  ///< a key or a signature that does not verify
  hsm_failed = 839,        ///< any other refusal of the module

  // 84x and 85x: the signer.
  order_refused = 840,   ///< ordered, but the ledger did not do it
  amount_mismatch = 841, ///< the order states other payments than its transaction makes
  destination_not_allowed = 842,
  over_operation_limit = 843,
  over_window_limit = 844,
  too_few_approvals = 845,
  quiet_hours = 846,
  other_digest = 847,        ///< this request was answered for another digest before
  unclear_transaction = 848, ///< it does more than the policy can judge
  key_unavailable = 849,     ///< the key's backend does not sign at the moment
  asset_not_allowed = 850,
  orderer_not_allowed = 851,
  signature_failed = 852, ///< what the backend gave does not verify
  log_set_back = 853,     ///< an audit log of fewer entries than the ledger attests
  log_forked = 854,       ///< an audit log that does not continue what the ledger attests
  bad_log_file = 855,     ///< no exported audit log, or a line of it is malformed
  not_anchored = 856,     ///< the signer has not compared its log with the ledger's head yet
  key_not_active = 857,   ///< created, and waits for its activation
  key_rotated = 858,      ///< pays to its successor only
  key_revoked = 859,
  key_destroyed = 860,
  taproot_not_allowed = 861, ///< a key that makes no BIP-340 signatures
  signer_locked = 862,

  // 86x: devices beside this machine, and what is brought to them.
  hid_absent = 863,    ///< no such device is connected, or this user may not open it
  hid_ambiguous = 864, ///< several devices answer to the description
  hid_failed = 865,    ///< a report that was not taken or not given
  bad_network = 866,   ///< a network that the payload's chain has not got
  bad_base64 = 867,    ///< not RFC 4648's alphabet, length and padding
  // And once more of 83x.
  hsm_pin_doubted = 868, ///< one was refused before; none is said until a person has

  // 87x: the signer, once more.
  bad_memo = 870,      ///< longer than a destination can be, or not printable
  shared_script = 871, ///< an input that not this key alone can spend
  order_too_old = 872,
  bad_unit = 873,       ///< one that the key's chain has not got
  unit_repeated = 874,  ///< two limits for one unit, each with a window of its own
  fees_unlimited = 875, ///< fees in a unit without a limit for a window
  over_fee_window = 876,

  // 9xx: chains' addresses, transactions and signing requests.
  bad_checksum = 900,  ///< a mistyped address or key
  bad_character = 901, ///< outside the alphabet, or in two cases
  wrong_network = 902, ///< of another chain or network
  bad_address = 903,   ///< a sound text that names no way to be paid
  bad_amount = 904,    ///< more than there can be, or paid out than paid in
  bad_sighash_type = 905,
  no_matching_output = 906, ///< SIGHASH_SINGLE without the output that it is about
  missing_previous = 907,   ///< an amount that nothing proves
  wrong_previous = 908,     ///< another output than the one that is spent
  not_a_psbt = 909,
  bad_psbt_field = 910,
  missing_psbt_field = 911,
  excluded_psbt_field = 912, ///< not in this version of the format
  repeated_psbt_key = 913,
  different_transactions = 914,
  conflicting_fields = 915,
  unsupported_script = 916,
  wrong_key = 917, ///< a key or signature that the input does not ask for
  missing_signatures = 918,
  already_final = 919,
  conflicting_lock_times = 920,
  sighash_not_allowed = 921, ///< sound, but leaves open what the policy wants signed
  not_enough_coins = 922,
  dust = 923,
  fee_too_high = 924,
  replacement_refused = 925,
  input_repeated = 926,
  bad_change_script = 927, ///< change would go to nobody, to anybody, or to an unknown script
  fee_too_low = 928,       ///< a rate below what nodes relay
  not_replaceable = 929,   ///< the transaction does not ask to be

  // 93x to 95x: EVM chains.
  number_overflow = 930, ///< outside the range of its type
  wrong_item = 931,      ///< RLP: a list where a string belongs, or the other way round
  too_deep = 932,        ///< nested deeper than is read
  missing_chain_id = 935,
  wrong_chain_id = 936,
  bad_transaction = 937, ///< fields that exclude each other
  bad_abi_type = 938,    ///< no type of the contract ABI
  type_mismatch = 939,   ///< a value that its type does not hold
  unknown_selector = 940,
  selector_collision = 941, ///< two functions with one selector
  bad_json = 942,           ///< no JSON, or a name twice in one object
  bad_typed_data = 943,     ///< EIP-712: a missing, unknown or doubled member or type
  ambiguous_names = 944,    ///< arguments by name, of which some are empty or doubled

  // 96x: Cosmos transactions.
  proto_not_canonical = 960,    ///< protobuf bytes that ADR-027 excludes
  proto_unknown_field = 961,    ///< a field that the message has not got
  cosmos_unknown_message = 962, ///< a type URL that is not known here, so not to be signed
  cosmos_bad_address = 963,
  cosmos_bad_coins = 964,
  cosmos_bad_multisig = 965,
  cosmos_wrong_mode = 966,
  cosmos_wrong_signer = 967, ///< a key whose address the transaction does not name
  cosmos_bad_document = 968, ///< a field that must not be empty is, or is malformed

  // 98x: the offline channel and the audit log.
  offline_wrong_device = 980,
  offline_replayed = 981,
  offline_gap = 982,
  offline_expired = 983,
  offline_wrong_display = 984, ///< the request's digest is not of the text that would be shown
  offline_unasked = 985,       ///< an answer to no request that is open
  bytewords_bad_word = 986,
  bytewords_bad_checksum = 987,
  ur_malformed = 988,
  ur_other_message = 989, ///< a fragment of another message than those before
  ur_incomplete = 990,
  hid_bad_report = 991, ///< a report of another channel or command, or out of sequence
  apdu_malformed = 992,
  log_full = 993,
};

/// The stable lower-case name, e.g. "insufficient_funds"; "unknown" for a number not defined.
std::string_view name(errc e) noexcept;

/// One sentence: what happened, and what to do where there is something to do.
std::string_view explain(errc e) noexcept;

/// Whether the number is one of errc's.
bool is_defined(std::uint16_t number) noexcept;

} // namespace quorate
