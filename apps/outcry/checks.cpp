#include "apps/outcry/checks.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "adapters/control/client.hpp"
#include "adapters/firebase/client.hpp"
#include "apps/outcry/firebase_checks.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/redis_options.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

constexpr std::uint64_t mebibyte = 1u << 20;

std::string firebase_advice(firebase::outcome kind, const config::config& settings) {
  bool local = settings.firebase.url == "local";
  switch (kind) {
    case firebase::outcome::unauthorized:
      return local ? "start outcry-firebase, which makes the token; if it runs: do both use the "
                     "same floor.data_dir?"
                   : "check firebase.credentials_file or firebase.token_file, and the database's "
                     "rules";
    case firebase::outcome::unreachable:
    case firebase::outcome::timed_out:
      return local ? "start it: outcry-firebase --config FILE"
                   : "check firebase.url and the network; the floor keeps what it owes meanwhile";
    default:
      return "try again; the floor keeps what it owes meanwhile";
  }
}

check judge_halt(const json& status) {
  if (!status.contains("halt") || !status["halt"].is_object())
    return {"halt", verdict::fail, "the command desk does not answer", "restart the floor"};
  auto kind = status["halt"].value("kind", std::string{"none"});
  if (kind == "none") return {"halt", verdict::ok, "none", ""};
  return {"halt", verdict::warn,
          fmt::format("{} by message {}", kind, status["halt"].value("messageId", std::string{})),
          kind == "killed" ? "outcry send start --to ALL --config confirm=true"
                           : "outcry send start --to ALL"};
}

check judge_refused(std::uint64_t count) {
  if (count == 0) return {"refused", verdict::ok, "no value refused by Firebase", ""};
  return {"refused", verdict::fail,
          fmt::format("Firebase refused {} {}", count, count == 1 ? "value" : "values"),
          "the floor's log says which and why (\"Firebase refuses ...\"); messages and "
          "acknowledgements are kept aside in data_dir's journal.db, table refused; correct the "
          "cause and restart the floor: it counts anew"};
}

void check_actors(control::client& floor, const control::client::listener& limits,
                  std::vector<check>& result) {
  std::vector<json> actors;
  auto on = limits;
  on.item = [&](const json& x) { actors.push_back(x); };
  try {
    floor.call("actors", json::object(), on);
    for (auto& x : judge_actors(actors)) result.push_back(std::move(x));
  } catch (const control::request_refused& e) {
    result.push_back({"actors", verdict::fail, e.what(), "restart the floor"});
  }
}

void check_links(control::client& floor, const control::client::listener& limits,
                 std::vector<check>& result) {
  auto on = limits;
  on.item = [&](const json& relay) {
    for (const auto& link : relay.value("links", json::array())) {
      auto state = link.value("state", std::string{});
      bool good = state == "live";
      result.push_back({link.value("name", std::string{"link"}),
                        good                    ? verdict::ok
                        : state == "connecting" ? verdict::warn
                                                : verdict::fail,
                        state + (good ? "" : ": " + link.value("reason", std::string{})),
                        good ? "" : "the floor tries again by itself"});
    }
    auto owed = relay.value("outbox_backlog", std::int64_t{0});
    result.push_back({"outbox", owed > 10'000 ? verdict::warn : verdict::ok,
                      fmt::format("{} values owed to Firebase", owed), ""});
    result.push_back(judge_refused(relay.value("refused_values", std::uint64_t{0})));
  };
  try {
    floor.call("links", json::object(), on);
  } catch (const control::request_refused& e) {
    // A floor without a mirror has no relay; that is as configured.
    if (e.code() != "unsupported")
      result.push_back({"relay", verdict::fail, e.what(), "the floor restarts it by itself"});
  }
}

}  // namespace

const char* to_string(verdict x) {
  switch (x) {
    case verdict::ok:
      return "ok";
    case verdict::warn:
      return "warn";
    case verdict::fail:
      break;
  }
  return "fail";
}

std::vector<check> check_configuration(const session& at,
                                       const std::vector<std::string>& problems) {
  std::vector<check> result;
  for (const auto& x : problems)
    result.push_back({"configuration", verdict::fail, x,
                      "correct it; `outcry init` prints every "
                      "key with its default"});
  if (problems.empty() && at.config_file.empty())
    result.push_back({"configuration", verdict::warn, "no file found: every key has its default",
                      "outcry init --write"});
  else if (problems.empty())
    result.push_back({"configuration", verdict::ok, at.config_file, ""});
  return result;
}

check judge_free_space(std::uint64_t free_bytes) {
  auto text = fmt::format("{} MiB free", free_bytes / mebibyte);
  if (free_bytes < 100 * mebibyte)
    return {"disk", verdict::fail, text, "make room: without a journal only the brake works"};
  if (free_bytes < 1024 * mebibyte) return {"disk", verdict::warn, text, "make room soon"};
  return {"disk", verdict::ok, text, ""};
}

std::vector<check> check_disk(const config::config& settings) {
  const auto& dir = settings.floor.data_dir;
  std::error_code error;
  if (!std::filesystem::is_directory(dir, error))
    return {{"data_dir", verdict::fail, dir.string() + " is no directory",
             "the floor makes it at its first start; or correct floor.data_dir"}};
  if (::access(dir.c_str(), W_OK | X_OK) != 0)
    return {{"data_dir", verdict::fail, dir.string() + " is not writable for this account",
             "give it to the floor's account"}};
  std::vector<check> result{{"data_dir", verdict::ok, dir.string(), ""}};
  auto space = std::filesystem::space(dir, error);
  if (!error) result.push_back(judge_free_space(space.available));
  return result;
}

std::vector<check> check_floor(const config::config& settings) {
  std::vector<check> result;
  control::client::listener on;
  on.silence = std::chrono::seconds(8);
  try {
    control::client floor{config::socket_path(settings), std::chrono::seconds(3)};
    json status;
    on.item = [&](const json& x) { status = x; };
    floor.call("status", json::object(), on);
    auto count = [&](const char* name) {
      return status.contains(name) && status[name].is_number() ? status[name].dump() : "?";
    };
    bool whole = count("bots") != "?" && count("actors") != "?" && count("pits") != "?";
    result.push_back({"floor", whole ? verdict::ok : verdict::fail,
                      fmt::format("{} {}: {} bots, {} pits, {} actors",
                                  floor.greeting().value("name", std::string{}),
                                  floor.greeting().value("version", std::string{}), count("bots"),
                                  count("pits"), count("actors")),
                      whole ? "" : "a part of it does not answer: see `outcry actors`"});
    result.push_back(judge_halt(status));
    check_links(floor, on, result);
    check_actors(floor, on, result);
  } catch (const std::exception& e) {
    result.push_back({"floor", verdict::fail, e.what(), "outcryd --config FILE"});
  }
  return result;
}

std::vector<check> judge_actors(const std::vector<json>& actors) {
  constexpr std::size_t most_named = 20;
  std::vector<check> result;
  std::size_t down = 0;
  for (const auto& x : actors) {
    auto state = x.value("state", std::string{});
    bool failed = state == "failed";
    if ((!failed && state != "restarting") || ++down > most_named) continue;
    auto last_exit = x.value("last_exit", std::string{});
    result.push_back(
        {"actors", verdict::fail,
         fmt::format("{} {} since {}: {}", x.value("name", std::string{"?"}),
                     failed ? "has failed" : "is restarting",
                     local_time(x.value("since_ms", std::int64_t{0})),
                     last_exit.empty() ? "no reason is known" : last_exit),
         failed ? "it crashed too often and stays down: correct the cause, which the floor's log "
                  "tells, then restart the floor"
                : "the floor starts it again by itself; if it stays so, look at the floor's log"});
  }
  if (down > most_named)
    result.push_back({"actors", verdict::fail, fmt::format("{} more are down", down - most_named),
                      "outcry actors"});
  if (down == 0)
    result.push_back({"actors", verdict::ok, fmt::format("none of {} is down", actors.size()), ""});
  return result;
}

std::vector<check> check_redis(const config::config& settings) {
  if (settings.redis.url.empty()) return {{"redis", verdict::ok, "none configured", ""}};
  try {
    auto options = redis_options(settings);
    auto name = redis::to_string(options.address);
    auto opened = redis::connection::open(options);
    if (!opened)
      return {{"redis", verdict::fail, name + ": " + to_string(opened.error()),
               opened.error().kind == redis::failure_kind::auth_failed
                   ? "check redis.password_file and the user in redis.url"
                   : "start Redis, or correct redis.url"}};
    auto pong = opened->command({"PING"});
    if (!pong) return {{"redis", verdict::fail, name + ": " + to_string(pong.error()), ""}};
    return {{"redis", verdict::ok, name, ""}};
  } catch (const std::exception& e) {
    return {{"redis", verdict::fail, e.what(), "correct the configuration"}};
  }
}

check judge_clock(std::int64_t skew_ms, std::int64_t limit_s) {
  auto text = fmt::format("{} s {} Firebase's", std::llabs(skew_ms) / 1000,
                          skew_ms > 0 ? "behind" : "ahead of");
  if (std::llabs(skew_ms) > limit_s * 1000)
    return {"clock", verdict::fail, text, "set this machine's clock: messages are refused"};
  if (std::llabs(skew_ms) > 2000)
    return {"clock", verdict::warn, text, "let this machine keep its time by NTP"};
  return {"clock", verdict::ok, "as Firebase's", ""};
}

std::vector<check> check_firebase(const config::config& settings) {
  auto url = config::firebase_base_url(settings);
  if (url.empty()) return {{"firebase", verdict::ok, "none configured", ""}};
  try {
    firebase::url_options where;
    where.container_network = true;
    firebase::client_options options;
    options.total_timeout = std::chrono::seconds(8);
    options.ca_file = settings.firebase.ca_file.string();
    firebase::client database{firebase::database_url::parse(url, where),
                              firebase_identity(settings), options};
    auto answer = database.get("floor");
    if (!answer)
      return {{"firebase", verdict::fail, url + ": " + answer.error,
               firebase_advice(answer.kind, settings)}};
    std::vector<check> result{{"firebase", verdict::ok, url, ""}};
    if (answer.server_date_ms) {
      auto now = std::chrono::system_clock::now().time_since_epoch();
      auto ours = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
      result.push_back(
          judge_clock(*answer.server_date_ms - ours, settings.floor.clock_skew_limit_s));
    }
    return result;
  } catch (const std::exception& e) {
    return {{"firebase", verdict::fail, e.what(), "correct firebase.url"}};
  }
}

}  // namespace outcry::cli
