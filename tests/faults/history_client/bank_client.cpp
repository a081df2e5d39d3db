#include "tests/faults/history_client/bank_client.hpp"

#include "tests/faults/history_client/unique_noop.hpp"

#include <thread>

namespace quorate::faults {

namespace {

using clock = std::chrono::steady_clock;
constexpr asset_id asset{1};
constexpr auto pause_before_retry = std::chrono::milliseconds(50);

nlohmann::json line_of(const char* what, std::uint32_t process, std::int64_t invoke) {
  return {{"op", what}, {"process", process}, {"invoke", invoke}};
}

// A read's line with what became of it, now.
nlohmann::json answered(nlohmann::json line, const bank_account& account,
                        const expected<ledger::account_proof>& found) {
  line["complete"] = now_ns();
  line["account"] = account.index;
  line["result"] = found ? "ok" : "unknown";
  if (!found) return line;
  line["height"] = found->block.summary.height.value;
  const auto* balance = found->value ? found->value->find(asset) : nullptr;
  // As text: an amount has 128 bits.
  line["balance"] = to_string(balance == nullptr ? amount{} : balance->available);
  line["sequence"] = found->value ? found->value->last_sequence.value : 0;
  return line;
}

} // namespace

bank_client::bank_client(client& cluster, history& log, bank_options options)
    : cluster_(cluster), log_(log), options_(std::move(options)),
      random_(options_.seed * 1'000'003 + options_.process) {}

void bank_client::run(const std::atomic<bool>& stop) {
  while (!stop && current_ < options_.own.size()) {
    const auto choice = random_() % 100;
    if (choice < 70)
      transfer();
    else if (choice < 90)
      read(any_of_group());
    else
      peek(any_of_group());
  }
}

const bank_account& bank_client::any_of_group() {
  return *options_.group[random_() % options_.group.size()];
}

// The same signed bytes again and again until there is a proven result: the sequence number and the
// id that follows from the bytes, make that one operation.
submitted bank_client::submit(const ledger::signed_operation& operation) {
  const auto until = clock::now() + std::chrono::milliseconds(options_.patience_ms);
  for (;;) {
    auto done = cluster_.submit(operation);
    if (done.result || clock::now() >= until) return done;
    std::this_thread::sleep_for(pause_before_retry);
  }
}

// Signs with the own account and writes the outcome down; `line` tells what is being done.
// @returns the height, or none when the outcome is unknown.
std::optional<sequence_number> bank_client::order(ledger::operation_body body,
                                                  nlohmann::json line) {
  const auto& from = *options_.own[current_];
  const auto signed_operation =
      ledger::sign(cluster_.cluster(), {from.key.key(), next_, {}, std::move(body)}, from.key);
  line["from"] = from.index;
  line["sequence"] = next_.value;
  const auto done = submit(signed_operation);
  if (done.result) {
    line["complete"] = now_ns();
    line["result"] = "ok";
    line["code"] = done.result->code;
    line["height"] = done.result->height.value;
    next_ = next_.next();
  } else {
    line["complete"] = nullptr;
    line["result"] = "unknown";
    line["why"] = name(done.result.error());
    ++current_;
    next_ = {1};
  }
  log_.add(line);
  return done.result ? std::optional{done.result->height} : std::nullopt;
}

void bank_client::transfer() {
  const auto* to = &any_of_group();
  while (to == options_.own[current_])
    to = &any_of_group();
  const auto units = 1 + random_() % options_.units_max;
  auto line = line_of("transfer", options_.process, now_ns());
  line["to"] = to->index;
  line["units"] = std::to_string(units);
  order(ledger::transfer{asset, to->key.key(), amount{units}}, std::move(line));
}

// A node answers reads from the newest block that f+1 replicas signed, which may be older than what
// others have acknowledged. Whoever must see the newest orders something first and reads at that
// height or later.
void bank_client::read(const bank_account& account) {
  auto line = line_of("read", options_.process, now_ns());
  const auto barrier = order(ledger::noop{}, line_of("noop", options_.process, now_ns()));
  // Without the barrier nothing was read, and the account of the barrier is not used again.
  if (barrier) read_at(account, *barrier, std::move(line));
}

bool bank_client::read_at(const bank_account& account, sequence_number at_least,
                          nlohmann::json line) {
  const auto until = clock::now() + std::chrono::milliseconds(options_.patience_ms);
  expected<ledger::account_proof> found = errc::timed_out;
  do {
    found = cluster_.account(account.key.key());
    if (found && found->block.summary.height >= at_least) break;
    found = errc::timed_out;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  } while (clock::now() < until);
  log_.add(answered(std::move(line), account, found));
  return found.has_value();
}

void bank_client::peek(const bank_account& account) {
  auto line = line_of("peek", options_.process, now_ns());
  const auto found = cluster_.account(account.key.key());
  log_.add(answered(std::move(line), account, found));
}

// The barrier is unsigned here: the own accounts may have become useless.
bool bank_client::read_back(unsigned seconds) {
  const auto until = clock::now() + std::chrono::seconds(seconds);
  for (const auto* account : options_.own)
    for (bool done = false; !done;) {
      if (clock::now() >= until) return false;
      auto line = line_of("read", options_.process, now_ns());
      line["final"] = true;
      const auto ordered =
          cluster_.submit(unique_noop({options_.seed, options_.process, ++barriers_}));
      done = ordered.result && read_at(*account, ordered.result->height, std::move(line));
    }
  return true;
}

} // namespace quorate::faults
