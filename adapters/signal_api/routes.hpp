#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace outcry::signal_api {

enum class right : std::uint8_t { none, any, read, contribute };

enum class route_name : std::uint8_t {
  health,
  openapi,
  post_message,
  list_messages,
  post_signal,
  list_signals,
  one_signal,
  alert,
  alert_with_secret,
};

/// What can be asked, and what for it takes.
struct route {
  route_name name;
  std::string_view method;
  std::string_view path;  ///< "{id}" stands for one segment that is not empty
  right needs;
};

/// All of them.
std::span<const route> routes();

struct matched {
  const route* what = nullptr;  ///< nullptr: no such path, or not with this method
  std::string segment;          ///< what stood for "{id}", decoded
  std::string allowed;          ///< the methods of the path, "GET, POST"; empty: no such path
};

/// Finds the route; `path` as sent. A path with a broken or hidden slash matches nothing.
matched match(std::string_view method, std::string_view path);

}  // namespace outcry::signal_api
