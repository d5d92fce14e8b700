#include "tests/adapters/http/tls_client.hpp"

#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace outcry::test {

tls_client::tls_client(std::uint16_t port, const options& opts)
    : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
  SSL_CTX* context = context_.get();
  if (opts.newest != 0) {
    // Debian's default would refuse old versions by itself.
    SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, 0);
    SSL_CTX_set_max_proto_version(context, opts.newest);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context, opts.trusted.c_str(), nullptr) != 1) {
    throw std::runtime_error("cannot read " + opts.trusted);
  }
  ssl_.reset(SSL_new(context));
  if (opts.any_time)
    X509_VERIFY_PARAM_set_flags(SSL_get0_param(ssl_.get()), X509_V_FLAG_NO_CHECK_TIME);
  in_addr ignored{};
  if (::inet_pton(AF_INET, opts.name.c_str(), &ignored) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), opts.name.c_str());
  } else {
    SSL_set1_host(ssl_.get(), opts.name.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), opts.name.c_str());
  }
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  timeval limit{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, opts.address.c_str(), &address.sin_addr);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot connect to " + opts.address + ":" + std::to_string(port));
  }
  SSL_set_fd(ssl_.get(), socket_);
  ERR_clear_error();
  if (SSL_connect(ssl_.get()) != 1) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    const std::string why = X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()));
    ::close(socket_);
    throw std::runtime_error(std::string(text.data()) + " (" + why + ")");
  }
}

tls_client::~tls_client() {
  ::close(socket_);
}

bool tls_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t n = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n) != 1) return false;
    bytes.remove_prefix(n);
  }
  return true;
}

bool tls_client::receive() {
  std::array<char, 16384> bytes{};
  std::size_t n = 0;
  if (SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &n) == 1) {
    buffer_.append(bytes.data(), n);
    return true;
  }
  polite_ = SSL_get_error(ssl_.get(), 0) == SSL_ERROR_ZERO_RETURN;
  return false;
}

std::string tls_client::read_to(std::string_view text) {
  std::size_t found = 0;
  while ((found = buffer_.find(text)) == std::string::npos) {
    if (!receive()) return std::exchange(buffer_, {});
  }
  std::string taken = buffer_.substr(0, found + text.size());
  buffer_.erase(0, taken.size());
  return taken;
}

std::string tls_client::read_response() {
  std::string response = read_to("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const std::size_t at = response.find(name);
  const std::size_t size =
      at == std::string::npos ? 0 : std::stoul(response.substr(at + name.size()));
  while (buffer_.size() < size && receive()) {
  }
  response += buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

std::string tls_client::read_all() {
  while (receive()) {
  }
  return std::exchange(buffer_, {}) + (polite_ ? "" : "(cut)");
}

std::string tls_client::version() const {
  return SSL_get_version(ssl_.get());
}

std::string tls_client::fingerprint() const {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509* seen = SSL_get1_peer_certificate(ssl_.get());
  X509_digest(seen, EVP_sha256(), digest.data(), &size);
  X509_free(seen);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

}  // namespace outcry::test
