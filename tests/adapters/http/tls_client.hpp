#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace outcry::test {

/// HTTP over TLS on loopback for tests that care about the bytes. Every wait ends after 20 s.
class tls_client {
public:
  struct options {
    std::string trusted;             ///< PEM file; the server's certificate is verified with it
    std::string name = "localhost";  ///< the host name, or the address, it must be for
    int newest = 0;                  ///< TLS1_1_VERSION, ... ; 0 = no limit
    std::string address = "127.0.0.1";
    bool any_time = false;  ///< also a certificate that is not good now
  };

  /// Connects and shakes hands. Throws std::runtime_error saying why not.
  tls_client(std::uint16_t port, const options& opts);
  ~tls_client();
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  bool send(std::string_view bytes);
  /// Up to the end of `text`; what came so far if the connection ends.
  std::string read_to(std::string_view text);
  /// One response that has a Content-Length.
  std::string read_response();
  /// Up to the end. "(cut)" is appended if the server did not say good-bye.
  std::string read_all();

  /// "TLSv1.3".
  std::string version() const;
  /// SHA-256 of the server's certificate, as certificate_facts has it.
  std::string fingerprint() const;

private:
  bool receive();

  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  int socket_ = -1;
  bool polite_ = false;
  std::string buffer_;
};

}  // namespace outcry::test
