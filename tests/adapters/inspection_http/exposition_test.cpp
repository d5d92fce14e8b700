#include "adapters/inspection_http/exposition.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/inspection_http/made_view.hpp"

using namespace outcry::inspection_http;
using namespace outcry::test;
using nlohmann::json;

namespace {

/// Name with labels -> value, of text that is read as strictly as the format is written:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
std::map<std::string, double> samples_in(const std::string& text) {
  static const std::regex sample(
      R"re(([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+))re");
  std::map<std::string, double> found;
  std::map<std::string, std::string> types;
  std::string now;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# HELP ", 0) == 0) continue;
    if (line.rfind("# TYPE ", 0) == 0) {
      now = line.substr(7, line.find(' ', 7) - 7);
      INFO(line);
      REQUIRE(types.emplace(now, line.substr(line.rfind(' ') + 1)).second);  // one block each
      CHECK((types[now] == "counter") == now.ends_with("_total"));
      continue;
    }
    std::smatch parts;
    INFO(line);
    REQUIRE(std::regex_match(line, parts, sample));
    REQUIRE(parts[1] == now);
    REQUIRE(found.emplace(parts[1].str() + parts[2].str(), std::stod(parts[3])).second);
  }
  return found;
}

std::map<std::string, double> samples_of(const json& snapshot, const json& verdict = nullptr,
                                         std::size_t most = most_actor_series) {
  return samples_in(exposition(snapshot, verdict, most));
}

}  // namespace

TEST_CASE("the floor's own figures are told") {
  const auto told = samples_of(made_snapshot(), made_verdict());
  CHECK(told.at(R"(outcry_floor_info{floor="outcry",version="0.1.0"})") == 1);
  CHECK(told.at("outcry_snapshot_timestamp_seconds") == 1'700'000'100);
  CHECK(told.at("process_start_time_seconds") == 1'700'000'040);
  CHECK(told.at("process_resident_memory_bytes") == 50'000'000);
  CHECK(told.at(R"(outcry_halt{halt="none"})") == 0);
  CHECK(told.at(R"(outcry_halt{halt="stopped"})") == 1);
  CHECK(told.at("outcry_handled_messages_total") == 1'234);
  CHECK(told.at("outcry_dead_letters_total") == 3);
  CHECK(told.at(R"(outcry_bots{state="restarting"})") == 1);
  CHECK(told.at(R"(outcry_verdict{level="bad"})") == 1);
  CHECK(told.at(R"(outcry_verdict{level="ok"})") == 0);
  CHECK(told.at(R"(outcry_verdict_lines{rule="stuck_handler"})") == 1);
}

TEST_CASE("each actor's figures are told, and the sums of its kind") {
  const auto told = samples_of(made_snapshot());
  const auto of = [&](const char* name) {
    return told.at(std::string{name} + R"({name="bot:AAPL",kind="bot"})");
  };
  CHECK(of("outcry_actor_mailbox_messages") == 42);
  CHECK(of("outcry_actor_mailbox_limit_messages") == 1000);
  CHECK(of("outcry_actor_enqueued_messages_total") == 52);
  CHECK(of("outcry_actor_handled_messages_total") == 10);
  CHECK(of("outcry_actor_sent_messages_total") == 4);
  CHECK(of("outcry_actor_oldest_wait_seconds") == 3);
  CHECK(of("outcry_actor_serving_seconds") == 30);
  CHECK(of("outcry_actor_handler_samples_total") == 5);
  CHECK(of("outcry_actor_handler_sampled_seconds_total") == 0.0025);
  CHECK(of("outcry_actor_handler_max_seconds") == 0.001);
  CHECK(told.at(R"(outcry_actor_serving_seconds{name="desk",kind="desk"})") == 0);
  CHECK(told.at(R"(outcry_actor_backoff_seconds{name="bot:META",kind="bot"})") == 1.5);
  CHECK(told.at(R"(outcry_actor_state{name="bot:META",kind="bot",state="restarting"})") == 1);
  CHECK(told.at(R"(outcry_actor_state{name="bot:META",kind="bot",state="running"})") == 0);
  CHECK(told.at(R"(outcry_actors{kind="bot",state="running"})") == 1);
  CHECK(told.at(R"(outcry_kind_restarts_total{kind="bot"})") == 7);
  CHECK(told.at(R"(outcry_kind_mailbox_messages{kind="bot"})") == 42);
  CHECK(told.at("outcry_actors_without_series") == 0);
}

TEST_CASE("pits, links and messages are told") {
  const auto told = samples_of(made_snapshot());
  CHECK(told.at(R"(outcry_pit_state{ticker="AAPL",state="stale"})") == 1);
  CHECK(told.at(R"(outcry_pit_price_age_seconds{ticker="AAPL"})") == 45);
  CHECK(told.at(R"(outcry_pit_prices_total{ticker="AAPL"})") == 900);
  CHECK(told.at(R"(outcry_pit_subscribers{ticker="AAPL"})") == 3);
  CHECK(told.at(R"(outcry_pit_conflated_prices_total{ticker="AAPL"})") == 11);
  CHECK(told.at(R"(outcry_link_up{link="redis"})") == 1);
  CHECK(told.at(R"(outcry_link_up{link="firebase"})") == 0);
  CHECK(told.at(R"(outcry_link_lag_seconds{link="redis"})") == 0.012);
  CHECK(told.at(R"(outcry_link_backlog_messages{link="firebase"})") == 77);
  CHECK(told.count(R"(outcry_link_backlog_messages{link="redis"})") == 0);  // it has none
  CHECK(told.at(R"(outcry_message_lines{outcome="no_answer"})") == 1);
  CHECK(told.at(R"(outcry_message_line_timestamp_seconds{outcome="no_answer"})") == 1'700'000'080);
  CHECK(told.count(R"(outcry_message_line_timestamp_seconds{outcome="error"})") == 0);
}

TEST_CASE("more actors than have series of their own still count in the sums") {
  auto snapshot = made_snapshot();
  const auto told = samples_of(snapshot, nullptr, 1);
  CHECK(told.at("outcry_actors_without_series") == 2);
  // What there is one of goes before what there are many of.
  CHECK(told.count(R"(outcry_actor_mailbox_messages{name="desk",kind="desk"})") == 1);
  CHECK(told.count(R"(outcry_actor_mailbox_messages{name="bot:AAPL",kind="bot"})") == 0);
  CHECK(told.at(R"(outcry_kind_handled_messages_total{kind="bot"})") == 20);
}

TEST_CASE("a floor that knows less says less") {
  const auto told = samples_of(json{{"actors", {{{"name", "desk"}, {"kind", "desk"}}}}});
  CHECK(told.count("outcry_dead_letters_total") == 0);
  CHECK(told.count(R"(outcry_actor_serving_seconds{name="desk",kind="desk"})") == 0);
  CHECK(told.at("outcry_actors_without_series") == 0);
}

TEST_CASE("nonsense in a snapshot is left out and breaks nothing") {
  const json wrong[] = {nullptr,      7, "text", true, json::array({1, nullptr, "x"}), {{"x", 1}},
                        json::array()};
  for (const auto& value : wrong) {
    for (const char* part : {"at_ms", "floor", "actors", "pits", "links", "messages"}) {
      auto snapshot = made_snapshot();
      snapshot[part] = value;
      samples_of(snapshot, value);
      snapshot = made_snapshot();
      for (auto& [key, member] : snapshot["actors"][0].items())
        if (key != "name") member = value;
      snapshot["floor"]["bots"] = value;
      snapshot["messages"][0]["lines"] = value;
      samples_of(snapshot, {{"level", value}, {"lines", value}});
    }
  }
  samples_of(json::array(), 7);
}

TEST_CASE("what stands there twice is told once") {
  auto snapshot = made_snapshot();
  for (const char* list : {"actors", "pits", "links"}) snapshot[list].push_back(snapshot[list][0]);
  const auto told = samples_of(snapshot);
  CHECK(told.at(R"(outcry_actors{kind="bot",state="running"})") == 1);
}

TEST_CASE("names cannot break out of their label") {
  auto snapshot = made_snapshot();
  snapshot["actors"][0]["name"] = "bot:\"} 1\nevil_total 9\\";
  const auto told = samples_of(snapshot);
  CHECK(told.count("evil_total") == 0);
  CHECK(told.at(R"(outcry_actor_mailbox_messages{name="bot:\"} 1\nevil_total 9\\",kind="bot"})") ==
        42);
}

TEST_CASE("large counters keep every digit") {
  auto snapshot = made_snapshot();
  snapshot["floor"]["handled"] = 9'007'199'254'740'991;
  const auto text = exposition(snapshot, nullptr);
  CHECK(samples_in(text).at("outcry_handled_messages_total") == 9'007'199'254'740'991.0);
}

TEST_CASE("what rules and panels select by stands in what is told") {
  const auto told = samples_of(made_snapshot(), made_verdict());
  const auto is_told = [&](const std::string& metric, const std::string& label) {
    for (const auto& [sample, value] : told)
      if (sample.rfind(metric + '{', 0) == 0 && sample.find(label + "=\"") != std::string::npos)
        return true;
    return false;
  };
  const std::regex selector(R"(((?:outcry|process)_[a-z_]+)(\{[^}]*\})?)");
  const std::regex label(R"(([a-z_]+)=~?\\?")");
  for (const char* name : {"alerts.yaml", "dashboard.json"}) {
    std::ifstream file(std::string{SOURCE_ROOT "/docker/metrics/"} + name);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::size_t selectors = 0;
    for (std::sregex_iterator x(text.begin(), text.end(), selector), end; x != end; ++x) {
      INFO(name << ": " << x->str());
      const auto metric = x->str(1);
      const auto labelled = told.lower_bound(metric + '{');
      CHECK((told.count(metric) == 1 ||
             (labelled != told.end() && labelled->first.rfind(metric + '{', 0) == 0)));
      const auto labels = x->str(2);
      for (std::sregex_iterator y(labels.begin(), labels.end(), label); y != end; ++y)
        CHECK(is_told(metric, y->str(1)));
      ++selectors;
    }
    CHECK(selectors > 10);
  }
}
