#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace outcry::http {

/// Reads the token in `file` (surrounding white space ignored). Throws std::runtime_error naming
/// the file, what was expected and what was found; the token itself never stands in the text.
std::string read_token(const std::filesystem::path& file);

/// As `read_token`; a missing file is made first, mode 0600, holding 32 random bytes in base64url.
/// When several processes do so at the same time, all return the same token. Throws
/// std::runtime_error when the file can be neither read nor made.
std::string ensure_token(const std::filesystem::path& file);

/// Compares secrets in a time that depends on neither's content.
bool same_token(std::string_view left, std::string_view right);

}  // namespace outcry::http
