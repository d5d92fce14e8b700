#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/discord/gateway_payload.hpp"
#include "adapters/discord/identify_budget.hpp"
#include "adapters/discord/send_window.hpp"

namespace outcry::discord {

/// GUILDS, GUILD_MESSAGES and MESSAGE_CONTENT.
constexpr unsigned default_intents = (1U << 0) | (1U << 9) | (1U << 15);

struct session_options {
  std::string token;
  unsigned intents = default_intents;
  bool compressed = true;
  std::int64_t hello_timeout_ms = 20000;
  std::int64_t ready_timeout_ms = 60000;  ///< since the last dispatch, until READY or RESUMED
  std::int64_t stable_ms = 30000;         ///< a session this long ends the growing distance
  std::int64_t shortest_retry_ms = 1000;  ///< doubled with each failure, with full jitter
  std::int64_t longest_retry_ms = 60000;
  std::int64_t invalid_session_ms = 1000;  ///< after op 9 false: once to five times this
  int max_failed_resumes = 3;              ///< then a new session begins
};

/// What the owner of a session is to do, in this order.
namespace action {
/// GET /gateway/bot; the answer goes to `gateway_known` or `gateway_unknown`.
struct ask_gateway {};
/// Connect; ends in `opened`, then `closed`, or in `closed`.
struct open_socket {
  std::string url;
};
struct send_text {
  std::string text;
};
/// Close with this code; `closed` follows.
struct close_socket {
  std::uint16_t code = 4000;
  std::string reason;
};
/// An event for the owner. READY: a new session has begun, what came before it must be fetched.
/// RESUMED: nothing was missed.
struct deliver {
  std::string type;
  nlohmann::json data;
};
/// The session went up or down.
struct changed {
  bool live = false;
  std::string reason;  ///< why it is down
};
/// The end: nothing but a person can help.
struct give_up {
  std::string reason;
};
}  // namespace action

using session_action =
    std::variant<action::ask_gateway, action::open_socket, action::send_text, action::close_socket,
                 action::deliver, action::changed, action::give_up>;
using session_actions = std::vector<session_action>;

/// One bot's session on Discord's gateway, version 10, as a pure state machine: it is told what
/// happened and when, and answers what to do. No I/O, no clock, no threads; not thread-safe.
/// (docs.discord.com/developers/events/gateway)
///
/// Times are ms of a monotonic clock, the same for all calls. The owner calls `tick` at `wake_at`.
/// The token appears in `send_text` only.
class gateway_session {
public:
  /// `random` returns numbers in [0, 1); the budget must outlive the session.
  gateway_session(session_options options, identify_budget& budget, std::function<double()> random);

  session_actions start(std::int64_t now);
  session_actions gateway_known(std::int64_t now, const gateway_info& info);
  /// Discord could not be asked. It is asked again.
  session_actions gateway_unknown(std::int64_t now, const std::string& reason);
  session_actions opened(std::int64_t now);
  /// One payload, decompressed.
  session_actions received(std::int64_t now, std::string_view payload);
  /// What came was no payload at all.
  session_actions broken(std::int64_t now, const std::string& reason);
  /// The connection has ended; `code` is the peer's, 0 = none.
  session_actions closed(std::int64_t now, std::uint16_t code, const std::string& reason);
  session_actions tick(std::int64_t now);

  /// When `tick` is wanted; nothing = not before something else happens.
  std::optional<std::int64_t> wake_at() const;

  bool live() const { return phase_ == phase::live; }
  /// Identifies and resumes sent by this object, and payloads of unknown opcodes.
  int identifies() const { return identifies_; }
  int resumes() const { return resumes_; }
  std::uint64_t unknown_ops() const { return unknown_ops_; }
  /// How long Discord took to answer the last heartbeat, ms; -1 = none was answered yet in this
  /// connection.
  std::int64_t round_trip_ms() const { return round_trip_ms_; }

private:
  enum class phase { idle, asking, waiting, connecting, greeting, beginning, live, closing, over };
  enum class next { ask, identify, resume };

  void take(std::int64_t now, const gateway_payload& payload, session_actions& out);
  void greet(std::int64_t now, const nlohmann::json& data, session_actions& out);
  void identify(std::int64_t now, session_actions& out);
  void dispatch(std::int64_t now, const gateway_payload& payload, session_actions& out);
  void beat(std::int64_t now, session_actions& out);
  void close(std::int64_t now, std::string reason, session_actions& out);
  void reconnect(std::int64_t now, const std::string& reason, session_actions& out);
  void wait(std::int64_t until, next then);
  void go_on(std::int64_t now, session_actions& out);
  void plan_identify(std::int64_t now, session_actions& out);
  void stop_for_good(std::string reason, session_actions& out);
  void forget_session();
  bool can_resume() const { return !session_id_.empty() && sequence_.has_value(); }
  std::int64_t retry_delay();

  session_options options_;
  identify_budget& budget_;
  std::function<double()> random_;

  phase phase_ = phase::idle;
  next next_ = next::ask;
  std::optional<std::int64_t> wait_until_;  ///< of the phase: a pause, or its longest time
  std::optional<std::int64_t> beat_at_;
  std::int64_t beat_every_ = 0;
  bool unanswered_beat_ = false;
  std::int64_t beaten_at_ = 0;
  std::int64_t round_trip_ms_ = -1;
  std::optional<std::int64_t> live_since_;
  bool resuming_ = false;
  std::int64_t least_delay_ = 0;  ///< before the next attempt

  gateway_info info_;
  std::string session_id_;
  std::string resume_url_;
  std::optional<std::int64_t> sequence_;

  send_window window_;
  int failures_ = 0;
  int failed_resumes_ = 0;
  int identifies_ = 0;
  int resumes_ = 0;
  std::uint64_t unknown_ops_ = 0;
};

/// Why Discord will never accept this bot with that close code, in words for its owner; nothing if
/// it is worth to connect again.
std::optional<std::string> fatal_close(std::uint16_t code);

}  // namespace outcry::discord
