#include "apps/config/settings.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "apps/config/load.hpp"
#include "messages/trading_codec.hpp"

using namespace outcry::config;

namespace {

struct example {
  std::string key;                ///< "feed.replay.speed"
  std::vector<std::string> good;  ///< TOML values other than the default
  std::vector<std::string> bad;
};

const std::vector<example>& examples() {
  static const std::vector<example> all = {
      {"floor.name", {"\"home\""}, {"\"\"", "7", "\"a\\nb\"", "\"" + std::string(65, 'x') + "\""}},
      {"floor.data_dir", {"\"/var/lib/outcry\"", "\"here\""}, {"\"\"", "false"}},
      {"floor.stale_after_s", {"1", "3600"}, {"0", "3601", "1.5", "\"30\"", "-1"}},
      {"floor.answer_deadline_s", {"1", "3600"}, {"0", "3601", "true"}},
      {"floor.clock_skew_limit_s", {"1", "3600"}, {"0", "3601", "[]"}},
      {"dead_man.hours",
       {"0.001", "0.5", "24", "8760"},
       {"-1", "0.0009", "8760.1", "nan", "inf", "\"24\"", "true"}},
      {"redis.url",
       {"\"redis://127.0.0.1:6379\"", "\"redis://bot@cache/3\"", "\"unix:///run/redis.sock\""},
       {"\"127.0.0.1:6379\"", "\"redis://\"", "6379", "\"redis://:secret@host\"",
        "\"redis://user:secret@host\""}},
      {"redis.password_file", {"\"redis.password\""}, {"1"}},
      {"feed.source", {"\"simulated\""}, {"\"\"", "\"Simulated\"", "\"alpaca\"", "1"}},
      {"feed.simulated.seed", {"0", "9223372036854775807"}, {"-1", "\"1\"", "1.0"}},
      {"feed.simulated.interval_ms", {"1", "3600000"}, {"0", "3600001"}},
      {"feed.simulated.session",
       {"\"closed\"", "\"13:30-20:00\"", "\"22:00-05:00\""},
       {"\"open\"", "\"24:00-01:00\"", "\"13:60-14:00\"", "\"13:30-13:30\"", "\"1:30-2:30\"",
        "\"13:30 20:00\"", "0"}},
      {"feed.replay.dir", {"\"ticks\""}, {"[\"ticks\"]"}},
      {"feed.replay.speed", {"0", "0.5", "1000000"}, {"-1", "1000001", "nan", "\"max\""}},
      {"feed.replay.loop", {"true"}, {"\"true\"", "1"}},
      {"firebase.url",
       {"\"\"", "\"https://example.firebaseio.com\"", "\"http://outcry-firebase:9000\""},
       {"\"example.firebaseio.com\"", "\"https://\"", "\"ftp://x\"", "\"https://a b\"", "9"}},
      {"firebase.credentials_file", {}, {"3"}},
      {"firebase.token_file", {"\"token\""}, {"{}"}},
      {"firebase.history", {"\"none\""}, {"\"bars\"", "\"\"", "true"}},
      {"firebase.ca_file", {"\"ca.pem\""}, {"0"}},
      {"firebase.services_mirror", {"true"}, {"\"true\"", "1"}},
      {"local_firebase.listen",
       {"\"0.0.0.0:9000\"", "\"[::1]:80\"", "\"localhost:0\""},
       {"\"9000\"", "\":9000\"", "\"127.0.0.1\"", "\"127.0.0.1:65536\"", "\"::1:80\"", "9000"}},
      {"local_firebase.hosts",
       {"[\"floor.home\", \"10.0.0.2\"]"},
       {"\"floor.home\"", "[1]", "[\"\"]", "[\"a b\"]"}},
      {"local_firebase.origins",
       {"[\"https://floor.home\", \"http://10.0.0.2:8080\"]"},
       {"\"https://floor.home\"", "[\"floor.home\"]", "[\"https://floor.home/page\"]"}},
      {"local_firebase.page", {"\"page\""}, {"true"}},
      {"local_firebase.rules", {"\"database.rules.json\""}, {"{}"}},
      {"local_firebase.cloud_project",
       {"\"my-floor-1\""},
       {"\"short\"", "\"My-Floor\"", "\"my_floor\"", "7", "\"a/b/c/d\"",
        "\"1234567890123456789012345678901\""}},
      {"local_firebase.cloud_operators", {"[\"x7Yz\"]"}, {"\"x7Yz\"", "[\"\"]", "[\"a b\"]"}},
      {"broker.kind", {"\"none\""}, {"\"Paper\"", "\"alpaca\"", "\"\"", "false"}},
      {"broker.cash",
       {"1", "0.5", "\"2500.75\""},
       {"0", "\"0\"", "-1", "\"\"", "\"much\"", "nan", "inf", "true", "\"0.0000000000001\""}},
      {"broker.seed", {"7"}, {"-1", "\"7\"", "1.5"}},
      {"broker.shorting", {"true"}, {"\"yes\"", "1"}},
      {"broker.penny_prices", {"false"}, {"\"no\"", "0"}},
      {"broker.fractional", {"true"}, {"\"yes\"", "1"}},
      {"broker.participation",
       {"0.5", "\"0.0001\"", "0.1234"},
       {"0", "-0.5", "1.0001", "0.00001", "0.12345", "\"all\"", "[1]"}},
      {"broker.slippage_bps", {"1", "9999"}, {"-1", "10000", "0.5"}},
      {"broker.fee_per_order", {"1", "\"0.35\""}, {"-1", "\"-0.01\"", "\"free\""}},
      {"broker.fee_per_share", {"0.005", "\"0.0035\""}, {"-0.005", "{}"}},
      {"broker.fee_bps", {"1", "9999"}, {"-1", "10000", "\"1\""}},
      {"broker.calendar", {"\"us_equity\""}, {"\"NYSE\"", "\"\"", "24"}},
      {"broker.timeout_s", {"1", "600"}, {"0", "601", "1.5"}},
      {"broker.quarantine_s", {"1", "86400"}, {"0", "86401", "\"60\""}},
      {"broker.reconcile_s", {"1", "86400"}, {"0", "86401"}},
      {"risk.max_position", {"5000", "\"0.01\""}, {"-1", "\"-1\"", "\"none\"", "false"}},
      {"risk.max_order_notional", {"5000", "2500.5"}, {"-1", "nan"}},
      {"risk.max_orders_per_minute", {"60", "1000000"}, {"-1", "1.5", "1000001", "\"60\""}},
      {"risk.daily_loss_limit", {"\"250\""}, {"-250", "\"\""}},
      {"risk.price_collar", {"0", "0.1", "\"0.025\""}, {"-0.05", "\"5%\""}},
      {"risk.account_max_position", {"50000"}, {"-1"}},
      {"risk.account_max_order_notional", {"\"10000\""}, {"\"1e99\""}},
      {"risk.account_max_orders_per_minute", {"600"}, {"-1"}},
      {"risk.account_daily_loss_limit", {"1000"}, {"inf"}},
      {"risk.account_price_collar", {"0.2"}, {"\"x\""}},
      {"signals.assets",
       {"[\"crypto\"]", "[\"index\", \"future\", \"metal\", \"forex\", \"stock\"]"},
       {"[]", "\"stock\"", "[\"stocks\"]", "[\"stock\", \"stock\"]", "[\"unknown\"]",
        "[\"option\"]", "[1]"}},
      {"signals.confirm_s", {"10", "86400"}, {"9", "86401", "\"600\"", "1.5"}},
      {"signals.quarantine_s", {"10", "86400"}, {"9", "86401"}},
      {"signals.repost_s", {"10", "86400"}, {"9", "86401"}},
      {"signals.keep_messages_days", {"0", "30", "36500"}, {"-1", "36501", "\"365\""}},
      {"signals.database_file", {"\"signals.database\""}, {"5432"}},
      {"signals.source", {}, {"\"\"", "\"Local\"", "\"sqlite\"", "true"}},
      {"signals.contribute", {"false"}, {"\"no\"", "0"}},
      {"signals.contributors",
       {"[\"carol\"]", "[\"carol\", \"the desk\"]"},
       {"\"carol\"", "[\"\"]", "[7]", "[\"" + std::string(64, 'x') + "\"]", "[\"a\\nb\"]"}},
      {"signals.listen",
       {"\"127.0.0.1:8088\"", "\"[::1]:8088\"", "\"localhost:0\""},
       {"\"0.0.0.0:8088\"", "\"192.168.1.2:8088\"", "\"[::]:8088\"", "\"8088\"", "8088"}},
      {"signals.hosts", {"[\"floor.home\"]"}, {"\"floor.home\"", "[\"a b\"]"}},
      {"signals.origins", {"[\"https://floor.home\"]"}, {"[\"floor.home\"]"}},
      {"discord.token_file", {"\"discord.token\""}, {"7"}},
      {"discord.api",
       {"\"https://discord.com/api/v9\"", "\"http://127.0.0.1:8000\"", "\"http://localhost/api\"",
        "\"http://[::1]:8000\""},
       {"\"\"", "\"discord.com\"", "\"http://discord.com/api\"", "\"http://127.0.0.1.example.org\"",
        "\"http://127.0.0.1:1@example.org\"", "\"https://secret@discord.com\"",
        "\"https://x/?y=z\"", "443"}},
      {"notifications.url",
       {"\"https://ntfy.sh/my-floor_1\"", "\"https://push.home:8443/ntfy/floor\"",
        "\"http://127.0.0.1:2586/floor\"", "\"http://[::1]/floor\""},
       {"\"ntfy.sh/floor\"", "\"https://ntfy.sh\"", "\"https://ntfy.sh/\"",
        "\"http://ntfy.sh/floor\"", "\"http://127.0.0.1.example.org/floor\"",
        "\"https://secret@ntfy.sh/floor\"", "\"https://ntfy.sh/a b\"",
        "\"https://ntfy.sh/floor?x=y\"", "\"https://ntfy.sh/" + std::string(65, 'x') + "\"",
        "\"https://ntfy.sh/floor.one\"", "80"}},
      {"notifications.token_file", {"\"ntfy.token\""}, {"7"}},
      {"notifications.ca_file", {"\"ca.pem\""}, {"0"}},
      {"notifications.click",
       {"\"https://floor.home\"", "\"http://192.168.1.2:9000/\""},
       {"\"floor.home\"", "\"javascript:alert(1)\"", "\"https://a b\"", "\"https://x/#there\"",
        "80"}},
      {"notifications.budget_per_hour", {"0", "60"}, {"-1", "61", "\"6\"", "1.5"}},
      {"notifications.digest_minutes", {"1", "1440"}, {"0", "1441", "true"}},
      {"notifications.escalate_after_minutes", {"1", "1440"}, {"0", "1441", "[]"}},
      {"notifications.escalations", {"0", "10"}, {"-1", "11"}},
      {"notifications.quiet",
       {"\"22:00-07:00\"", "\"00:00-06:30\""},
       {"\"night\"", "\"22:00\"", "\"24:00-07:00\"", "\"22:00-22:00\"", "22"}},
      {"notifications.fills", {"false"}, {"\"no\"", "0"}},
      {"notifications.orders_rejected", {"false"}, {"\"no\"", "0"}},
      {"notifications.bots", {"false"}, {"\"no\"", "0"}},
      {"notifications.commands", {"false"}, {"\"no\"", "0"}},
      {"notifications.halts", {"false"}, {"\"no\"", "0"}},
      {"notifications.broker", {"false"}, {"\"no\"", "0"}},
      {"notifications.prices", {"false"}, {"\"no\"", "0"}},
      {"notifications.databases", {"false"}, {"\"no\"", "0"}},
      {"notifications.dead_man", {"false"}, {"\"no\"", "0"}},
      {"notifications.signals", {"false"}, {"\"no\"", "0"}},
      {"notifications.day_result", {"false"}, {"\"no\"", "0"}},
      {"inspection.listen",
       {"\"127.0.0.1:9464\"", "\"[::1]:0\"", "\"0.0.0.0:9464\""},
       {"\"floor.home:9464\"", "\"127.0.0.1\"", "\"9464\"", "9464"}},
      {"inspection.hosts", {"[\"outcry\"]"}, {"\"outcry\"", "[\"a b\"]"}},
      {"inspection.token_file", {"\"inspection.token\""}, {"7"}},
      {"inspection.certificate_file", {}, {"7"}},
      {"inspection.key_file", {}, {"[]"}},
  };
  return all;
}

std::string line_of(const std::string& key, const std::string& value) {
  return "\n\n" + key + " = " + value + "\n";
}

}  // namespace

TEST_CASE("every key has examples here") {
  std::set<std::string> known;
  for (const auto& x : settings()) known.insert(std::string{x.section} + "." + std::string{x.key});
  std::set<std::string> shown;
  for (const auto& x : examples()) shown.insert(x.key);
  CHECK(known == shown);
}

TEST_CASE("good values are taken") {
  for (const auto& x : examples())
    for (const auto& value : x.good) {
      INFO(x.key << " = " << value);
      auto read = parse_config(line_of(x.key, value), "good.toml", {}, {});
      REQUIRE(read);
      // Values that are the default, or resolved with others, are checked one by one elsewhere.
      if (x.key != "feed.source") CHECK(*read != config{});
    }
}

TEST_CASE("bad values are refused with file, line, key, what is allowed and what was found") {
  for (const auto& x : examples())
    for (const auto& value : x.bad) {
      INFO(x.key << " = " << value);
      auto read = parse_config(line_of(x.key, value), "bad.toml", {}, {});
      REQUIRE_FALSE(read);
      REQUIRE(read.error().size() == 1);
      const auto& error = read.error()[0];
      CHECK(error.file == "bad.toml");
      CHECK(error.line == 3);
      CHECK(error.key == x.key);
      CHECK_FALSE(error.expected.empty());
      CHECK_FALSE(error.found.empty());
      CHECK(to_string(error).find("secret") == std::string::npos);
    }
}

TEST_CASE("values arrive where they belong") {
  auto read = parse_config(R"(
[floor]
name = "home"
data_dir = "data"
stale_after_s = 31
answer_deadline_s = 11
clock_skew_limit_s = 61
[redis]
url = "redis://cache:6380/2"
password_file = "/run/secrets/redis"
[feed]
source = "replay"
[feed.simulated]
seed = 42
interval_ms = 10
session = "13:30-20:00"
[feed.simulated.prices]
aapl = "230.10"
"BTC/USD" = 60000
[feed.replay]
dir = "../ticks"
speed = 2.5
loop = true
[firebase]
url = "https://example.firebaseio.com/"
credentials_file = "account.json"
ca_file = "ca.pem"
[local_firebase]
listen = "127.0.0.1:9001"
hosts = ["floor.home"]
origins = ["https://floor.home"]
page = "/srv/phone"
rules = "rules.json"
cloud_project = "my-floor"
cloud_operators = ["x7Yz"]
[broker]
kind = "paper"
cash = 25000.5
seed = 7
shorting = true
penny_prices = false
fractional = true
participation = "0.25"
slippage_bps = 3
fee_per_order = "0.35"
fee_per_share = 0.005
fee_bps = 2
calendar = "us_equity"
timeout_s = 4
quarantine_s = 90
reconcile_s = 30
[risk]
max_position = "20000"
max_order_notional = 5000
max_orders_per_minute = 30
daily_loss_limit = 250.25
price_collar = 0.02
account_max_position = 90000
account_max_order_notional = 9000
account_max_orders_per_minute = 300
account_daily_loss_limit = "1000"
account_price_collar = "0.1"
[[bots]]
ticker = "aapl"
strategy = "counter"
[[bots]]
ticker = "BRK.B"
strategy = "counter"
id = "mine"
parameters = { every = 2, deep = { list = [1, "x", true] } }
[[bots]]
ticker = "SPY"
strategy = "scale_t"
parameters = { cash = "10000" }
limits = { max_position = 12000, price_collar = 0.03 }
)",
                           "x.toml", "/etc/outcry", {});
  REQUIRE(read);
  CHECK(read->floor == floor_section{"home", "/etc/outcry/data", 31, 11, 61});
  CHECK(read->redis == redis_section{"redis://cache:6380/2", "/run/secrets/redis"});
  CHECK(read->feed.source == feed_source::replay);
  CHECK(read->feed.simulated.seed == 42);
  CHECK(read->feed.simulated.interval_ms == 10);
  CHECK(read->feed.simulated.session == session_hours{session_hours::kind::daily, 810, 1200});
  CHECK(to_string(read->feed.simulated.prices.at("AAPL")) == "230.1");
  CHECK(to_string(read->feed.simulated.prices.at("BTC/USD")) == "60000");
  CHECK(read->feed.replay == replay_section{"/etc/ticks", 2.5, true});
  CHECK(read->firebase.url == "https://example.firebaseio.com");
  CHECK(read->firebase.credentials_file == "/etc/outcry/account.json");
  CHECK(read->firebase.token_file.empty());
  CHECK(read->firebase.history == history_kind::none);
  CHECK(read->firebase.ca_file == "/etc/outcry/ca.pem");
  CHECK(read->local_firebase == local_firebase_section{"127.0.0.1:9001",
                                                       {"floor.home"},
                                                       {"https://floor.home"},
                                                       "/srv/phone",
                                                       "/etc/outcry/rules.json",
                                                       "my-floor",
                                                       {"x7Yz"}});
  broker_section broker;
  broker.cash = *outcry::Money::parse("25000.5");
  broker.seed = 7;
  broker.shorting = true;
  broker.penny_prices = false;
  broker.fractional = true;
  broker.participation = *outcry::Ratio::parse("0.25");
  broker.slippage_bps = 3;
  broker.fee_per_order = *outcry::Money::parse("0.35");
  broker.fee_per_share = *outcry::Price::parse("0.005");
  broker.fee_bps = 2;
  broker.calendar = market_hours::us_equity;
  broker.timeout_s = 4;
  broker.quarantine_s = 90;
  broker.reconcile_s = 30;
  CHECK(read->broker == broker);
  CHECK(outcry::to_json(read->risk.each_bot) ==
        R"({"max_position":"20000","max_order_notional":"5000","max_orders_per_minute":30,)"
        R"("daily_loss_limit":"250.25","price_collar":"0.02"})");
  CHECK(outcry::to_json(read->risk.account) ==
        R"({"max_position":"90000","max_order_notional":"9000","max_orders_per_minute":300,)"
        R"("daily_loss_limit":"1000","price_collar":"0.1"})");
  REQUIRE(read->bots.size() == 3);
  CHECK(read->bots[0] == bot_section{"AAPL", "counter", "counter-AAPL", "{}", "{}", 0});
  CHECK(read->bots[1].id == "mine");
  CHECK(read->bots[1].parameters == R"({"deep":{"list":[1,"x",true]},"every":2})");
  CHECK(read->bots[1].limits == "{}");
  CHECK(read->bots[2].id == "scale_t-SPY");
  CHECK(read->bots[2].parameters == R"({"cash":"10000"})");
  CHECK(read->bots[2].line == 74);
  CHECK(read->bots[2].limits ==
        R"({"max_position":"12000","max_order_notional":"0","max_orders_per_minute":0,)"
        R"("daily_loss_limit":"0","price_collar":"0.03"})");
}
