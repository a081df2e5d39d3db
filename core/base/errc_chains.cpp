// What the refusals of chains say: their addresses, transactions and signing requests.
#include "core/base/check.hpp"
#include "core/base/errc_text.hpp"

#include <algorithm>
#include <array>

namespace quorate {

namespace {

struct row {
  errc of;
  errc_text text;
};

constexpr std::array texts{
    row{errc::bad_checksum,
        {"bad_checksum", "The checksum does not match; look for a mistyped character, or, in an "
                         "address of an EVM chain, for a letter in the wrong case."}},
    row{errc::bad_character,
        {"bad_character", "A character is outside the alphabet, or both cases are mixed."}},
    row{errc::wrong_network,
        {"wrong_network", "This belongs to another chain or network; check the configuration."}},
    row{errc::bad_address,
        {"bad_address", "The text is sound, but it is no address of a known form."}},
    row{errc::bad_amount,
        {"bad_amount", "More than there can be, or more is paid out than comes in."}},
    row{errc::bad_sighash_type,
        {"bad_sighash_type", "This type of signature hash is not defined here."}},
    row{errc::no_matching_output,
        {"no_matching_output", "SIGHASH_SINGLE needs an output with the index of the input."}},
    row{errc::missing_previous,
        {"missing_previous",
         "Nothing proves the amount that an input spends; add its whole previous transaction."}},
    row{errc::wrong_previous,
        {"wrong_previous", "The previous transaction or output is not the one that is spent."}},
    row{errc::not_a_psbt, {"not_a_psbt", "The bytes are no partially signed transaction."}},
    row{errc::bad_psbt_field,
        {"bad_psbt_field", "A field of the PSBT does not have the form that its BIP gives it."}},
    row{errc::missing_psbt_field,
        {"missing_psbt_field", "The PSBT lacks a field that its version needs."}},
    row{errc::excluded_psbt_field,
        {"excluded_psbt_field", "The PSBT has a field that its version does not allow."}},
    row{errc::repeated_psbt_key,
        {"repeated_psbt_key", "A key occurs twice in one map of the PSBT."}},
    row{errc::different_transactions,
        {"different_transactions", "These are partial signatures of different transactions."}},
    row{errc::conflicting_fields,
        {"conflicting_fields", "Two PSBTs say different things about the same transaction."}},
    row{errc::unsupported_script,
        {"unsupported_script", "The script is of a kind that is not signed or paid here."}},
    row{errc::wrong_key, {"wrong_key", "The input does not ask for this key or signature."}},
    row{errc::missing_signatures,
        {"missing_signatures", "The input has too few valid signatures to be final."}},
    row{errc::already_final, {"already_final", "The input is final; nothing can be added."}},
    row{errc::conflicting_lock_times,
        {"conflicting_lock_times", "Some inputs want a height as lock time, others a time."}},
    row{errc::sighash_not_allowed,
        {"sighash_not_allowed", "Only signatures over the whole transaction are allowed here."}},
    row{errc::not_enough_coins,
        {"not_enough_coins", "The coins do not cover the amount and the fee."}},
    row{errc::dust,
        {"dust", "The output costs more to spend than it is worth; nodes would not relay it."}},
    row{errc::fee_too_high,
        {"fee_too_high", "The fee is above the limit; raise the limit if this is meant."}},
    row{errc::replacement_refused,
        {"replacement_refused", "Nodes would not take this in place of the transaction before; "
                                "pay more, and spend no new unconfirmed coins."}},
    row{errc::input_repeated, {"input_repeated", "The same output would be spent twice."}},
    row{errc::bad_change_script,
        {"bad_change_script", "Nobody, or anybody, could spend the change, or its script is not "
                              "known here; give the script of an address of the wallet."}},
    row{errc::fee_too_low,
        {"fee_too_low", "Nodes would not relay it at this rate; raise it to a satoshi a vbyte."}},
    row{errc::not_replaceable,
        {"not_replaceable", "The transaction does not ask to be replaceable, so nodes keep it; pay "
                            "for it by a transaction that spends from it."}},
    row{errc::number_overflow, {"number_overflow", "The number is outside the range of its type."}},
    row{errc::wrong_item,
        {"wrong_item", "A list stands where a string belongs, or the other way round."}},
    row{errc::too_deep, {"too_deep", "The value is nested deeper than is read."}},
    row{errc::missing_chain_id,
        {"missing_chain_id", "Without a chain id the signature would hold on every chain."}},
    row{errc::wrong_chain_id, {"wrong_chain_id", "The chain id is that of another chain."}},
    row{errc::bad_transaction,
        {"bad_transaction", "The transaction has fields that exclude each other."}},
    row{errc::bad_abi_type, {"bad_abi_type", "This is no type of the contract ABI."}},
    row{errc::type_mismatch, {"type_mismatch", "The value does not fit its type."}},
    row{errc::unknown_selector,
        {"unknown_selector", "The ABI has no function with this selector."}},
    row{errc::selector_collision,
        {"selector_collision", "Two functions of the ABI have one selector."}},
    row{errc::bad_json,
        {"bad_json", "This is no JSON, or an object has two members with one name."}},
    row{errc::bad_typed_data,
        {"bad_typed_data",
         "The typed data has a member or type that is missing, unknown or there twice; or its "
         "EIP712Domain is not made of \"string name\", \"string version\", \"uint256 chainId\", "
         "\"address verifyingContract\", \"bytes32 salt\", each once or not at all."}},
    row{errc::ambiguous_names,
        {"ambiguous_names", "Parameters without a name, or with one name, cannot be given by name; "
                            "give the arguments as an array."}},
    row{errc::proto_not_canonical,
        {"proto_not_canonical",
         "The protobuf bytes are not the deterministic ones that Cosmos demands (ADR-027)."}},
    row{errc::proto_unknown_field,
        {"proto_unknown_field",
         "The transaction has a field that is not known here; what it does cannot be shown."}},
    row{errc::cosmos_unknown_message,
        {"cosmos_unknown_message",
         "The transaction has a message of a type that is not known here, so it is not signed."}},
    row{errc::cosmos_bad_address,
        {"cosmos_bad_address", "The address is malformed or has another chain's prefix."}},
    row{errc::cosmos_bad_coins,
        {"cosmos_bad_coins",
         "Coins must have valid denominations, ascending and once each, and positive amounts."}},
    row{errc::cosmos_bad_multisig,
        {"cosmos_bad_multisig",
         "A multisig key or signature does not fit its threshold, its keys or its bits."}},
    row{errc::cosmos_wrong_mode,
        {"cosmos_wrong_mode", "The sign mode is not the one that this signature is made in."}},
    row{errc::cosmos_wrong_signer,
        {"cosmos_wrong_signer", "The key's address is not one that the transaction needs."}},
    row{errc::cosmos_bad_document,
        {"cosmos_bad_document", "A field of the sign document is missing or malformed."}},
};

} // namespace

errc_text text_of_chains(errc e) noexcept {
  const auto* found = std::ranges::find(texts, e, &row::of);
  QUORATE_CHECK(found != texts.end());
  return found->text;
}

} // namespace quorate
