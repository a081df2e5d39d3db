#include "actors/transport/handshaker.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <list>
#include <mutex>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace quorate::transport {

void ssl_deleter::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

namespace {

using clock = std::chrono::steady_clock;

class descriptor {
public:
  explicit descriptor(int fd = -1) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { reset(); }

  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

private:
  int fd_;
};

struct listener {
  descriptor socket;
  tls_context context;
  handshaker::is_allowed allowed;
  std::function<bool()> room;
  handshaker::on_accepted accepted;
};

/// A connection on its way: TCP first (outgoing only), then TLS.
struct pending {
  descriptor socket;
  ssl_ptr ssl;
  tls_context context;
  bool outgoing = false;
  bool tcp_open = false;
  short wants = POLLIN;
  clock::time_point deadline;
  handshaker::is_allowed allowed;
  handshaker::on_accepted accepted;
  handshaker::on_connected connected;
};

using addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

addresses resolve(const std::string& host, std::uint16_t port, int flags, std::string& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(),
                               &hints, &found);
  if (code != 0) error = "cannot resolve " + host + ": " + gai_strerror(code);
  return {code == 0 ? found : nullptr, &freeaddrinfo};
}

void set_options(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  // A connection on which nothing arrives is dead after this long, at both ends: TCP would go on
  // for many minutes, and find back late once the network has healed.
  const unsigned unacknowledged_ms = 2'000;
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

std::uint16_t port_of(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&name)->sin6_port
                                          : reinterpret_cast<sockaddr_in*>(&name)->sin_port);
}

} // namespace

class handshaker::loop {
public:
  loop(const transport_limits& limits, on_refused refused)
      : limits_(limits), refused_(std::move(refused)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    thread_ = std::thread{[this] { run(); }};
  }

  ~loop() {
    {
      const std::lock_guard guard{mutex_};
      stopping_ = true;
    }
    wake();
    thread_.join();
  }

  void add(listener l) {
    {
      const std::lock_guard guard{mutex_};
      new_listeners_.push_back(std::move(l));
    }
    wake();
  }

  void add(pending p) {
    {
      const std::lock_guard guard{mutex_};
      new_pending_.push_back(std::move(p));
    }
    wake();
  }

  const transport_limits& limits() const noexcept { return limits_; }

private:
  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

  // Takes what other threads handed over. False when it is time to stop.
  bool take_new() {
    std::uint64_t ignored = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &ignored, sizeof ignored);
    const std::lock_guard guard{mutex_};
    for (auto& l : new_listeners_)
      listeners_.push_back(std::move(l));
    for (auto& p : new_pending_)
      pending_.push_back(std::move(p));
    new_listeners_.clear();
    new_pending_.clear();
    return !stopping_;
  }

  void run() {
    while (take_new()) {
      std::vector<pollfd> polled{{wake_.get(), POLLIN, 0}};
      // Out of descriptors, accept() would fail at once again and again: pause instead.
      const bool accepting = clock::now() >= accept_again_;
      for (const auto& l : listeners_)
        polled.push_back({l.socket.get(), static_cast<short>(accepting ? POLLIN : 0), 0});
      for (const auto& p : pending_)
        polled.push_back({p.socket.get(), p.wants, 0});
      ::poll(polled.data(), polled.size(), wait_ms(accepting));
      serve(polled);
    }
    for (auto& p : pending_)
      give_up(p, "the transport is shutting down", refusal::none);
  }

  int wait_ms(bool accepting) const {
    auto next = clock::now() + std::chrono::seconds(60);
    if (!accepting) next = std::min(next, accept_again_);
    for (const auto& p : pending_)
      next = std::min(next, p.deadline);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count() + 1, 0));
  }

  void serve(const std::vector<pollfd>& polled) {
    std::size_t i = 1 + listeners_.size();
    const auto now = clock::now();
    for (auto p = pending_.begin(); p != pending_.end() && i < polled.size(); ++i) {
      const bool done = polled[i].revents != 0 ? advance(*p)
                        : p->deadline <= now   ? time_out(*p)
                                               : false;
      p = done ? pending_.erase(p) : std::next(p);
    }
    for (std::size_t l = 0; l < listeners_.size(); ++l)
      if ((polled[1 + l].revents & POLLIN) != 0) accept_from(listeners_[l]);
  }

  void accept_from(listener& l) {
    for (;;) {
      descriptor socket{accept4(l.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (socket.get() < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
          accept_again_ = clock::now() + std::chrono::milliseconds(100);
        return;
      }
      if (pending_.size() >= limits_.half_open_max || !l.room()) {
        refused_(refusal::too_many_connections);
        continue;
      }
      set_options(socket.get());
      pending p;
      p.ssl.reset(SSL_new(l.context.get()));
      if (!p.ssl) continue;
      SSL_set_fd(p.ssl.get(), socket.get());
      SSL_set_accept_state(p.ssl.get());
      p.socket = std::move(socket);
      p.context = l.context;
      p.tcp_open = true;
      p.deadline = clock::now() + std::chrono::milliseconds(limits_.handshake_timeout_ms);
      p.allowed = l.allowed;
      p.accepted = l.accepted;
      pending_.push_back(std::move(p));
    }
  }

  // One step of a connection. True when it is finished, one way or the other.
  bool advance(pending& p) {
    if (!p.tcp_open) {
      int code = 0;
      socklen_t size = sizeof code;
      getsockopt(p.socket.get(), SOL_SOCKET, SO_ERROR, &code, &size);
      if (code != 0) return give_up(p, std::strerror(code), refusal::none);
      p.tcp_open = true;
      p.deadline = clock::now() + std::chrono::milliseconds(limits_.handshake_timeout_ms);
    }
    ERR_clear_error();
    const int done = SSL_do_handshake(p.ssl.get());
    if (done == 1) return finish(p);
    const int error = SSL_get_error(p.ssl.get(), done);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      p.wants = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
      return false;
    }
    auto why = take_tls_errors();
    return give_up(p, why.empty() ? "the other side closed the connection" : why,
                   refusal::not_trusted);
  }

  bool finish(pending& p) {
    X509* certificate = SSL_get0_peer_certificate(p.ssl.get());
    const auto key = certificate != nullptr ? key_hash_of(certificate) : std::nullopt;
    if (!key || SSL_get_verify_result(p.ssl.get()) != X509_V_OK || !p.allowed(*key))
      return give_up(p, "its certificate is not the one that the configuration names",
                     refusal::not_trusted);
    established e{p.socket.release(), std::move(p.ssl), *key, facts_of(certificate, *key)};
    if (p.outgoing)
      p.connected(std::move(e), {});
    else
      p.accepted(std::move(e));
    return true;
  }

  bool time_out(pending& p) {
    return give_up(p, p.tcp_open ? "no TLS handshake in time" : "no TCP connection in time",
                   refusal::handshake_timeout);
  }

  bool give_up(pending& p, const std::string& why, refusal counted) {
    if (p.outgoing)
      p.connected({}, why);
    else if (counted != refusal::none)
      refused_(counted);
    return true;
  }

  transport_limits limits_;
  on_refused refused_;
  descriptor wake_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<listener> new_listeners_;
  std::vector<pending> new_pending_;
  std::vector<listener> listeners_; ///< the loop's thread only, as what follows
  std::list<pending> pending_;
  clock::time_point accept_again_{};
  std::thread thread_;
};

handshaker::handshaker(const transport_limits& limits, on_refused refused)
    : loop_(std::make_unique<loop>(limits, std::move(refused))) {}

handshaker::~handshaker() = default;

std::uint16_t handshaker::listen(const std::string& address, std::uint16_t port,
                                 tls_context context, is_allowed allowed,
                                 std::function<bool()> room, on_accepted accepted,
                                 std::string& error) {
  const auto found = resolve(address, port, AI_PASSIVE, error);
  if (!found) return 0;
  descriptor socket{::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (socket.get() < 0 || ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.get(), 128) != 0) {
    error = "cannot listen on " + address + " port " + std::to_string(port) + ": " +
            std::strerror(errno);
    return 0;
  }
  const auto actual = port_of(socket.get());
  loop_->add(listener{std::move(socket), std::move(context), std::move(allowed), std::move(room),
                      std::move(accepted)});
  return actual;
}

void handshaker::connect(const std::string& host, std::uint16_t port, tls_context context,
                         is_allowed allowed, on_connected connected) {
  std::string error;
  const auto found = resolve(host, port, 0, error);
  if (!found) return connected({}, error);
  pending p;
  p.socket = descriptor{::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (p.socket.get() < 0) return connected({}, std::strerror(errno));
  set_options(p.socket.get());
  if (::connect(p.socket.get(), found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS)
    return connected({}, std::strerror(errno));
  p.ssl.reset(SSL_new(context.get()));
  if (!p.ssl) return connected({}, take_tls_errors());
  SSL_set_fd(p.ssl.get(), p.socket.get());
  SSL_set_connect_state(p.ssl.get());
  p.context = std::move(context);
  p.outgoing = true;
  p.wants = POLLOUT;
  p.deadline = clock::now() + std::chrono::milliseconds(loop_->limits().connect_timeout_ms);
  p.allowed = std::move(allowed);
  p.connected = std::move(connected);
  loop_->add(std::move(p));
}

} // namespace quorate::transport
