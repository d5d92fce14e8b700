#include "adapters/firebase/service_account.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "adapters/firebase/backoff.hpp"
#include "adapters/firebase/jwt.hpp"
#include "adapters/firebase/retry_after.hpp"
#include "adapters/firebase/url.hpp"
#include "adapters/web/http_session.hpp"

namespace outcry::firebase {

namespace {

using namespace std::chrono_literals;
using time_point = std::chrono::system_clock::time_point;

constexpr std::size_t max_key_file_bytes = 64 * 1024;
constexpr std::size_t max_answer_bytes = 64 * 1024;
constexpr auto renew_before_expiry = 5min;
constexpr auto youngest_doubtful_token = 30s;
constexpr auto tolerated_skew = 60s;

struct account_key {
  std::string email;
  std::string private_key;
  std::string key_id;
  std::string token_uri;
};

/// Throws std::runtime_error naming the field at fault, never its content.
account_key read_key_file(const std::string& path) {
  constexpr std::string_view what = "service account key file";
  auto fail = [&](std::string_view why) {
    throw std::runtime_error(fmt::format("{} {}: {}", what, path, why));
  };
  const auto file = nlohmann::json::parse(read_small_file(path, what, max_key_file_bytes), nullptr,
                                          /*allow_exceptions=*/false);
  if (!file.is_object()) fail("expected a JSON object");
  auto text = [&](const char* field) {
    const auto found = file.find(field);
    if (found == file.end()) fail(fmt::format("the field {} is missing", field));
    if (!found->is_string() || found->get_ref<const std::string&>().empty())
      fail(fmt::format("the field {} must be a non-empty string", field));
    return found->get<std::string>();
  };
  if (text("type") != "service_account")
    fail("the field type must be \"service_account\"; is this the web client's configuration?");
  account_key key;
  key.email = text("client_email");
  key.private_key = text("private_key");
  key.token_uri = text("token_uri");
  if (file.contains("private_key_id")) key.key_id = text("private_key_id");
  if (!is_rsa_private_key(key.private_key))
    fail("the field private_key must be an RSA private key in PEM form");
  http_url uri;
  try {
    uri = split_url(key.token_uri, "the field token_uri");
  } catch (const std::invalid_argument& problem) {
    fail(problem.what());
  }
  if (uri.scheme != "https" && !is_loopback(uri.host))
    fail(fmt::format("the field token_uri must be https, found http to host '{}'", uri.host));
  return key;
}

std::string short_text(const nlohmann::json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) return {};
  std::string text = found->get<std::string>().substr(0, 200);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

class account : public credentials {
public:
  explicit account(service_account_options options)
      : options_(std::move(options)),
        session_(options_.ca_file),
        backoff_(options_.backoff_base, options_.backoff_cap, options_.random) {}

  grant apply(const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    while (true) {
      // A stopped flight leaves its place to the next caller.
      if (!done_.wait(lock, stop, [&] { return !in_flight_; })) return stopped();
      const auto stamp = file_stamp::of(options_.key_file);
      if (auto known = answer_without_asking(stamp)) return *known;
      in_flight_ = true;
      lock.unlock();
      auto outcome = fetch(stop);
      lock.lock();
      in_flight_ = false;
      done_.notify_all();
      if (outcome.answer.problem == credentials_problem::aborted) return outcome.answer;
      stamp_ = stamp;
      known_ = true;
      last_ = std::move(outcome);
      return last_.answer;
    }
  }

  void invalidate(const authorization& refused) override {
    std::lock_guard lock(mutex_);
    if (!known_ || last_.answer.auth != refused || refused.empty()) return;
    const auto age = options_.now() - last_.obtained;
    if (age >= 0s && age < youngest_doubtful_token) return;
    known_ = false;
  }

private:
  struct attempt {
    grant answer;
    time_point obtained;
    time_point good_until = time_point::max();  ///< when to ask again, if the file stays the same
  };

  static grant stopped() {
    grant result;
    result.problem = credentials_problem::aborted;
    result.error = "stopped";
    return result;
  }

  std::optional<grant> answer_without_asking(const file_stamp& stamp) {
    if (!known_ || stamp != stamp_) return std::nullopt;
    const auto now = options_.now();
    // A clock that went backwards proves nothing about the age of what we hold.
    if (now >= last_.good_until || now < last_.obtained) return std::nullopt;
    auto answer = last_.answer;
    if (answer.problem == credentials_problem::unreachable)
      answer.retry_after =
          std::chrono::duration_cast<std::chrono::milliseconds>(last_.good_until - now);
    return answer;
  }

  attempt failed(credentials_problem problem, std::string error) const {
    attempt result;
    result.answer.problem = problem;
    result.answer.error = std::move(error);
    result.obtained = options_.now();
    return result;
  }

  attempt unreachable(std::string error, std::optional<std::chrono::milliseconds> wish) {
    auto result = failed(credentials_problem::unreachable, std::move(error));
    const auto wait = std::max(backoff_.next(),
                               std::chrono::milliseconds(std::min(wish.value_or(0ms), 600'000ms)));
    result.good_until = result.obtained + wait;
    result.answer.retry_after = wait;
    return result;
  }

  attempt fetch(const std::stop_token& stop) {
    try {
      const auto stamp = file_stamp::of(options_.key_file);
      const auto key = read_key_file(options_.key_file);
      if (!stamp_checked_ || stamp != *stamp_checked_)
        check_mode(stamp, options_.key_file, options_.warn);
      stamp_checked_ = stamp;
      return exchange(key, stop);
    } catch (const std::exception& problem) {
      return failed(credentials_problem::bad_file, problem.what());
    }
  }

  attempt exchange(const account_key& key, const std::stop_token& stop) {
    const auto started = options_.now();
    service_claims claims;
    claims.issuer = key.email;
    for (const auto& scope : options_.scopes)
      claims.scope += (claims.scope.empty() ? "" : " ") + scope;
    claims.audience = key.token_uri;
    claims.issued_at =
        std::chrono::duration_cast<std::chrono::seconds>(started.time_since_epoch()).count();
    const auto assertion = sign_jwt(claims, key.private_key, key.key_id);
    const auto body =
        "grant_type=" + percent_encode("urn:ietf:params:oauth:grant-type:jwt-bearer") +
        "&assertion=" + assertion;
    web::http_request request;
    request.method = "POST";
    request.url = key.token_uri;
    request.headers = {"Content-Type: application/x-www-form-urlencoded",
                       "Accept: application/json"};
    request.body = body;
    request.connect_timeout = options_.connect_timeout;
    request.total_timeout = options_.total_timeout;
    std::string answer;
    const auto result =
        session_.perform(request, stop, [&](const web::http_head&, std::string_view b) {
          answer += b;
          return answer.size() <= max_answer_bytes;
        });
    const auto where = "token endpoint " + split_url(key.token_uri, "token_uri").origin();
    if (result.end == web::http_end::aborted) return {stopped(), started, started};
    if (result.end != web::http_end::complete)
      return unreachable(
          fmt::format("{}: {}", where,
                      result.end == web::http_end::ended_by_sink ? "the answer is too large"
                                                                 : result.error),
          std::nullopt);
    // An endpoint that quotes what it refuses must not bring it into our logs.
    const auto json = nlohmann::json::parse(
        authorization{{}, {}, assertion}.scrub(std::move(answer)), nullptr, false);
    const auto status = result.head.status;
    if (status == 200) return accept(json, where, started);
    if (status < 400 || status >= 500 || status == 429 || status == 408)
      return unreachable(
          fmt::format("{}: HTTP {}", where, status),
          parse_retry_after(result.head.retry_after, result.head.date, options_.now()));
    return refuse(json, where, result.head);
  }

  attempt accept(const nlohmann::json& json, const std::string& where, time_point started) {
    const auto token = json.is_object() ? json.find("access_token") : json.end();
    if (token == json.end() || !token->is_string() ||
        !is_token(token->get_ref<const std::string&>()))
      return unreachable(fmt::format("{}: the answer holds no access_token", where), std::nullopt);
    std::chrono::seconds lifetime = 3600s;
    if (auto found = json.find("expires_in"); found != json.end() && found->is_number()) {
      const auto seconds = found->get<double>();
      if (seconds >= 1 && seconds <= 86400)
        lifetime = std::chrono::seconds(static_cast<long long>(seconds));
    }
    backoff_.reset();
    attempt result;
    result.answer.auth = authorization::by_header(token->get_ref<const std::string&>());
    result.obtained = started;
    // A token shorter than twice the margin is used for half its life.
    result.good_until =
        started + std::max<std::chrono::seconds>(lifetime - renew_before_expiry, lifetime / 2);
    return result;
  }

  attempt refuse(const nlohmann::json& json, const std::string& where, const web::http_head& head) {
    auto code = json.is_object() ? short_text(json, "error") : std::string();
    const auto words = json.is_object() ? short_text(json, "error_description") : std::string();
    if (code.empty()) code = "no reason given";
    auto text = fmt::format("{} refuses the service account key: HTTP {} {}{}{}", where,
                            head.status, code, words.empty() ? "" : ": ", words);
    auto result = failed(credentials_problem::key_refused, {});
    if (const auto date = web::parse_http_date(head.date)) {
      const auto there = std::chrono::system_clock::from_time_t(static_cast<std::time_t>(*date));
      const auto skew = std::chrono::duration_cast<std::chrono::seconds>(result.obtained - there);
      if (skew > tolerated_skew || skew < -tolerated_skew) {
        text += fmt::format(" (this machine's clock is {} s {} the endpoint's: set it right)",
                            std::abs(skew.count()), skew.count() > 0 ? "ahead of" : "behind");
        result.good_until = result.obtained + options_.backoff_cap;
      }
    }
    result.answer.error = std::move(text);
    return result;
  }

  const service_account_options options_;
  std::mutex mutex_;
  std::condition_variable_any done_;
  bool in_flight_ = false;
  bool known_ = false;
  file_stamp stamp_;
  attempt last_;
  // Used by the one flight only.
  web::http_session session_;
  backoff backoff_;
  std::optional<file_stamp> stamp_checked_;
};

}  // namespace

std::shared_ptr<credentials> service_account(service_account_options options) {
  if (!options.now) options.now = [] { return std::chrono::system_clock::now(); };
  if (!options.random) options.random = system_random();
  if (!options.warn) options.warn = [](const std::string& text) { spdlog::warn("{}", text); };
  return std::make_shared<account>(std::move(options));
}

}  // namespace outcry::firebase
