#include "adapters/firebase/auth/fetched_keys.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/firebase/url.hpp"
#include "adapters/http/message.hpp"
#include "adapters/web/http_session.hpp"

namespace outcry::firebase::auth {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_answer_bytes = 256 * 1024;

std::int64_t system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

key_request ask_for_keys(const std::string& url, const std::string& ca_file) {
  const auto parts = split_url(url, "the address of the keys");
  if (parts.scheme != "https" && !is_loopback(parts.host)) {
    throw std::invalid_argument(fmt::format(
        "the address of the keys: expected https, found http to host '{}'", parts.host));
  }
  auto session = std::make_shared<web::http_session>(ca_file);
  return [url, session](const std::stop_token& stop) {
    web::http_request request;
    request.method = "GET";
    request.url = url;
    request.also = "cache-control";
    request.total_timeout = 15s;
    key_answer answer;
    const auto result = session->perform(request, stop, [&](const auto&, std::string_view piece) {
      answer.body += piece;
      return answer.body.size() <= max_answer_bytes;
    });
    answer.cache_control = result.head.value("cache-control");
    answer.complete = result.end == web::http_end::complete && result.head.status == 200;
    if (result.end == web::http_end::ended_by_sink)
      answer.problem = fmt::format("the answer is larger than {} bytes", max_answer_bytes);
    else if (result.end != web::http_end::complete)
      answer.problem = result.error;
    else if (!answer.complete)
      answer.problem = fmt::format("status {}", result.head.status);
    return answer;
  };
}

std::int64_t max_age_seconds(std::string_view cache_control) {
  std::int64_t age = -1;
  while (!cache_control.empty()) {
    auto part = cache_control.substr(0, cache_control.find(','));
    cache_control.remove_prefix(std::min(part.size() + 1, cache_control.size()));
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    part = part.substr(0, part.find_last_not_of(" \t") + 1);
    constexpr std::string_view name = "max-age=";
    if (http::equal_ignoring_case(part, "no-store") || http::equal_ignoring_case(part, "no-cache"))
      return 0;
    if (!http::equal_ignoring_case(part.substr(0, name.size()), name)) continue;
    const auto digits = part.substr(name.size());
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc{} && end == digits.data() + digits.size() && value >= 0) age = value;
  }
  return age;
}

fetched_keys::fetched_keys(options opts)
    : opts_([&] {
        if (!opts.now) opts.now = system_now;
        return std::move(opts);
      }()) {
  thread_ = std::jthread([this](const std::stop_token& ending) { run(ending); });
}

fetched_keys::~fetched_keys() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

signature_state fetched_keys::verify(std::string_view key_id, std::string_view text,
                                     std::string_view signature, std::int64_t now_ms) {
  std::shared_ptr<const certificate_keys> keys;
  bool in_force = false;
  {
    std::lock_guard lock(mutex_);
    keys = keys_;
    in_force = keys && now_ms < good_until_ms_;
  }
  const auto result =
      in_force ? keys->verify(key_id, text, signature) : signature_state::unknown_key;
  if (result == signature_state::unknown_key) {
    {
      std::lock_guard lock(mutex_);
      // Others than those just looked into are an answer already.
      if (keys_ == keys) wanted_ = true;
    }
    changed_.notify_all();
  }
  return result;
}

void fetched_keys::look() {
  changed_.notify_all();
}

bool fetched_keys::due() const {
  const auto now = opts_.now();
  // A clock that was set back tells nothing about the time that has passed.
  if (!asked_ever_ || now < asked_ms_) return true;
  return now >= asked_ms_ + opts_.pause.count() && (wanted_ || now >= next_ms_);
}

void fetched_keys::run(const std::stop_token& ending) {
  while (!ending.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      // Not one long sleep: the clock may jump.
      if (!changed_.wait_for(lock, ending, 10s, [this] { return due(); })) continue;
      asked_ever_ = true;
      asked_ms_ = opts_.now();
    }
    key_answer answer;
    try {
      answer = opts_.ask(ending);
    } catch (const std::exception& problem) {
      answer.problem = problem.what();
    }
    if (!ending.stop_requested()) take(answer);
  }
}

void fetched_keys::take(const key_answer& answer) {
  std::string problem = answer.problem;
  std::shared_ptr<const certificate_keys> keys;
  if (answer.complete) {
    try {
      keys = std::make_shared<const certificate_keys>(certificate_keys::parse(answer.body));
    } catch (const std::exception& failure) {
      problem = failure.what();
    }
  }
  std::lock_guard lock(mutex_);
  wanted_ = false;
  if (!keys) {
    if (!complained_) spdlog::warn("sign-in: the keys of the cloud cannot be had: {}", problem);
    complained_ = true;
    next_ms_ = asked_ms_ + opts_.pause.count();
    return;
  }
  complained_ = false;
  keys_ = std::move(keys);
  const auto longest_s = opts_.longest.count() / 1000;
  const auto said_s = max_age_seconds(answer.cache_control);
  const auto age_ms = said_s < 0
                          ? opts_.without_max_age.count()
                          : std::max(std::min(said_s, longest_s) * 1000, 2 * opts_.pause.count());
  good_until_ms_ = asked_ms_ + age_ms;
  next_ms_ = asked_ms_ + age_ms - std::max(age_ms / 10, opts_.pause.count());
}

}  // namespace outcry::firebase::auth
