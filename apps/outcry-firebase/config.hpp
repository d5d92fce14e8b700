#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace outcry::app {

/// What outcry-firebase takes from the floor's configuration file.
struct firebase_config {
  std::filesystem::path data_dir;         ///< [floor] data_dir; empty = not given
  std::string listen = "127.0.0.1:9000";  ///< [local_firebase] listen: "address:port"
  std::vector<std::string> hosts;         ///< [local_firebase] hosts: more Host names allowed
  std::vector<std::string> origins;       ///< [local_firebase] origins: more web origins allowed
};

/// Reads [floor] data_dir (relative: to the file's folder) and [local_firebase] from a TOML file.
/// Other sections are the floor's business. Throws std::runtime_error naming file, line, what was
/// expected and what was found.
firebase_config read_config(const std::filesystem::path& file);

/// Applies OUTCRY_FLOOR_DATA_DIR and OUTCRY_LOCAL_FIREBASE_LISTEN, _HOSTS, _ORIGINS (these two
/// separated by commas). `variable` is getenv, or a test's own.
void apply_environment(firebase_config& config,
                       const std::function<const char*(const char*)>& variable);

/// An address to listen on.
struct endpoint {
  std::string address;
  std::uint16_t port = 0;
  bool loopback = false;
};

/// Reads "address:port", "[ipv6]:port" or "localhost:port"; port 0 = the kernel chooses. Throws
/// std::runtime_error naming what was expected and what was found.
endpoint parse_endpoint(const std::string& text);

}  // namespace outcry::app
