#pragma once

#include <string>
#include <vector>

namespace outcry::http::detail {

/// An IP address of 4 or 16 bytes, as inet_ntop writes it.
std::string address_text(const std::string& bytes);

/// Host names and addresses as they stand in a certificate: lower case, sorted, each once. Throws
/// std::invalid_argument naming what is neither, or if there is none.
std::vector<std::string> normal_names(const std::vector<std::string>& given);

/// "DNS:box.local,IP:192.168.1.20": OpenSSL's form of subjectAltName.
std::string alternative_names(const std::vector<std::string>& names);

/// OpenSSL's form of nameConstraints: a phone that is told to trust this certificate as an
/// authority must not trust it for anything else.
std::string name_constraints(const std::vector<std::string>& names);

}  // namespace outcry::http::detail
