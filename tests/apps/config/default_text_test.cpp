#include <catch2/catch.hpp>

#include "apps/config/load.hpp"
#include "apps/config/settings.hpp"

using namespace outcry::config;

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
  auto text = default_config_text();
  auto example = text.substr(text.find("# [feed.simulated.prices]"));
  std::string uncommented;
  for (std::size_t at = 0; at < example.size();) {
    auto end = std::min(example.find('\n', at), example.size());
    auto line = example.substr(at, end - at);
    bool prose = line.find('=') == std::string::npos && line.find('[') == std::string::npos;
    if (!prose && line.starts_with("# ") && line.find("OUTCRY") == std::string::npos &&
        line.find("floor's") == std::string::npos)
      uncommented += line.substr(2) + "\n";
    at = end + 1;
  }
  auto read = parse_config(uncommented, "examples", {}, {});
  REQUIRE(read);
  REQUIRE(read->bots.size() == 2);
  CHECK(read->bots[0].id == "counter-AAPL");
  CHECK(read->bots[1].id == "scale_t-META");
  CHECK(read->bots[1].limits != "{}");
  CHECK(to_string(read->feed.simulated.prices.at("AAPL")) == "230.1");
}
