"""Which targets are fuzzed together: a fuzzer gives each input to all targets that read its kind.

A target is one decoder (or a few that are one in use), a fuzzer is what gets an hour before a release
and a minute of every build server's run. Decoders of one kind have each other's inputs to begin with,
what one of them does not take costs next to nothing, and all of them get every input of the hour.
"""

import functools
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"

FUZZERS = {
    "audit": ["audit_entry", "audit_log_file", "audit_proof", "signer_message"],
    "bitcoin": ["bitcoin_psbt", "bitcoin_transaction"],
    "cosmos": ["cosmos_document", "cosmos_message"],
    "evm": ["evm_abi", "evm_rlp", "evm_transaction", "evm_trie"],
    "json": ["evm_abi_json", "evm_account_proof", "evm_typed_data"],
    "keystore": ["wallet_ethereum_keystore", "wallet_keystore"],
    "ledger": ["approval_proposal", "ledger_batch", "ledger_genesis", "ledger_operation", "ledger_proof",
               "ledger_record"],
    "offline": ["codec_cbor", "offline_fountain", "offline_hid", "offline_request"],
    "pbft": ["lease_heartbeat", "pbft_durable", "pbft_evidence", "pbft_message", "pbft_verifier"],
    "protocol": ["protocol_answer", "protocol_frame", "protocol_receipt", "protocol_request", "registry",
                 "state_transfer_message"],
    "signing": ["offline_signing"],
    "text": ["bitcoin_address", "chain_base58", "chain_bech32", "codec_text", "crypto_keys", "evm_text",
             "wallet_extended_key"],
    "words": ["offline_bytewords", "offline_ur", "wallet_mnemonic", "wallet_shamir", "wallet_slip39"],
}

# The longest input that a target gets, in bytes: as long as its formats need to show all they have. A
# fuzzer takes the longest of its targets.
LENGTH_MAX_DEFAULT = 2048
LENGTH_MAX = {
    "bitcoin_psbt": 4096, "cosmos_document": 4096, "evm_account_proof": 4096, "evm_typed_data": 4096,
    "ledger_record": 8192, "offline_signing": 4096, "pbft_verifier": 4096, "protocol_receipt": 4096,
    "audit_entry": 512, "chain_base58": 256, "chain_bech32": 160, "codec_text": 256, "crypto_keys": 128,
    "lease_heartbeat": 1024, "offline_ur": 512, "wallet_mnemonic": 1024,
}


def targets_known() -> list[str]:
    return sorted(path.stem for path in (HERE / "targets").glob("*.cpp"))


def misplaced() -> list[str]:
    """Targets that are in no fuzzer, or in two, or do not exist, or have the name of a fuzzer."""
    placed = [target for targets in FUZZERS.values() for target in targets]
    return sorted(name for name in {*placed, *targets_known()}
                  if placed.count(name) != 1 or name not in targets_known() or name in FUZZERS)


def members(name: str) -> list[str]:
    """The targets of a fuzzer; a target's name stands for it alone."""
    return FUZZERS.get(name) or [name]


def fuzzer_of(target: str) -> str:
    return next(name for name, targets in FUZZERS.items() if target in targets)


def length_max(name: str) -> int:
    return max(LENGTH_MAX.get(target, LENGTH_MAX_DEFAULT) for target in members(name))


def corpora(name: str) -> list[pathlib.Path]:
    return [CORPUS / target for target in members(name)]


@functools.cache
def dictionary(name: str) -> str:
    """The words of all members; empty when there are none."""
    files = [HERE / "dictionaries" / f"{target}.dict" for target in members(name)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())
