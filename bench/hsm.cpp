// How many signatures a token makes in a second, one thread, each verified as in production; in a
// second of the clock, and in a second of this thread's processor, which for a token in software is
// the figure of an idle machine.
//
//   hsm MODULE TOKEN <PIN      makes a key of each kind in the token, and leaves them there
#include "actors/hsm/token_key.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iostream>

namespace {

using namespace quorate;

constexpr int rounds = 5;
constexpr int signatures = 1'000;

double seconds_on(clockid_t clock) {
  timespec now{};
  QUORATE_CHECK(::clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void measure(const char* what, const std::function<bool(const digest&)>& sign) {
  std::array<double, rounds> rates{};
  std::array<double, rounds> processor_rates{};
  for (int round = 0; round < rounds; ++round) {
    const auto start = seconds_on(CLOCK_MONOTONIC);
    const auto processor_start = seconds_on(CLOCK_THREAD_CPUTIME_ID);
    for (int n = 0; n < signatures; ++n)
      QUORATE_CHECK(sign(sha256(as_bytes(std::to_string(n)))));
    rates[round] = signatures / (seconds_on(CLOCK_MONOTONIC) - start);
    processor_rates[round] = signatures / (seconds_on(CLOCK_THREAD_CPUTIME_ID) - processor_start);
  }
  std::ranges::sort(rates);
  std::ranges::sort(processor_rates);
  std::printf("%-28s %7.0f (%.0f-%.0f) %10.0f (%.0f-%.0f)\n", what, rates[rounds / 2],
              rates.front(), rates.back(), processor_rates[rounds / 2], processor_rates.front(),
              processor_rates.back());
}

// What the pool, the low form, the recovery id and the verification add is the difference of these.
void measure_token(const char* what, hsm::session_pool& pool, const hsm::token_key& key,
                   CK_MECHANISM_TYPE how) {
  CK_OBJECT_CLASS of_private = CKO_PRIVATE_KEY;
  auto id = key.description().id;
  QUORATE_CHECK(pool.run([&](const hsm::session& with) -> CK_RV {
    auto& in = pool.get_module();
    std::array wanted{CK_ATTRIBUTE{CKA_CLASS, &of_private, sizeof of_private},
                      CK_ATTRIBUTE{CKA_ID, id.data(), id.size()}};
    CK_OBJECT_HANDLE handle = 0;
    CK_ULONG count = 0;
    in.call("C_FindObjectsInit", &CK_FUNCTION_LIST::C_FindObjectsInit, with.handle, wanted.data(),
            CK_ULONG{wanted.size()});
    in.call("C_FindObjects", &CK_FUNCTION_LIST::C_FindObjects, with.handle, &handle, CK_ULONG{1},
            &count);
    in.call("C_FindObjectsFinal", &CK_FUNCTION_LIST::C_FindObjectsFinal, with.handle);
    measure(what, [&](digest message) {
      CK_MECHANISM mechanism{how, nullptr, 0};
      std::array<CK_BYTE, 64> made{};
      CK_ULONG size = made.size();
      return in.call("C_SignInit", &CK_FUNCTION_LIST::C_SignInit, with.handle, &mechanism,
                     handle) == CKR_OK &&
             in.call("C_Sign", &CK_FUNCTION_LIST::C_Sign, with.handle, message.data.data(),
                     CK_ULONG{message.size}, made.data(), &size) == CKR_OK;
    });
    return CKR_OK;
  }));
}

template <class T>
T need(expected<T> made, const char* what) {
  if (made) return std::move(*made);
  std::fprintf(stderr, "%s: %s %s\n", what, std::string{explain(made.error())}.c_str(),
               hsm::module::last_refusal().c_str());
  std::exit(1);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: hsm MODULE TOKEN <PIN\n");
    return 2;
  }
  std::string line;
  std::getline(std::cin, line);
  hsm::pool_options options;
  options.token_label = argv[2];
  const auto pool =
      need(hsm::session_pool::open(need(hsm::module::load(argv[1]), argv[1]), options,
                                   need(wallet::secret_text::from(as_bytes(line)), "PIN")),
           argv[2]);
  wipe(line.data(), line.size());
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const auto make = [&](hsm::key_kind kind, const std::string& name) {
    return need(hsm::token_key::create(pool, kind, as_bytes(name + std::to_string(now)), "bench"),
                name.c_str());
  };
  const auto ecdsa = make(hsm::key_kind::secp256k1, "ecdsa");
  const auto eddsa = make(hsm::key_kind::ed25519, "eddsa");

  std::printf("signatures/s, median of %d rounds of %d (lowest-highest): by the clock, and by the "
              "processor's time\n",
              rounds, signatures);
  measure_token("secp256k1, the token alone", *pool, ecdsa, CKM_ECDSA);
  measure("secp256k1, sign_ecdsa()",
          [&](const digest& m) { return ecdsa.sign_ecdsa(m).has_value(); });
  measure_token("Ed25519, the token alone", *pool, eddsa, CKM_EDDSA);
  measure("Ed25519, sign_ed25519()",
          [&](const digest& m) { return eddsa.sign_ed25519(m.view()).has_value(); });
  return 0;
}
