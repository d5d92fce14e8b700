#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/signals/process_message.hpp"
#include "adapters/discord/gateway_payload.hpp"
#include "adapters/discord/gateway_session.hpp"
#include "adapters/discord/zlib_stream.hpp"
#include "adapters/websocket/client.hpp"
#include "tests/bench/message_route.hpp"
#include "tests/support/fake_discord.hpp"
#include "tests/support/process.hpp"

namespace outcry::bench {

/// A WebSocket client whose callback parses a payload and reads the message in it: the least that
/// understanding a call takes. With `compressed` it inflates the payload first, as a floor does.
class bare_gateway {
public:
  /// Has a session when it returns. Throws std::runtime_error.
  bare_gateway(const test::fake_discord& discord, bool compressed, message_route& to) : to_(to) {
    if (compressed) inflater_ = std::make_unique<discord::zlib_stream>(1 << 20);
    websocket::client_handlers handlers;
    handlers.on_message = [this](bool, std::string_view bytes) { take(bytes); };
    auto url = fmt::format("ws://127.0.0.1:{}/?v=10&encoding=json", discord.port());
    if (compressed) url += "&compress=zlib-stream";
    socket_ =
        std::make_unique<websocket::client>(url, websocket::client_options{}, std::move(handlers));
    if (!test::eventually([this] { return hello_.load(); }) ||
        !socket_->send(discord::identify_payload(discord.token(), discord::default_intents)) ||
        !test::eventually([&] { return discord.sessions() == 1; }))
      throw std::runtime_error("the bare loop has no session");
  }

private:
  void take(std::string_view bytes) {
    const auto heard = to_.now();
    try {
      std::optional<std::string> inflated;
      if (inflater_) {
        inflated = inflater_->feed(bytes);
        if (!inflated) return;
        bytes = *inflated;
      }
      const auto payload = nlohmann::json::parse(bytes);
      if (payload.at("op") == discord::gateway_op::hello) hello_ = true;
      if (payload.value("t", "") != "MESSAGE_CREATE") return;
      signals::message_context context;
      context.rules.asset = signals::asset_kind::stock;
      const auto read = signals::process_message(
          payload.at("d").at("content").get_ref<const std::string&>(), context);
      if (read.outcome != signals::verdict::signal) to_.complain(read.reason);
      to_.note(to_.arrived(), &message_times::heard, heard);
      to_.arrives();
    } catch (const std::exception& error) {
      to_.complain(error.what());
    }
  }

  message_route& to_;
  std::unique_ptr<discord::zlib_stream> inflater_;
  std::atomic<bool> hello_{false};
  std::unique_ptr<websocket::client> socket_;
};

}  // namespace outcry::bench
