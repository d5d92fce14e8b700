#include "adapters/firebase/stream.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "adapters/firebase/event_data.hpp"

namespace outcry::firebase {

namespace {

using namespace std::chrono_literals;

constexpr auto patient_after_revocation = 30s;

void wait_on_condition(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

stream_options with_defaults(stream_options options) {
  if (!options.on_event) throw std::invalid_argument("stream: on_event is missing");
  if (!options.wait) options.wait = &wait_on_condition;
  if (!options.random) options.random = system_random();
  if (!options.now) options.now = [] { return std::chrono::steady_clock::now(); };
  static_cast<void>(encode_path(options.path));
  return options;
}

exchange_options common(const stream_options& from) {
  exchange_options to;
  to.connect_timeout = from.connect_timeout;
  to.max_response_bytes = from.limits.event_bytes;
  to.ca_file = from.ca_file;
  to.user_agent = from.user_agent;
  to.now = from.wall_now;
  return to;
}

}  // namespace

const char* to_string(stream_state state) {
  switch (state) {
    case stream_state::connecting:
      return "connecting";
    case stream_state::live:
      return "live";
    case stream_state::down:
      return "down";
    case stream_state::cancelled:
      return "cancelled";
    case stream_state::fallback_polling:
      return "fallback_polling";
  }
  return "?";
}

stream::stream(database_url url, std::shared_ptr<credentials> identity, stream_options options)
    : options_(with_defaults(std::move(options))),
      parameters_(to_parameters(options_.query)),
      exchange_(std::move(url), identity ? std::move(identity) : no_credentials(),
                common(options_)),
      backoff_(options_.backoff_base, options_.backoff_cap, options_.random),
      thread_([this](const std::stop_token& token) { run(token); }) {}

stream::~stream() {
  stop();
}

void stream::stop() {
  thread_.request_stop();
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

stream_counters stream::counters() const {
  stream_counters c;
  c.connections = counts_.connections;
  c.polls = counts_.polls;
  c.events = counts_.events;
  c.keep_alives = counts_.keep_alives;
  c.auth_revoked = counts_.auth_revoked;
  c.stalls = counts_.stalls;
  c.unknown_events = counts_.unknown_events;
  c.malformed_events = counts_.malformed_events;
  c.callback_errors = counts_.callback_errors;
  return c;
}

void stream::announce(stream_state state, std::string reason, std::chrono::milliseconds retry_in) {
  if (!options_.on_state) return;
  try {
    options_.on_state({state, std::move(reason), retry_in});
  } catch (...) {
    ++counts_.callback_errors;
  }
}

void stream::pass_on(stream_event::kind what, std::string_view path, std::string_view data) {
  ++counts_.events;
  try {
    options_.on_event({what, path, data});
  } catch (...) {
    ++counts_.callback_errors;
  }
}

void stream::rest(const verdict& why, const std::stop_token& stop) {
  const auto pause = std::max(backoff_.next(), why.at_least);
  announce(stream_state::down, why.reason, pause);
  options_.wait(pause, stop);
}

void stream::run(const std::stop_token& stop) {
  bool polling = false;
  while (!stop.stop_requested()) {
    verdict end;
    try {
      end = polling ? poll(stop) : connect(stop);
    } catch (const std::exception& problem) {
      end.reason = problem.what();
    } catch (...) {
      end.reason = "unknown error";
    }
    if (stop.stop_requested()) return;
    switch (end.what) {
      case verdict::next::finish:
        announce(stream_state::cancelled, std::move(end.reason));
        return;
      case verdict::next::poll:
        polling = true;
        announce(stream_state::fallback_polling, std::move(end.reason));
        break;
      case verdict::next::at_once:
        polling = false;
        announce(stream_state::down, std::move(end.reason));
        break;
      case verdict::next::back_off:
        polling = false;
        rest(end, stop);
        break;
    }
  }
}

stream::verdict stream::explain(const reply& answer) const {
  verdict result;
  result.reason = answer.error.empty() ? "the server ended the stream" : answer.error;
  result.at_least = answer.retry_after.value_or(0ms);
  return result;
}

stream::verdict stream::connect(const std::stop_token& stop) {
  ++counts_.connections;
  live_ = false;
  announce(stream_state::connecting);
  exchange::call call;
  call.path = options_.path;
  call.parameters = parameters_;
  call.headers = {"Accept: text/event-stream", "Cache-Control: no-cache"};
  call.stall_timeout = options_.stall_timeout;

  sse_parser parser(options_.limits);
  std::optional<verdict> ending;
  const auto answer =
      exchange_.run(call, stop, [&](const web::http_head& head, std::string_view piece) {
        if (!head.content_type.starts_with("text/event-stream")) {
          ending.emplace();
          ending->reason = "expected text/event-stream, the server sends '" +
                           head.content_type.substr(0, 100) + "'";
          return false;
        }
        const bool good = parser.feed(piece, [&](const sse_event& event) {
          verdict why;
          if (!ending && !stop.stop_requested() && !take(event, why)) ending = std::move(why);
        });
        if (!good && !ending) {
          ending.emplace();
          ending->reason = parser.error();
        }
        return !ending && !stop.stop_requested();
      });
  if (ending) return *ending;
  if (answer.kind == outcome::timed_out) ++counts_.stalls;
  auto result = explain(answer);
  if (answer.http_status == 400 && !parameters_.empty()) {
    result.what = verdict::next::poll;
    result.reason = "the server refuses to stream this query, reading it every " +
                    std::to_string(options_.poll_interval.count()) +
                    " ms instead: " + result.reason;
  }
  return result;
}

bool stream::take(const sse_event& event, verdict& ending) {
  const bool put = event.type == "put";
  if (put || event.type == "patch") {
    const auto change = parse_event_data(event.data);
    if (!change) {
      // What it said is lost: only reading everything again makes the picture whole.
      ++counts_.malformed_events;
      ending.reason = "malformed " + event.type + " event";
      return false;
    }
    if (!std::exchange(live_, true)) announce(stream_state::live);
    backoff_.reset();
    pass_on(put ? stream_event::kind::put : stream_event::kind::patch, change->path, change->data);
    return true;
  }
  if (event.type == "keep-alive") {
    ++counts_.keep_alives;
    if (!std::exchange(live_, true)) announce(stream_state::live);
    backoff_.reset();
    return true;
  }
  if (event.type == "cancel") {
    ending.what = verdict::next::finish;
    ending.reason = "cancelled by the server: the rules no longer allow reading here";
    return false;
  }
  if (event.type == "auth_revoked") {
    ++counts_.auth_revoked;
    const auto now = options_.now();
    const bool again = revoked_before_ && now - revoked_at_ < patient_after_revocation;
    revoked_before_ = true;
    revoked_at_ = now;
    ending.what = again ? verdict::next::back_off : verdict::next::at_once;
    ending.reason = "the credential is no longer valid";
    exchange_.invalidate_used();
    return false;
  }
  ++counts_.unknown_events;
  return true;
}

stream::verdict stream::poll(const std::stop_token& stop) {
  exchange::call call;
  call.path = options_.path;
  call.parameters = parameters_;
  call.total_timeout = options_.poll_timeout;
  std::optional<std::string> last;
  while (true) {
    ++counts_.polls;
    auto answer = exchange_.run(call, stop);
    if (answer.kind != outcome::ok) return explain(answer);
    backoff_.reset();
    if (!last || *last != answer.body) {
      pass_on(stream_event::kind::put, "/", answer.body);
      last = std::move(answer.body);
    }
    options_.wait(options_.poll_interval, stop);
    if (stop.stop_requested()) return {};
  }
}

}  // namespace outcry::firebase
