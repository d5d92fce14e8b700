#include "apps/config/settings.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "apps/config/endpoint.hpp"
#include "apps/config/inspection_settings.hpp"
#include "apps/config/notification_settings.hpp"
#include "apps/config/setting_kinds.hpp"
#include "apps/config/signal_settings.hpp"
#include "apps/config/trading_settings.hpp"

namespace outcry::config {

using namespace kinds;

namespace {

bool take_name(config& c, const std::string& text) {
  if (text.empty() || text.size() > 64 || !printable(text)) return false;
  c.floor.name = text;
  return true;
}

setting dead_man_hours() {
  setting x{
      "dead_man", "hours",
      "Hours without a sign of the operator until all bots are stopped; 0 = off. A sign is a\n"
      "message to the floor, or the phone page being used: docs/dead-man.md.",
      "0, or a number from 0.001 to 8760"};
  x.assign = [](config& c, const raw_value& raw) {
    auto value = real_of(raw);
    if (!value || !(*value == 0 || (*value >= 0.001 && *value <= 8760))) return false;
    c.dead_man.hours = *value;
    return true;
  };
  x.shown = [](const config& c) { return fmt::format("{}", c.dead_man.hours); };
  return x;
}

bool has_password(const std::string& url) {
  auto begin = url.find("://") + 3;
  auto end = std::min(url.find('/', begin), url.size());
  auto at = url.substr(begin, end - begin).rfind('@');
  return at != std::string::npos && url.find(':', begin) < begin + at;
}

setting redis_url() {
  setting x{
      "redis", "url",
      "redis://[user@]host[:port][/database] or unix:///path; \"\" = no Redis. A password has no\n"
      "place in this file: use password_file, or put the whole URL into OUTCRY_REDIS_URL.",
      "\"\", redis://host[:port][/database] or unix:///path; a password only through "
      "password_file or OUTCRY_REDIS_URL"};
  x.assign = [](config& c, const raw_value& raw) {
    auto* url = text_of(raw);
    if (!url) return false;
    bool local = url->starts_with("unix:///") && printable(*url);
    if (!url->empty() && !local && !is_url(*url, {"redis://"})) return false;
    if (!url->empty() && has_password(*url) && !raw.from_environment) return false;
    c.redis.url = *url;
    return true;
  };
  x.shown = [](const config& c) { return toml_quoted(c.redis.url); };
  return x;
}

bool take_source(config& c, const std::string& text) {
  if (text == "simulated") return c.feed.source = feed_source::simulated, true;
  if (text == "replay") return c.feed.source = feed_source::replay, true;
  if (text == "redis") return c.feed.source = feed_source::redis, true;
  return false;
}

std::string shown_source(const config& c) {
  switch (c.feed.source) {
    case feed_source::simulated:
      return "simulated";
    case feed_source::replay:
      return "replay";
    case feed_source::redis:
      break;
  }
  return "redis";
}

/// "HH:MM" at `at`; -1 when it is none.
int minute_of_day(const std::string& text, std::size_t at) {
  auto digit = [&](std::size_t i) { return std::isdigit(static_cast<unsigned char>(text[i])); };
  if (!digit(at) || !digit(at + 1) || text[at + 2] != ':' || !digit(at + 3) || !digit(at + 4))
    return -1;
  int hour = (text[at] - '0') * 10 + text[at + 1] - '0';
  int minute = (text[at + 3] - '0') * 10 + text[at + 4] - '0';
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

bool take_session(config& c, const std::string& text) {
  auto& session = c.feed.simulated.session;
  if (text == "always") return session = {session_hours::kind::always, 0, 0}, true;
  if (text == "closed") return session = {session_hours::kind::closed, 0, 0}, true;
  if (text.size() != 11 || text[5] != '-') return false;
  int from = minute_of_day(text, 0);
  int to = minute_of_day(text, 6);
  if (from < 0 || to < 0 || from == to) return false;
  session = {session_hours::kind::daily, from, to};
  return true;
}

setting replay_speed() {
  setting x{"feed.replay", "speed", "Times the original pace; 0 = as fast as possible.",
            "a number from 0 to 1000000"};
  x.assign = [](config& c, const raw_value& raw) {
    auto value = real_of(raw);
    if (!value || !(*value >= 0 && *value <= 1e6)) return false;
    c.feed.replay.speed = *value;
    return true;
  };
  x.shown = [](const config& c) { return fmt::format("{}", c.feed.replay.speed); };
  return x;
}

// Form of a project's id: cloud.google.com/resource-manager/docs/creating-managing-projects
bool take_cloud_project(config& c, const std::string& text) {
  const bool fits =
      text.size() >= 6 && text.size() <= 30 &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!fits && !text.empty()) return false;
  c.local_firebase.cloud_project = text;
  return true;
}

// firebase.google.com/docs/auth/admin/manage-users: 1 to 128 characters.
bool is_uid(const std::string& text) {
  return is_host(text) && text.size() <= 128;
}

bool take_firebase_url(config& c, const std::string& text) {
  if (!text.empty() && text != "local" && !is_url(text, {"https://", "http://"})) return false;
  c.firebase.url = text;
  while (c.firebase.url.ends_with('/')) c.firebase.url.pop_back();
  return true;
}

/// A database on this machine or in this house costs nothing; a cloud is charged by the byte.
bool take_history(config& c, const std::string& text) {
  if (text == "all") return c.firebase.history = history_kind::all, true;
  if (text == "none") return c.firebase.history = history_kind::none, true;
  if (text != "auto") return false;
  bool cloud = c.firebase.url.starts_with("https://");
  c.firebase.history = cloud ? history_kind::none : history_kind::all;
  return true;
}

bool take_listen(config& c, const std::string& text) {
  if (!parse_endpoint(text)) return false;
  c.local_firebase.listen = text;
  return true;
}

std::vector<setting> make_settings() {
  std::vector<setting> all = {
      text("floor", "name", "What this floor is called.", "1 to 64 printable characters", take_name,
           [](const config& c) { return c.floor.name; }),
      path(
          "floor", "data_dir",
          "Journal, history, socket and tokens. One floor at a time.\n"
          "Every relative path in this file is relative to this file's directory.",
          [](config& c) { return &c.floor.data_dir; }, true),
      number(
          "floor", "stale_after_s",
          "Seconds of silence, while the market is open, until a ticker is called stale.",
          [](config& c) -> std::int64_t& { return c.floor.stale_after_s; }, 1, 3600),
      number(
          "floor", "answer_deadline_s",
          "Seconds a bot has to answer an operator message before it counts as no_answer.",
          [](config& c) -> std::int64_t& { return c.floor.answer_deadline_s; }, 1, 3600),
      number(
          "floor", "clock_skew_limit_s",
          "Seconds by which a sender's clock may be wrong. Beyond it only stop and kill work.",
          [](config& c) -> std::int64_t& { return c.floor.clock_skew_limit_s; }, 1, 3600),
      redis_url(),
      path("redis", "password_file", "A file that holds the password and nothing else.",
           [](config& c) { return &c.redis.password_file; }),
      text("feed", "source", "Where prices come from: \"simulated\", \"replay\" or \"redis\".",
           "\"simulated\", \"replay\" or \"redis\"", take_source, shown_source),
      number(
          "feed.simulated", "seed", "The same seed gives the same prices.",
          [](config& c) -> std::int64_t& { return c.feed.simulated.seed; }, 0, INT64_MAX),
      number(
          "feed.simulated", "interval_ms", "Milliseconds between two prices of one ticker.",
          [](config& c) -> std::int64_t& { return c.feed.simulated.interval_ms; }, 1, 3600000),
      text("feed.simulated", "session",
           "When the market is open: \"always\", \"closed\" or \"13:30-20:00\" (UTC).",
           "\"always\", \"closed\" or \"HH:MM-HH:MM\" (UTC)", take_session,
           [](const config& c) { return to_string(c.feed.simulated.session); }),
      path("feed.replay", "dir",
           "A directory of <TICKER>.csv or <TICKER>.csv.gz: time_ms,price,size,exchange.",
           [](config& c) { return &c.feed.replay.dir; }),
      replay_speed(),
      flag("feed.replay", "loop", "Start again at the end.",
           [](config& c) -> bool& { return c.feed.replay.loop; }),
      text("firebase", "url",
           "\"local\" = our own database on this machine ([local_firebase]); \"https://...\" = a\n"
           "Realtime Database in the cloud; \"\" = none: no phones, everything else works.",
           "\"local\", \"\" or a URL that begins with https:// or http://", take_firebase_url,
           [](const config& c) { return c.firebase.url; }),
      path("firebase", "credentials_file", "The service account's JSON file, for the cloud.",
           [](config& c) { return &c.firebase.credentials_file; }),
      path("firebase", "token_file",
           "A file that holds a token. \"local\" uses data_dir/floor.token by itself.",
           [](config& c) { return &c.firebase.token_file; }),
      text(
          "firebase", "history",
          "Which prices are kept there: \"all\", \"none\", or \"auto\" = all at home, none in the\n"
          "cloud, where every byte costs money.",
          "\"auto\", \"all\" or \"none\" (\"bars\" is planned and not built yet)", take_history,
          [](const config&) { return std::string{"auto"}; }),
      path("firebase", "ca_file", "A certificate authority to trust beside the system's.",
           [](config& c) { return &c.firebase.ca_file; }),
      flag("firebase", "services_mirror",
           "What the bots earn is also written below /services, where today's page reads it.",
           [](config& c) -> bool& { return c.firebase.services_mirror; }),
      text("local_firebase", "listen", "Address and port of outcry-firebase.",
           std::string{endpoint_form}, take_listen,
           [](const config& c) { return c.local_firebase.listen; }),
      list(
          "local_firebase", "hosts",
          "Names by which it may be called, beside localhost and loopback addresses.",
          "a list of host names in quotes",
          [](config& c) -> std::vector<std::string>& { return c.local_firebase.hosts; }, is_host),
      list(
          "local_firebase", "origins",
          "Web origins whose pages may call it, such as \"https://floor.home\".",
          "a list of http:// or https:// origins in quotes",
          [](config& c) -> std::vector<std::string>& { return c.local_firebase.origins; },
          is_origin),
      path("local_firebase", "page", "The folder of the built phone page; \"\" = none is served.",
           [](config& c) { return &c.local_firebase.page; }),
      path("local_firebase", "rules",
           "The security rules that decide what a signed-in phone may read and write; \"\" =\n"
           "everything. The tokens in data_dir are above all rules.",
           [](config& c) { return &c.local_firebase.rules; }),
      text("local_firebase", "cloud_project",
           "The id of a Firebase project whose users' ID tokens are taken, too; \"\" = none.",
           "\"\" or 6 to 30 lower-case letters, digits and hyphens", take_cloud_project,
           [](const config& c) { return c.local_firebase.cloud_project; }),
      list(
          "local_firebase", "cloud_operators",
          "Uids of users there that may command, beside those with the claim \"operator\": true.",
          "a list of uids in quotes",
          [](config& c) -> std::vector<std::string>& { return c.local_firebase.cloud_operators; },
          is_uid),
      dead_man_hours(),
  };
  add_trading_settings(all);
  add_signal_settings(all);
  add_notification_settings(all);
  add_inspection_settings(all);
  return all;
}

}  // namespace

const std::vector<setting>& settings() {
  static const auto all = make_settings();
  return all;
}

const std::vector<std::string_view>& sections() {
  static const auto all = [] {
    std::vector<std::string_view> result;
    for (const auto& x : settings())
      if (result.empty() || result.back() != x.section) result.push_back(x.section);
    return result;
  }();
  return all;
}

std::string_view section_comment(std::string_view section) {
  if (section == "floor") return "The trading floor itself.";
  if (section == "dead_man")
    return "The dead-man's switch: stops all bots when the operator has not been heard for long.";
  if (section == "redis") return "Bots in containers and other programs talk over Redis.";
  if (section == "feed") return "Market data.";
  if (section == "feed.simulated") return "A random walk, for trying things out.";
  if (section == "feed.replay") return "Real trades from files.";
  if (section == "firebase") return "What phones see and where they send from.";
  if (section == "broker") return "Who takes the bots' orders.";
  if (section == "signals")
    return "Calls of trading channels: which are read, which are followed, who shares them.";
  if (section == "discord")
    return "The bot that reads channels on Discord. It reads those below and nothing else.";
  if (section == "inspection")
    return "The floor's own figures over HTTP: docs/inspection-http.md. Nothing can be changed "
           "there.";
  if (section == "notifications") return "What your phone is told, through an ntfy server.";
  if (section == "risk")
    return "Limits on orders that increase exposure; 0 = none. The first five are each bot's, "
           "unless\n"
           "it has its own; the verb set changes them while the floor is open.";
  return "Our own Realtime Database, the program outcry-firebase.";
}

std::string variable_name(const setting& x) {
  auto name = fmt::format("OUTCRY_{}_{}", x.section, x.key);
  for (auto& c : name) c = c == '.' ? '_' : static_cast<char>(std::toupper(c));
  return name;
}

std::string toml_quoted(std::string_view text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      result += {'\\', static_cast<char>(c)};
    else if (c < 0x20 || c == 0x7f)
      result += fmt::format("\\u{:04X}", c);
    else
      result += static_cast<char>(c);
  }
  return result + "\"";
}

}  // namespace outcry::config
