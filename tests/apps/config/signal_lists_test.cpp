#include <algorithm>

#include <catch2/catch.hpp>

#include "apps/config/load.hpp"

using namespace outcry::config;

namespace {

const environment with_token = {{"OUTCRY_DISCORD_TOKEN", "a.b.c"}};

std::vector<std::string> list_errors(std::string_view text) {
  auto read = parse_config(text, "x.toml", {}, with_token);
  std::vector<std::string> result;
  if (!read)
    for (const auto& x : read.error()) result.push_back(to_string(x));
  return result;
}

struct key_values {
  const char* key;
  std::vector<std::string> bad;
  std::vector<std::string> good = {};
};

/// The lines of a block but for that of `key`.
std::string without(const std::string& block, const std::string& key) {
  std::string result;
  for (std::size_t at = 0; at < block.size();) {
    auto end = std::min(block.find('\n', at), block.size());
    auto line = block.substr(at, end - at);
    if (!line.starts_with(key + " =")) result += line + "\n";
    at = end + 1;
  }
  return result;
}

/// Each value of each key in the place of the one in `begin`, which is a block that is right.
void check_keys(const std::string& list, const std::string& begin,
                const std::vector<key_values>& keys) {
  REQUIRE(list_errors("[[" + list + "]]\n" + begin + "\n").empty());
  for (const auto& x : keys) {
    for (const auto& value : x.bad) {
      auto text = "[[" + list + "]]\n" + without(begin, x.key);
      auto line = std::count(text.begin(), text.end(), '\n') + 1;
      text += std::string{x.key} + " = " + value + "\n";
      INFO(text);
      auto errors = list_errors(text);
      REQUIRE(errors.size() == 1);
      CHECK(errors[0].starts_with("x.toml:" + std::to_string(line) + ": " + list + "[0]." + x.key));
      CHECK(errors[0].find(": expected ") != std::string::npos);
    }
    for (const auto& value : x.good) {
      auto text =
          "[[" + list + "]]\n" + std::string{x.key} + " = " + value + "\n" + without(begin, x.key);
      INFO(text);
      CHECK(list_errors(text).empty());
    }
  }
}

}  // namespace

TEST_CASE("the lists of signals arrive where they belong") {
  auto read = parse_config(R"(
[signals]
assets = ["crypto", "stock"]
confirm_s = 60
quarantine_s = 120
repost_s = 180
database_file = "db"
source = "postgres"
contribute = false
contributors = ["carol", "dave"]
listen = "127.0.0.1:8088"
hosts = ["floor.home"]
origins = ["https://floor.home"]
[[signals.sources]]
source = "discord:123456789012345678"
name = "swing"
trade = true
confirm = false
asset = "crypto"
needs_stop = false
needs_target = true
least_confidence = 75
max_age_s = 30
tickers = ["sol", "BTC"]
[[signals.sources]]
source = "http:*"
[[signals.tokens]]
name = "phone"
scopes = ["contribute", "read"]
token_file = "phone.token"
[[signals.tokens]]
name = "other"
scopes = ["read"]
[[signals.tradingview]]
name = "main"
secret_file = "/run/secrets/tv"
[[signals.tradingview]]
name = "phone"
[discord]
token_file = "discord.token"
api = "http://127.0.0.1:8000/api/"
[[discord.channels]]
id = "123456789012345678"
name = "swing"
authors = ["1000000000000000", "18446744073709551615"]
roles = ["999999999999999999"]
[[discord.channels]]
id = "123456789012345679"
)",
                           "x.toml", "/etc/outcry", {});
  if (!read)
    for (const auto& x : read.error()) UNSCOPED_INFO(to_string(x));
  REQUIRE(read);
  signals_section signals;
  signals.assets = {"crypto", "stock"};
  signals.confirm_s = 60;
  signals.quarantine_s = 120;
  signals.repost_s = 180;
  signals.database_file = "/etc/outcry/db";
  signals.source = signal_feed::postgres;
  signals.contribute = false;
  signals.contributors = {"carol", "dave"};
  signals.listen = "127.0.0.1:8088";
  signals.hosts = {"floor.home"};
  signals.origins = {"https://floor.home"};
  signals.sources = {{"discord:123456789012345678",
                      "swing",
                      true,
                      false,
                      "crypto",
                      false,
                      true,
                      75,
                      30,
                      {"SOL", "BTC"}},
                     {}};
  signals.sources[1].source = "http:*";
  signals.tokens = {{"phone", {"contribute", "read"}, "/etc/outcry/phone.token"},
                    {"other", {"read"}, {}}};
  signals.tradingview = {{"main", "/run/secrets/tv"}, {"phone", {}}};
  CHECK(read->signals == signals);
  discord_section discord;
  discord.token_file = "/etc/outcry/discord.token";
  discord.api = "http://127.0.0.1:8000/api";
  discord.channels = {{123456789012345678u,
                       "swing",
                       {1000000000000000u, 18446744073709551615u},
                       {999999999999999999u}},
                      {123456789012345679u, {}, {}, {}}};
  CHECK(read->discord == discord);
  CHECK(signal_token_file(*read, read->signals.tokens[0]) == "/etc/outcry/phone.token");
  CHECK(signal_token_file(*read, read->signals.tokens[1]) ==
        "/etc/outcry/.outcry/signals-other.token");
  CHECK(tradingview_secret_file(*read, read->signals.tradingview[0]) == "/run/secrets/tv");
  CHECK(tradingview_secret_file(*read, read->signals.tradingview[1]) ==
        "/etc/outcry/.outcry/tradingview-phone.secret");
}

TEST_CASE("every key of a source is checked") {
  check_keys(
      "signals.sources", "source = \"http:phone\"",
      {{"source",
        {"\"\"", "7", "\"phone\"", "\"http:\"", "\"http:a b\"", "\"discord:12\"",
         "\"discord:abcdefghijklmnop\"", "\"discord:99999999999999999999\"", "\"*phone\"",
         "\"http:*a\"", "\"slack:*\"", "\"discord:x*\"", "\"Discord:123456789012345678\"",
         "\"http:" + std::string(65, 'x') + "\""},
        {"\"*\"", "\"disc*\"", "\"discord:*\"", "\"discord:12*\"", "\"http:team-*\"",
         "\"tradingview:main.1_x\"", "\"discord:123456789012345\"",
         "\"discord:18446744073709551615\""}},
       {"name", {"7", "\"a\\nb\"", "\"" + std::string(65, 'x') + "\""}, {"\"\"", "\"Swing\""}},
       {"trade", {"\"true\"", "1"}},
       {"confirm", {"\"no\"", "0"}},
       {"asset", {"\"\"", "\"stocks\"", "\"option\"", "1"}, {"\"unknown\"", "\"index\""}},
       {"needs_stop", {"1"}},
       {"needs_target", {"\"x\""}},
       {"least_confidence", {"-1", "101", "0.5", "\"60\""}, {"0", "100"}},
       {"max_age_s", {"0", "86401"}, {"1", "86400"}},
       {"tickers",
        {"\"SOL\"", "[1]", "[\"\"]", "[\"a b\"]", "[\"SOL/USDT\"]", "[\"SOL\", \"sol\"]"},
        {"[]", "[\"sol\", \"BRK.B\"]"}}});
}

TEST_CASE("every key of a token, of an alert and of a channel is checked") {
  const std::vector<std::string> bad_names = {
      "\"\"", "7", "\"a b\"", "\"a/b\"", "\"ä\"", "\"" + std::string(65, 'x') + "\""};
  const std::vector<std::string> good_names = {"\"A-z_0.9\"", "\"" + std::string(64, 'x') + "\""};
  check_keys("signals.tokens", "name = \"phone\"\nscopes = [\"read\"]",
             {{"name", bad_names, good_names},
              {"scopes",
               {"[]", "\"read\"", "[\"write\"]", "[1]", "[\"read\", \"read\"]"},
               {"[\"contribute\", \"read\"]"}},
              {"token_file", {"7"}, {"\"\"", "\"token\""}}});
  check_keys("signals.tradingview", "name = \"main\"",
             {{"name", bad_names, good_names}, {"secret_file", {"[]"}, {"\"\"", "\"x\""}}});
  const std::vector<std::string> bad_ids = {"[\"12\"]",
                                            "[123456789012345678]",
                                            "[\"12345678901234567x\"]",
                                            "[\"18446744073709551616\"]",
                                            "\"123456789012345678\"",
                                            "[\"123456789012345678\", \"123456789012345678\"]"};
  check_keys("discord.channels", "id = \"123456789012345678\"",
             {{"id",
               {"\"\"", "123456789012345678", "\"12345678901234\"", "\"012345678901234567\"",
                "\"18446744073709551616\"", "\"123456789012345678 \""},
               {"\"123456789012345\"", "\"18446744073709551615\""}},
              {"name", {"7"}},
              {"authors", bad_ids, {"[]", "[\"123456789012345678\"]"}},
              {"roles", bad_ids, {"[]", "[\"123456789012345678\"]"}}});
}

TEST_CASE("what a block needs and lacks is told with the block's line") {
  auto begins = [](std::string_view text, const std::string& start) {
    auto errors = list_errors(text);
    REQUIRE(errors.size() == 1);
    INFO(errors[0]);
    CHECK(errors[0].starts_with(start));
    CHECK(errors[0].ends_with("found nothing"));
  };
  begins("\n[[signals.sources]]\n", "x.toml:2: signals.sources[0].source: expected \"discord:");
  begins("\n[[signals.tokens]]\nname = \"a\"\n", "x.toml:2: signals.tokens[0].scopes: expected");
  begins("\n[[signals.tokens]]\nscopes = [\"read\"]\n", "x.toml:2: signals.tokens[0].name:");
  begins("\n[[signals.tradingview]]\n", "x.toml:2: signals.tradingview[0].name: expected");
  begins("\n[[discord.channels]]\nname = \"a\"\n", "x.toml:2: discord.channels[0].id: expected");
}

TEST_CASE("an unknown key of a block is refused with those it has") {
  CHECK(
      list_errors("[[signals.tokens]]\nname = \"a\"\nscopes = [\"read\"]\ntoken = \"geheim\"\n") ==
      std::vector<std::string>{"x.toml:4: signals.tokens[0].token: expected one of name, scopes, "
                               "token_file, found an unknown key"});
  auto unknown = list_errors("[signals]\nsorces = 1\n[discord]\nchannel = 1\n");
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[0].find("[[signals.sources]], [[signals.tokens]], [[signals.tradingview]]") !=
        std::string::npos);
  CHECK(unknown[1].find("[[discord.channels]]") != std::string::npos);
}

TEST_CASE("blocks that name the same are refused") {
  auto twice = [](const std::string& list, const std::string& block) {
    auto errors = list_errors("[[" + list + "]]\n" + block + "[[" + list + "]]\n" + block);
    REQUIRE(errors.size() == 1);
    INFO(errors[0]);
    CHECK(errors[0].starts_with("x.toml:"));
    CHECK(errors[0].find(list + "[1].") != std::string::npos);
    CHECK(errors[0].ends_with(", as on line 1"));
  };
  twice("signals.sources", "source = \"http:a\"\n");
  twice("signals.tokens", "name = \"a\"\nscopes = [\"read\"]\n");
  twice("signals.tradingview", "name = \"a\"\n");
  twice("discord.channels", "id = \"123456789012345678\"\n");
}

TEST_CASE("each secret has a file of its own") {
  const std::string a = "[[signals.tokens]]\nname = \"a\"\nscopes = [\"read\"]\n";
  const std::string b = "[[signals.tokens]]\nname = \"b\"\nscopes = [\"read\"]\n";
  CHECK(list_errors(a + "token_file = \"t\"\n" + b + "token_file = \"x/../t\"\n").size() == 1);
  CHECK(list_errors(a + b + "token_file = \".outcry/signals-a.token\"\n") ==
        std::vector<std::string>{
            "x.toml:1: signals.tokens: expected a file of its own for each secret, found "
            "\".outcry/signals-a.token\" in signals.tokens[0] and signals.tokens[1]"});
  CHECK(list_errors(a + "token_file = \"t\"\n[[signals.tradingview]]\nname = \"a\"\n" +
                    "secret_file = \"t\"\n")
            .size() == 1);
  CHECK(list_errors("discord.token_file = \"t\"\n" + a + "token_file = \"t\"\n").size() == 1);
  CHECK(list_errors(a + "token_file = \".outcry/floor.token\"\n").size() == 1);
  CHECK(list_errors("[signals]\ndatabase_file = \"t\"\n[discord]\ntoken_file = \"t\"\n") ==
        std::vector<std::string>{
            "x.toml:2: signals.database_file: expected a file of its own for each secret, found "
            "\"t\" in discord.token_file and signals.database_file"});
  CHECK(list_errors(a + b + "[[signals.tradingview]]\nname = \"a\"\n").empty());
}

TEST_CASE("the shared database is needed by those who read from it") {
  CHECK(list_errors("\nsignals.source = \"postgres\"") ==
        std::vector<std::string>{"x.toml:2: signals.source: expected signals.database_file or "
                                 "OUTCRY_SIGNALS_DATABASE beside \"postgres\", found neither"});
  CHECK(list_errors("signals.source = \"postgres\"\nsignals.database_file = \"db\"\n").empty());
  CHECK(parse_config("signals.source = \"postgres\"", "x", {},
                     {{"OUTCRY_SIGNALS_DATABASE", "host=db"}}));
  CHECK(has_signal_database(*parse_config("signals.database_file = \"db\"", "x", {}, {})));
  CHECK_FALSE(has_signal_database(config{}));
}

TEST_CASE("channels need a token, a token needs no channels") {
  const std::string channel = "\n[[discord.channels]]\nid = \"123456789012345678\"\n";
  auto without = parse_config(channel, "x.toml", {}, {});
  REQUIRE_FALSE(without);
  REQUIRE(without.error().size() == 1);
  CHECK(to_string(without.error()[0]) ==
        "x.toml:2: discord.channels: expected discord.token_file or OUTCRY_DISCORD_TOKEN beside "
        "channels, found neither");
  CHECK(parse_config("discord.token_file = \"t\"" + channel, "x", {}, {}));
  CHECK(parse_config(channel, "x", {}, with_token));
  auto alone = parse_config("discord.token_file = \"t\"", "x", {}, {});
  REQUIRE(alone);
  CHECK(has_discord_token(*alone));
  CHECK_FALSE(has_discord_token(config{}));
}

TEST_CASE("a page off this machine is refused with the reason") {
  auto errors = list_errors("signals.listen = \"0.0.0.0:8088\"");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("this machine only") != std::string::npos);
  CHECK(errors[0].find("does not speak TLS yet") != std::string::npos);
  CHECK(errors[0].ends_with("found \"0.0.0.0:8088\""));
}

TEST_CASE("lists of signals of the wrong shape are refused") {
  for (const char* list :
       {"signals.sources", "signals.tokens", "signals.tradingview", "discord.channels"}) {
    INFO(list);
    CHECK(list_errors(std::string{list} + " = 3").size() == 1);
    CHECK(list_errors(std::string{list} + " = [3]").size() == 1);
  }
  CHECK(list_errors("signals = 3").size() == 1);
  CHECK(list_errors("[[signals]]\n").size() == 1);
}
