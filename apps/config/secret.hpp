#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

namespace outcry::config {

/// The content of a `*_file` key without the line end behind it. The error names the file and
/// what is wrong with it, never its content: missing, not readable, empty, longer than 16 KiB.
tl::expected<std::string, std::string> read_secret(const std::filesystem::path& file);

}  // namespace outcry::config
