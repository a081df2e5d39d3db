#include "actors/peers/link_actor.hpp"

#include "actors/handlers.hpp"

namespace quorate {

namespace {

constexpr std::uint64_t hello_timeout_ms = 5'000;

class link_shell : public link_actor::base {
public:
  link_shell(caf::actor_config& config, link_setup setup)
      : link_actor::base(config), setup_(std::move(setup)),
        backoff_ms_(setup_.limits.reconnect_first_ms) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "link");
    set_down_handler([this](caf::down_msg& down) {
      if (gate_ && down.source == gate_->address()) lost("the connection broke");
    });
    send(this, local::timer_tick{});
    return {
        [this](local::link_items& in) { on_items(in); },
        [this](local::timer_tick) { connect(); },
    };
  }

private:
  std::string peer_name() const { return "replica " + std::to_string(setup_.peer.value); }

  void connect() {
    if (gate_ || connecting_) return;
    connecting_ = true;
    setup_.connect(this, [this](std::optional<peer_gate_actor> gate, std::string why) {
      connecting_ = false;
      if (gate)
        greet(std::move(*gate));
      else
        retry(why);
    });
  }

  void greet(peer_gate_actor gate) {
    connecting_ = true;
    request(gate, std::chrono::milliseconds(hello_timeout_ms),
            wire::peer_hello{encode(setup_.own_hello)})
        .then(
            [this, gate](const wire::peer_hello& answer) {
              connecting_ = false;
              const auto hello = decode<protocol::peer_hello>(answer.bytes);
              if (!hello) return retry(std::string{explain(hello.error())});
              if (hello->code != 0)
                return retry(std::string{explain(static_cast<errc>(hello->code))});
              if (hello->cluster != setup_.own_hello.cluster || hello->replica != setup_.peer)
                return retry("it is another node than the configuration says");
              up(gate);
            },
            [this](caf::error& e) {
              connecting_ = false;
              retry(caf::to_string(e));
            });
  }

  void up(peer_gate_actor gate) {
    gate_ = std::move(gate);
    monitor(*gate_);
    backoff_ms_ = setup_.limits.reconnect_first_ms;
    complained_ = false;
    ++generation_;
    outstanding_ = 0;
    queue_.clear();
    queued_bytes_ = 0;
    log::info("link", "connected to " + peer_name());
    send(setup_.replica, local::link_notice{setup_.peer, true});
  }

  void lost(const std::string& why) {
    if (!gate_) return;
    demonitor(gate_->address());
    gate_.reset();
    queue_.clear();
    queued_bytes_ = 0;
    send(setup_.replica, local::link_notice{setup_.peer, false});
    retry(why);
  }

  void retry(const std::string& why) {
    if (!complained_) log::warn("link", "no connection to " + peer_name() + ": " + why);
    complained_ = true;
    delayed_send(this, std::chrono::milliseconds(backoff_ms_), local::timer_tick{});
    backoff_ms_ = std::min(backoff_ms_ * 2, setup_.limits.reconnect_most_ms);
  }

  void on_items(local::link_items& in) {
    if (!gate_) return;
    for (const auto& item : *in.items) {
      queue_.push_back(item);
      queued_bytes_ += item->size();
    }
    if (queued_bytes_ > setup_.limits.queue_bytes_max) {
      log::warn("link", peer_name() + " is too slow: dropped " + std::to_string(queued_bytes_) +
                            " bytes that waited for it");
      queue_.clear();
      queued_bytes_ = 0;
    }
    send_frames();
  }

  // Everything that waits goes into one frame: a slow peer gets few large ones.
  void send_frames() {
    while (gate_ && !queue_.empty() && outstanding_ < setup_.limits.frames_outstanding_max) {
      wire::peer_frame frame;
      std::size_t items = 0;
      while (!queue_.empty() && items < protocol::frame_items_max) {
        const auto& item = *queue_.front();
        if (!frame.bytes.empty() &&
            frame.bytes.size() + item.size() > setup_.limits.frame_bytes_max)
          break;
        frame.bytes.insert(frame.bytes.end(), item.begin(), item.end());
        queued_bytes_ -= item.size();
        queue_.pop_front();
        ++items;
      }
      ++outstanding_;
      const auto generation = generation_;
      request(*gate_, std::chrono::milliseconds(setup_.limits.ack_timeout_ms), std::move(frame))
          .then(
              [this, generation](const wire::peer_ack&) {
                if (generation != generation_) return;
                --outstanding_;
                send_frames();
              },
              [this, generation](caf::error& e) {
                if (generation == generation_) lost("no acknowledgement: " + caf::to_string(e));
              });
    }
  }

  link_setup setup_;
  std::optional<peer_gate_actor> gate_;
  bool connecting_ = false;
  bool complained_ = false;
  std::uint64_t backoff_ms_;
  std::uint64_t generation_ = 0;
  std::size_t outstanding_ = 0;
  std::deque<local::shared_bytes> queue_;
  std::size_t queued_bytes_ = 0;
};

} // namespace

link_actor spawn_link(caf::actor_system& system, link_setup setup) {
  return system.spawn<link_shell>(std::move(setup));
}

} // namespace quorate
