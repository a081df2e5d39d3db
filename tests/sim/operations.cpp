#include "tests/sim/operations.hpp"

#include "core/crypto/hash.hpp"
#include "core/ledger/batch.hpp"
#include "tests/sim/identities.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

constexpr asset_id coin{1};
constexpr std::uint64_t initial_units = 200;
constexpr std::size_t batches_remembered_max = 20'000;

signing_key client_key(std::size_t account) {
  const auto seed = sha256(as_bytes("client " + std::to_string(account)));
  return signing_key::from_secret(secret_bytes<32>{std::span{seed.data}}, crypto_suite::standard)
      .value();
}

ledger::genesis make_genesis(const std::vector<signing_key>& clients, const signing_key& oper) {
  ledger::genesis g;
  g.name = "simulated";
  const identities who(4);
  for (const auto& key : who.keys)
    g.replicas.push_back(key.key());
  g.assets = {{coin, "BTC", 8}};
  for (const auto& client : clients)
    g.balances.push_back({client.key(), coin, amount{initial_units}});
  g.balances.push_back({oper.key(), coin, amount{initial_units}});
  std::sort(g.balances.begin(), g.balances.end(),
            [](const auto& a, const auto& b) { return a.account < b.account; });
  g.attesters = {1, {clients[0].key()}};
  g.administrators = {1, {clients[0].key()}};
  g.unsigned_noops = true;
  QUORATE_CHECK(ledger::validate(g));
  return g;
}

std::vector<signing_key> make_clients() {
  std::vector<signing_key> clients;
  for (std::size_t account = 0; account < accounts; ++account)
    clients.push_back(client_key(account));
  return clients;
}

// Everything that is made once and shared by all simulated nodes of a thread.
struct book {
  std::vector<signing_key> clients = make_clients();
  std::vector<ledger::account_id> keys;
  signing_key oper = client_key(accounts);
  ledger::account_id operator_account = oper.key();
  /// Operations are signed for the cluster of four, whatever replicas a simulated one has: a
  /// thread signs each once.
  ledger::genesis genesis = make_genesis(clients, oper);
  ledger::authoriser authoriser{genesis};
  std::vector<ledger::operation_ptr> operations;
  std::unordered_map<digest, expected<checked_batch_ptr>> batches;

  book() {
    for (const auto& client : clients)
      keys.push_back(client.key());
  }
};

book& the_book() {
  static thread_local book shared;
  return shared;
}

ledger::operation_ptr make_operation(book& in, operation op) {
  const auto from = account_of(op);
  const auto step = 1 + (op / accounts) % (accounts - 1);
  const auto& to = in.clients[(from + step) % accounts];
  const ledger::transfer body{coin, to.key(), amount{1 + op * 7919 % 90}};
  const auto& signer = in.clients[from];
  const auto made =
      ledger::sign(in.authoriser.cluster(), {signer.key(), sequence_of(op), {}, body}, signer);
  return std::make_shared<const ledger::authorised_operation>(
      in.authoriser.check(encode(made)).value());
}

pbft::body_ptr body_of_one(const ledger::signed_operation& op) {
  const auto encoded = encode(op);
  return std::make_shared<const bytes>(ledger::write_batch({}, {encoded}));
}

expected<checked_batch_ptr> take_apart(const book& in, byte_view body) {
  QUORATE_ASSIGN(const auto view, ledger::read_batch(body));
  auto made = std::make_shared<checked_batch>();
  made->time = view.time;
  for (auto encoded : view.operations) {
    QUORATE_ASSIGN(auto op, in.authoriser.check({encoded.begin(), encoded.end()}));
    made->operations.push_back(std::make_shared<const ledger::authorised_operation>(std::move(op)));
  }
  return checked_batch_ptr{std::move(made)};
}

} // namespace

ledger::genesis simulated_genesis(const std::vector<public_key>& replicas) {
  auto g = the_book().genesis;
  g.replicas = replicas;
  return g;
}

const ledger::account_id& operator_key() { return the_book().operator_account; }

ledger::operation_ptr signed_change(account_sequence sequence, ledger::change_membership change) {
  const auto& in = the_book();
  const auto& cluster = in.authoriser.cluster();
  change.approvals = {{0, in.clients[0].sign(ledger::approval_statement(cluster, change))}};
  const auto made = ledger::sign(cluster, {in.operator_account, sequence, {}, change}, in.oper);
  return std::make_shared<const ledger::authorised_operation>(
      in.authoriser.check(encode(made)).value());
}

const ledger::account_id& account_key(std::size_t account) { return the_book().keys[account]; }

std::optional<std::size_t> account_with(const ledger::account_id& key) {
  const auto& keys = the_book().keys;
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found == keys.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

const ledger::operation_ptr& signed_operation(operation op) {
  auto& in = the_book();
  while (in.operations.size() <= op)
    in.operations.push_back(make_operation(in, in.operations.size()));
  return in.operations[op];
}

pbft::body_ptr encode_operations(const std::vector<operation>& operations, std::uint64_t time_ms,
                                 const ledger::operation_ptr& change) {
  for (auto op : operations)
    (void)signed_operation(op); // the views below stay valid
  std::vector<byte_view> encoded;
  for (auto op : operations)
    encoded.emplace_back(signed_operation(op)->encoded());
  if (change) encoded.emplace_back(change->encoded());
  return std::make_shared<const bytes>(ledger::write_batch({time_ms}, encoded));
}

pbft::body_ptr unasked_batch(std::uint64_t number) {
  writer w;
  w.u64(number);
  return body_of_one({{{}, {}, {}, ledger::noop{std::move(w).take()}}, {}});
}

pbft::body_ptr unauthorised_batch(std::uint64_t number) {
  auto forged = signed_operation(number % 1000)->signed_op();
  forged.sig.data[5] ^= 1;
  return body_of_one(forged);
}

expected<checked_batch_ptr> check_batch(const digest& batch, byte_view body) {
  auto& in = the_book();
  if (in.batches.size() > batches_remembered_max) in.batches.clear();
  const auto known = in.batches.find(batch);
  if (known != in.batches.end()) return known->second;
  return in.batches.emplace(batch, take_apart(in, body)).first->second;
}

} // namespace quorate::sim
