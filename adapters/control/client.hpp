#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "adapters/control/dial.hpp"
#include "adapters/control/line_splitter.hpp"
#include "adapters/control/unix_socket.hpp"

namespace outcry::control {

/// A blocking connection to a floor, for one thread.
class client {
public:
  /// Connects and hears the floor's greeting. `go_on` is called at least ten times a second while
  /// waiting for it; false gives up. Throws floor_unreachable.
  explicit client(const std::filesystem::path& socket,
                  std::chrono::milliseconds limit = std::chrono::seconds(5),
                  const std::function<bool()>& go_on = {});

  /// What the floor said of itself: {"outcry":1,"name","version"}.
  const nlohmann::json& greeting() const;

  struct listener {
    /// Each item, as it comes.
    std::function<void(const nlohmann::json&)> item;
    /// So many lines of a live stream were left out, because we were too slow.
    std::function<void(std::uint64_t)> dropped;
    /// Called at least ten times a second while waiting; false ends the call.
    std::function<bool()> go_on;
    /// Longest silence between two lines.
    std::chrono::milliseconds silence = std::chrono::seconds(15);
  };

  /// Sends one request and hears its answer. `arguments` is an object without "id" and "op".
  /// Returns the last line ({"id","end",...}), or null when `go_on` ended the call: the connection
  /// is closed then. Throws floor_unreachable and request_refused, and what `item` throws.
  nlohmann::json call(const std::string& op, const nlohmann::json& arguments, const listener& on);

private:
  nlohmann::json next_line(std::chrono::milliseconds limit, const std::function<bool()>& go_on);
  void write(const std::string& line, std::chrono::milliseconds limit);

  unique_fd fd_;
  line_splitter input_;
  std::shared_ptr<nlohmann::json> greeting_;
  std::uint64_t last_id_ = 0;
};

}  // namespace outcry::control
