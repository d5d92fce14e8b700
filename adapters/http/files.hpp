#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.hpp"

namespace outcry::http {

/// For a page built by Vite that keeps its scripts and styles in files: no inline script or style,
/// nothing from elsewhere, not to be framed; it may talk to its own server and to any WebSocket.
inline constexpr std::string_view strict_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self' ws: wss:; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct file_options {
  std::filesystem::path folder;
  std::string policy = std::string(strict_policy);  ///< Content-Security-Policy; empty = none
  std::size_t max_total = 64u << 20;                ///< bytes of all files
  std::size_t max_files = 10'000;
};

/// A folder of static files, one of them index.html, as a website whose paths the page itself
/// understands: what looks like a page and is no file is index.html as well.
///
/// The folder is read once, into memory: answering touches no disk, so a path can lead nowhere
/// else, and what is served is what was there. Left out are names that begin with a dot, anything
/// that is not a regular file, and links that lead out of the folder. `name.gz` is the packed form
/// of `name`; where it is missing, texts are packed when the folder is read.
class static_files {
public:
  /// Reads the folder. Throws std::runtime_error naming the folder, or the file in it, and what is
  /// wrong: no index.html, unreadable, too large, too many.
  explicit static_files(file_options opts);

  /// The answer to a request: 200, 304, 404, or 405 for anything but GET and HEAD, 400 for a path
  /// that is broken or tries to be clever. Any thread.
  response answer(const request& asked) const;

private:
  struct file {
    std::string body;
    std::string packed;  // empty = none
    std::string tag;     // without its quotation marks
    std::string type;
    bool for_ever = false;  // its name changes with its content
  };

  void read_folder();
  void add(const std::string& name, const std::filesystem::path& place);
  response send(const file& found, const request& asked) const;
  response refuse(int status, std::string_view text) const;
  std::vector<header> common_headers() const;

  const file_options opts_;
  std::size_t total_ = 0;
  std::map<std::string, file, std::less<>> files_;  // by path without the first '/'
};

}  // namespace outcry::http
