#include <cstdlib>

#include <catch2/catch.hpp>

#include "apps/config/load.hpp"
#include "apps/config/settings.hpp"

using namespace outcry::config;

TEST_CASE("every key has a variable that wins over the file") {
  const std::map<std::string, std::string> values = {
      {"OUTCRY_FLOOR_NAME", "other"},
      {"OUTCRY_FLOOR_DATA_DIR", "other"},
      {"OUTCRY_FLOOR_STALE_AFTER_S", "7"},
      {"OUTCRY_FLOOR_ANSWER_DEADLINE_S", "7"},
      {"OUTCRY_FLOOR_CLOCK_SKEW_LIMIT_S", "7"},
      {"OUTCRY_DEAD_MAN_HOURS", "0.5"},
      {"OUTCRY_REDIS_URL", "redis://:secret@cache:6379"},
      {"OUTCRY_REDIS_PASSWORD_FILE", "other"},
      {"OUTCRY_FEED_SOURCE", "simulated"},
      {"OUTCRY_FEED_SIMULATED_SEED", "7"},
      {"OUTCRY_FEED_SIMULATED_INTERVAL_MS", "7"},
      {"OUTCRY_FEED_SIMULATED_SESSION", "closed"},
      {"OUTCRY_FEED_REPLAY_DIR", "other"},
      {"OUTCRY_FEED_REPLAY_SPEED", "0.25"},
      {"OUTCRY_FEED_REPLAY_LOOP", "true"},
      {"OUTCRY_FIREBASE_URL", "http://other:1"},
      {"OUTCRY_FIREBASE_CREDENTIALS_FILE", ""},
      {"OUTCRY_FIREBASE_TOKEN_FILE", "other"},
      {"OUTCRY_FIREBASE_HISTORY", "none"},
      {"OUTCRY_FIREBASE_CA_FILE", "other"},
      {"OUTCRY_FIREBASE_SERVICES_MIRROR", "true"},
      {"OUTCRY_LOCAL_FIREBASE_LISTEN", "127.0.0.1:7"},
      {"OUTCRY_LOCAL_FIREBASE_HOSTS", "a.home,b.home"},
      {"OUTCRY_LOCAL_FIREBASE_ORIGINS", "https://a.home"},
      {"OUTCRY_LOCAL_FIREBASE_PAGE", "other"},
      {"OUTCRY_LOCAL_FIREBASE_RULES", "other"},
      {"OUTCRY_LOCAL_FIREBASE_CLOUD_PROJECT", "my-floor"},
      {"OUTCRY_LOCAL_FIREBASE_CLOUD_OPERATORS", "x7Yz"},
      {"OUTCRY_BROKER_KIND", "none"},
      {"OUTCRY_BROKER_CASH", "7.5"},
      {"OUTCRY_BROKER_SEED", "7"},
      {"OUTCRY_BROKER_SHORTING", "true"},
      {"OUTCRY_BROKER_PENNY_PRICES", "false"},
      {"OUTCRY_BROKER_FRACTIONAL", "true"},
      {"OUTCRY_BROKER_PARTICIPATION", "0.5"},
      {"OUTCRY_BROKER_SLIPPAGE_BPS", "7"},
      {"OUTCRY_BROKER_FEE_PER_ORDER", "7"},
      {"OUTCRY_BROKER_FEE_PER_SHARE", "0.07"},
      {"OUTCRY_BROKER_FEE_BPS", "7"},
      {"OUTCRY_BROKER_CALENDAR", "us_equity"},
      {"OUTCRY_BROKER_TIMEOUT_S", "7"},
      {"OUTCRY_BROKER_QUARANTINE_S", "7"},
      {"OUTCRY_BROKER_RECONCILE_S", "7"},
      {"OUTCRY_RISK_MAX_POSITION", "7"},
      {"OUTCRY_RISK_MAX_ORDER_NOTIONAL", "7"},
      {"OUTCRY_RISK_MAX_ORDERS_PER_MINUTE", "7"},
      {"OUTCRY_RISK_DAILY_LOSS_LIMIT", "7"},
      {"OUTCRY_RISK_PRICE_COLLAR", "0.07"},
      {"OUTCRY_RISK_ACCOUNT_MAX_POSITION", "7"},
      {"OUTCRY_RISK_ACCOUNT_MAX_ORDER_NOTIONAL", "7"},
      {"OUTCRY_RISK_ACCOUNT_MAX_ORDERS_PER_MINUTE", "7"},
      {"OUTCRY_RISK_ACCOUNT_DAILY_LOSS_LIMIT", "7"},
      {"OUTCRY_RISK_ACCOUNT_PRICE_COLLAR", "0.07"},
      {"OUTCRY_SIGNALS_ASSETS", "crypto,stock"},
      {"OUTCRY_SIGNALS_CONFIRM_S", "17"},
      {"OUTCRY_SIGNALS_QUARANTINE_S", "17"},
      {"OUTCRY_SIGNALS_REPOST_S", "17"},
      {"OUTCRY_SIGNALS_DATABASE_FILE", "other"},
      {"OUTCRY_SIGNALS_SOURCE", "local"},
      {"OUTCRY_SIGNALS_CONTRIBUTE", "false"},
      {"OUTCRY_SIGNALS_LISTEN", "127.0.0.1:7"},
      {"OUTCRY_SIGNALS_KEEP_MESSAGES_DAYS", "30"},
      {"OUTCRY_SIGNALS_CONTRIBUTORS", "carol"},
      {"OUTCRY_SIGNALS_HOSTS", "a.home"},
      {"OUTCRY_SIGNALS_ORIGINS", "https://a.home"},
      {"OUTCRY_DISCORD_TOKEN_FILE", "other"},
      {"OUTCRY_DISCORD_API", "http://127.0.0.1:7"},
      {"OUTCRY_NOTIFICATIONS_URL", "https://other/topic"},
      {"OUTCRY_NOTIFICATIONS_TOKEN_FILE", "other"},
      {"OUTCRY_NOTIFICATIONS_CA_FILE", "other"},
      {"OUTCRY_NOTIFICATIONS_CLICK", "https://a.home"},
      {"OUTCRY_NOTIFICATIONS_BUDGET_PER_HOUR", "7"},
      {"OUTCRY_NOTIFICATIONS_DIGEST_MINUTES", "7"},
      {"OUTCRY_NOTIFICATIONS_ESCALATE_AFTER_MINUTES", "7"},
      {"OUTCRY_NOTIFICATIONS_ESCALATIONS", "7"},
      {"OUTCRY_NOTIFICATIONS_QUIET", "22:00-07:00"},
      {"OUTCRY_NOTIFICATIONS_FILLS", "false"},
      {"OUTCRY_NOTIFICATIONS_ORDERS_REJECTED", "false"},
      {"OUTCRY_NOTIFICATIONS_BOTS", "false"},
      {"OUTCRY_NOTIFICATIONS_COMMANDS", "false"},
      {"OUTCRY_NOTIFICATIONS_HALTS", "false"},
      {"OUTCRY_NOTIFICATIONS_BROKER", "false"},
      {"OUTCRY_NOTIFICATIONS_PRICES", "false"},
      {"OUTCRY_NOTIFICATIONS_DATABASES", "false"},
      {"OUTCRY_NOTIFICATIONS_DEAD_MAN", "false"},
      {"OUTCRY_NOTIFICATIONS_SIGNALS", "false"},
      {"OUTCRY_NOTIFICATIONS_DAY_RESULT", "false"},
      {"OUTCRY_INSPECTION_LISTEN", "0.0.0.0:7"},
      {"OUTCRY_INSPECTION_HOSTS", "a.home"},
      {"OUTCRY_INSPECTION_TOKEN_FILE", "other"},
      {"OUTCRY_INSPECTION_CERTIFICATE_FILE", ""},
      {"OUTCRY_INSPECTION_KEY_FILE", ""},
  };
  for (const auto& x : settings()) {
    auto name = variable_name(x);
    INFO(name);
    REQUIRE(values.contains(name));
    auto read = parse_config(default_config_text(), "x.toml", {}, {{name, values.at(name)}});
    REQUIRE(read);
    // Only these leave the default as it is: another value needs a second key beside it.
    bool same = name == "OUTCRY_FEED_SOURCE" || name == "OUTCRY_FIREBASE_CREDENTIALS_FILE" ||
                name == "OUTCRY_SIGNALS_SOURCE" || name == "OUTCRY_INSPECTION_CERTIFICATE_FILE" ||
                name == "OUTCRY_INSPECTION_KEY_FILE";
    CHECK((*read == config{}) == same);
  }
  CHECK(values.size() == settings().size());
}

TEST_CASE("a list in a variable is separated by commas") {
  auto read = parse_config("", "x", {}, {{"OUTCRY_LOCAL_FIREBASE_HOSTS", "a.home,b.home"}});
  REQUIRE(read);
  CHECK(read->local_firebase.hosts == std::vector<std::string>{"a.home", "b.home"});
}

TEST_CASE("a bad or unknown variable is refused by its name") {
  auto read = parse_config("[floor]\nname = \"\"\n", "x.toml", {},
                           {{"OUTCRY_FLOOR_STALE_AFTER_S", "soon"},
                            {"OUTCRY_FLOR_NAME", "typo"},
                            {"OUTCRY_REDIS_URL", "http://:secret@host"}});
  REQUIRE_FALSE(read);
  REQUIRE(read.error().size() == 4);
  CHECK(read.error()[0] ==
        config_error{"x.toml", 2, "floor.name", "1 to 64 printable characters", "\"\""});
  CHECK(to_string(read.error()[1]) ==
        "environment: OUTCRY_FLOOR_STALE_AFTER_S: expected a whole number from 1 to 3600, found "
        "\"soon\"");
  CHECK(read.error()[2].key == "OUTCRY_FLOR_NAME");
  CHECK(read.error()[3].key == "OUTCRY_REDIS_URL");
  CHECK(read.error()[3].found == "\"http://***@host\"");
}

TEST_CASE("a secret that has no key comes from its variable, beside or without the file") {
  const std::string string = "postgresql://floor:geheim@db.home/signals";
  auto read =
      parse_config("[signals]\nsource = \"postgres\"\n[discord]\ntoken_file = \"t\"\n", "x", {},
                   {{"OUTCRY_SIGNALS_DATABASE", string},
                    {"OUTCRY_DISCORD_TOKEN", "a.b.c"},
                    {"OUTCRY_NOTIFICATIONS_TOKEN", "floor:geheim"}});
  REQUIRE(read);
  CHECK(read->signals.database == string);
  CHECK(read->notifications.token == "floor:geheim");
  CHECK(read->discord.token == "a.b.c");
  CHECK(read->discord.token_file == "t");
  auto pairs = parse_config("", "x", {}, {{"OUTCRY_SIGNALS_DATABASE", "host=db dbname=signals"}});
  CHECK(pairs);
  auto none =
      parse_config("", "x", {}, {{"OUTCRY_SIGNALS_DATABASE", ""}, {"OUTCRY_DISCORD_TOKEN", ""}});
  REQUIRE(none);
  CHECK(*none == config{});
}

TEST_CASE("a secret that cannot be one is refused without being shown") {
  auto read = parse_config(
      "", "x", {}, {{"OUTCRY_SIGNALS_DATABASE", "geheim"}, {"OUTCRY_DISCORD_TOKEN", "Bot geheim"}});
  REQUIRE_FALSE(read);
  REQUIRE(read.error().size() == 2);
  for (const auto& x : read.error()) {
    CHECK(to_string(x).find("geheim") == std::string::npos);
    CHECK(x.found == "something else (not shown)");
  }
  CHECK(read.error()[0].key == "OUTCRY_DISCORD_TOKEN");
  CHECK(read.error()[1].key == "OUTCRY_SIGNALS_DATABASE");
  CHECK_FALSE(parse_config("", "x", {}, {{"OUTCRY_DISCORD_TOKEN", std::string(513, 'x')}}));
  CHECK_FALSE(parse_config("", "x", {}, {{"OUTCRY_NOTIFICATIONS_TOKEN", "tk_a b"}}));
  CHECK_FALSE(
      parse_config("", "x", {}, {{"OUTCRY_SIGNALS_DATABASE", "a=" + std::string(4095, 'x')}}));
}

TEST_CASE("secrets have no place in the file") {
  for (const char* text : {"signals.database = \"host=geheim\"", "discord.token = \"geheim\"",
                           "notifications.token = \"geheim\""}) {
    auto read = parse_config(text, "x", {}, {});
    REQUIRE_FALSE(read);
    CHECK(to_string(read.error()[0]).find("geheim") == std::string::npos);
  }
}

TEST_CASE("variables that are not keys of the file are left alone") {
  auto read = parse_config("", "x", {},
                           {{"OUTCRY_CONFIG", "a.toml"}, {"OUTCRY_CRASH_AT", "3"}, {"HOME", "/"}});
  REQUIRE(read);
  CHECK(*read == config{});
}

TEST_CASE("history follows the URL that the environment gives") {
  auto read = parse_config("firebase.history = \"auto\"", "x", {},
                           {{"OUTCRY_FIREBASE_URL", "https://x.firebaseio.com"}});
  REQUIRE(read);
  CHECK(read->firebase.history == history_kind::none);
}

TEST_CASE("the paper market keeps New York's hours for prices from Redis only, unless told") {
  auto calendar = [](std::string_view text, const environment& variables) {
    auto read = parse_config(text, "x", {}, variables);
    REQUIRE(read);
    return read->broker.calendar;
  };
  const environment from_redis = {{"OUTCRY_FEED_SOURCE", "redis"},
                                  {"OUTCRY_REDIS_URL", "redis://127.0.0.1"}};
  CHECK(calendar("", {}) == market_hours::always);
  CHECK(calendar("", from_redis) == market_hours::us_equity);
  CHECK(calendar("broker.calendar = \"auto\"", from_redis) == market_hours::us_equity);
  CHECK(calendar("broker.calendar = \"always\"", from_redis) == market_hours::always);
  CHECK(calendar("broker.calendar = \"us_equity\"", {}) == market_hours::us_equity);
}

TEST_CASE("a bad value in the file is refused even when a variable replaces it") {
  auto read =
      parse_config("floor.stale_after_s = 0", "x", {}, {{"OUTCRY_FLOOR_STALE_AFTER_S", "5"}});
  CHECK_FALSE(read);
}

TEST_CASE("the process's own variables are seen") {
  ::setenv("OUTCRY_FLOOR_NAME", "from the process", 1);
  auto seen = process_environment();
  ::unsetenv("OUTCRY_FLOOR_NAME");
  CHECK(seen.at("OUTCRY_FLOOR_NAME") == "from the process");
  CHECK_FALSE(seen.contains("PATH"));
}
