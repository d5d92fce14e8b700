#include "adapters/discord/rest.hpp"

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "adapters/discord/bot_token.hpp"

namespace outcry::discord {

const char* const default_api = "https://discord.com/api/v10";

namespace {

constexpr std::size_t max_quoted_bytes = 300;
constexpr const char* user_agent = "DiscordBot (outcry, 0.1.0)";

bool allowed(std::string_view api) {
  // "http://127.0.0.1:x@elsewhere" goes elsewhere, with the token.
  if (api.find_first_of("@?#") != std::string_view::npos) return false;
  if (api.starts_with("https://")) return true;
  for (std::string_view local : {"http://127.0.0.1", "http://localhost", "http://[::1]"})
    if (api.starts_with(local) && api.size() > local.size() &&
        (api[local.size()] == ':' || api[local.size()] == '/'))
      return true;
  return false;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

limit_headers read_limits(const web::http_head& head, const std::string& body) {
  limit_headers result;
  result.status = head.status;
  result.bucket = std::string(head.value("x-ratelimit-bucket").substr(0, 100));
  if (auto n = number(head.value("x-ratelimit-remaining")))
    result.remaining = static_cast<int>(std::min(std::max(*n, 0.0), 1e6));
  result.reset_after_s = number(head.value("x-ratelimit-reset-after"));
  if (head.status != 429) return result;
  result.retry_after_s = number(head.retry_after);
  result.global =
      head.value("x-ratelimit-global") == "true" || head.value("x-ratelimit-scope") == "global";
  result.shared = head.value("x-ratelimit-scope") == "shared";
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return result;
  if (auto at = json.find("retry_after"); at != json.end() && at->is_number())
    result.retry_after_s = at->get<double>();
  if (auto at = json.find("global"); at != json.end() && at->is_boolean() && at->get<bool>())
    result.global = true;
  return result;
}

/// Discord's own words in an error, fit for one log line.
std::string words(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  std::string text;
  if (json.is_object())
    if (auto at = json.find("message"); at != json.end() && at->is_string())
      text = at->get<std::string>().substr(0, max_quoted_bytes);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text.empty() ? text : ": " + text;
}

void sleep_really(std::int64_t ms, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, std::chrono::milliseconds(ms), [] { return false; });
}

rest_outcome judge(long status) {
  if (status >= 200 && status < 300) return rest_outcome::ok;
  if (status == 401) return rest_outcome::unauthorized;
  if (status == 403) return rest_outcome::forbidden;
  if (status == 404) return rest_outcome::not_found;
  if (status >= 400 && status < 500 && status != 429 && status != 408) return rest_outcome::refused;
  return rest_outcome::unreachable;
}

}  // namespace

rest_client::rest_client(std::string token, rest_options options)
    : token_(std::move(token)),
      options_(std::move(options)),
      session_(options_.ca_file, user_agent) {
  if (!allowed(options_.api))
    throw std::invalid_argument("Discord API: expected https://, or http:// on this machine");
  while (options_.api.ends_with('/')) options_.api.pop_back();
  if (!options_.now_ms)
    options_.now_ms = [] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(
                 std::chrono::steady_clock::now().time_since_epoch())
          .count();
    };
  if (!options_.sleep) options_.sleep = sleep_really;
}

rest_answer rest_client::ask(const std::string& path, limit_headers& said,
                             const std::stop_token& stop) {
  web::http_request request;
  request.method = "GET";
  request.url = options_.api + path;
  request.headers = {"Authorization: Bot " + token_, "Accept: application/json"};
  request.also = "x-ratelimit-";
  request.connect_timeout = options_.connect_timeout;
  request.total_timeout = options_.total_timeout;
  rest_answer answer;
  bool too_large = false;
  const auto result =
      session_.perform(request, stop, [&](const web::http_head&, std::string_view piece) {
        too_large = answer.body.size() + piece.size() > options_.max_body_bytes;
        if (!too_large) answer.body += piece;
        return !too_large;
      });
  const auto where = "Discord GET " + path.substr(0, path.find('?')) + ": ";
  answer.status = result.head.status;
  if (result.end == web::http_end::aborted) {
    answer.outcome = rest_outcome::stopped;
    answer.error = "stopped";
  } else if (too_large) {
    answer.outcome = rest_outcome::refused;
    answer.error = where + "more than " + std::to_string(options_.max_body_bytes) + " bytes";
  } else if (result.end != web::http_end::complete) {
    answer.status = 0;
    answer.error = where + without_token(result.error, token_);
  } else {
    answer.outcome = judge(answer.status);
    said = read_limits(result.head, answer.body);
    if (answer.outcome != rest_outcome::ok)
      answer.error = where + "HTTP " + std::to_string(answer.status) +
                     without_token(words(answer.body), token_);
  }
  return answer;
}

rest_answer rest_client::get(const std::string& path, const std::string& route, snowflake major,
                             const std::stop_token& stop) {
  rest_answer answer;
  if (unauthorized_) {
    answer.outcome = rest_outcome::unauthorized;
    answer.status = 401;
    answer.error = "Discord has refused the token before: it is not asked again";
    return answer;
  }
  auto pause = options_.first_retry;
  for (int attempt = 1;; ++attempt) {
    while (const auto wait = limits_.wait_ms(route, major, options_.now_ms())) {
      if (stop.stop_requested()) break;
      options_.sleep(wait, stop);
    }
    if (stop.stop_requested()) {
      answer.outcome = rest_outcome::stopped;
      answer.error = "stopped";
      return answer;
    }
    limits_.sent(route, major, options_.now_ms());
    limit_headers said;
    answer = ask(path, said, stop);
    if (answer.status != 0) limits_.answered(route, major, said, options_.now_ms());
    if (answer.outcome == rest_outcome::unauthorized) unauthorized_ = true;
    if (answer.outcome != rest_outcome::unreachable || attempt >= options_.max_attempts)
      return answer;
    if (answer.status == 429) continue;  // the limiter knows how long
    options_.sleep(pause.count(), stop);
    pause *= 2;
  }
}

}  // namespace outcry::discord
