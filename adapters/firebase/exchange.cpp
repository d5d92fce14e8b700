#include "adapters/firebase/exchange.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/firebase/retry_after.hpp"

namespace outcry::firebase {

namespace {

constexpr int max_hops = 5;
constexpr std::size_t max_quoted_bytes = 300;
constexpr std::size_t max_read_bytes = 64 * 1024;

/// The server's own words in an error answer, made fit for one log line. The secret goes first:
/// once shortened, it could not be recognised any more.
std::string explanation(std::string_view body, const authorization& auth) {
  auto text = auth.scrub(std::string(body.substr(0, max_read_bytes)));
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_object())
    if (auto found = json.find("error"); found != json.end() && found->is_string())
      text = auth.scrub(found->get<std::string>());
  if (text.size() > max_quoted_bytes) text.resize(max_quoted_bytes);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

outcome classify(long status) {
  if (status >= 200 && status < 300) return outcome::ok;
  if (status == 412) return outcome::precondition_failed;
  if (status == 401 || status == 403) return outcome::unauthorized;
  // Only these two blame the request itself. A 404 or 423 is what a database that is being moved,
  // or a proxy before it, says: what is owed must outlive that.
  if (status == 400 || status == 413) return outcome::refused;
  // A redirect that cannot be followed, or an answer that is none: nobody has refused anything.
  return status >= 400 ? outcome::retry_later : outcome::unreachable;
}

reply from_grant(const grant& g) {
  reply result;
  result.error = g.error;
  result.retry_after = g.retry_after;
  switch (g.problem) {
    case credentials_problem::aborted:
      result.kind = outcome::aborted;
      break;
    case credentials_problem::unreachable:
      result.kind = outcome::unreachable;
      break;
    default:
      result.kind = outcome::unauthorized;
  }
  return result;
}

std::string with_parameter(std::string url, std::string_view parameter) {
  if (parameter.empty()) return url;
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += parameter;
  return url;
}

}  // namespace

const char* to_string(outcome kind) {
  switch (kind) {
    case outcome::ok:
      return "ok";
    case outcome::precondition_failed:
      return "precondition_failed";
    case outcome::unauthorized:
      return "unauthorized";
    case outcome::refused:
      return "refused";
    case outcome::retry_later:
      return "retry_later";
    case outcome::unreachable:
      return "unreachable";
    case outcome::timed_out:
      return "timed_out";
    case outcome::aborted:
      return "aborted";
  }
  return "?";
}

exchange::exchange(database_url url, std::shared_ptr<credentials> identity,
                   exchange_options options)
    : url_(std::move(url)),
      identity_(std::move(identity)),
      options_(std::move(options)),
      session_(options_.ca_file, options_.user_agent) {
  if (!identity_) throw std::invalid_argument("exchange: credentials are missing");
  if (!options_.now) options_.now = [] { return std::chrono::system_clock::now(); };
}

std::string exchange::next_hop(const std::string& from, const std::string& location,
                               const std::string& path) {
  const auto here = split_url(from, "redirect");
  const bool relative = location.starts_with('/') && !location.starts_with("//");
  auto target = split_url(relative ? here.origin() + location : location, "redirect");
  if (target.scheme == "http" &&
      (here.scheme == "https" || !plain_http_allowed(target.host, url_.options())))
    throw std::invalid_argument("redirect: plain http to host '" + target.host + "' refused");
  if (target.path == path) moved_ = place{target.origin(), parameter(target.query, "ns")};
  // The server may have echoed our secret; whether the next host gets it is decided here.
  auto rest = without_parameter(without_parameter(target.query, "auth"), "access_token");
  return target.origin() + target.path + (rest.empty() ? "" : "?") + rest;
}

reply exchange::run(const call& wanted, const std::stop_token& stop,
                    const web::http_sink& on_body) {
  try {
    static_cast<void>(encode_path(wanted.path));
  } catch (const std::exception& problem) {
    reply result;
    result.kind = outcome::refused;
    result.error = fmt::format("{}: {}", wanted.method, problem.what());
    return result;
  }
  auto answer = identity_->apply(stop);
  if (answer.problem != credentials_problem::none) return from_grant(answer);
  bool carried = false;
  used_ = answer.auth;
  auto result = follow(wanted, answer.auth, stop, on_body, carried);
  result.error = answer.auth.scrub(std::move(result.error));
  if (result.kind != outcome::unauthorized || !carried) return result;

  identity_->invalidate(answer.auth);
  auto fresh = identity_->apply(stop);
  if (fresh.problem == credentials_problem::aborted) return from_grant(fresh);
  if (fresh.problem != credentials_problem::none) {
    auto combined = from_grant(fresh);
    combined.error = fmt::format("{}; then: {}", result.error, combined.error);
    return combined;
  }
  if (fresh.auth == answer.auth) return result;
  used_ = fresh.auth;
  result = follow(wanted, fresh.auth, stop, on_body, carried);
  result.error = fresh.auth.scrub(std::move(result.error));
  return result;
}

reply exchange::follow(const call& wanted, const authorization& auth, const std::stop_token& stop,
                       const web::http_sink& on_body, bool& carried) {
  const auto path = encode_path(wanted.path);
  const auto origin = moved_ ? moved_->origin : url_.origin();
  const auto name_space =
      moved_ && !moved_->name_space.empty() ? moved_->name_space : url_.name_space();
  std::string url = with_parameter(origin + path, wanted.parameters);
  if (!name_space.empty()) url = with_parameter(std::move(url), "ns=" + name_space);

  for (int hop = 0;; ++hop) {
    carried = !auth.empty() && may_carry_credentials(url_.address(), split_url(url, "URL"));
    web::http_request request;
    request.method = wanted.method;
    request.headers = wanted.headers;
    request.url = url;
    if (carried) {
      request.url = with_parameter(url, auth.query);
      if (!auth.header.empty()) request.headers.push_back(auth.header);
    }
    request.body = wanted.body;
    request.connect_timeout = options_.connect_timeout;
    request.total_timeout = wanted.total_timeout;
    request.stall_timeout = wanted.stall_timeout;
    request.fresh_connection = wanted.never_repeat;

    std::string body;
    bool too_large = false;
    const auto result =
        session_.perform(request, stop, [&](const web::http_head& head, std::string_view piece) {
          if (on_body && head.status >= 200 && head.status < 300) return on_body(head, piece);
          too_large = body.size() + piece.size() > options_.max_response_bytes;
          if (!too_large) body += piece;
          return !too_large;
        });

    std::string problem;
    if (result.end == web::http_end::complete &&
        (result.head.status == 307 || result.head.status == 308)) {
      try {
        if (hop == max_hops) throw std::invalid_argument("more than 5 redirects");
        url = next_hop(url, result.head.location, path);
        continue;
      } catch (const std::invalid_argument& bad) {
        problem = bad.what();
      }
    }
    auto answer = judge(wanted, auth, result, std::move(body), too_large);
    if (!problem.empty()) answer.error += ": " + problem;
    if (answer.kind != outcome::ok && answer.kind != outcome::precondition_failed &&
        answer.kind != outcome::refused && answer.kind != outcome::aborted)
      moved_.reset();
    return answer;
  }
}

reply exchange::judge(const call& wanted, const authorization& auth, const web::http_result& result,
                      std::string body, bool too_large) const {
  reply answer;
  answer.http_status = result.head.status;
  answer.etag = result.head.etag;
  if (auto seconds = web::parse_http_date(result.head.date))
    answer.server_date_ms = *seconds * 1000;
  std::string why;
  switch (result.end) {
    case web::http_end::complete:
      answer.kind = classify(result.head.status);
      if (answer.kind != outcome::ok) {
        const auto words = explanation(body, auth);
        why = fmt::format("HTTP {}{}{}", result.head.status, words.empty() ? "" : ": ", words);
      }
      if (answer.kind == outcome::retry_later)
        answer.retry_after =
            parse_retry_after(result.head.retry_after, result.head.date, options_.now());
      break;
    case web::http_end::ended_by_sink:
      answer.kind = outcome::ok;
      if (too_large) {
        answer.kind = classify(result.head.status);
        if (answer.kind == outcome::ok) answer.kind = outcome::refused;
        why = fmt::format("HTTP {} with more than {} bytes", result.head.status,
                          options_.max_response_bytes);
      }
      break;
    case web::http_end::not_sent:
      answer.kind = outcome::unreachable;
      why = result.error;
      break;
    case web::http_end::cut:
      answer.kind = outcome::unreachable;
      answer.may_have_happened = true;
      why = "connection lost: " + result.error;
      break;
    case web::http_end::timed_out:
    case web::http_end::stalled:
      answer.kind = outcome::timed_out;
      answer.may_have_happened = true;
      why = result.error;
      break;
    case web::http_end::aborted:
      answer.kind = outcome::aborted;
      answer.may_have_happened = true;
      why = result.error;
      break;
  }
  if (!why.empty()) answer.error = fmt::format("{} {}: {}", wanted.method, wanted.path, why);
  answer.body = std::move(body);
  return answer;
}

}  // namespace outcry::firebase
