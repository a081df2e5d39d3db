// A client of an endpoint on this machine, with as few manners as a test wants.
#pragma once

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace quorate::testing {

/// One connection to 127.0.0.1.
class local_client {
public:
  explicit local_client(std::uint16_t port, int receive_bytes = 0)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_bytes > 0)
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    const timeval patience{10, 0}; // a test that waits so long has failed
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~local_client() { close(fd_); }
  local_client(const local_client&) = delete;
  local_client& operator=(const local_client&) = delete;

  bool send(std::string_view text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// Until the other side closes.
  std::string receive() {
    std::string all;
    char part[4096];
    ssize_t n = 0;
    while ((n = recv(fd_, part, sizeof part, 0)) > 0)
      all.append(part, static_cast<std::size_t>(n));
    ended_ = n == 0 || errno == ECONNRESET;
    return all;
  }
  bool was_closed() const { return ended_; }

private:
  int fd_;
  bool ended_ = false;
};

} // namespace quorate::testing
