#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/certificate.hpp"

namespace outcry::firebase::exposure {

/// Where others shall reach the local Firebase.
struct wish {
  std::string id;                      ///< another one for each that is written
  std::vector<std::string> addresses;  ///< IPv4 or IPv6, to listen on; 1 to 16
  std::uint16_t port = 0;              ///< 1 to 65535
  std::vector<std::string> names;      ///< host names beside them; at most 16

  bool operator==(const wish&) const = default;
};

/// "192.168.1.20:9000", "[fd00::1]:9000".
std::string host_of(std::string_view name, std::uint16_t port);

/// "https://192.168.1.20:9000/", without the port if that is 443.
std::string url_of(std::string_view name, std::uint16_t port);

/// The Host headers of requests that come where `x` says.
std::vector<std::string> hosts_of(const wish& x);

/// The certificate for `x` in the data folder.
http::own_certificate certificate_for(const wish& x, const std::filesystem::path& data_dir);

/// data_dir/exposed.json.
class wish_file {
public:
  explicit wish_file(const std::filesystem::path& data_dir) : path_(data_dir / "exposed.json") {}

  /// Nothing = closed. Throws std::runtime_error naming the file if it makes no sense.
  std::optional<wish> load() const;

  /// In one step. `x.id` is replaced by a new one. Throws std::runtime_error.
  void write(wish& x) const;

  /// False if there was none. Throws std::runtime_error.
  bool remove() const;

private:
  std::filesystem::path path_;
};

}  // namespace outcry::firebase::exposure
