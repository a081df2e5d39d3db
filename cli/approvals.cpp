#include "cli/approvals.hpp"

#include "cli/commands.hpp"
#include "cli/new_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace quorate::cli {

namespace {

[[noreturn]] void refuse(const std::string& file, errc why, const std::string& text) {
  throw refusal{why, file + ": " + text};
}

[[noreturn]] void refuse_review(const std::string& file, errc why) {
  std::string text;
  if (why == errc::amount_mismatch)
    text = "it states other payments than its transaction makes";
  else if (why == errc::wrong_key)
    text = "its order is for another key than the one that it shows";
  else
    text = "its transaction cannot be read: " + std::string{explain(why)};
  refuse(file, why, text + ". Do not approve it, and ask who gave it to you");
}

[[noreturn]] void refuse_approval(const approval_file& one, const approval::reviewed& of,
                                  errc why) {
  if (why == errc::wrong_cluster)
    refuse(one.file, why,
           "it is of cluster " + to_hex(one.what.cluster) + ", and the proposal of " +
               to_hex(of.what().cluster));
  if (why == errc::digest_mismatch)
    refuse(one.file, why,
           "it approves proposal " + to_hex(one.what.statement) + ", and this one is " +
               to_hex(of.statement()) +
               ": another one, or one that was altered. Approvals hold for one proposal alone");
  refuse(one.file, why,
         "its signature is not " + to_hex(one.what.approver) + "'s over this proposal");
}

} // namespace

approval::reviewed read_proposal(const std::string& file) {
  const auto raw = read_hex_file(file, approval::proposal_bytes_max);
  auto what = raw ? decode<approval::proposal>(*raw) : expected<approval::proposal>{raw.error()};
  if (!what) refuse(file, what.error(), "no proposal: " + std::string{explain(what.error())});
  auto seen = approval::review(std::move(*what));
  if (!seen) refuse_review(file, seen.error());
  return std::move(*seen);
}

int propose(approval::proposal what, const std::string& file, const std::string& output) {
  const auto raw = encode(what);
  const auto seen = approval::review(std::move(what));
  if (!seen) refuse_review(file, seen.error());
  std::fprintf(stderr, "%s", seen->text().c_str());
  write_hex_file(file, raw);
  if (output == "json") {
    auto all = told(*seen);
    all["file"] = file;
    std::printf("%s\n", all.dump(2).c_str());
    return ok;
  }
  std::printf("%s\n", to_hex(seen->statement()).c_str());
  std::fprintf(stderr,
               "Nothing was ordered. Each approver, on a machine of his own:\n"
               "  quorate proposal approve %s --key KEY --out APPROVAL\n"
               "and then here: quorate proposal submit %s --approval APPROVAL … --config CLIENT\n",
               file.c_str(), file.c_str());
  return ok;
}

nlohmann::json told(const approval::reviewed& what) {
  using nlohmann::json;
  json all{{"proposal", to_hex(what.statement())},
           {"cluster", to_hex(what.what().cluster)},
           {"text", json::array()}};
  const auto& text = what.text();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    all["text"].push_back(text.substr(at, end - at));
    at = end + 1;
  }
  const auto& op = what.what().operation;
  const auto* order = std::get_if<ledger::signing_order>(&op.body);
  all["kind"] = order != nullptr ? "order" : "change";
  if (order == nullptr) return all;
  all["account"] = to_hex(op.account);
  all["sequence"] = op.sequence.value;
  all["expires_ms"] = op.valid_until.value;
  all["public_key"] = to_hex(what.what().reading->key);
  all["payments"] = json::array();
  for (const auto& one : order->payments)
    all["payments"].push_back({{"to", one.destination}, {"units", to_string(one.units)}});
  all["digests"] = json::array();
  for (const auto& one : what.digests())
    all["digests"].push_back(to_hex(one));
  return all;
}

std::vector<approval_file> read_approvals(const std::vector<std::string>& files,
                                          const approval::reviewed& of, crypto_suite suite) {
  std::vector<approval_file> all;
  for (const auto& file : files) {
    const auto raw = read_hex_file(file, approval::approval_bytes);
    const auto given =
        raw ? decode<approval::approval>(*raw) : expected<approval::approval>{raw.error()};
    if (!given) refuse(file, given.error(), "no approval: " + std::string{explain(given.error())});
    const approval_file one{file, *given};
    if (const auto fits = approval::check(*given, of, suite); !fits)
      refuse_approval(one, of, fits.error());
    const auto twice = std::ranges::find(all, given->approver,
                                         [](const auto& other) { return other.what.approver; });
    if (twice != all.end())
      refuse(file, errc::duplicate,
             "it is of the same approver as " + twice->file + ": each counts once");
    all.push_back(one);
  }
  return all;
}

void require_cluster(const cluster_id& proposed, const cluster_id& own, const std::string& config) {
  if (proposed == own) return;
  refuse(config, errc::wrong_cluster,
         "the proposal is of cluster " + to_hex(proposed) + ", and this is " + to_hex(own));
}

} // namespace quorate::cli
