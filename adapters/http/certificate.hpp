#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/http/server.hpp"

namespace outcry::http {

/// A certificate of our own making, for a server that no public authority knows.
struct own_certificate {
  tls_files files;  ///< both are made with mode 0600; their folder must exist

  /// Host names ("box.local", "*.box.local") and IP addresses ("192.168.1.20", "::1") it is for.
  std::vector<std::string> names;

  int days = 397;         ///< how long it is valid, 1 to 397: browsers refuse longer ones
  int renew_within = 30;  ///< days before its end at which it is made anew, with a new key

  /// UNIX seconds.
  std::function<std::time_t()> now = [] { return std::time(nullptr); };
};

/// What stands in a certificate.
struct certificate_facts {
  std::vector<std::string> names;  ///< of its subjectAltName, sorted; addresses as inet_ntop writes
  std::time_t not_before = 0;      ///< UNIX seconds
  std::time_t not_after = 0;
  std::string fingerprint;  ///< SHA-256 of its DER form, "AB:CD:...", as browsers show it
};

/// Makes certificate and key (ECDSA on P-256, signed by itself, with name constraints, so that a
/// phone that comes to trust it trusts it for these names only) unless those in the files are
/// ours, belong together, are for exactly these names and not near their end. Returns true if it
/// made them. Throws std::invalid_argument naming a bad name or number of days, and
/// std::runtime_error naming the file that cannot be written, or that holds a certificate which
/// somebody else made: that one is never replaced.
/// Source: RFC 5280; CA/Browser Forum Baseline Requirements 6.3.2 (398 days).
bool ensure_certificate(const own_certificate& wanted);

/// Reads the first certificate of a PEM file. Throws std::runtime_error naming the file.
certificate_facts read_certificate(const std::filesystem::path& file);

}  // namespace outcry::http
