// TLS 1.3 with certificates on both sides, and nothing else.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace quorate::transport {

/// PEM files. client_ca is needed only where clients are listened for.
struct tls_files {
  std::string certificate;
  std::string key;
  std::string node_ca;
  std::string client_ca;
};

using tls_context = std::shared_ptr<ssl_ctx_st>;

/// @param trusted_ca  the one authority whose certificates are accepted from the other side.
/// @param error  on failure: which file, what is wrong with it, what to do.
/// @returns null on failure.
tls_context make_tls_context(const tls_files& files, const std::string& trusted_ca,
                             std::string& error);

/// The last errors of OpenSSL as text; empties its queue.
std::string take_tls_errors();

} // namespace quorate::transport
