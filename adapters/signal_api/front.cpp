#include "adapters/signal_api/front.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "adapters/signal_api/contribution.hpp"
#include "adapters/signal_api/openapi.hpp"
#include "adapters/signal_api/tradingview.hpp"

namespace outcry::signal_api {

namespace {

constexpr std::size_t most_recent_alerts = 4'096;

/// The token of "Authorization: Bearer ..."; empty without one.
std::string bearer_of(const http::request& asked) {
  constexpr std::string_view scheme = "bearer ";
  const auto* line = asked.find_header("Authorization");
  if (!line || !http::equal_ignoring_case(line->substr(0, scheme.size()), scheme)) return {};
  return line->substr(scheme.size());
}

/// "1.2.3.4:567" -> "1.2.3.4"
std::string address_of(const std::string& peer) {
  return peer.substr(0, std::min(peer.rfind(':'), peer.size()));
}

refusal no_token(const char* text) {
  return {401, text, {{"WWW-Authenticate", "Bearer realm=\"outcry\""}}};
}

}  // namespace

void inbox::put(work what) {
  const std::lock_guard lock{mutex_};
  waiting_.push_back(std::move(what));
}

std::deque<inbox::work> inbox::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(waiting_, {});
}

struct front::call {
  http::request asked;
  reply_ptr to;
  std::string name;  // of the token
  std::string segment;
};

front::front(options opts, const credentials& who, alert_queue& alerts, std::shared_ptr<inbox> to,
             std::function<void()> wake)
    : opts_(std::move(opts)),
      who_(who),
      alerts_(alerts),
      inbox_(std::move(to)),
      wake_(std::move(wake)),
      gate_(opts_.guard),
      token_rate_(opts_.limits.per_token),
      peer_rate_(opts_.limits.per_peer) {}

void front::serve(http::request asked, const http::responder& answer) {
  if (auto refused = gate_.refuse(asked)) return answer.respond(std::move(*refused));
  auto headers = gate_.cors_headers(asked);
  call one{std::move(asked), std::make_shared<reply>(answer, std::move(headers)), {}, {}};
  try {
    route_request(one);
  } catch (const refusal& why) {
    one.to->refuse(why);
  }
}

void front::route_request(call& one) {
  const auto found = match(one.asked.method, one.asked.path);
  if (found.what && found.what->name == route_name::health)
    return one.to->json(200, R"({"status":"ok"})");
  check_rate(peer_rate_, address_of(one.asked.peer), "this address");
  one.segment = found.segment;
  if (found.what && found.what->name == route_name::alert) return take_alert(one, nullptr);
  if (found.what && found.what->name == route_name::alert_with_secret)
    return take_alert(one, &one.segment);

  const auto& who = authenticate(one);
  one.name = who.name;
  check_rate(token_rate_, "token " + who.name, "this token");
  // Only who has a token learns what there is.
  if (found.allowed.empty()) throw refusal{404, "Not found: /openapi.json says what there is"};
  if (!found.what)
    throw refusal{405, "Method not allowed: expected " + found.allowed, {{"Allow", found.allowed}}};
  const bool read = found.what->needs == right::read;
  if ((read && !who.read) || (found.what->needs == right::contribute && !who.contribute)) {
    const std::string scope = read ? "read" : "contribute";
    throw refusal{
        403,
        "This token may not " + scope,
        {{"WWW-Authenticate",
          "Bearer realm=\"outcry\", error=\"insufficient_scope\", scope=\"" + scope + '"'}}};
  }

  switch (found.what->name) {
    case route_name::openapi:
      return one.to->json(200, openapi_document(opts_.version));
    case route_name::post_message: {
      auto x = read_message(one.asked.body, {who.name, opts_.fresh_id(), opts_.now()});
      return pass_on(one, [x = std::move(x), to = one.to](back& b) { b.take(x, to); });
    }
    case route_name::post_signal: {
      auto x = read_signal(one.asked.body, {who.name, opts_.fresh_id(), opts_.now()});
      return pass_on(one, [x = std::move(x), to = one.to](back& b) { b.take(x, to); });
    }
    case route_name::list_messages:
      return pass_on(one,
                     [x = read_message_query(one.asked), to = one.to](back& b) { b.find(x, to); });
    case route_name::list_signals:
      if (wants_stream(one.asked)) return open_stream(one);
      return pass_on(one,
                     [x = read_signal_query(one.asked), to = one.to](back& b) { b.find(x, to); });
    case route_name::one_signal: {
      const auto id = read_id(one.segment);
      if (!id) throw refusal{404, "Not found: a signal is asked for by its number"};
      return pass_on(one, [id = *id, to = one.to](back& b) { b.show(id, to); });
    }
    case route_name::health:
    case route_name::alert:
    case route_name::alert_with_secret:
      break;
  }
}

const credentials::holder& front::authenticate(const call& one) const {
  const auto token = bearer_of(one.asked);
  if (token.empty()) throw no_token("A token is needed: Authorization: Bearer <token>");
  const auto* who = who_.find_token(token);
  if (!who) throw no_token("This token is not known here");
  return *who;
}

void front::check_rate(rate_limiter& of, const std::string& key, const char* whose) {
  const auto wait = of.refuse(key, opts_.now());
  if (!wait) return;
  const auto seconds = (*wait + ns_per_s - 1) / ns_per_s;
  throw refusal{429,
                fmt::format("Too many requests from {}; try again in {} s", whose, seconds),
                {{"Retry-After", std::to_string(seconds)}}};
}

void front::pass_on(call& one, inbox::work what) {
  auto mine = outstanding_.take("token " + one.name, opts_.limits.outstanding_per_token);
  auto place = mine ? outstanding_.take("all", opts_.limits.outstanding) : nullptr;
  if (!place)
    throw refusal{503, "Too many requests are waiting for the floor", {{"Retry-After", "1"}}};
  one.to->hold(std::make_shared<std::pair<slot, slot>>(std::move(mine), std::move(place)));
  inbox_->put(std::move(what));
  wake_();
}

void front::open_stream(call& one) {
  auto query = read_stream_query(one.asked);
  if (one.asked.head) throw refusal{400, "HEAD: a stream has no end and is asked for by GET"};
  auto place = streams_.take(one.name, opts_.limits.streams_per_token);
  if (!place)
    throw refusal{429,
                  fmt::format("At most {} streams for a token", opts_.limits.streams_per_token),
                  {{"Retry-After", "5"}}};
  pass_on(one, [query = std::move(query), to = one.to, place = std::move(place)](back& b) {
    b.stream(query, to, place);
  });
}

void front::take_alert(call& one, const std::string* presented) {
  const auto& body = one.asked.body;
  const auto facts = look_at_alert(body);
  const auto* name = who_.find_secret(presented ? *presented : facts.secret);
  // 404, not 401: an address that is not known.
  if (!name) throw refusal{404, "Not found"};
  check_rate(token_rate_, "alert " + *name, "this alert's address");
  alert x;
  x.name = *name;
  x.source_id = alert_id(*name, body, facts.names_its_time);
  x.body = body;
  x.received_ns = opts_.now();
  const auto answer = fmt::format(R"({{"status":"accepted","source_id":"{}"}})", x.source_id);
  const auto kept = [to = one.to, answer](bool good) {
    if (good) return to->json(202, answer);
    to->refuse({503, "The alert could not be kept; send it again", {{"Retry-After", "5"}}});
  };
  if (!alerts_.offer(std::move(x), kept))
    throw refusal{503, "Too many alerts are waiting for the floor", {{"Retry-After", "5"}}};
}

std::string front::alert_id(const std::string& name, const std::string& body, bool names_its_time) {
  auto id = alert_digest(body);
  if (names_its_time) return id;
  // The same words an hour later are another alert; within a moment they were sent again.
  const auto now = opts_.now();
  if (recent_alerts_.size() >= most_recent_alerts)
    std::erase_if(recent_alerts_,
                  [&](const auto& x) { return now - x.second >= opts_.limits.repeat_window; });
  if (recent_alerts_.size() >= most_recent_alerts) recent_alerts_.clear();
  auto& first = recent_alerts_.try_emplace(name + '/' + id, now).first->second;
  if (now < first || now - first >= opts_.limits.repeat_window) first = now;
  return id + '-' + std::to_string(first / ns_per_s);
}

}  // namespace outcry::signal_api
