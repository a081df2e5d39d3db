#include "core/chain/bitcoin/psbt_finaliser.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"

#include <algorithm>

namespace quorate::bitcoin {

namespace {

bytes owned(byte_view from) { return {from.begin(), from.end()}; }

bool is_signature(psbt_type type) noexcept {
  return type == psbt_input::partial_signature || type == psbt_input::taproot_key_signature ||
         type == psbt_input::taproot_script_signature;
}

bool is_final_field(psbt_type type) noexcept {
  return type == psbt_input::final_script || type == psbt_input::final_witness;
}

/// Open only when both say so; a SINGLE signature that either knows of is there.
std::uint8_t both_modifiable(byte_view a, byte_view b) noexcept {
  constexpr std::uint8_t has_single = 4;
  return static_cast<std::uint8_t>((a[0] & b[0] & ~has_single) | ((a[0] | b[0]) & has_single));
}

/// A signature that is not the same on both sides.
struct dispute {
  std::size_t input = 0;
  psbt_type type{};
  bytes key;
  bytes ours;
  bytes theirs;
};

/// Signatures that differ are only noted, and final fields left as they are in `into`.
outcome merge(psbt_scope scope, psbt_map& into, const psbt_map& from, std::size_t index,
              std::vector<dispute>& to) {
  for (const auto& [key, value] : from.all()) {
    if (into.insert(key, value)) continue;
    const auto type = type_of(key);
    const auto key_data = byte_view{key}.subspan(1);
    const auto ours = *into.find(type, key_data);
    if (std::ranges::equal(ours, value)) continue;
    if (scope == psbt_scope::global && type == psbt_global::modifiable)
      into.put(type, std::array{both_modifiable(ours, value)});
    else if (scope == psbt_scope::input && is_signature(type))
      to.push_back({index, type, owned(key_data), owned(ours), value});
    else if (scope != psbt_scope::input || !is_final_field(type))
      return errc::conflicting_fields;
  }
  return {};
}

enum class verdict : std::uint8_t { valid, invalid, unknown };

/// Tells valid signatures from others by all that a combined PSBT knows.
class referee {
public:
  explicit referee(const psbt& of) : trial_(of), check_(trial_) {}
  referee(const referee&) = delete;
  referee& operator=(const referee&) = delete;

  verdict judge(const dispute& of, byte_view value) const {
    return verdict_of(check_.check_signature(of.input, of.type, of.key, value));
  }

  verdict judge(std::size_t input, const unlocking& found) {
    return verdict_of(check_final(input, found));
  }

private:
  /// Unknown is what no rule here can be applied to; an output that nothing shows is not: whoever
  /// signed it has shown it.
  static verdict verdict_of(const outcome& of) noexcept {
    if (of) return verdict::valid;
    return of.error() == errc::unsupported_script ? verdict::unknown : verdict::invalid;
  }

  /// Takes the unlocking apart into the fields that it was made of; these must make it again.
  outcome check_final(std::size_t input, const unlocking& found) {
    if (!trial_.spent(input).is_known()) return errc::missing_previous;
    for (const auto type : {psbt_input::final_script, psbt_input::final_witness,
                            psbt_input::partial_signature, psbt_input::taproot_key_signature})
      trial_.erase_input(input, type);
    QUORATE_ASSIGN(const auto stack, put_scripts(input, found));
    QUORATE_ASSIGN(const auto how, spending_of(trial_, input));
    QUORATE_TRY(put_signatures(input, how, stack));
    QUORATE_ASSIGN(const auto again, check_(input));
    if (again != found) return errc::missing_signatures;
    return {};
  }

  /// What is left of the stack is signatures and keys.
  expected<std::vector<bytes>> put_scripts(std::size_t input, const unlocking& found) {
    auto kind = classify(trial_.spent(input).output.locking_script).kind;
    if (kind == script_kind::other || kind == script_kind::future_witness)
      return errc::unsupported_script;
    auto pushed = pushes_of(found.script);
    if (!pushed) return errc::missing_signatures; // nodes relay no other, and a P2SH takes none
    auto stack = *std::move(pushed);
    const auto put_last = [&](psbt_type type) -> outcome {
      if (stack.empty()) return errc::missing_signatures;
      QUORATE_TRY(trial_.put_input(input, type, stack.back()));
      stack.pop_back();
      return {};
    };
    if (kind == script_kind::p2sh) {
      QUORATE_TRY(put_last(psbt_input::redeem_script));
      kind = classify(*trial_.input(input).find(psbt_input::redeem_script)).kind;
    }
    stack.insert(stack.end(), found.witness.begin(), found.witness.end());
    if (kind == script_kind::p2wsh) QUORATE_TRY(put_last(psbt_input::witness_script));
    return stack;
  }

  outcome put_signatures(std::size_t input, const spending& how, const std::vector<bytes>& stack) {
    if (stack.empty()) return errc::missing_signatures;
    if (std::holds_alternative<taproot_lock>(how.who))
      return trial_.put_input(input, psbt_input::taproot_key_signature, stack[0]);
    if (const auto* key = std::get_if<key_lock>(&how.who))
      return trial_.put_input(input, psbt_input::partial_signature, stack[0], key->written);
    if (std::holds_alternative<key_hash_lock>(how.who))
      return trial_.put_input(input, psbt_input::partial_signature, stack[0], stack.back());
    std::size_t next = 1; // behind the item that CHECKMULTISIG drops
    for (const auto& key : std::get<multisig>(how.who).keys) {
      constexpr auto type = psbt_input::partial_signature;
      if (next == stack.size()) break;
      if (stack[next].empty() || !check_.check_signature(input, type, key.view(), stack[next]))
        continue;
      QUORATE_TRY(trial_.put_input(input, type, stack[next++], key.view()));
    }
    return {};
  }

  psbt trial_;
  input_finaliser check_;
};

/// Whether the first of two stays. Without a rule for their kind the lower one does, so that the
/// order of the two does not matter. Errors: conflicting_fields when neither is valid.
expected<bool> first_stays(verdict first, verdict second, bool is_lower) {
  if (first == verdict::unknown || second == verdict::unknown) return is_lower;
  if (first != second) return first == verdict::valid;
  if (first == verdict::invalid) return errc::conflicting_fields;
  return is_lower;
}

/// Puts the signatures that stay. Errors: conflicting_fields.
outcome settle(std::span<const dispute> open, referee& by, psbt& of) {
  for (const auto& one : open) {
    const bool is_lower = one.ours < one.theirs;
    QUORATE_ASSIGN(const bool ours,
                   first_stays(by.judge(one, one.ours), by.judge(one, one.theirs), is_lower));
    QUORATE_TRY(of.put_input(one.input, one.type, ours ? one.ours : one.theirs, one.key));
  }
  return {};
}

void erase_final(psbt& of, std::size_t input) {
  of.erase_input(input, psbt_input::final_script);
  of.erase_input(input, psbt_input::final_witness);
}

/// Leaves the final fields of one side, whole, and those alone that may be valid.
/// Errors: conflicting_fields.
outcome settle_final(const psbt& a, const psbt& b, std::size_t input, referee& by, psbt& of) {
  if (!a.is_final(input) || !b.is_final(input)) {
    if (by.judge(input, final_unlocking(of, input)) == verdict::invalid) erase_final(of, input);
    return {};
  }
  const auto ours = final_unlocking(a, input);
  const auto theirs = final_unlocking(b, input);
  const auto first = by.judge(input, ours);
  QUORATE_ASSIGN(const bool first_is, first_stays(first, by.judge(input, theirs), ours < theirs));
  erase_final(of, input);
  for (const auto type : {psbt_input::final_script, psbt_input::final_witness})
    if (const auto value = (first_is ? a : b).input(input).find(type))
      QUORATE_TRY(of.put_input(input, type, *value));
  return {};
}

/// Whether the final fields are in question: they differ, or one side has signatures instead.
bool final_in_question(const psbt& a, const psbt& b, std::size_t input) {
  const auto has_signatures = [input](const psbt& of) {
    return std::ranges::any_of(of.input(input).all(), [](const auto& field) {
      return is_signature(type_of(field.first));
    });
  };
  if (a.is_final(input) && b.is_final(input))
    return final_unlocking(a, input) != final_unlocking(b, input);
  return (a.is_final(input) && has_signatures(b)) || (b.is_final(input) && has_signatures(a));
}

} // namespace

expected<psbt> combine(const psbt& a, const psbt& b) {
  if (a.version_ != b.version_) return errc::bad_version;
  if (a.inputs() != b.inputs() || a.outputs() != b.outputs()) return errc::different_transactions;
  if (a.version_ == psbt_version::v0 && a.tx_ != b.tx_) return errc::different_transactions;
  for (std::size_t i = 0; i < a.inputs(); ++i)
    if (a.tx_.inputs[i].previous != b.tx_.inputs[i].previous) return errc::different_transactions;
  if (a.tx_.outputs != b.tx_.outputs) return errc::different_transactions;

  psbt result = a;
  std::vector<dispute> open;
  QUORATE_TRY(merge(psbt_scope::global, result.global_, b.global_, 0, open));
  for (std::size_t i = 0; i < a.inputs(); ++i)
    QUORATE_TRY(merge(psbt_scope::input, result.inputs_[i], b.inputs_[i], i, open));
  for (std::size_t i = 0; i < a.outputs(); ++i)
    QUORATE_TRY(merge(psbt_scope::output, result.outputs_[i], b.outputs_[i], i, open));
  // The fields together have to say one thing, as if they had been read.
  QUORATE_ASSIGN(result, psbt::decode(result.encode()));

  std::vector<std::size_t> final_open;
  for (std::size_t i = 0; i < a.inputs(); ++i)
    if (final_in_question(a, b, i)) final_open.push_back(i);
  if (open.empty() && final_open.empty()) return result;
  QUORATE_TRY(check_standard_weight(result)); // bounds what is hashed for each signature
  referee by{result};
  QUORATE_TRY(settle(open, by, result));
  for (const auto input : final_open)
    QUORATE_TRY(settle_final(a, b, input, by, result));
  return result;
}

} // namespace quorate::bitcoin
