#include "actors/metrics/http_endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <thread>

namespace quorate::metrics {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

/// After a connection could not be accepted: the process may be out of descriptors for a while.
constexpr std::chrono::milliseconds accept_again_after{100};

/// What the connections of one endpoint share; all on its thread.
struct shared_state {
  http_endpoint::setup how;
  std::size_t connections = 0;

  void count(http_outcome o) noexcept {
    how.counters->ended[static_cast<std::size_t>(o)].fetch_add(1, std::memory_order_relaxed);
  }
};

/// One request and its answer.
class connection : public std::enable_shared_from_this<connection> {
public:
  connection(tcp::socket socket, std::shared_ptr<shared_state> state)
      : stream_(std::move(socket)), state_(std::move(state)),
        buffer_(state_->how.limits.header_bytes_max) {
    ++state_->connections;
    parser_.header_limit(static_cast<std::uint32_t>(state_->how.limits.header_bytes_max));
  }
  ~connection() { --state_->connections; }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // One limit for the whole header, however slowly it comes.
  void start() {
    stream_.expires_after(std::chrono::milliseconds(state_->how.limits.request_ms_max));
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = shared_from_this()](beast::error_code e, std::size_t) { self->on_header(e); });
  }

private:
  void on_header(beast::error_code e) {
    if (!e) return answer();
    if (e == beast::error::timeout) return state_->count(http_outcome::too_slow);
    if (e == http::error::header_limit || e == http::error::buffer_overflow)
      return refuse(http::status::request_header_fields_too_large, http_outcome::bad_request);
    if (e.category() == make_error_code(http::error::bad_method).category() &&
        e != http::error::end_of_stream && e != http::error::partial_message)
      return refuse(http::status::bad_request, http_outcome::bad_request);
    state_->count(http_outcome::gone);
  }

  void answer() {
    const auto& asked = parser_.get();
    const std::string_view target{asked.target().data(), asked.target().size()};
    if (target.substr(0, target.find('?')) != state_->how.path)
      return refuse(http::status::not_found, http_outcome::not_found);
    if (asked.method() != http::verb::get)
      return refuse(http::status::method_not_allowed, http_outcome::wrong_method);
    auto page = state_->how.page();
    if (!page) return refuse(http::status::service_unavailable, http_outcome::unavailable);
    response_.result(http::status::ok);
    response_.set(http::field::content_type, page->content_type);
    response_.body() = std::move(page->body);
    write(http_outcome::shown);
  }

  void refuse(http::status code, http_outcome as) {
    response_.result(code);
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    if (code == http::status::method_not_allowed) response_.set(http::field::allow, "GET");
    response_.body() = std::string{http::obsolete_reason(code)} + "\n";
    write(as);
  }

  void write(http_outcome as) {
    response_.version(11);
    response_.keep_alive(false);
    response_.prepare_payload();
    stream_.expires_after(std::chrono::milliseconds(state_->how.limits.answer_ms_max));
    http::async_write(stream_, response_,
                      [self = shared_from_this(), as](beast::error_code e, std::size_t) {
                        self->on_written(e, as);
                      });
  }

  void on_written(beast::error_code e, http_outcome as) {
    state_->count(!e                           ? as
                  : e == beast::error::timeout ? http_outcome::too_slow
                                               : http_outcome::gone);
    if (e) return;
    stream_.socket().shutdown(tcp::socket::shutdown_send, e);
    if (!e) drain();
  }

  // A socket that is closed with bytes unread is reset, and the answer may be lost with it.
  void drain() {
    stream_.async_read_some(asio::buffer(rest_),
                            [self = shared_from_this()](beast::error_code e, std::size_t) {
                              if (!e) self->drain();
                            });
  }

  beast::tcp_stream stream_;
  std::shared_ptr<shared_state> state_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
  std::array<char, 1024> rest_{};
};

class beast_endpoint final : public http_endpoint {
public:
  explicit beast_endpoint(setup how)
      : state_(std::make_shared<shared_state>(shared_state{std::move(how), 0})),
        acceptor_(context_), again_(context_) {}

  ~beast_endpoint() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  bool listen(std::string& error) {
    beast::error_code e;
    const auto address = asio::ip::make_address(state_->how.address, e);
    const tcp::endpoint place{address, state_->how.port};
    if (!e) acceptor_.open(place.protocol(), e);
    if (!e) acceptor_.set_option(asio::socket_base::reuse_address(true), e);
    if (!e) acceptor_.bind(place, e);
    if (!e) acceptor_.listen(asio::socket_base::max_listen_connections, e);
    if (!e) port_ = acceptor_.local_endpoint(e).port();
    if (e) {
      error = "cannot listen on " + state_->how.address + ", port " +
              std::to_string(state_->how.port) + ": " + e.message();
      return false;
    }
    accept();
    thread_ = std::thread{[this] { context_.run(); }};
    return true;
  }

  std::uint16_t port() const noexcept override { return port_; }

private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code e, tcp::socket socket) {
      if (e) return accept_later();
      if (state_->connections >= state_->how.limits.connections_max)
        state_->count(http_outcome::too_many); // and the socket closes
      else
        std::make_shared<connection>(std::move(socket), state_)->start();
      accept();
    });
  }

  void accept_later() {
    again_.expires_after(accept_again_after);
    again_.async_wait([this](beast::error_code e) {
      if (!e) accept();
    });
  }

  std::shared_ptr<shared_state> state_; ///< outlives the connections, which the context keeps
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer again_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

} // namespace

std::string_view name(http_outcome o) noexcept {
  static constexpr std::string_view names[] = {"shown",       "not_found",   "wrong_method",
                                               "unavailable", "bad_request", "too_many",
                                               "too_slow",    "gone"};
  static_assert(std::size(names) == http_outcomes);
  return names[static_cast<std::size_t>(o)];
}

std::unique_ptr<http_endpoint> http_endpoint::open(setup how, std::string& error) {
  auto made = std::make_unique<beast_endpoint>(std::move(how));
  if (!made->listen(error)) return nullptr;
  return made;
}

} // namespace quorate::metrics
