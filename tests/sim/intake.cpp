#include "tests/sim/intake.hpp"

namespace quorate::sim {

namespace {

using namespace quorate::pbft;

struct checker {
  const verifier& check;
  replica_id from;

  expected<input_event> operator()(proposal m) const {
    QUORATE_ASSIGN(auto ok, check.check(std::move(m)));
    return input_event{input::proposed{std::move(ok)}};
  }
  expected<input_event> operator()(prepare m) const { return vote(std::move(m)); }
  expected<input_event> operator()(commit m) const { return vote(std::move(m)); }
  expected<input_event> operator()(checkpoint m) const { return vote(std::move(m)); }
  expected<input_event> operator()(view_change m) const { return vote(std::move(m)); }
  expected<input_event> operator()(new_view m) const { return vote(std::move(m)); }
  expected<input_event> operator()(status m) const {
    return input_event{input::peer_status{from, std::move(m)}};
  }
  expected<input_event> operator()(fetch_blocks m) const {
    return input_event{input::peer_fetch{from, m}};
  }
  expected<input_event> operator()(fetch_body m) const {
    return input_event{input::peer_fetch{from, m}};
  }
  expected<input_event> operator()(batch_body m) const {
    const auto batch = digest_of_body(*m.body);
    return input_event{input::body_received{m.sequence, batch, std::move(m.body)}};
  }
  expected<input_event> operator()(committed_block m) const {
    QUORATE_ASSIGN(auto ok, check.check(std::move(m)));
    return input_event{input::block_received{std::move(ok)}};
  }
  expected<input_event> operator()(epoch_end m) const {
    QUORATE_ASSIGN(auto ok, check.check(std::move(m)));
    return input_event{input::epoch_ended{std::move(ok)}};
  }

  expected<input_event> operator()(lease_request m) const { return lease(m); }
  expected<input_event> operator()(lease_grant m) const { return lease(m); }

  template <class Message>
  expected<input_event> lease(const Message& m) const {
    QUORATE_ASSIGN(auto ok, check.check(m));
    return input_event{input::lease_message{std::move(ok)}};
  }

  template <class Vote>
  expected<input_event> vote(Vote m) const {
    QUORATE_ASSIGN(auto ok, check.check(std::move(m)));
    return input_event{input::voted{std::move(ok)}};
  }
};

} // namespace

expected<input_event> take_in(const verifier& check, replica_id from, byte_view in) {
  QUORATE_ASSIGN(auto decoded, decode<message>(in));
  return std::visit(checker{check, from}, std::move(decoded));
}

} // namespace quorate::sim
