#include "adapters/firebase/auth/endpoints.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/auth/passcode_rules.hpp"
#include "adapters/firebase/auth/strict_json.hpp"

namespace outcry::firebase::auth {

namespace {

using nlohmann::json;

constexpr std::size_t max_body = 4096;

http::response json_response(int status, const json& body) {
  http::response answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  answer.body = body.dump();
  return answer;
}

http::response refusal(int status, const char* code, std::string_view text) {
  return json_response(status, {{"error", text}, {"code", code}});
}

http::response not_accepted() {
  return refusal(401, "not_accepted", "the sign-in was not accepted");
}

http::response unavailable() {
  return refusal(503, "unavailable", "signing in does not work just now; the floor's log says why");
}

http::response only(const char* method) {
  auto answer = refusal(405, "bad_request", fmt::format("expected {}", method));
  answer.headers.push_back({"Allow", method});
  return answer;
}

/// A page of another site can send forms and plain text without asking; JSON it cannot.
bool is_json(const http::request& asked) {
  const auto* type = asked.find_header("Content-Type");
  if (type == nullptr) return false;
  std::string_view name = *type;
  name = name.substr(0, name.find(';'));
  name = name.substr(0, name.find_last_not_of(" \t") + 1);
  return http::equal_ignoring_case(name, "application/json");
}

/// The body, or the refusal of it.
std::variant<json, http::response> body_of(const http::request& asked,
                                           std::initializer_list<std::string_view> members) {
  if (!is_json(asked))
    return refusal(415, "bad_request", "expected Content-Type: application/json");
  if (asked.body.size() > max_body) {
    return refusal(413, "bad_request",
                   fmt::format("expected at most {} bytes, found {}", max_body, asked.body.size()));
  }
  auto body = parse_strict_json(asked.body, 2);
  const bool known =
      body && body->is_object() &&
      std::all_of(body->items().begin(), body->items().end(), [&](const auto& item) {
        return std::find(members.begin(), members.end(), item.key()) != members.end();
      });
  if (!known) {
    return refusal(400, "bad_request",
                   fmt::format("expected a JSON object with no other members than: {}",
                               fmt::join(members, ", ")));
  }
  return std::move(*body);
}

}  // namespace

bool is_sign_in_path(std::string_view path) {
  return path.starts_with("/auth/");
}

endpoints::endpoints(options opts, const http::gate& guard, home_state& home,
                     const random_bytes& random)
    : opts_(opts), guard_(guard), home_(home), random_(random) {
  if (opts_.lifetime < std::chrono::seconds(1) || opts_.lifetime > std::chrono::hours(1)) {
    throw std::invalid_argument(fmt::format(
        "lifetime of a token: expected 1 to 3600 seconds, found {}", opts_.lifetime.count()));
  }
}

http::response endpoints::answer(const http::request& asked, std::int64_t now_ms) {
  auto finished = [](http::response answer) {
    answer.headers.push_back({"Cache-Control", "no-store"});
    answer.headers.push_back({"X-Content-Type-Options", "nosniff"});
    return answer;
  };
  if (auto refused = guard_.refuse(asked)) return finished(std::move(*refused));
  http::response answer;
  try {
    answer = route(asked, now_ms);
  } catch (const std::exception& problem) {
    spdlog::error("sign-in: {}", problem.what());
    answer = unavailable();
  }
  for (auto& one : guard_.cors_headers(asked)) answer.headers.push_back(std::move(one));
  return finished(std::move(answer));
}

http::response endpoints::route(const http::request& asked, std::int64_t now_ms) {
  const std::string_view path = asked.path;
  if (path == "/auth/state") return asked.method == "GET" ? state(asked) : only("GET");
  const bool in = path == "/auth/passcode";
  const bool out = path == "/auth/sign-out";
  if (!in && !out && path != "/auth/refresh")
    return refusal(404, "bad_request", "expected /auth/passcode, refresh, sign-out or state");
  if (asked.method != "POST") return only("POST");
  if (in) return passcode(asked, now_ms);
  auto body =
      out ? body_of(asked, {"refreshToken", "everywhere"}) : body_of(asked, {"refreshToken"});
  if (auto* refused = std::get_if<http::response>(&body)) return std::move(*refused);
  return out ? sign_out(std::get<json>(body), now_ms) : refresh(std::get<json>(body), now_ms);
}

bool endpoints::trusted(const http::request& asked) const {
  return opts_.trust_machine && is_this_machine(asked.peer);
}

http::response endpoints::state(const http::request& asked) const {
  const bool set = home_.passcode.damaged() || home_.passcode.current().has_value();
  return json_response(200, {{"passcodeSet", set},
                             {"passcodeNeeded", set || !trusted(asked)},
                             {"canSignIn", !home_.passcode.damaged() && (set || trusted(asked))},
                             {"cloud", opts_.cloud}});
}

http::response endpoints::passcode(const http::request& asked, std::int64_t now_ms) {
  auto read = body_of(asked, {"passcode"});
  if (auto* refused = std::get_if<http::response>(&read)) return std::move(*refused);
  const auto& body = std::get<json>(read);
  if (home_.passcode.damaged()) return unavailable();
  const auto& set = home_.passcode.current();
  if (!set) {
    if (trusted(asked)) return signed_in(home_.sessions.open("machine", "", now_ms), now_ms);
    return refusal(403, "no_passcode",
                   "no passcode is set: run `outcry passcode set` on the floor's machine");
  }
  const auto said = text_member(body, "passcode");
  if (said.empty() || said.size() > longest_passcode) {
    return refusal(
        400, "bad_request",
        fmt::format("expected passcode to be a text of 1 to {} bytes", longest_passcode));
  }
  if (const auto wait = home_.attempts.refuse(asked.peer, now_ms)) {
    const auto seconds = (wait->count() + 999) / 1000;
    auto answer = refusal(429, "too_many_attempts",
                          fmt::format("too many attempts; the next one in {} s", seconds));
    answer.headers.push_back({"Retry-After", std::to_string(seconds)});
    return answer;
  }
  if (!set->matches(said)) {
    home_.attempts.failed(asked.peer, now_ms);
    spdlog::warn("sign-in: wrong passcode from {}", limiter_key(asked.peer));
    return not_accepted();
  }
  home_.attempts.succeeded(asked.peer, now_ms);
  return signed_in(home_.sessions.open("passcode", set->id(), now_ms), now_ms);
}

http::response endpoints::refresh(const json& body, std::int64_t now_ms) {
  const auto granted = home_.sessions.renew(text_member(body, "refreshToken"), now_ms);
  return granted ? signed_in(*granted, now_ms) : not_accepted();
}

http::response endpoints::sign_out(const json& body, std::int64_t now_ms) {
  const auto token = text_member(body, "refreshToken");
  const auto wish = body.find("everywhere");
  if (wish != body.end() && !wish->is_boolean())
    return refusal(400, "bad_request", "expected everywhere to be true or false");
  if (wish != body.end() && wish->get<bool>()) {
    if (!home_.sessions.would_renew(token, now_ms)) return not_accepted();
    home_.sessions.close_all();
    home_.key.rotate(random_);
  } else {
    // Whoever is signed out already has what they want: the answer is the same.
    home_.sessions.close(token, now_ms);
  }
  return json_response(200, json::object());
}

http::response endpoints::signed_in(const session_store::grant& granted,
                                    std::int64_t now_ms) const {
  const auto now_s = now_ms / 1000;
  const home_token token{granted.id, granted.provider, now_s, now_s + opts_.lifetime.count()};
  return json_response(200, {{"idToken", sign_home_token(token, home_.key.current())},
                             {"refreshToken", granted.refresh_token},
                             {"expiresIn", opts_.lifetime.count()}});
}

}  // namespace outcry::firebase::auth
