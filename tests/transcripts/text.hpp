// Messages, effects and records as lines for people: batches and states by name, never by hash, so
// that a transcript changes when the protocol does and not when an encoding does.
#pragma once

#include "core/pbft/effect.hpp"

#include <map>
#include <string>

namespace quorate::transcripts {

/// What the digests of one transcript are called.
class names {
public:
  names();

  /// The body of a batch with this name: its letters. "null" is the null request.
  pbft::body_ptr body(const std::string& name);
  digest batch(const std::string& name);
  /// The first name of a digest stays.
  void call(const digest& what, const std::string& name) { names_.try_emplace(what, name); }
  /// "?" for a digest that nobody named.
  std::string of(const digest& what) const;

private:
  std::map<digest, std::string> names_;
};

/// The letters of a body.
std::string text_of(byte_view body);

/// `v0 n1 a`
std::string text_of(const pbft::ballot& on, const names& called);
/// `PREPARE v0 n1 a`
std::string text_of(const pbft::message& what, const names& called);
/// `{0 1 3}`
std::string text_of(const std::vector<pbft::vote_signature>& votes);
std::string text_of(pbft::timer which);

/// One line; sends and broadcasts have none here, because they may wait for the disk.
std::string text_of(const pbft::effect_event& what, const names& called);

/// `pre_prepare`, `prepare`, …: how commands call the kinds of messages.
std::string kind_name(const pbft::message& what);

} // namespace quorate::transcripts
