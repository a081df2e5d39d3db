// A signing order on its way: committed once, and then asked for until the signer said something.
#pragma once

#include "actors/client/client.hpp"

#include <string>

namespace quorate::cli {

/// Whether another operation of the account has this one's number: then it can be ordered no more.
/// Throws as current_account().
bool is_overtaken(client& cluster, const ledger::operation& op);

/// Has it committed. What went wrong is printed, with output "json" for programs too.
/// @returns an exit code; ok: the ledger did it.
int commit_order(client& cluster, const signing_key& account, const ledger::operation& op,
                 const std::string& output);

/// Asks what the signer says to the order of that sequence, and prints it.
/// @returns an exit code; ok: it was signed.
int report_order(client& cluster, const public_key& account, account_sequence sequence,
                 const std::string& output);

} // namespace quorate::cli
