#include "adapters/discord/gateway_session.hpp"

#include <algorithm>
#include <utility>

namespace outcry::discord {

namespace {

/// Ours: any code but 1000 and 1001, which would end the session on Discord's side.
constexpr std::uint16_t keep_session = 4000;
constexpr std::int64_t shortest_beat_ms = 10;
constexpr std::int64_t longest_beat_ms = 10 * 60000;

bool begins_anew(std::uint16_t code) {
  return code == 4007 || code == 4009;  // invalid sequence, session timed out
}

}  // namespace

std::optional<std::string> fatal_close(std::uint16_t code) {
  switch (code) {
    case 4004:
      return "Discord refuses the token (4004): it is wrong or has been reset";
    case 4010:
    case 4011:
      return "Discord wants this bot to shard its connection (" + std::to_string(code) +
             "), which Outcry does not do: the bot is in too many servers";
    case 4012:
      return "Discord no longer speaks version 10 of its gateway (4012)";
    case 4013:
      return "Discord does not know one of the intents that are asked for (4013)";
    case 4014:
      return "Discord does not allow this bot the intents it asks for (4014): switch \"Message "
             "Content Intent\" on in the developer portal, on the bot's page";
    default:
      return std::nullopt;
  }
}

gateway_session::gateway_session(session_options options, identify_budget& budget,
                                 std::function<double()> random)
    : options_(std::move(options)), budget_(budget), random_(std::move(random)) {}

session_actions gateway_session::start(std::int64_t now) {
  session_actions out;
  if (phase_ != phase::idle) return out;
  wait(now, next::ask);
  go_on(now, out);
  return out;
}

void gateway_session::wait(std::int64_t until, next then) {
  phase_ = phase::waiting;
  next_ = then;
  wait_until_ = until;
  beat_at_.reset();
}

void gateway_session::go_on(std::int64_t now, session_actions& out) {
  switch (next_) {
    case next::ask:
      phase_ = phase::asking;
      wait_until_.reset();
      out.emplace_back(action::ask_gateway{});
      return;
    case next::identify:
    case next::resume: {
      resuming_ = next_ == next::resume;
      phase_ = phase::connecting;
      wait_until_.reset();  // connecting has a time limit of its own
      window_.clear();
      const auto& base = resuming_ && !resume_url_.empty() ? resume_url_ : info_.url;
      out.emplace_back(action::open_socket{gateway_url(base, options_.compressed)});
      static_cast<void>(now);
      return;
    }
  }
}

session_actions gateway_session::gateway_known(std::int64_t now, const gateway_info& info) {
  session_actions out;
  if (phase_ != phase::asking) return out;
  info_ = info;
  plan_identify(now, out);
  return out;
}

void gateway_session::plan_identify(std::int64_t now, session_actions& out) {
  try {
    const auto pause = budget_.wait_ms(info_);
    wait(now + pause, next::identify);
    if (pause == 0) return go_on(now, out);
    if (pause > options_.longest_retry_ms)
      out.emplace_back(action::changed{
          false, "the next identify is allowed in " + std::to_string(pause / 1000) + " s"});
  } catch (const std::exception& problem) {
    stop_for_good(problem.what(), out);
  }
}

session_actions gateway_session::gateway_unknown(std::int64_t now, const std::string& reason) {
  session_actions out;
  if (phase_ != phase::asking) return out;
  ++failures_;
  out.emplace_back(action::changed{false, reason});
  wait(now + retry_delay(), next::ask);
  return out;
}

session_actions gateway_session::opened(std::int64_t now) {
  if (phase_ == phase::connecting) {
    phase_ = phase::greeting;
    wait_until_ = now + options_.hello_timeout_ms;
  }
  return {};
}

session_actions gateway_session::received(std::int64_t now, std::string_view payload) {
  session_actions out;
  if (phase_ != phase::greeting && phase_ != phase::beginning && phase_ != phase::live) return out;
  try {
    take(now, read_payload(payload), out);
  } catch (const bad_payload& problem) {
    close(now, std::string("the gateway sent what cannot be read: ") + problem.what(), out);
  }
  return out;
}

session_actions gateway_session::broken(std::int64_t now, const std::string& reason) {
  session_actions out;
  if (phase_ == phase::greeting || phase_ == phase::beginning || phase_ == phase::live)
    close(now, reason, out);
  return out;
}

void gateway_session::take(std::int64_t now, const gateway_payload& payload, session_actions& out) {
  switch (payload.op) {
    case gateway_op::hello:
      if (phase_ == phase::greeting) greet(now, payload.data, out);
      return;
    case gateway_op::dispatch:
      if (phase_ != phase::greeting) dispatch(now, payload, out);
      return;
    case gateway_op::heartbeat:
      if (window_.take(now, send_window::provoked_limit))
        out.emplace_back(action::send_text{heartbeat_payload(sequence_)});
      return;
    case gateway_op::heartbeat_ack:
      if (unanswered_beat_) round_trip_ms_ = now - beaten_at_;
      unanswered_beat_ = false;
      return;
    case gateway_op::reconnect:
      return close(now, "Discord asks for a new connection", out);
    case gateway_op::invalid_session:
      if (!payload.data.is_boolean() || !payload.data.get<bool>()) {
        forget_session();
        least_delay_ = static_cast<std::int64_t>(static_cast<double>(options_.invalid_session_ms) *
                                                 (1 + 4 * random_()));
        return close(now, "Discord says that the session is invalid", out);
      }
      return close(now, "Discord says that the session must be resumed", out);
    default:
      ++unknown_ops_;
  }
}

void gateway_session::greet(std::int64_t now, const nlohmann::json& data, session_actions& out) {
  const auto* every = data.is_object() && data.contains("heartbeat_interval")
                          ? &data["heartbeat_interval"]
                          : nullptr;
  if (every == nullptr || !every->is_number())
    throw bad_payload("heartbeat_interval: expected a number of ms");
  const auto ms = every->get<double>();
  if (!(ms >= static_cast<double>(shortest_beat_ms) && ms <= static_cast<double>(longest_beat_ms)))
    throw bad_payload("heartbeat_interval: expected 10 to 600000 ms");
  beat_every_ = static_cast<std::int64_t>(ms);
  beat_at_ = now + static_cast<std::int64_t>(ms * random_());
  unanswered_beat_ = false;
  round_trip_ms_ = -1;
  phase_ = phase::beginning;
  wait_until_ = now + options_.ready_timeout_ms;
  if (!resuming_) return identify(now, out);
  ++resumes_;
  ++failed_resumes_;  // until RESUMED says otherwise
  window_.take(now);
  out.emplace_back(action::send_text{resume_payload(options_.token, session_id_, *sequence_)});
}

void gateway_session::identify(std::int64_t now, session_actions& out) {
  try {
    budget_.spend();
  } catch (const std::exception& problem) {
    out.emplace_back(action::close_socket{keep_session, ""});
    return stop_for_good(problem.what(), out);
  }
  forget_session();
  ++identifies_;
  window_.take(now);
  out.emplace_back(action::send_text{identify_payload(options_.token, options_.intents)});
}

void gateway_session::dispatch(std::int64_t now, const gateway_payload& payload,
                               session_actions& out) {
  if (phase_ == phase::beginning) wait_until_ = now + options_.ready_timeout_ms;
  const bool ready = payload.type == "READY";
  const bool resumed = payload.type == "RESUMED";
  if (ready) {
    auto info = read_ready(payload.data);
    session_id_ = std::move(info.session_id);
    resume_url_ = std::move(info.resume_url);
    sequence_.reset();
  }
  if (payload.sequence) sequence_ = std::max(sequence_.value_or(0), *payload.sequence);
  if ((ready || resumed) && phase_ == phase::beginning) {
    phase_ = phase::live;
    live_since_ = now;
    wait_until_.reset();
    failed_resumes_ = 0;
    out.emplace_back(action::changed{true, {}});
  }
  out.emplace_back(action::deliver{payload.type, payload.data});
}

void gateway_session::beat(std::int64_t now, session_actions& out) {
  if (unanswered_beat_) return close(now, "Discord did not answer a heartbeat", out);
  beat_at_ = now + beat_every_;
  if (!window_.take(now)) return;
  unanswered_beat_ = true;
  beaten_at_ = now;
  out.emplace_back(action::send_text{heartbeat_payload(sequence_)});
}

void gateway_session::close(std::int64_t now, std::string reason, session_actions& out) {
  static_cast<void>(now);
  if (live()) out.emplace_back(action::changed{false, reason});
  phase_ = phase::closing;
  wait_until_.reset();  // closing has a time limit of its own
  beat_at_.reset();
  out.emplace_back(action::close_socket{keep_session, std::move(reason)});
}

session_actions gateway_session::closed(std::int64_t now, std::uint16_t code,
                                        const std::string& reason) {
  session_actions out;
  if (phase_ == phase::idle || phase_ == phase::asking || phase_ == phase::waiting ||
      phase_ == phase::over)
    return out;
  const bool ours = phase_ == phase::closing;
  if (!ours) {
    if (auto fatal = fatal_close(code)) {
      stop_for_good(*fatal, out);
      return out;
    }
    if (begins_anew(code)) forget_session();
  }
  if (ours) {
    reconnect(now, {}, out);
  } else {
    reconnect(now,
              code == 0 ? "the connection was lost" + (reason.empty() ? "" : ": " + reason)
                        : "Discord closed the connection with code " + std::to_string(code),
              out);
  }
  return out;
}

void gateway_session::reconnect(std::int64_t now, const std::string& reason, session_actions& out) {
  if (!reason.empty()) out.emplace_back(action::changed{false, reason});
  const bool stable = live_since_ && now - *live_since_ >= options_.stable_ms;
  if (resuming_ && phase_ == phase::connecting) ++failed_resumes_;
  failures_ = stable ? 0 : failures_ + 1;
  live_since_.reset();
  if (failed_resumes_ >= options_.max_failed_resumes) forget_session();
  const auto delay = std::max(stable ? 0 : retry_delay(), std::exchange(least_delay_, 0));
  wait(now + delay, can_resume() ? next::resume : next::ask);
  if (delay == 0) go_on(now, out);
}

std::int64_t gateway_session::retry_delay() {
  const auto ceiling =
      std::min(options_.longest_retry_ms, options_.shortest_retry_ms << std::min(failures_, 20));
  return static_cast<std::int64_t>(static_cast<double>(ceiling) * random_());
}

void gateway_session::forget_session() {
  session_id_.clear();
  resume_url_.clear();
  sequence_.reset();
  failed_resumes_ = 0;
}

void gateway_session::stop_for_good(std::string reason, session_actions& out) {
  phase_ = phase::over;
  wait_until_.reset();
  beat_at_.reset();
  out.emplace_back(action::changed{false, reason});
  out.emplace_back(action::give_up{std::move(reason)});
}

session_actions gateway_session::tick(std::int64_t now) {
  session_actions out;
  if (wait_until_ && now >= *wait_until_) {
    switch (phase_) {
      case phase::waiting:
        go_on(now, out);
        return out;
      case phase::greeting:
        close(now, "Discord does not greet", out);
        return out;
      case phase::beginning:
        close(
            now,
            resuming_ ? "Discord does not resume the session" : "Discord does not begin a session",
            out);
        return out;
      default:
        wait_until_.reset();
    }
  }
  if (beat_at_ && now >= *beat_at_) beat(now, out);
  return out;
}

std::optional<std::int64_t> gateway_session::wake_at() const {
  if (!wait_until_) return beat_at_;
  if (!beat_at_) return wait_until_;
  return std::min(*wait_until_, *beat_at_);
}

}  // namespace outcry::discord
