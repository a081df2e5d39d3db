#include "actors/transport/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <fcntl.h>
#include <unistd.h>

namespace quorate::transport {

namespace {

/// An RSA key of 16,384 bits takes 13 KiB.
constexpr std::size_t key_file_bytes_max = 16 * 1024;

struct key_file_free {
  void operator()(unsigned char* text) const {
    OPENSSL_secure_clear_free(text, key_file_bytes_max);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// By neither a stream nor a BIO of a file: their buffers keep a copy. Where the process has set
// locked memory up for OpenSSL (actors/secrets/process_guard.hpp), the file's text is there.
key_ptr read_private_key(const std::string& file) {
  key_ptr none{nullptr, &EVP_PKEY_free};
  const std::unique_ptr<unsigned char, key_file_free> text{
      static_cast<unsigned char*>(OPENSSL_secure_zalloc(key_file_bytes_max))};
  const int from = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (!text || from < 0) return none;
  std::size_t size = 0;
  ssize_t got = 1;
  while (got > 0 && size < key_file_bytes_max) {
    got = ::read(from, text.get() + size, key_file_bytes_max - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  ::close(from);
  if (got != 0) return none; // not read, or longer than any key
  const std::unique_ptr<BIO, decltype(&BIO_free)> in{
      BIO_new_mem_buf(text.get(), static_cast<int>(size)), &BIO_free};
  const auto no_password = [](char*, int, int, void*) { return -1; };
  return {in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr) : nullptr,
          &EVP_PKEY_free};
}

} // namespace

std::string take_tls_errors() {
  std::string text;
  while (const auto code = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(code, line, sizeof line);
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

tls_context make_tls_context(const tls_files& files, const std::string& trusted_ca,
                             std::string& error) {
  ERR_clear_error();
  tls_context context{SSL_CTX_new(TLS_method()), &SSL_CTX_free};
  const auto failed = [&](const std::string& what) {
    error = what + " (" + take_tls_errors() + ")";
    return tls_context{};
  };
  if (!context) return failed("cannot create a TLS context");
  auto* c = context.get();
  SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION);
  // A session that is resumed skips the certificate; every connection shows one.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 0);
  SSL_CTX_set_max_early_data(c, 0);
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(c, 1);
  if (SSL_CTX_use_certificate_chain_file(c, files.certificate.c_str()) != 1)
    return failed("cannot read the certificate " + files.certificate +
                  ": give a PEM file that this user may read");
  const auto key = read_private_key(files.key);
  if (!key || SSL_CTX_use_PrivateKey(c, key.get()) != 1)
    return failed("cannot read the private key " + files.key +
                  ": give an unencrypted PEM file that this user may read");
  if (SSL_CTX_check_private_key(c) != 1)
    return failed("the key " + files.key + " does not belong to the certificate " +
                  files.certificate);
  if (SSL_CTX_load_verify_locations(c, trusted_ca.c_str(), nullptr) != 1)
    return failed("cannot read the certificate authority " + trusted_ca +
                  ": give a PEM file that this user may read");
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(c, 3);
  return context;
}

} // namespace quorate::transport
