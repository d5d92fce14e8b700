#include "adapters/http/certificate.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "adapters/http/detail/certificate_names.hpp"
#include "tests/support/temp_dir.hpp"

namespace http = outcry::http;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using outcry::test::temp_dir;

namespace {

constexpr std::time_t day = 86'400;

/// A certificate to be made in a folder of its own, at a time of the test's own.
struct fixture {
  fixture() {
    wanted.files = {folder.path() / "own.crt", folder.path() / "own.key"};
    wanted.names = {"localhost", "127.0.0.1"};
    wanted.now = [this] { return now; };
  }
  std::string text(const fs::path& file) const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  temp_dir folder;
  std::time_t now = std::time(nullptr);
  http::own_certificate wanted;
};

using x509_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

template <class Read>
auto load(const fs::path& file, Read read) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_file(file.c_str(), "r"), &BIO_free);
  return read(bio.get(), nullptr, nullptr, nullptr);
}

/// What OpenSSL says to `leaf` when `trusted` is all it trusts.
int verify(X509* trusted, X509* leaf) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  X509_STORE_add_cert(store.get(), trusted);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

/// A certificate for `names` that a thief of `key` could sign.
x509_ptr sign(X509* authority, EVP_PKEY* key, const std::string& names) {
  x509_ptr leaf(X509_new(), &X509_free);
  X509_set_version(leaf.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(leaf.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(leaf.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(leaf.get()), day);
  X509_set_pubkey(leaf.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(leaf.get()), "O", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("thief"), -1, -1, 0);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(authority));
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(leaf.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(leaf.get(), key, EVP_sha256());
  return leaf;
}

}  // namespace

TEST_CASE("a certificate is made for names and addresses, for its owner's eyes") {
  fixture with;
  with.wanted.names = {"Box.Local", "192.168.1.20", "::1", "localhost", "localhost", "*.box.local"};
  REQUIRE(http::ensure_certificate(with.wanted));
  const auto facts = http::read_certificate(with.wanted.files.certificate);
  CHECK(facts.names ==
        std::vector<std::string>{"*.box.local", "192.168.1.20", "::1", "box.local", "localhost"});
  CHECK(facts.not_before <= with.now);
  CHECK(facts.not_after > with.now + 396 * day);
  CHECK(facts.not_after - facts.not_before <= 397 * day);
  CHECK(facts.fingerprint.size() == 95);
  for (const fs::path& file : {with.wanted.files.certificate, with.wanted.files.key}) {
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
  CHECK(std::distance(fs::directory_iterator(with.folder.path()), {}) == 2);
  const x509_ptr made(load(with.wanted.files.certificate, PEM_read_bio_X509), &X509_free);
  CHECK(EVP_PKEY_is_a(X509_get0_pubkey(made.get()), "EC"));
  CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(made.get())) == 256);
  CHECK(verify(made.get(), made.get()) == X509_V_OK);
  CHECK(X509_check_host(made.get(), "box.local", 0, 0, nullptr) == 1);
  CHECK(X509_check_ip_asc(made.get(), "192.168.1.20", 0) == 1);
  CHECK(X509_check_host(made.get(), "example.com", 0, 0, nullptr) == 0);
}

TEST_CASE("a good certificate is kept, and made anew when it is none any more") {
  fixture with;
  REQUIRE(http::ensure_certificate(with.wanted));
  const std::string first = with.text(with.wanted.files.certificate);
  const std::string first_key = with.text(with.wanted.files.key);
  const auto facts = http::read_certificate(with.wanted.files.certificate);
  SECTION("kept, whatever the order of its names, until 30 days before its end") {
    with.wanted.names = {"127.0.0.1", "LOCALHOST"};
    with.now = facts.not_after - 30 * day - 1;
    CHECK_FALSE(http::ensure_certificate(with.wanted));
    CHECK(with.text(with.wanted.files.certificate) == first);
    CHECK(with.text(with.wanted.files.key) == first_key);
    return;
  }
  SECTION("near its end") {
    with.now = facts.not_after - 30 * day;
  }
  SECTION("behind its end") {
    with.now = facts.not_after + 1;
  }
  SECTION("before its beginning") {
    with.now = facts.not_before - 1;
  }
  SECTION("for another name") {
    with.wanted.names.emplace_back("box.local");
  }
  SECTION("for a name less") {
    with.wanted.names.pop_back();
  }
  SECTION("without its key") {
    fs::remove(with.wanted.files.key);
  }
  SECTION("with another key, as after a crash between the two files") {
    fixture other;
    http::ensure_certificate(other.wanted);
    fs::copy_file(other.wanted.files.key, with.wanted.files.key,
                  fs::copy_options::overwrite_existing);
  }
  CHECK(http::ensure_certificate(with.wanted));
  CHECK(with.text(with.wanted.files.certificate) != first);
  CHECK(with.text(with.wanted.files.key) != first_key);
  CHECK_FALSE(http::ensure_certificate(with.wanted));
}

TEST_CASE("what somebody else made is never replaced") {
  fixture with;
  fixture other;
  http::ensure_certificate(other.wanted);
  const x509_ptr authority(load(other.wanted.files.certificate, PEM_read_bio_X509), &X509_free);
  const key_ptr key(load(other.wanted.files.key, PEM_read_bio_PrivateKey), &EVP_PKEY_free);
  SECTION("a certificate") {
    const x509_ptr foreign = sign(authority.get(), key.get(), "DNS:localhost,IP:127.0.0.1");
    X509_set_issuer_name(foreign.get(), X509_get_subject_name(foreign.get()));
    X509_sign(foreign.get(), key.get(), EVP_sha256());
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
        BIO_new_file(with.wanted.files.certificate.c_str(), "w"), &BIO_free);
    PEM_write_bio_X509(bio.get(), foreign.get());
    BIO_flush(bio.get());
    const std::string before = with.text(with.wanted.files.certificate);
    CHECK_THROWS_WITH(http::ensure_certificate(with.wanted),
                      Contains("own.crt") && Contains("not made here"));
    CHECK(with.text(with.wanted.files.certificate) == before);
  }
  SECTION("something else") {
    std::ofstream(with.wanted.files.certificate) << "my diary";
    CHECK_THROWS_WITH(http::ensure_certificate(with.wanted), Contains("own.crt"));
    CHECK(with.text(with.wanted.files.certificate) == "my diary");
  }
  SECTION("a key") {
    std::ofstream(with.wanted.files.key) << "my key";
    CHECK_THROWS_WITH(http::ensure_certificate(with.wanted), Contains("own.key"));
    CHECK(with.text(with.wanted.files.key) == "my key");
  }
}

TEST_CASE("bad names, bad lengths and bad places are named") {
  fixture with;
  for (const char* bad :
       {"", "-box", "box-", "a..b", ".a", "a.", "b ox", "box:80", "1.2.3.4.5", "300.1.1.1", "a/b",
        "*", "a.*.b", "*a.b", "DNS:x", "x,IP:1.1.1.1", "b\xc3\xbcro", "::g"}) {
    INFO(bad);
    with.wanted.names = {"localhost", bad};
    CHECK_THROWS_WITH(http::ensure_certificate(with.wanted),
                      Contains("\"" + std::string(bad) + "\""));
  }
  with.wanted.names = {std::string(64, 'a') + ".local"};
  CHECK_THROWS_AS(http::ensure_certificate(with.wanted), std::invalid_argument);
  with.wanted.names = {};
  CHECK_THROWS_AS(http::ensure_certificate(with.wanted), std::invalid_argument);
  with.wanted.names = {"localhost"};
  for (const int days : {0, -1, 398}) {
    with.wanted.days = days;
    CHECK_THROWS_WITH(http::ensure_certificate(with.wanted), Contains(std::to_string(days)));
  }
  CHECK_FALSE(fs::exists(with.wanted.files.certificate));
  with.wanted.days = 397;
  with.wanted.files.certificate = with.folder.path() / "no such folder" / "own.crt";
  CHECK_THROWS_WITH(http::ensure_certificate(with.wanted), Contains("no such folder"));
  CHECK_THROWS_WITH(http::read_certificate(with.folder.path() / "none"), Contains("none"));
}

TEST_CASE("whoever trusts the certificate trusts it for its own names only") {
  fixture with;
  with.wanted.names = {"box.local", "192.168.1.20"};
  SECTION("names and addresses") {}
  SECTION("no names") {
    with.wanted.names = {"192.168.1.20"};
  }
  SECTION("no addresses") {
    with.wanted.names = {"box.local"};
  }
  http::ensure_certificate(with.wanted);
  const x509_ptr authority(load(with.wanted.files.certificate, PEM_read_bio_X509), &X509_free);
  const key_ptr key(load(with.wanted.files.key, PEM_read_bio_PrivateKey), &EVP_PKEY_free);
  const auto check = [&](const std::string& names) {
    return verify(authority.get(), sign(authority.get(), key.get(), names).get());
  };
  for (const char* stolen : {"DNS:bank.example", "IP:192.168.1.21", "IP:::1"}) {
    INFO(stolen);
    const int result = check(stolen);
    CHECK((result == X509_V_ERR_PERMITTED_VIOLATION || result == X509_V_ERR_EXCLUDED_VIOLATION));
  }
  for (const std::string& name : with.wanted.names) {
    CHECK(check((name == "box.local" ? "DNS:" : "IP:") + name) == X509_V_OK);
  }
}
