#include "core/chain/bitcoin/explain.hpp"

#include "core/chain/bitcoin/psbt_spending.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

outcome check_amounts_known(const psbt& from) {
  for (std::size_t i = 0; i < from.inputs(); ++i)
    if (!from.spent(i).is_known()) return errc::missing_previous;
  return {};
}

/// Every input's output, known as surely as the signatures need. Those of taproot cover what all
/// inputs spend, so a lie about one makes them worthless. The others cover at most their own
/// amount: were a single one of them asked for, two PSBTs could lie about one of two coins each, by
/// calling it a taproot one, and the two good signatures together would pay as fee what neither
/// showed. So then the previous transaction of every input is the proof. Only with a single input
/// there is nothing beside it to lie about, and signature_requests() has asked for that proof
/// already where the input's own signature does not cover its amount.
outcome check_amounts_proven(const psbt& from, const std::vector<signature_request>& requests) {
  if (from.inputs() == 1) return {};
  const bool covered =
      std::ranges::all_of(requests, [](const auto& one) { return one.taproot.has_value(); });
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    const auto& spent = from.spent(i);
    const bool taproot = classify(spent.output.locking_script).kind == script_kind::p2tr;
    if (!spent.is_proven() && !(taproot && covered)) return errc::missing_previous;
  }
  return {};
}

/// Weight with the largest signatures that can still come; 0 when an input is of an unknown kind.
std::size_t weight_when_signed(const psbt& from) {
  transaction tx = from.unsigned_transaction();
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    auto unlock_with = final_unlocking(from, i);
    if (!from.is_final(i)) {
      const auto how = spending_of(from, i);
      if (!how) return 0;
      unlock_with = largest_unlocking(*how);
    }
    tx.inputs[i].unlocking_script = std::move(unlock_with.script);
    tx.inputs[i].witness = std::move(unlock_with.witness);
  }
  return weight_of(tx);
}

expected<satoshi> fee_of(const explanation& shown) {
  satoshi in{};
  satoshi out{};
  for (const auto& input : shown.inputs) {
    QUORATE_ASSIGN(in, add(in, input.spent.value));
  }
  for (const auto& output : shown.outputs) {
    QUORATE_ASSIGN(out, add(out, output.output.value));
  }
  if (out > in) return errc::bad_amount;
  return satoshi{in.value - out.value};
}

outcome check_fee(const explanation& shown, const signer_view& view) {
  if (shown.fee > view.fee_max) return errc::fee_too_high;
  if (shown.weight != 0 && rate_of(shown.fee, shown.weight) > view.rate_max)
    return errc::fee_too_high;
  return {};
}

// --- cautions --------------------------------------------------------------------------------

bool any_output(const explanation& shown, bool (*is)(const transaction_output&)) {
  return std::ranges::any_of(shown.outputs, [is](const auto& o) { return is(o.output); });
}

bool is_dust(const transaction_output& o) { return o.value < dust_limit(o.locking_script); }

template <script_kind Kind>
bool is_kind(const transaction_output& o) {
  return classify(o.locking_script).kind == Kind;
}

bool is_burnt(const transaction_output& o) {
  return is_kind<script_kind::data>(o) && o.value.value > 0;
}

/// A lock time counts only when an input's sequence lets it.
bool is_locked(const transaction& tx) {
  return tx.lock_time != 0 && std::ranges::any_of(tx.inputs, [](const auto& input) {
           return input.sequence != sequence_final;
         });
}

std::vector<caution> cautions_of(const signing_proposal& proposal, const transaction& tx) {
  const auto& shown = proposal.shown;
  std::vector<caution> result;
  const auto note = [&](bool holds, caution what) {
    if (holds) result.push_back(what);
  };
  note(std::ranges::any_of(shown.inputs, [](const auto& i) { return !i.ours; }),
       caution::foreign_inputs);
  note(any_output(shown, is_dust), caution::dust_output);
  note(any_output(shown, is_burnt), caution::unspendable_output);
  note(any_output(shown, is_kind<script_kind::future_witness>), caution::future_witness);
  note(any_output(shown, is_kind<script_kind::p2pk>), caution::public_key);
  note(any_output(shown, is_kind<script_kind::other>), caution::unknown_script);
  note(std::ranges::any_of(proposal.requests,
                           [](const auto& r) {
                             return r.type != sighash_type::all &&
                                    r.type != sighash_type::taproot_default;
                           }),
       caution::open_signature);
  note(is_locked(tx), caution::final_lock_time);
  return result;
}

std::string_view words(caution what) noexcept {
  switch (what) {
  case caution::foreign_inputs:
    return "not all inputs are of this wallet";
  case caution::dust_output:
    return "an output is too small to be relayed";
  case caution::unspendable_output:
    return "an amount goes where nobody can spend it";
  case caution::future_witness:
    return "an output can be spent by anyone until a later soft fork";
  case caution::public_key:
    return "an output pays to a public key, which has no address";
  case caution::unknown_script:
    return "an output goes to a script without an address";
  case caution::open_signature:
    return "a signature leaves inputs or outputs to others";
  case caution::final_lock_time:
    return "not valid before its lock time";
  }
  return "";
}

// --- text ------------------------------------------------------------------------------------

class lines {
public:
  void add(std::initializer_list<std::string_view> parts) {
    for (const auto part : parts)
      text_ += part;
    text_ += '\n';
  }
  std::string take() && { return std::move(text_); }

private:
  std::string text_;
};

/// "12.5": satoshi for a vbyte, rounded down to three decimals without trailing zeros.
std::string rate_text(fee_rate rate) {
  std::string result = std::to_string(rate.value / 1'000);
  const auto thousandths = rate.value % 1'000;
  if (thousandths == 0) return result;
  result += '.' + std::to_string(1'000 + thousandths).substr(1);
  result.erase(result.find_last_not_of('0') + 1);
  return result;
}

void add_outputs(lines& to, const explanation& shown, network net, bool ours) {
  for (const auto& o : shown.outputs)
    if (o.ours == ours)
      to.add({"  ", to_text(o.output.value), " to ", destination(o.output.locking_script, net)});
}

std::string write_text(const explanation& shown, const transaction& tx, network net) {
  lines text;
  text.add({"Bitcoin transaction on ", name(net)});
  text.add({"Pays ", to_text(shown.paid)});
  add_outputs(text, shown, net, false);
  text.add({"Change ", to_text(shown.change)});
  add_outputs(text, shown, net, true);
  text.add({"Fee ", to_text(shown.fee),
            shown.weight == 0
                ? std::string{", rate unknown"}
                : ", at least " + rate_text(rate_of(shown.fee, shown.weight)) + " sat/vB"});
  text.add({"Spends"});
  for (const auto& input : shown.inputs)
    text.add({"  ", to_text(input.spent.value), " of ",
              destination(input.spent.locking_script, net), input.ours ? " (ours" : " (foreign",
              input.signed_now ? ", signed now)" : ")"});
  text.add({"Replaceable: ", is_replaceable(tx) ? "yes" : "no"});
  if (is_locked(tx)) text.add({"Lock time: ", std::to_string(tx.lock_time)});
  for (const auto what : shown.cautions)
    text.add({"Caution: ", words(what)});
  // Whatever has no line above, e.g. which of two equal coins is spent, differs here.
  text.add({"Unsigned id: ", to_text(id_of(tx))});
  return std::move(text).take();
}

digest digest_of_text(network net, std::string_view text) {
  static const hash_tag tag{"quorate/bitcoin-explanation"};
  return tag({as_bytes(name(net)), as_bytes("\n"), as_bytes(text)});
}

} // namespace

expected<signing_proposal> propose_signing(const psbt& from, const signer_view& view) {
  QUORATE_CHECK(view.is_ours);
  QUORATE_TRY(check_amounts_known(from));
  signing_proposal result;
  QUORATE_ASSIGN(result.requests, signature_requests(from, view.keys, view.policy));
  if (result.requests.empty()) return errc::wrong_key;
  QUORATE_TRY(check_amounts_proven(from, result.requests));

  const transaction& tx = from.unsigned_transaction();
  auto& shown = result.shown;
  for (std::size_t i = 0; i < from.inputs(); ++i) {
    const auto& spent = from.spent(i).output;
    const bool signed_now = std::ranges::any_of(
        result.requests, [i](const auto& request) { return request.input == i; });
    shown.inputs.push_back(
        {tx.inputs[i].previous, spent, view.is_ours(spent.locking_script), signed_now});
  }
  for (const auto& output : tx.outputs)
    shown.outputs.push_back({output, view.is_ours(output.locking_script)});
  QUORATE_ASSIGN(shown.fee, fee_of(shown));
  for (const auto& output : shown.outputs) {
    auto& sum = output.ours ? shown.change : shown.paid;
    sum = sum.plus(output.output.value.value);
  }
  shown.weight = weight_when_signed(from);
  QUORATE_TRY(check_fee(shown, view));
  shown.cautions = cautions_of(result, tx);
  shown.text = write_text(shown, tx, view.net);
  shown.text_digest = digest_of_text(view.net, shown.text);
  return result;
}

std::vector<bytes> own_scripts(const ec_public_key& key, bool taproot) {
  const auto hash = hash160(key.compressed().view());
  std::vector<bytes> scripts{p2pk_script(key.compressed().view()),
                             p2pk_script(key.uncompressed().view()), p2pkh_script(hash),
                             p2wpkh_script(hash), p2sh_p2wpkh_script(hash)};
  if (!taproot) return scripts;
  if (auto script = p2tr_script(x_only(key))) scripts.push_back(std::move(*script));
  return scripts;
}

std::string to_text(satoshi value) {
  constexpr std::uint64_t one = 100'000'000;
  return std::to_string(value.value / one) + '.' +
         std::to_string(one + value.value % one).substr(1) + " BTC";
}

std::string destination(byte_view locking_script, network net) {
  if (auto address = to_address(locking_script, net)) return *address;
  const auto [kind, program] = classify(locking_script);
  if (kind == script_kind::p2pk) return "public key " + to_hex(program);
  return (kind == script_kind::data ? "data " : "script ") + to_hex(locking_script);
}

} // namespace quorate::bitcoin
