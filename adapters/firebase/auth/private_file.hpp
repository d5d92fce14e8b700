#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase::auth {

/// The whole of a small file; nothing if there is none. Throws std::runtime_error naming `what`
/// and the file if it is there but cannot be read or is larger than `limit` bytes.
std::optional<std::string> read_private_file(const std::filesystem::path& file,
                                             std::string_view what, std::size_t limit);

/// Puts `text` into `file`, mode 0600, in one step: whoever reads meanwhile, or after a power cut,
/// finds the old text or the new one. On the disk when this returns. Throws std::runtime_error.
void write_private_file(const std::filesystem::path& file, std::string_view what,
                        std::string_view text);

/// Removes `file`, on the disk when this returns; false if there is none. Throws
/// std::runtime_error.
bool remove_private_file(const std::filesystem::path& file, std::string_view what);

}  // namespace outcry::firebase::auth
