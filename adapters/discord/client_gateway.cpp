// The gateway's side of the client: what the session wishes, and what the socket brings.

#include <chrono>
#include <utility>
#include <variant>

#include "adapters/discord/client_core.hpp"

namespace outcry::discord {

namespace {

constexpr std::size_t max_waiting_bytes = 64 * 1024 * 1024;
/// More than the longest time between two heartbeats, so that ours find a dead gateway first.
constexpr std::chrono::minutes socket_idle_timeout{3};

}  // namespace

void client::core::act(session_actions actions) {
  for (auto& one : actions) std::visit([this](auto& wish) { act_on(wish); }, one);
  identifies_ = session_.identifies();
  round_trip_ms_ = session_.round_trip_ms();
  resumes_ = session_.resumes();
}

void client::core::act_on(const action::ask_gateway&) {
  rest_->ask_gateway(
      [this](const rest_answer& answer) { post([this, answer] { know_gateway(answer); }); });
}

void client::core::know_gateway(const rest_answer& answer) {
  if (answer.outcome == rest_outcome::unauthorized)
    return fail("Discord no longer accepts the bot's token");
  std::string problem = answer.error;
  if (answer.outcome == rest_outcome::ok) {
    try {
      return act(session_.gateway_known(steady_ms(), read_gateway_info(answer.body)));
    } catch (const bad_payload& bad) {
      problem = std::string("Discord GET /gateway/bot: ") + bad.what();
    }
  }
  act(session_.gateway_unknown(steady_ms(), problem));
}

void client::core::act_on(const action::open_socket& wish) {
  const auto turn = ++turn_;
  inflater_.reset();
  if (options_.session.compressed)
    inflater_ = std::make_unique<zlib_stream>(options_.max_payload_bytes);
  websocket::client_options settings;
  settings.ca_file = options_.ca_file;
  settings.max_message_bytes = options_.max_payload_bytes;
  settings.idle_timeout = socket_idle_timeout;
  websocket::client_handlers handlers;
  handlers.on_open = [this, turn] {
    post([this, turn] {
      if (turn == turn_) act(session_.opened(steady_ms()));
    });
  };
  handlers.on_message = [this, turn](bool binary, std::string_view bytes) {
    waiting_bytes_ += bytes.size();
    post([this, turn, binary, frame = std::string(bytes)] {
      waiting_bytes_ -= frame.size();
      if (turn == turn_) take_frame(binary, frame);
    });
  };
  handlers.on_close = [this, turn](const websocket::close_info& info) {
    post([this, turn, info] {
      if (turn != turn_) return;
      act(session_.closed(steady_ms(), info.code, info.error.empty() ? info.reason : info.error));
    });
  };
  try {
    socket_.reset();
    socket_ =
        std::make_unique<websocket::client>(wish.url, std::move(settings), std::move(handlers));
  } catch (const std::exception& problem) {
    post([this, turn, reason = std::string(problem.what())] {
      if (turn == turn_) act(session_.closed(steady_ms(), 0, reason));
    });
  }
}

void client::core::act_on(const action::send_text& wish) {
  // What cannot be sent is found by the heartbeat that is never answered.
  if (socket_) socket_->send(wish.text);
}

void client::core::act_on(const action::close_socket& wish) {
  if (socket_) socket_->close(wish.code, wish.reason.empty() ? "" : "closing");
}

void client::core::act_on(const action::changed& change) {
  say(change.live ? client_state::live : client_state::connecting, change.reason);
}

void client::core::act_on(const action::give_up& end) {
  fail(end.reason);
}

void client::core::act_on(const action::deliver& event) {
  try {
    take_event(event.type, event.data);
  } catch (const bad_payload& problem) {
    ++unreadable_;
    trouble(0, event.type.substr(0, 40) + ": " + problem.what());
  }
}

void client::core::take_frame(bool binary, const std::string& frame) {
  ++payloads_;
  // The bytes behind this one are still waiting; what is closed now is heard again by resuming.
  if (waiting_bytes_ > max_waiting_bytes)
    return act(session_.broken(steady_ms(), "Discord sends faster than we can read"));
  if (!binary || !inflater_) return take_payload(frame);
  std::optional<std::string> whole;
  try {
    whole = inflater_->feed(frame);
  } catch (const bad_stream& problem) {
    ++unreadable_;
    return act(session_.broken(steady_ms(), problem.what()));
  }
  if (whole) take_payload(*whole);
}

void client::core::take_payload(const std::string& text) {
  act(session_.received(steady_ms(), text));
}

}  // namespace outcry::discord
