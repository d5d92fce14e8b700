#include "adapters/http/certificate.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "adapters/http/detail/certificate_names.hpp"

namespace outcry::http {

namespace {

namespace fs = std::filesystem;
using detail::address_text;
using detail::normal_names;

template <class T, void (*Free)(T*)>
struct freed {
  void operator()(T* one) const { Free(one); }
};

void free_bio(BIO* one) {
  BIO_free(one);
}

using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY, EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed<X509, X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freed<BIO, free_bio>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freed<GENERAL_NAMES, GENERAL_NAMES_free>>;

/// By this organisation we know what we made ourselves.
constexpr const char* maker = "Outcry (made on this machine)";
constexpr std::time_t day = 86'400;

void must(bool good) {
  if (good) return;
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  std::array<char, 256> text{};
  ERR_error_string_n(error, text.data(), text.size());
  throw std::runtime_error(std::string("certificate: OpenSSL: ") + text.data());
}

[[noreturn]] void fail(const fs::path& file, const std::string& what, int error) {
  throw std::runtime_error("certificate file " + file.string() + ": " + what + ": " +
                           std::system_category().message(error));
}

template <class Write>
std::string to_pem(Write write) {
  const bio_ptr bio(BIO_new(BIO_s_mem()));
  must(bio && write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

struct pair {
  std::string certificate;
  std::string key;
};

pair make_pair(const own_certificate& wanted, const std::vector<std::string>& names) {
  const key_ptr key(EVP_EC_gen("P-256"));
  const certificate_ptr made(X509_new());
  must(key && made && X509_set_version(made.get(), X509_VERSION_3) == 1);

  std::array<unsigned char, 16> serial{};
  must(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3f) | 0x40);  // positive, of full length
  BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  const bool numbered =
      number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get())) != nullptr;
  BN_free(number);
  must(numbered);

  // Clocks of phones differ a little; the whole span stays within the limit.
  const std::time_t from = wanted.now() - 3600;
  must(ASN1_TIME_set(X509_getm_notBefore(made.get()), from) != nullptr);
  must(ASN1_TIME_set(X509_getm_notAfter(made.get()), from + wanted.days * day) != nullptr);

  X509_NAME* subject = X509_get_subject_name(made.get());
  const auto entry = [&](const char* field, const std::string& text) {
    must(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                                    0) == 1);
  };
  entry("O", maker);
  entry("CN", "Outcry at home");
  must(X509_set_issuer_name(made.get(), subject) == 1);
  must(X509_set_pubkey(made.get(), key.get()) == 1);

  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
  const auto extend = [&](int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    must(extension != nullptr);
    const bool added = X509_add_ext(made.get(), extension, -1) == 1;
    X509_EXTENSION_free(extension);
    must(added);
  };
  // An authority, because phones let their owners trust nothing else.
  extend(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(NID_key_usage, "critical,digitalSignature,keyCertSign");
  extend(NID_ext_key_usage, "serverAuth");
  extend(NID_subject_key_identifier, "hash");
  extend(NID_subject_alt_name, detail::alternative_names(names));
  extend(NID_name_constraints, detail::name_constraints(names));
  must(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);

  return {to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, made.get()); }),
          to_pem([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

/// The whole file appears in one step, readable by its owner only.
void write_file(const fs::path& file, const std::string& text) {
  const std::string temporary = file.string() + ".new";
  ::unlink(temporary.c_str());  // left by a crash
  const int out = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) fail(file, "cannot be made", errno);
  const ssize_t size = ::write(out, text.data(), text.size());
  int error = size == static_cast<ssize_t>(text.size()) ? 0 : size < 0 ? errno : ENOSPC;
  if (error == 0 && ::fsync(out) != 0) error = errno;
  ::close(out);
  if (error == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(temporary.c_str());
  fail(file, "cannot be written", error);
}

bio_ptr open_bio(const fs::path& file) {
  bio_ptr bio(BIO_new_file(file.c_str(), "r"));
  ERR_clear_error();
  return bio;
}

certificate_ptr load(const fs::path& file) {
  const bio_ptr bio = open_bio(file);
  certificate_ptr found(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  if (found) return found;
  throw std::runtime_error("certificate file " + file.string() + ": " +
                           (bio ? "expected a certificate in PEM" : "cannot be read"));
}

bool made_by_us(const X509* certificate) {
  std::array<char, 128> text{};
  X509_NAME_get_text_by_NID(X509_get_issuer_name(certificate), NID_organizationName, text.data(),
                            static_cast<int>(text.size()));
  return std::string_view(text.data()) == maker;
}

bool belong_together(X509* certificate, const fs::path& key_file) {
  const bio_ptr bio = open_bio(key_file);
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const key_ptr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)
                        : nullptr);
  const bool good = key && X509_check_private_key(certificate, key.get()) == 1;
  ERR_clear_error();
  return good;
}

std::time_t seconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return ::timegm(&parts);
}

certificate_facts facts_of(X509* certificate) {
  certificate_facts facts;
  facts.not_before = seconds(X509_get0_notBefore(certificate));
  facts.not_after = seconds(X509_get0_notAfter(certificate));
  const names_ptr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    int type = 0;
    const auto* text = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                            static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (type == GEN_DNS) facts.names.push_back(bytes);
    if (type == GEN_IPADD && (bytes.size() == 4 || bytes.size() == 16)) {
      facts.names.push_back(address_text(bytes));
    }
  }
  std::sort(facts.names.begin(), facts.names.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  must(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1);
  for (unsigned i = 0; i < size; ++i) {
    facts.fingerprint += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return facts;
}

bool good_enough(const own_certificate& wanted, const std::vector<std::string>& names) {
  if (!fs::exists(wanted.files.certificate)) {
    if (!fs::exists(wanted.files.key)) return false;
    throw std::runtime_error("key file " + wanted.files.key.string() +
                             ": holds a key without a certificate made here; move it away");
  }
  const certificate_ptr found = load(wanted.files.certificate);
  if (!made_by_us(found.get())) {
    throw std::runtime_error("certificate file " + wanted.files.certificate.string() +
                             ": holds a certificate that was not made here; name it as your own, "
                             "or move it away");
  }
  const certificate_facts facts = facts_of(found.get());
  const std::time_t now = wanted.now();
  return facts.names == names && facts.not_before <= now &&
         facts.not_after - now > wanted.renew_within * day &&
         belong_together(found.get(), wanted.files.key);
}

}  // namespace

bool ensure_certificate(const own_certificate& wanted) {
  const std::vector<std::string> names = normal_names(wanted.names);
  if (wanted.days < 1 || wanted.days > 397) {
    throw std::invalid_argument("certificate: expected 1 to 397 days, found " +
                                std::to_string(wanted.days));
  }
  if (good_enough(wanted, names)) return false;
  const pair made = make_pair(wanted, names);
  // In this order a crash between them leaves a certificate of ours, which is then made anew.
  write_file(wanted.files.certificate, made.certificate);
  write_file(wanted.files.key, made.key);
  return true;
}

certificate_facts read_certificate(const fs::path& file) {
  return facts_of(load(file).get());
}

}  // namespace outcry::http
