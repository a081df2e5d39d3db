// The switchboard of the lying module: what it does otherwise than the token behind it.
#pragma once

#include <atomic>

struct hsm_lies {
  /// What a signature is made of instead.
  enum signature_lie : int { honest, flipped_bit, other_message, short_one, long_one, all_zero };
  std::atomic<int> signature{honest};
  /// How a public key's point is told.
  enum point_lie : int { true_point, off_curve, other_point, bit_string, bare, compressed };
  std::atomic<int> point{true_point};
  /// C_Sign, C_OpenSession, C_Login: the next so many calls return the value.
  std::atomic<int> sign_failures{0};
  std::atomic<unsigned long> sign_value{0};
  std::atomic<int> login_failures{0};
  std::atomic<unsigned long> login_value{0};
  /// Sessions that may be open at a time; then CKR_SESSION_COUNT.
  std::atomic<int> sessions_max{1'000};
  /// Added to the token's flags.
  std::atomic<unsigned long> token_flags{0};
  /// Not told: that a wrong PIN was said.
  std::atomic<bool> hides_wrong_pins{false};
  /// How long C_Sign takes besides, in milliseconds.
  std::atomic<int> sign_ms{0};
  /// C_GenerateKeyPair does not know curves by their OID.
  std::atomic<bool> knows_no_oid{false};
  /// Private keys say that they can be extracted.
  std::atomic<bool> is_extractable{false};
  /// The version of the function list that is handed out.
  std::atomic<int> version_major{2};

  // What was called.
  std::atomic<int> logins{0};
  std::atomic<int> finalisations{0};
  std::atomic<int> sessions{0};
};

/// The name under which the module exports `hsm_lies* ()`.
inline constexpr const char* hsm_lies_symbol = "quorate_hsm_lies";
