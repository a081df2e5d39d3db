// A port that shows one page over plain HTTP/1.1, and does nothing else.
//
// It runs on a thread of its own, one request a connection, and whoever connects costs no more than
// the limits say. Boost.Beast, which takes long to compile, is in the .cpp alone.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::metrics {

struct http_limits {
  std::size_t connections_max = 16;        ///< at once; the next one is closed
  std::size_t header_bytes_max = 8 * 1024; ///< of a request; more: 431
  std::uint64_t request_ms_max = 5'000;    ///< until the header is whole; then: closed
  std::uint64_t answer_ms_max = 5'000;     ///< until the answer is taken; then: closed
};

/// What became of a connection.
enum class http_outcome : std::uint8_t {
  shown,        ///< 200
  not_found,    ///< 404: another path
  wrong_method, ///< 405: not GET
  unavailable,  ///< 503: there is no page at this moment
  bad_request,  ///< 400, 431: no HTTP, or a header over the limit
  too_many,     ///< closed at once
  too_slow,     ///< closed at a limit of time
  gone,         ///< the other side left before it had its answer
};
inline constexpr std::size_t http_outcomes = 8;

/// E.g. "not_found".
std::string_view name(http_outcome o) noexcept;

/// How many connections ended in which way. Written by one thread, read by any.
struct http_counters {
  std::array<std::atomic<std::uint64_t>, http_outcomes> ended{};
};

struct http_page {
  std::string content_type;
  std::string body;
};

class http_endpoint {
public:
  struct setup {
    std::string address;    ///< IPv4 or IPv6
    std::uint16_t port = 0; ///< 0: any free one
    std::string path;       ///< e.g. "/metrics"; a query behind it is ignored
    http_limits limits = {};
    /// The page now, or none. Called on the endpoint's thread, which serves nobody meanwhile.
    std::function<std::optional<http_page>()> page;
    std::shared_ptr<http_counters> counters;
  };

  /// @returns null, with a sentence, when the place cannot be listened on.
  static std::unique_ptr<http_endpoint> open(setup how, std::string& error);

  /// Closes every connection. Waits for a page that is being made.
  virtual ~http_endpoint() = default;
  http_endpoint(const http_endpoint&) = delete;
  http_endpoint& operator=(const http_endpoint&) = delete;

  virtual std::uint16_t port() const noexcept = 0;

protected:
  http_endpoint() = default;
};

} // namespace quorate::metrics
