#include "adapters/firebase/heartbeat.hpp"

#include <atomic>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "messages/dead_man.hpp"

namespace outcry::firebase {

namespace {

class streaming_ear final : public heartbeat_ear {
public:
  streaming_ear(const bridge_options& from, std::function<void(std::int64_t)> on_beat)
      : stream_(from.url, from.identity, options_for(from, std::move(on_beat))) {}

  bool is_deaf() const override { return deaf_; }

private:
  stream_options options_for(const bridge_options& from,
                             std::function<void(std::int64_t)> on_beat) {
    stream_options options;
    options.path = std::string(paths::operator_heartbeat);
    options.ca_file = from.client.ca_file;
    options.stall_timeout = from.stall_timeout;
    options.on_event = [on_beat = std::move(on_beat)](const stream_event& event) {
      if (auto beat = heartbeat_in(event)) on_beat(*beat);
    };
    options.on_state = [this](const stream_status& status) {
      if (status.state == stream_state::down) {
        spdlog::warn("the operator's heartbeat cannot be heard: {}", status.reason);
      } else if (status.state == stream_state::live) {
        spdlog::info("the operator's heartbeat can be heard");
      } else if (status.state == stream_state::cancelled) {
        spdlog::error("Firebase's rules do not let us hear the operator's heartbeat: {}",
                      status.reason);
        deaf_ = true;
      }
    };
    return options;
  }

  std::atomic<bool> deaf_ = false;
  stream stream_;  // the last member: its thread uses the others
};

}  // namespace

std::optional<std::int64_t> heartbeat_in(const stream_event& event) {
  if (event.what != stream_event::kind::put || event.path != "/") return std::nullopt;
  auto value = nlohmann::json::parse(event.data, nullptr, false);
  if (!value.is_number()) return std::nullopt;
  // A database knows doubles only: beyond this they are no whole numbers any more.
  constexpr double most = 9007199254740992;
  auto at = value.get<double>();
  if (!(at >= 1 && at <= most)) return std::nullopt;
  return static_cast<std::int64_t>(at);
}

open_ear_function make_heartbeat_ear(bridge_options options) {
  return [options = std::move(options)](std::function<void(std::int64_t)> on_beat) {
    return std::make_unique<streaming_ear>(options, std::move(on_beat));
  };
}

}  // namespace outcry::firebase
