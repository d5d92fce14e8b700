#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/firebase/client.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/adapters/firebase/test_pki.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase;
using namespace outcry::test;

namespace {

/// A TLS server with a certificate of its own for `names`, and the file that makes it trusted.
struct tls_server {
  explicit tls_server(const std::string& names) {
    std::ofstream(ca_file) << certificate_pem(certificate(names).get());
  }
  X509* get() { return certificate_.get(); }
  certificate_ptr& certificate(const std::string& names) {
    if (!certificate_) certificate_ = self_signed(key.get(), names);
    return certificate_;
  }
  temp_dir dir;
  std::string ca_file = dir.file("ca.pem");
  key_ptr key = make_rsa_key();
  certificate_ptr certificate_{nullptr, &X509_free};
};

client make(const scripted_server& server, const std::string& ca_file) {
  client_options options;
  options.ca_file = ca_file;
  return client(database_url::parse(server.origin()), static_token("hush"), options);
}

}  // namespace

TEST_CASE("TLS: an unknown certificate is refused, and accepted once its authority is given") {
  tls_server tls("IP:127.0.0.1");
  auto context = server_context(tls.key.get(), tls.get());
  scripted_server server(context.get());
  auto stranger = make(server, "");
  const auto r = stranger.put("/a", "1");
  CHECK(r.kind == outcome::unreachable);
  CHECK_FALSE(r.may_have_happened);
  CHECK_THAT(r.error, Catch::Contains("certificate") && !Catch::Contains("hush"));

  auto db = make(server, tls.ca_file);
  server.then(204);
  CHECK(db.put("/a", "1"));
  server.then(200, "1");
  CHECK(db.get("/a").body == "1");
  CHECK(server.requests(2).size() == 2);

  // Nothing sends what was encrypted on in the clear.
  scripted_server plain;
  server.then(307, "", {"Location: " + plain.origin() + "/a.json"});
  CHECK_THAT(db.get("/a").error, Catch::Contains("plain http"));
  CHECK(plain.accepted() == 0);
}

TEST_CASE("TLS: a certificate for another host is refused") {
  tls_server tls("DNS:other.example");
  auto context = server_context(tls.key.get(), tls.get());
  scripted_server server(context.get());
  auto db = make(server, tls.ca_file);
  const auto r = db.get("/a");
  CHECK(r.kind == outcome::unreachable);
  CHECK_FALSE(r.may_have_happened);
  CHECK(server.all_closed());
  CHECK(server.requests(0).empty());
}

TEST_CASE("TLS: protocols older than 1.2 are refused") {
  tls_server tls("IP:127.0.0.1");
  auto context = server_context(tls.key.get(), tls.get());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  scripted_server server(context.get());
  CHECK(make(server, tls.ca_file).get("/a").kind == outcome::unreachable);
  CHECK(server.all_closed());
  CHECK(server.requests(0).empty());
}

TEST_CASE("TLS: a missing authority file is named") {
  tls_server tls("IP:127.0.0.1");
  auto context = server_context(tls.key.get(), tls.get());
  scripted_server server(context.get());
  const auto r = make(server, "/nowhere/ca.pem").get("/a");
  CHECK(r.kind == outcome::unreachable);
  CHECK_THAT(r.error, Catch::Contains("/nowhere/ca.pem"));
}
