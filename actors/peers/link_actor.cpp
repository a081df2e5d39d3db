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
      if (other_ && down.source == other_) lost("the connection broke");
    });
    if (setup_.connect) send(this, local::timer_tick{});
    return {
        [this](local::link_items& in) { on_items(in); },
        [this](local::link_opened& in) { opened(in.other); },
        [this](local::link_connected& in) {
          connecting_ = false;
          if (in.gate)
            greet(in.gate);
          else
            retry(in.why);
        },
        [this](local::timer_tick) { connect(); },
        [this](wire::peer_frame& in) { return delegate(setup_.inbox, std::move(in)); },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    other_ = nullptr;
    setup_.replica = nullptr;
    setup_.inbox = nullptr;
    setup_.registry = nullptr;
    setup_.connect = nullptr;
  }

private:
  /// Frames are sent to a gate or to a link: both take them.
  using frame_receiver = caf::typed_actor<caf::replies_to<wire::peer_frame>::with<wire::peer_ack>>;

  std::string peer_name() const { return "replica " + std::to_string(setup_.peer.value); }

  void connect() {
    if (other_ || connecting_ || !setup_.connect) return;
    connecting_ = true;
    setup_.connect(this);
  }

  void greet(const caf::strong_actor_ptr& gate) {
    connecting_ = true;
    request(caf::actor_cast<peer_gate_actor>(gate), std::chrono::milliseconds(hello_timeout_ms),
            wire::peer_hello{encode(setup_.own_hello)})
        .then(
            [this, gate](const wire::peer_hello& answer) {
              connecting_ = false;
              const auto hello = decode<protocol::peer_hello>(answer.bytes);
              if (!hello)
                retry(std::string{explain(hello.error())});
              else if (hello->code != 0)
                retry(std::string{explain(static_cast<errc>(hello->code))});
              else if (hello->cluster != setup_.own_hello.cluster || hello->replica != setup_.peer)
                retry("it is another node than the configuration says");
              else
                up(gate);
            },
            [this](caf::error& e) {
              connecting_ = false;
              retry(caf::to_string(e));
            });
  }

  // The peer came (back): what it is to be sent now goes to its new link.
  void opened(const caf::strong_actor_ptr& other) {
    if (setup_.connect || !other) return;
    if (other_) lost("the peer connected again");
    up(other);
  }

  void up(const caf::strong_actor_ptr& other) {
    other_ = other;
    stalled_ = false;
    monitor(other_);
    backoff_ms_ = setup_.limits.reconnect_first_ms;
    complained_ = false;
    ++generation_;
    outstanding_ = 0;
    queue_.clear();
    queued_bytes_ = 0;
    log::info("link", "connected to " + peer_name());
    send(setup_.replica, local::link_notice{setup_.peer, true});
    send(setup_.registry, local::link_notice{setup_.peer, true});
  }

  void lost(const std::string& why) {
    if (!other_) return;
    demonitor(caf::actor_cast<caf::actor_addr>(other_));
    other_ = nullptr;
    ++generation_;
    queue_.clear();
    queued_bytes_ = 0;
    send(setup_.replica, local::link_notice{setup_.peer, false});
    retry(why);
  }

  // What was sent is given up, the connection is not: were one end to drop it while it lives, the
  // other would never open a new one. If it is dead, the transport ends it, at both ends.
  void stalled(const std::string& why) {
    ++generation_;
    outstanding_ = 0;
    queue_.clear();
    queued_bytes_ = 0;
    if (stalled_) return;
    stalled_ = true;
    log::warn("link", peer_name() + " does not answer: " + why);
    send(setup_.replica, local::link_notice{setup_.peer, false});
  }

  void answers_again() {
    if (!std::exchange(stalled_, false)) return;
    log::info("link", peer_name() + " answers again");
    send(setup_.replica, local::link_notice{setup_.peer, true});
  }

  void retry(const std::string& why) {
    if (!complained_) log::warn("link", "no connection to " + peer_name() + ": " + why);
    complained_ = true;
    if (!setup_.connect) return;
    delayed_send(this, std::chrono::milliseconds(backoff_ms_), local::timer_tick{});
    backoff_ms_ = std::min(backoff_ms_ * 2, setup_.limits.reconnect_most_ms);
  }

  void on_items(local::link_items& in) {
    if (!other_) return;
    for (const auto& item : *in.items) {
      queue_.insert(in.urgent ? queue_.begin() : queue_.end(), item);
      queued_bytes_ += item->size();
    }
    if (queued_bytes_ > setup_.limits.queue_bytes_max) {
      log::warn("link", peer_name() + " is too slow: dropped " + std::to_string(queued_bytes_) +
                            " bytes that waited for it");
      queue_.clear();
      queued_bytes_ = 0;
    }
    send_frames(in.urgent ? 2 * setup_.limits.frames_outstanding_max
                          : setup_.limits.frames_outstanding_max);
  }

  void send_frames() { send_frames(setup_.limits.frames_outstanding_max); }

  // Everything that waits goes into one frame: a slow peer gets few large ones.
  void send_frames(std::size_t outstanding_max) {
    while (other_ && !queue_.empty() && outstanding_ < outstanding_max) {
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
      request(caf::actor_cast<frame_receiver>(other_),
              std::chrono::milliseconds(setup_.limits.ack_timeout_ms), std::move(frame))
          .then(
              [this, generation](const wire::peer_ack&) {
                if (generation != generation_) return;
                --outstanding_;
                answers_again();
                send_frames();
              },
              [this, generation](caf::error& e) {
                if (generation == generation_) stalled(caf::to_string(e));
              });
    }
  }

  link_setup setup_;
  caf::strong_actor_ptr other_; ///< where frames go; null without a connection
  bool connecting_ = false;
  bool complained_ = false;
  bool stalled_ = false; ///< connected, and nothing is acknowledged
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
