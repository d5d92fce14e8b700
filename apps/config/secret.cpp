#include "apps/config/secret.hpp"

#include <fstream>

namespace outcry::config {

tl::expected<std::string, std::string> read_secret(const std::filesystem::path& file) {
  constexpr std::size_t longest = 16u << 10;
  std::ifstream in(file, std::ios::binary);
  std::string text(longest + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in.is_open() || in.bad()) return tl::unexpected(file.string() + " cannot be read");
  if (text.size() > longest) return tl::unexpected(file.string() + " is too long for a secret");
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty()) return tl::unexpected(file.string() + " is empty");
  return text;
}

}  // namespace outcry::config
