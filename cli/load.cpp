#include "cli/load.hpp"

#include "config/testnet.hpp"

#include <future>
#include <stdexcept>

namespace quorate::cli {

namespace {

constexpr std::size_t submit_at_once_max = 512;

} // namespace

load::load(client& cluster, const client_setup& setup, load_options options)
    : cluster_(cluster), options_(options) {
  const std::size_t accounts = options.auth == authentication::none ? 0 : options.clients;
  for (std::size_t i = 0; i < accounts; ++i) {
    keys_.push_back(config::testnet_account_key(setup.seed, static_cast<std::uint32_t>(i),
                                                setup.options.genesis.identity_suite));
    const auto proof = cluster.account(keys_.back().key());
    if (!proof || !proof->value)
      throw std::runtime_error{"cannot read test account " + std::to_string(i) +
                               ": was the network made with so many --accounts?"};
    next_.push_back(proof->value->last_sequence.next());
  }
  sent_.resize(options.clients, 0);
  for (std::size_t round = 0; round < options.outstanding_per_client; ++round)
    for (std::size_t i = 0; i < options.clients; ++i)
      free_.push_back(i);
}

load::~load() {
  stop(std::chrono::seconds(0));
  if (thread_.joinable()) thread_.join();
}

void load::start() {
  thread_ = std::thread{[this] { options_.rate > 0 ? run_schedule() : run(); }};
}

ledger::signed_operation load::next_operation(std::size_t who) {
  ++sent_[who];
  if (options_.auth == authentication::none) {
    ledger::noop body;
    body.payload.resize(std::max<std::size_t>(options_.payload_bytes, 16));
    // Different for each, or the cluster would order it once only.
    ++noop_counter_;
    std::memcpy(body.payload.data(), &noop_counter_, sizeof noop_counter_);
    static const auto run = clock::now().time_since_epoch().count();
    std::memcpy(body.payload.data() + 8, &run, sizeof run);
    return {{{}, {}, {}, std::move(body)}, {}};
  }
  const auto sequence = next_[who];
  next_[who] = sequence.next();
  const auto receiver = [&](std::size_t step) { return keys_[(who + step) % keys_.size()].key(); };
  ledger::operation op{keys_[who].key(), sequence, {}, {}};
  if (options_.auth == authentication::schnorr) {
    op.body = ledger::transfer{{1}, receiver(1), amount{1}};
  } else {
    ledger::transfer_batch batch;
    for (std::size_t i = 0; i < options_.legs; ++i)
      batch.legs.push_back({{1}, receiver(1 + i % (keys_.size() - 1)), amount{1}});
    op.body = std::move(batch);
  }
  return ledger::sign(cluster_.cluster(), std::move(op), keys_[who]);
}

void load::submit(const std::vector<std::size_t>& who, const std::vector<clock::time_point>& due) {
  std::vector<prepared_operation> operations;
  operations.reserve(who.size());
  for (const auto one : who)
    operations.push_back(cluster_.prepare(next_operation(one)));
  {
    const std::lock_guard guard{mutex_};
    for (std::size_t i = 0; i < who.size(); ++i)
      open_[operations[i].id] = {who[i], due[i]};
    result_.submitted += who.size();
  }
  cluster_.submit(std::move(operations),
                  [this](const std::vector<submitted>& all) { on_done(all); });
}

void load::run() {
  for (;;) {
    std::vector<std::size_t> who;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return stopping_ || !free_.empty(); });
      if (stopping_) return;
      auto count = std::min(free_.size(), submit_at_once_max);
      if (options_.operations_most > 0)
        count = std::min<std::size_t>(count, options_.operations_most - result_.submitted);
      if (count == 0) return;
      who.assign(free_.begin(), free_.begin() + static_cast<std::ptrdiff_t>(count));
      free_.erase(free_.begin(), free_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    submit(who, std::vector<clock::time_point>(who.size(), clock::now()));
  }
}

// Open loop: operation i is due at start + i/rate, whatever happened to those before it.
void load::run_schedule() {
  const auto start = clock::now();
  std::uint64_t issued = 0;
  for (;;) {
    {
      const std::lock_guard guard{mutex_};
      if (stopping_) return;
    }
    const std::chrono::duration<double> passed = clock::now() - start;
    const auto due_now = static_cast<std::uint64_t>(passed.count() * options_.rate);
    std::vector<std::size_t> who;
    std::vector<clock::time_point> due;
    for (; issued < due_now && who.size() < submit_at_once_max; ++issued) {
      who.push_back(issued % options_.clients);
      due.push_back(start + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                static_cast<double>(issued) / options_.rate * 1e9)));
    }
    if (who.empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    else
      submit(who, due);
  }
}

void load::on_done(const std::vector<submitted>& all) {
  const auto now = clock::now();
  std::uint64_t legs = 0;
  {
    const std::lock_guard guard{mutex_};
    for (const auto& one : all) {
      const auto place = open_.find(one.id);
      if (place == open_.end()) continue;
      const auto [who, due] = place->second;
      open_.erase(place);
      free_.push_back(who);
      if (one.result && one.result->code == 0) {
        ++result_.committed;
        legs += options_.auth == authentication::batch ? options_.legs : 1;
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - due);
        result_.times.add(static_cast<std::uint64_t>(took.count()));
      } else {
        const auto why = one.result ? static_cast<errc>(one.result->code) : one.result.error();
        ++result_.errors[std::string{name(why)}];
        ++(one.result ? result_.rejected : result_.failed);
      }
    }
    result_.legs += legs;
  }
  committed_legs_ += legs;
  completed_ += all.size();
  if (on_receipts) on_receipts(all.size());
  changed_.notify_all();
}

bool load::finished() const {
  const std::lock_guard guard{mutex_};
  return options_.operations_most > 0 && result_.submitted == options_.operations_most &&
         open_.empty();
}

void load::stop(std::chrono::seconds patience) {
  {
    std::unique_lock lock{mutex_};
    stopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return open_.empty(); });
  }
  if (thread_.joinable()) thread_.join();
}

load_result load::result() const {
  const std::lock_guard guard{mutex_};
  return result_;
}

std::vector<std::uint64_t> load::sent() const { return sent_; }

} // namespace quorate::cli
