#include "actors/transport/guarded_scribe.hpp"

#include <caf/io/network/interfaces.hpp>
#include <caf/io/network/rw_state.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace quorate::transport {

namespace {

using caf::io::network::native_socket;
using caf::io::network::rw_state;

/// How CAF's stream reads and writes: through a TLS session whose handshake is done.
class tls_policy {
public:
  explicit tls_policy(ssl_ptr ssl) : ssl_(std::move(ssl)) {}

  rw_state read_some(std::size_t& result, native_socket, void* buffer, std::size_t size) {
    return finish(result, SSL_read(ssl_.get(), buffer, clamp(size)));
  }

  rw_state write_some(std::size_t& result, native_socket, const void* buffer, std::size_t size) {
    result = 0;
    if (size == 0) return rw_state::indeterminate;
    return finish(result, SSL_write(ssl_.get(), buffer, clamp(size)));
  }

  // Bytes that TLS has taken from the socket raise no further event: they must be read now.
  bool must_read_more(native_socket, std::size_t) { return SSL_has_pending(ssl_.get()) == 1; }

private:
  static int clamp(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, 1U << 30U));
  }

  rw_state finish(std::size_t& result, int done) {
    result = done > 0 ? static_cast<std::size_t>(done) : 0;
    if (done > 0) return rw_state::success;
    const int error = SSL_get_error(ssl_.get(), done);
    ERR_clear_error();
    const bool later = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    return later ? rw_state::success : rw_state::failure;
  }

  ssl_ptr ssl_;
};

class guarded_scribe : public caf::io::scribe {
public:
  guarded_scribe(caf::io::network::default_multiplexer& multiplexer, scribe_setup setup)
      : scribe(caf::io::network::conn_hdl_from_socket(setup.connection.descriptor)),
        guard_(setup.other_side, setup.accepted, host_part_of(setup.connection.other_key),
               std::move(setup.exposed)),
        write_buffer_bytes_max_(setup.write_buffer_bytes_max), refused_(std::move(setup.refused)),
        closed_(std::move(setup.closed)),
        stream_(multiplexer, setup.connection.descriptor, std::move(setup.connection.ssl)) {}

  ~guarded_scribe() override { closed_(); }

  void configure_read(caf::io::receive_policy::config config) override {
    stream_.configure_read(config);
    if (launched_) return;
    launched_ = true;
    stream_.start(this);
  }

  // The broker asks for exactly a header or exactly the payload that the header announced.
  bool consume(caf::execution_unit* context, const void* data, std::size_t size) override {
    const std::span bytes{static_cast<const std::uint8_t*>(data), size};
    if (swallowing_) {
      swallowing_ = false;
      expect_header();
      return true;
    }
    const bool payload = expects_payload_;
    switch (payload ? guard_.check_payload(bytes) : guard_.check_header(bytes)) {
    case verdict::refuse:
      return close(context, guard_.why());
    case verdict::swallow:
      swallowing_ = true;
      stream_.configure_read(caf::io::receive_policy::exactly(guard_.payload_size()));
      return true;
    case verdict::pass:
      break;
    }
    expects_payload_ = !payload && guard_.payload_size() > 0;
    return scribe::consume(context, data, size);
  }

  void ack_writes(bool enable) override { stream_.ack_writes(enable); }
  std::vector<char>& wr_buf() override { return stream_.wr_buf(); }
  std::vector<char>& rd_buf() override { return stream_.rd_buf(); }

  void graceful_shutdown() override {
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }

  void flush() override {
    if (stream_.wr_buf().size() > write_buffer_bytes_max_ && !detached()) {
      close(&stream_.backend(), refusal::slow_reader);
      return;
    }
    stream_.flush(this);
  }

  std::string addr() const override {
    auto address = caf::io::network::remote_addr_of_fd(stream_.fd());
    return address ? *address : std::string{};
  }

  std::uint16_t port() const override {
    auto port = caf::io::network::remote_port_of_fd(stream_.fd());
    return port ? *port : std::uint16_t{0};
  }

  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override { stream_.passivate(); }

private:
  void expect_header() {
    stream_.configure_read(caf::io::receive_policy::exactly(frame_guard::header_size));
  }

  // Tells the broker, which forgets the connection and everything that depended on it.
  bool close(caf::execution_unit* context, refusal why) {
    refused_(why);
    stream_.wr_buf().clear();
    io_failure(context, caf::io::network::operation::read);
    stream_.passivate();
    return false;
  }

  frame_guard guard_;
  bool expects_payload_ = false;
  bool swallowing_ = false;
  bool launched_ = false;
  std::size_t write_buffer_bytes_max_;
  std::function<void(refusal)> refused_;
  std::function<void()> closed_;
  caf::io::network::stream_impl<tls_policy> stream_;
};

} // namespace

caf::io::scribe_ptr make_guarded_scribe(caf::io::network::default_multiplexer& multiplexer,
                                        scribe_setup setup) {
  return caf::make_counted<guarded_scribe>(multiplexer, std::move(setup));
}

} // namespace quorate::transport
