#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outcry::inspection_http {

/// The text behind `scheme` ("Bearer", without regard to case) of an Authorization header.
std::optional<std::string> after_scheme(std::string_view header, std::string_view scheme);

/// The password of "Authorization: Basic ..."; whoever it says to be does not matter. Nothing if
/// `encoded` is no strict base64 of "user:password". Source: RFC 7617.
std::optional<std::string> basic_password(std::string_view encoded);

}  // namespace outcry::inspection_http
