#include "adapters/firebase/local/rest.hpp"

#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "adapters/firebase/local/json_text.hpp"
#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

namespace {

using json = nlohmann::json;

constexpr const char* json_type = "application/json; charset=utf-8";

enum class prints { compact, pretty, silent };

/// What the answer to a request needs to know of the request.
struct manners {
  http::responder to;
  std::vector<http::header> headers;  ///< of every answer, refusals included
  prints print = prints::compact;
};

void respond(const manners& how, outcome result) {
  http::response answer;
  answer.status = result.status;
  answer.headers = how.headers;
  answer.headers.push_back({"Cache-Control", "no-cache"});
  if (!result.etag.empty()) answer.headers.push_back({"ETag", std::move(result.etag)});
  if (how.print == prints::silent && result.status == 200) {
    answer.status = 204;
  } else {
    answer.headers.push_back({"Content-Type", json_type});
    answer.body =
        how.print == prints::pretty ? json::parse(result.body).dump(2) : std::move(result.body);
  }
  how.to.respond(std::move(answer));
}

void respond_error(const manners& how, int status, std::string_view text) {
  http::response answer = http::error_response(status, text);
  answer.headers.insert(answer.headers.end(), how.headers.begin(), how.headers.end());
  if (status == 503) answer.headers.push_back({"Retry-After", "1"});
  how.to.respond(std::move(answer));
}

/// The token of a request: `auth`, `access_token` or a bearer token; "" without one.
std::string token_of(const http::request& asked) {
  for (const char* name : {"auth", "access_token"}) {
    if (const std::string* token = asked.find_parameter(name)) return *token;
  }
  const std::string* line = asked.find_header("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (line && http::equal_ignoring_case(line->substr(0, scheme.size()), scheme)) {
    return line->substr(scheme.size());
  }
  return {};
}

bool is_true(const std::string* value) {
  return value && *value == "true";
}

/// A stream of one HTTP client. Format: Server-Sent Events, WHATWG HTML standard, 9.2.
class client_stream : public event_sink {
public:
  client_stream(http::stream_writer to, const gatekeeper& guard, std::string token,
                auth::identity who)
      : to_(std::move(to)), guard_(guard), token_(std::move(token)), who_(std::move(who)) {}

  void send(std::string_view event, const std::string& data) override {
    std::string text;
    text.reserve(event.size() + data.size() + 20);
    text += "event: ";
    text += event;
    text += "\ndata: ";
    text += data;
    text += "\n\n";
    to_.write(std::move(text));
  }
  void end() override { to_.close(); }
  bool open() const override { return to_.open(); }
  bool allowed() const override {
    return token_.empty() || std::holds_alternative<auth::identity>(guard_.check(token_));
  }
  bool may_read(const std::string& place, store& from) const override {
    return guard_.may_read(place, who_, from);
  }

private:
  http::stream_writer to_;
  const gatekeeper& guard_;
  std::string token_;
  auth::identity who_;
};

json parse_body(const std::string& body) {
  if (too_deep(body)) throw refusal(400, "Invalid data; too many levels");
  json value = json::parse(body, nullptr, false);
  if (value.is_discarded()) {
    throw refusal(400, "Invalid data; couldn't parse JSON object, array, or value.");
  }
  return value;
}

}  // namespace

struct rest::call {
  http::request asked;
  manners how;
  std::string place;
  std::string token;
  auth::identity who;
  bool want_etag = false;

  const std::string* if_match() const { return asked.find_header("if-match"); }
};

rest::rest(database& data, const gatekeeper& guard, const http::gate& door, options opts)
    : database_(data), guard_(guard), gate_(door), push_ids_(std::move(opts.random)) {}

void rest::serve(http::request asked, const http::responder& answer) {
  if (auto refused = gate_.refuse(asked)) {
    if (refused->status == 403) guard_.note(refusals::foreign, asked.peer);
    return answer.respond(std::move(*refused));
  }
  call one{std::move(asked), {answer, {}, prints::compact}, {}, {}, {}, false};
  one.how.headers = gate_.cors_headers(one.asked);
  try {
    route(one);
  } catch (const refusal& refused) {
    respond_error(one.how, refused.status(), refused.what());
  }
}

void rest::route(call& one) {
  constexpr std::string_view suffix = ".json";
  const http::request& asked = one.asked;
  if (asked.path == "/healthz" && asked.method == "GET") {
    return respond(one.how, {200, R"({"status":"ok"})", {}});
  }
  one.token = token_of(asked);
  if (one.token.empty()) {
    if (!guard_.open_to_nobody()) {
      guard_.note(refusals::credential, asked.peer);
      throw refusal(401, "Permission denied");
    }
  } else {
    gatekeeper::verdict found = guard_.check(one.token);
    if (const auto* away = std::get_if<turned_away>(&found)) {
      guard_.note(*away, asked.peer);
      throw refusal(401, away->code == "expired_token" ? "Auth token is expired"
                                                       : "Could not parse auth token.");
    }
    one.who = std::move(std::get<auth::identity>(found));
  }
  if (asked.path.size() < suffix.size() ||
      asked.path.compare(asked.path.size() - suffix.size(), suffix.size(), suffix) != 0) {
    throw refusal(404, "append .json to your request URI to use the REST API.");
  }
  one.place =
      parse_place(std::string_view(asked.path).substr(0, asked.path.size() - suffix.size()), true);
  if (const std::string* print = asked.find_parameter("print")) {
    if (*print == "pretty") {
      one.how.print = prints::pretty;
    } else if (*print == "silent") {
      one.how.print = prints::silent;
    } else {
      throw refusal(400, "print must be pretty or silent, found " + print->substr(0, 80));
    }
  }
  one.want_etag = is_true(asked.find_header("X-Firebase-ETag"));
  if (one.if_match()) {
    if (asked.method != "PUT" && asked.method != "DELETE") {
      throw refusal(400, "if-match is supported for PUT and DELETE only");
    }
    if (one.how.print == prints::silent) {
      throw refusal(400, "if-match cannot be combined with print=silent");
    }
  }
  if (is_priority(one.place) && (asked.method == "PATCH" || asked.method == "POST")) {
    throw refusal(400, "Invalid path: nothing lies below .priority");
  }
  if (asked.method == "GET") return get(one);
  if (asked.method == "PUT") return put(one, false);
  if (asked.method == "DELETE") return put(one, true);
  if (asked.method == "PATCH") return patch(one);
  if (asked.method == "POST") return post(one);
  throw refusal(405, "Method not allowed: expected GET, PUT, PATCH, POST or DELETE, found " +
                         asked.method.substr(0, 80));
}

void rest::get(call& one) {
  const std::string* accepted = one.asked.find_header("Accept");
  if (accepted && accepted->find("text/event-stream") != std::string::npos) return stream(one);
  read_request made;
  made.who = one.who;
  made.peer = one.asked.peer;
  made.place = one.place;
  made.filter = query::parse(one.asked);
  made.shallow = is_true(one.asked.find_parameter("shallow"));
  if (made.shallow && made.filter) {
    throw refusal(400, "shallow cannot be combined with other query parameters");
  }
  const std::string* format = one.asked.find_parameter("format");
  if (format && *format == "export") made.as = form::exported;
  made.want_body = one.how.print != prints::silent;
  made.want_etag = one.want_etag;
  const auto answer = [how = one.how](outcome result) { respond(how, std::move(result)); };
  if (!database_.read(std::move(made), answer)) throw refusal(503, "The server is too busy");
}

void rest::stream(call& one) {
  if (one.asked.find_parameter("shallow") || one.how.print != prints::compact) {
    throw refusal(400, "shallow and print cannot be combined with streaming");
  }
  read_request made;
  made.who = one.who;
  made.peer = one.asked.peer;
  made.place = one.place;
  made.filter = query::parse(one.asked);
  http::response head;
  head.headers = one.how.headers;
  head.headers.push_back({"Content-Type", "text/event-stream; charset=utf-8"});
  head.headers.push_back({"Cache-Control", "no-cache"});
  auto start = [to = one.how.to, head = std::move(head), &guard = guard_, token = one.token,
                who = one.who]() -> std::shared_ptr<event_sink> {
    return std::make_shared<client_stream>(to.start_stream(head), guard, token, who);
  };
  const auto failed = [how = one.how](outcome result) { respond(how, std::move(result)); };
  if (!database_.listen(std::move(made), std::move(start), failed)) {
    throw refusal(503, "The server is too busy");
  }
}

void rest::write(call& one, write_request made) {
  if (const std::string* etag = one.if_match()) made.if_match = *etag;
  made.who = one.who;
  made.peer = one.asked.peer;
  made.want_body = one.how.print != prints::silent;
  made.want_etag = one.want_etag;
  const auto answer = [how = one.how](outcome result) { respond(how, std::move(result)); };
  // Parsed leaves weigh several times their text.
  const std::size_t size = 1024 + 4 * one.asked.body.size();
  if (!database_.write(std::move(made), size, answer)) {
    throw refusal(503, "The server is too busy");
  }
}

void rest::put(call& one, bool remove) {
  write_request made;
  made.what = put_at(one.place, remove ? json() : parse_body(one.asked.body), guard_.now());
  if (remove) made.body = "null";
  write(one, std::move(made));
}

void rest::post(call& one) {
  const std::int64_t now = guard_.now();
  const std::string key = push_ids_.next(now);
  write_request made;
  if (depth(one.place) >= deepest_place) throw refusal(400, "Path is too deep");
  std::string place = one.place;
  append_key(place, key);
  made.what = put_at(place, parse_body(one.asked.body), now);
  made.body = json{{"name", key}}.dump();
  write(one, std::move(made));
}

void rest::patch(call& one) {
  write_request made;
  made.what = merge_at(one.place, parse_body(one.asked.body), guard_.now());
  write(one, std::move(made));
}

}  // namespace outcry::firebase::local
