#include "cli/order.hpp"

#include "cli/client_setup.hpp"
#include "cli/commands.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace quorate::cli {

namespace {

using nlohmann::json;

constexpr auto ask_again_every = std::chrono::milliseconds(200);
constexpr int asked_at_most = 50;

int not_signed(account_sequence sequence, const char* who, errc why, int code,
               const std::string& output, const std::string& more = {}) {
  if (output == "json")
    std::printf(
        "%s\n",
        json{{"sequence", sequence.value}, {"signed", false}, {"why", name(why)}}.dump(2).c_str());
  std::fprintf(stderr, "quorate sign: %s: %s: %s%s%s\n", who, std::string{name(why)}.c_str(),
               std::string{explain(why)}.c_str(), more.empty() ? "" : " ", more.c_str());
  return code;
}

// Until 2f+1 replicas have attested the block, which takes a moment longer than the receipt, and
// the ledger has a head of the log of a signer that was just started.
expected<signer::answer> ask(client& cluster, const public_key& account,
                             account_sequence sequence) {
  for (int i = 1;; ++i) {
    auto got = cluster.ask_signature(account, sequence);
    const auto* no = got ? std::get_if<signer::refused_answer>(&*got) : nullptr;
    const bool early =
        no != nullptr ? no->why == errc::not_anchored
                      : !got && (got.error() == errc::not_ready || got.error() == errc::not_found);
    if (!early || i == asked_at_most) return got;
    std::this_thread::sleep_for(ask_again_every);
  }
}

} // namespace

bool is_overtaken(client& cluster, const ledger::operation& op) {
  const auto account = current_account(cluster, op.account);
  if (!account || op.sequence > account->last_sequence) return false;
  const auto* reply = account->find_reply(op.sequence);
  return reply == nullptr || reply->id != ledger::id_of(cluster.cluster(), op);
}

int commit_order(client& cluster, const signing_key& account, const ledger::operation& op,
                 const std::string& output) {
  const auto done = cluster.submit(ledger::sign(cluster.cluster(), op, account));
  // No receipt ever comes when another operation of the account was faster.
  if (!done.result && done.result.error() == errc::timed_out && is_overtaken(cluster, op))
    return not_signed(op.sequence, "not ordered", errc::sequence_replayed, refused, output,
                      "Another operation of the account took its number meanwhile.");
  if (!done.result)
    return not_signed(op.sequence, "not ordered", done.result.error(), could_not_ask, output,
                      done.why);
  if (done.result->code != 0)
    return not_signed(op.sequence, "the ledger refused the order",
                      static_cast<errc>(done.result->code), refused, output);
  return ok;
}

int report_order(client& cluster, const public_key& account, account_sequence sequence,
                 const std::string& output) {
  const auto got = ask(cluster, account, sequence);
  const auto* no = got ? std::get_if<signer::refused_answer>(&*got) : nullptr;
  const auto* yes = got ? std::get_if<signer::signed_answer>(&*got) : nullptr;
  if (no != nullptr) return not_signed(sequence, "the signer refused", no->why, refused, output);
  if (yes == nullptr)
    return not_signed(sequence, "no answer", got ? errc::wrong_operation : got.error(),
                      could_not_ask, output);
  json told{{"sequence", sequence.value},
            {"signed", true},
            {"operation", to_hex(yes->id)},
            {"digest", to_hex(yes->signed_digest)},
            {"signatures", json::array()}};
  for (const auto& one : yes->signatures) {
    told["signatures"].push_back(
        {{"signature", to_hex(one.value)},
         {"recovery_id", one.recovery_id ? json(*one.recovery_id) : json(nullptr)}});
    if (output != "json") std::printf("%s\n", to_hex(one.value).c_str());
  }
  if (output == "json") std::printf("%s\n", told.dump(2).c_str());
  return ok;
}

} // namespace quorate::cli
