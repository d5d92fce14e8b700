#include "adapters/http/detail/tls_layer.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>

namespace outcry::http::detail {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using error_code = boost::system::error_code;

class layer final : public tls_layer {
public:
  layer(std::shared_ptr<asio::ssl::context> context, beast::tcp_stream& below)
      : context_(std::move(context)), stream_(below, *context_) {}

  void handshake(asio::const_buffer first, done after) override {
    stream_.async_handshake(asio::ssl::stream_base::server, first, std::move(after));
  }

  void read_some(asio::mutable_buffer into, done after) override {
    stream_.async_read_some(into, std::move(after));
  }

  void write_some(asio::const_buffer from, done after) override {
    stream_.async_write_some(from, std::move(after));
  }

  void shut_down(done after) override {
    stream_.async_shutdown([after = std::move(after)](error_code error) { after(error, 0); });
  }

private:
  const std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<beast::tcp_stream&> stream_;
};

[[noreturn]] void fail(const std::filesystem::path& file, const char* what,
                       const std::string& why) {
  throw std::runtime_error("TLS: " + std::string(what) + " " + file.string() + ": " + why);
}

}  // namespace

std::unique_ptr<tls_layer> make_tls_layer(std::shared_ptr<asio::ssl::context> context,
                                          beast::tcp_stream& below) {
  return std::make_unique<layer>(std::move(context), below);
}

std::shared_ptr<asio::ssl::context> make_tls_context(const tls_files& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  // The list is for 1.2; 1.3 has only good ones.
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    throw std::runtime_error("TLS 1.2 is not available");
  }
  SSL_CTX_set_options(
      native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Thousands of idle connections: neither buffers nor sessions are kept for them.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  // A key with a passphrase would make OpenSSL ask on the terminal.
  context->set_password_callback(
      [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
  error_code error;
  context->use_certificate_chain_file(files.certificate.string(), error);
  if (error) {
    fail(files.certificate, "certificate", "expected a chain in PEM: " + error.message());
  }
  context->use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
  if (error) {
    fail(files.key, "key",
         "expected the certificate's private key in PEM, without a passphrase: " + error.message());
  }
  return context;
}

}  // namespace outcry::http::detail
