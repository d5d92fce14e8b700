#include "apps/config/settings.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "apps/config/endpoint.hpp"

namespace outcry::config {

namespace {

const std::string* text_of(const raw_value& raw) {
  return std::get_if<std::string>(&raw.value);
}

template <class T>
std::optional<T> from_text(const std::string& text) {
  T result{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

std::optional<std::int64_t> integer_of(const raw_value& raw) {
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return *x;
  if (auto* x = text_of(raw); x && raw.from_environment) return from_text<std::int64_t>(*x);
  return std::nullopt;
}

std::optional<double> real_of(const raw_value& raw) {
  if (auto* x = std::get_if<double>(&raw.value)) return *x;
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return static_cast<double>(*x);
  if (auto* x = text_of(raw); x && raw.from_environment) return from_text<double>(*x);
  return std::nullopt;
}

std::optional<bool> flag_of(const raw_value& raw) {
  if (auto* x = std::get_if<bool>(&raw.value)) return *x;
  if (auto* x = text_of(raw); x && raw.from_environment) {
    if (*x == "true") return true;
    if (*x == "false") return false;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> list_of(const raw_value& raw) {
  if (auto* x = std::get_if<std::vector<std::string>>(&raw.value)) return *x;
  auto* text = text_of(raw);
  if (!text || !raw.from_environment) return std::nullopt;
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text->size();) {
    auto comma = std::min(text->find(',', at), text->size());
    result.push_back(text->substr(at, comma - at));
    at = comma + 1;
  }
  return result;
}

/// A decimal number, with quotes or without: TOML's floating point is read back as it was typed.
std::optional<std::string> decimal_of(const raw_value& raw) {
  if (auto* x = text_of(raw)) return *x;
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return fmt::to_string(*x);
  if (auto* x = std::get_if<double>(&raw.value)) return fmt::format("{}", *x);
  return std::nullopt;
}

using place = std::string_view;

setting number(place section, place key, place comment, std::int64_t& (*member)(config&),
               std::int64_t least, std::int64_t most) {
  setting x{section, key, comment, fmt::format("a whole number from {} to {}", least, most)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = integer_of(raw);
    if (!value || *value < least || *value > most) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) { return fmt::to_string(member(const_cast<config&>(c))); };
  return x;
}

setting path(place section, place key, place comment, std::filesystem::path* (*member)(config&),
             bool required = false) {
  setting x{section, key, comment, required ? "a path in quotes" : "a path in quotes, or \"\""};
  x.assign = [=](config& c, const raw_value& raw) {
    auto* text = text_of(raw);
    if (!text || (required && text->empty()) || text->find('\0') != std::string::npos) return false;
    *member(c) = *text;
    return true;
  };
  x.shown = [=](const config& c) { return toml_quoted(member(const_cast<config&>(c))->string()); };
  x.path = member;
  return x;
}

/// `take` stores the text, or returns false when it is not allowed.
setting text(place section, place key, place comment, std::string allowed,
             bool (*take)(config&, const std::string&), std::string (*shown)(const config&)) {
  setting x{section, key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto* value = text_of(raw);
    return value && take(c, *value);
  };
  x.shown = [=](const config& c) { return toml_quoted(shown(c)); };
  return x;
}

/// `fits` decides about a number that could be read.
template <class Decimal>
setting amount(place section, place key, place comment, std::string allowed,
               Decimal& (*member)(config&), bool (*fits)(const Decimal&)) {
  setting x{section, key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto text = decimal_of(raw);
    if (!text) return false;
    auto value = Decimal::parse(*text);
    if (!value || !fits(*value)) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) { return toml_quoted(to_string(member(const_cast<config&>(c)))); };
  return x;
}

setting flag(place section, place key, place comment, bool& (*member)(config&)) {
  setting x{section, key, comment, "true or false"};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = flag_of(raw);
    if (value) member(c) = *value;
    return value.has_value();
  };
  x.shown = [=](const config& c) { return member(const_cast<config&>(c)) ? "true" : "false"; };
  return x;
}

bool printable(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool take_name(config& c, const std::string& text) {
  if (text.empty() || text.size() > 64 || !printable(text)) return false;
  c.floor.name = text;
  return true;
}

bool is_url(const std::string& text, std::initializer_list<std::string_view> schemes) {
  if (!printable(text) || text.find(' ') != std::string::npos) return false;
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/';
  });
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

/// `fits` decides about one element.
setting list(place key, place comment, std::string allowed,
             std::vector<std::string>& (*member)(config&), bool (*fits)(const std::string&)) {
  setting x{"local_firebase", key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = list_of(raw);
    if (!value || !std::all_of(value->begin(), value->end(), fits)) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) {
    std::string result;
    for (const auto& element : member(const_cast<config&>(c)))
      result += (result.empty() ? "" : ", ") + toml_quoted(element);
    return "[" + result + "]";
  };
  return x;
}

bool is_host(const std::string& text) {
  return !text.empty() && printable(text) && text.find_first_of(" /") == std::string::npos;
}

bool is_origin(const std::string& text) {
  return is_url(text, {"https://", "http://"}) &&
         text.find('/', text.find("://") + 3) == std::string::npos;
}

bool take_broker(config& c, const std::string& text) {
  if (text == "paper") return c.broker.kind = broker_kind::paper, true;
  if (text == "none") return c.broker.kind = broker_kind::none, true;
  return false;
}

/// Where made-up or stored prices come from, nobody waits for a bell.
bool take_calendar(config& c, const std::string& text) {
  if (text == "always") return c.broker.calendar = market_hours::always, true;
  if (text == "us_equity") return c.broker.calendar = market_hours::us_equity, true;
  if (text != "auto") return false;
  bool real = c.feed.source == feed_source::redis;
  c.broker.calendar = real ? market_hours::us_equity : market_hours::always;
  return true;
}

template <class Decimal>
bool not_negative(const Decimal& x) {
  return x >= Decimal{};
}

constexpr const char* limit_form = "a decimal number of at least 0; 0 is no limit";

using limits_of = risk_limits& (*)(config&);

template <class Decimal>
setting limit(place key, place comment, limits_of limits, Decimal risk_limits::*member) {
  setting x{"risk", key, comment, limit_form};
  x.assign = [=](config& c, const raw_value& raw) {
    auto text = decimal_of(raw);
    if (!text) return false;
    auto value = Decimal::parse(*text);
    if (!value || *value < Decimal{}) return false;
    limits(c).*member = *value;
    return true;
  };
  x.shown = [=](const config& c) {
    return toml_quoted(to_string(limits(const_cast<config&>(c)).*member));
  };
  return x;
}

constexpr std::int64_t most_orders_per_minute = 1'000'000;

setting rate(place key, place comment, limits_of limits) {
  setting x{"risk", key, comment,
            fmt::format("a whole number from 0 to {}; 0 is no limit", most_orders_per_minute)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = integer_of(raw);
    if (!value || *value < 0 || *value > most_orders_per_minute) return false;
    limits(c).max_orders_per_minute = static_cast<std::uint32_t>(*value);
    return true;
  };
  x.shown = [=](const config& c) {
    return fmt::to_string(limits(const_cast<config&>(c)).max_orders_per_minute);
  };
  return x;
}

void add_broker(std::vector<setting>& all) {
  all.push_back(text("broker", "kind",
                     "\"paper\" = an exchange of our own that fills orders from the prices seen,\n"
                     "without real money; \"none\" = nobody trades.",
                     "\"paper\" or \"none\"", take_broker, [](const config& c) {
                       return std::string{c.broker.kind == broker_kind::paper ? "paper" : "none"};
                     }));
  all.push_back(amount<Money>(
      "broker", "cash",
      "Money of the paper account when it is opened. It is kept in data_dir/paper.db: cash and\n"
      "seed count only while there is no such file.",
      "a decimal number above 0", [](config& c) -> Money& { return c.broker.cash; },
      [](const Money& x) { return x.is_positive(); }));
  all.push_back(number(
      "broker", "seed", "Of the paper account's order ids; 0 = a random one.",
      [](config& c) -> std::int64_t& { return c.broker.seed; }, 0, INT64_MAX));
  all.push_back(flag("broker", "shorting", "Bots may sell more than they own.",
                     [](config& c) -> bool& { return c.broker.shorting; }));
  all.push_back(amount<Ratio>(
      "broker", "participation",
      "How much of each trade's size our orders may take together: 1 = all of it.",
      "a decimal number from 0.0001 to 1 with at most 4 places",
      [](config& c) -> Ratio& { return c.broker.participation; },
      [](const Ratio& x) {
        constexpr auto bps = detail::decimal_one / 10'000;
        return x.is_positive() && x <= Ratio::from_integer(1) && x.units() % bps == 0;
      }));
  all.push_back(number(
      "broker", "slippage_bps",
      "What a market order pays above the trade that fills it, or gets below it, in hundredths of\n"
      "a percent.",
      [](config& c) -> std::int64_t& { return c.broker.slippage_bps; }, 0, 9999));
  all.push_back(amount<Money>(
      "broker", "fee_per_order", "Fees: with an order's first fill,",
      "a decimal number of at least 0", [](config& c) -> Money& { return c.broker.fee_per_order; },
      not_negative<Money>));
  all.push_back(amount<Price>(
      "broker", "fee_per_share", "for each share,", "a decimal number of at least 0",
      [](config& c) -> Price& { return c.broker.fee_per_share; }, not_negative<Price>));
  all.push_back(number(
      "broker", "fee_bps", "and in hundredths of a percent of what is bought or sold.",
      [](config& c) -> std::int64_t& { return c.broker.fee_bps; }, 0, 9999));
  all.push_back(
      text("broker", "calendar",
           "When the paper broker trades: \"always\", \"us_equity\" (New York's hours and\n"
           "holidays), or \"auto\" = us_equity for prices from Redis, else always.",
           "\"auto\", \"always\" or \"us_equity\"", take_calendar,
           [](const config&) { return std::string{"auto"}; }));
  all.push_back(number(
      "broker", "timeout_s",
      "Seconds the broker has to answer. Then nobody knows whether it has the order: it is looked\n"
      "for, and never sent again.",
      [](config& c) -> std::int64_t& { return c.broker.timeout_s; }, 1, 600));
  all.push_back(number(
      "broker", "quarantine_s",
      "Seconds for which the broker must not know such an order until it counts as never sent.",
      [](config& c) -> std::int64_t& { return c.broker.quarantine_s; }, 1, 86'400));
  all.push_back(number(
      "broker", "reconcile_s",
      "Seconds between two comparisons of orders and positions with the broker's.",
      [](config& c) -> std::int64_t& { return c.broker.reconcile_s; }, 1, 86'400));
}

void add_limits(std::vector<setting>& all, bool account) {
  const auto limits = account
                          ? limits_of([](config& c) -> risk_limits& { return c.risk.account; })
                          : limits_of([](config& c) -> risk_limits& { return c.risk.each_bot; });
  all.push_back(limit(account ? "account_max_position" : "max_position",
                      account
                          ? "All positions of all bots together, open orders included."
                          : "A bot's position in money at the last price, open orders included.",
                      limits, &risk_limits::max_position));
  all.push_back(limit(account ? "account_max_order_notional" : "max_order_notional",
                      "What one order may come to.", limits, &risk_limits::max_order_notional));
  all.push_back(rate(account ? "account_max_orders_per_minute" : "max_orders_per_minute",
                     account ? "Orders of all bots together." : "Orders of one bot.", limits));
  all.push_back(limit(account ? "account_daily_loss_limit" : "daily_loss_limit",
                      "Loss of a trading day, mark to market, from which on nothing is bought.",
                      limits, &risk_limits::daily_loss_limit));
  all.push_back(limit(account ? "account_price_collar" : "price_collar",
                      "How far beyond the last trade a limit may be: 0.05 = 5 %.", limits,
                      &risk_limits::price_collar));
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
          "hosts", "Names by which it may be called, beside localhost and loopback addresses.",
          "a list of host names in quotes",
          [](config& c) -> std::vector<std::string>& { return c.local_firebase.hosts; }, is_host),
      list(
          "origins", "Web origins whose pages may call it, such as \"https://floor.home\".",
          "a list of http:// or https:// origins in quotes",
          [](config& c) -> std::vector<std::string>& { return c.local_firebase.origins; },
          is_origin),
  };
  add_broker(all);
  add_limits(all, false);
  add_limits(all, true);
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
  if (section == "redis") return "Bots in containers and other programs talk over Redis.";
  if (section == "feed") return "Market data.";
  if (section == "feed.simulated") return "A random walk, for trying things out.";
  if (section == "feed.replay") return "Real trades from files.";
  if (section == "firebase") return "What phones see and where they send from.";
  if (section == "broker") return "Who takes the bots' orders.";
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
