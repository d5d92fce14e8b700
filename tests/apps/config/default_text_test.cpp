#include <algorithm>

#include <catch2/catch.hpp>

#include "apps/config/load.hpp"
#include "apps/config/settings.hpp"

using namespace outcry::config;

namespace {

/// What is commented out from `begin` on, without the prose.
std::string examples_from(std::string_view begin) {
  auto text = default_config_text();
  auto from = text.find(begin);
  REQUIRE(from != std::string::npos);
  auto example = text.substr(from);
  std::string result;
  for (std::size_t at = 0; at < example.size();) {
    auto end = std::min(example.find('\n', at), example.size());
    auto line = example.substr(at, end - at);
    bool prose = line.find(" = ") == std::string::npos && line.find("# [") == std::string::npos;
    if (!prose && line.starts_with("# ")) result += line.substr(2) + "\n";
    at = end + 1;
  }
  return result;
}

}  // namespace

TEST_CASE("the printed defaults are the defaults") {
  auto read = parse_config(default_config_text(), "default", {}, {});
  REQUIRE(read);
  CHECK(*read == config{});
}

TEST_CASE("every key is printed below its section with a comment above it") {
  auto text = default_config_text();
  for (const auto& x : settings()) {
    INFO(x.section << "." << x.key);
    auto section = text.find("\n[" + std::string{x.section} + "]\n");
    REQUIRE(section != std::string::npos);
    auto key = text.find("\n" + std::string{x.key} + " = ", section);
    REQUIRE(key != std::string::npos);
    CHECK(text.find("\n[", section + 1) > key);
    auto line_before = text.rfind('\n', key - 1) + 1;
    CHECK(text[line_before] == '#');
    CHECK_FALSE(x.comment.empty());
  }
}

TEST_CASE("the printed examples work when their comment signs are taken away") {
  auto read = parse_config(examples_from("# [feed.simulated.prices]"), "examples", {}, {});
  REQUIRE(read);
  REQUIRE(read->bots.size() == 3);
  CHECK(read->bots[0].id == "counter-AAPL");
  CHECK(read->bots[1].id == "scale_t-META");
  CHECK(read->bots[1].limits != "{}");
  CHECK(read->bots[2].id == "follow-SPY");
  CHECK(to_string(read->feed.simulated.prices.at("AAPL")) == "230.1");
}

TEST_CASE("the printed blocks of signals are the defaults, with every key") {
  auto text = examples_from("# [[signals.sources]]");
  auto read = parse_config(text, "examples", {}, {{"OUTCRY_DISCORD_TOKEN", "a.b.c"}});
  REQUIRE(read);
  signal_source_section source;
  source.source = "discord:123456789012345678";
  CHECK(read->signals.sources == std::vector{source});
  CHECK(read->signals.tokens == std::vector{signal_token_section{"phone", {"read"}, {}}});
  CHECK(read->signals.tradingview == std::vector{tradingview_section{"main", {}}});
  CHECK(read->discord.channels ==
        std::vector{discord_channel_section{123456789012345678u, {}, {}, {}}});
  // The keys the reader knows are those it names when it meets another.
  for (std::string list :
       {"signals.sources", "signals.tokens", "signals.tradingview", "discord.channels"}) {
    INFO(list);
    auto refused = parse_config("[[" + list + "]]\nnothing = 1\n", "x", {}, {});
    REQUIRE_FALSE(refused);
    std::string keys;
    for (const auto& x : refused.error())
      if (x.expected.starts_with("one of ")) keys = x.expected.substr(7) + ", ";
    REQUIRE_FALSE(keys.empty());
    auto begin = text.find("[[" + list + "]]");
    auto block = text.substr(begin, text.find("[[", begin + 2) - begin);
    for (std::size_t at = 0, comma = 0; at < keys.size(); at = comma + 2) {
      comma = keys.find(", ", at);
      INFO(keys.substr(at, comma - at));
      CHECK(block.find("\n" + keys.substr(at, comma - at) + " = ") != std::string::npos);
    }
  }
}
