#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/discord/client_fixture.hpp"

namespace outcry::discord::test {

using nlohmann::json;
using texts = std::vector<std::string>;

TEST_CASE("a message of a followed channel is heard once") {
  client_fixture f;
  const auto other = f.discord.add_channel("chatter");
  REQUIRE(f.begin_live());
  f.discord.post(other, "not for us");
  const auto id = f.discord.post(f.calls, "BUY AAPL 190, stop 185");
  REQUIRE(f.ear.wait_messages(1));
  f.discord.post(f.calls, "second");
  REQUIRE(f.ear.wait_messages(2));
  CHECK(f.ear.texts() == texts{"BUY AAPL 190, stop 185", "second"});
  const auto first = f.ear.messages().front();
  CHECK(first.id == id);
  CHECK(first.channel_id == f.calls);
  CHECK(first.guild_id == f.discord.guild());
  CHECK(first.author_id == 2000);
  CHECK(first.author_name == "member-2000");
  CHECK_FALSE(first.own);
  CHECK_FALSE(first.backfilled);
}

TEST_CASE("the first heartbeat, identify and headers are as Discord asks for") {
  client_fixture f({.heartbeat_ms = 30});
  REQUIRE(f.begin_live());
  REQUIRE(f.discord.wait([](auto& log) { return log.heartbeats >= 3; }));
  const auto log = f.discord.seen();
  CHECK(log.connections == 1);
  CHECK(log.upgrades.front() == "/?v=10&encoding=json&compress=zlib-stream");
  CHECK(log.identified.front()["intents"] == 33281);
  CHECK(log.identified.front()["properties"].size() == 3);
  for (const auto& agent : log.user_agents) CHECK(agent.starts_with("DiscordBot ("));
}

TEST_CASE("payloads in several frames and without compression are read") {
  SECTION("in two frames") {
    client_fixture f;
    f.discord.split_frames(true);
    REQUIRE(f.begin_live());
    f.discord.post(f.calls, std::string(40000, 'x') + "end");
    REQUIRE(f.ear.wait_messages(1));
    CHECK(f.ear.texts().front().ends_with("end"));
  }
  SECTION("plain") {
    client_fixture f;
    auto options = f.options();
    options.session.compressed = false;
    f.begin(options);
    REQUIRE(f.ear.wait_live());
    REQUIRE(f.ear.wait_caught_up());
    f.discord.post(f.calls, std::string(70000, 'y'));
    REQUIRE(f.ear.wait_messages(1));
    CHECK(f.discord.seen().upgrades.front() == "/?v=10&encoding=json");
  }
}

TEST_CASE("edits are heard once each, previews and pins never, deletes always") {
  client_fixture f;
  REQUIRE(f.begin_live());
  const auto id = f.discord.post(f.calls, "BUY TSLA 200");
  f.discord.unfurl(f.calls, id, json::array());
  f.discord.edit(f.calls, id, "BUY TSLA 201");
  f.discord.unfurl(f.calls, id, json::array());
  f.discord.unfurl(f.calls, id, {{{"title", "chart"}}});
  f.discord.remove(f.calls, {id});
  const auto second = f.discord.post(f.calls, "a");
  const auto third = f.discord.post(f.calls, "b");
  f.discord.remove(f.calls, {second, third});
  f.discord.post(f.calls, "end");
  REQUIRE(f.ear.wait_messages(4));
  const auto edits = f.ear.edits();
  REQUIRE(edits.size() == 2);
  CHECK(edits[0].text == "BUY TSLA 201");
  CHECK(edits[0].is_edit);
  CHECK(edits[0].edited_ms > 0);
  CHECK(edits[1].text == "BUY TSLA 201\nchart");
  const auto gone = f.ear.deletions();
  REQUIRE(gone.size() == 2);
  CHECK(gone[0].ids == std::vector<snowflake>{id});
  CHECK(gone[1].ids == std::vector<snowflake>{second, third});
}

TEST_CASE("webhooks, embeds, our own posts and roles are told apart") {
  client_fixture f;
  f.discord.set_roles(2000, {31, 32});
  REQUIRE(f.begin_live());
  f.discord.post(f.calls, "plain");
  f.discord.post(
      f.calls, "",
      {{"webhook_id", "4000"},
       {"author", {{"id", "4000"}, {"username", "Caller"}, {"bot", true}}},
       {"embeds",
        {{{"title", "LONG NVDA"}, {"fields", {{{"name", "Entry"}, {"value", "120"}}}}}}}});
  f.discord.post(
      f.calls, "ours",
      {{"author", {{"id", std::to_string(f.discord.bot_id())}, {"username", "outcry"}}}});
  REQUIRE(f.ear.wait_messages(3));
  const auto m = f.ear.messages();
  CHECK(m[0].role_ids == std::vector<snowflake>{31, 32});
  CHECK(m[1].webhook_id == 4000);
  CHECK(m[1].author_is_bot);
  CHECK(m[1].text == "LONG NVDA\nEntry: 120");
  CHECK_FALSE(m[1].own);
  CHECK(m[2].own);
}

TEST_CASE("threads of a followed channel are followed") {
  client_fixture f;
  const auto other = f.discord.add_channel("chatter");
  const auto old = f.discord.add_thread(f.calls, "old", true);
  REQUIRE(f.begin_live());
  f.discord.post(old, "in an old thread");
  const auto fresh = f.discord.add_thread(f.calls, "fresh");
  const auto foreign = f.discord.add_thread(other, "foreign");
  f.discord.post(foreign, "not for us");
  f.discord.post(fresh, "in a fresh thread");
  REQUIRE(f.ear.wait_messages(2));
  const auto m = f.ear.messages();
  // Two channels: their order among each other is open while one of them catches up.
  for (const auto& one : m) {
    CHECK(one.parent_id == f.calls);
    CHECK(one.guild_id == f.discord.guild());
    CHECK(one.text == (one.channel_id == old ? "in an old thread" : "in a fresh thread"));
  }
}

TEST_CASE("what was missed is fetched in order, each once, before what is live") {
  client_fixture f;
  const auto seen = f.discord.post(f.calls, "seen before");
  f.ear.last_seen[f.calls] = seen;
  texts expected;
  for (int i = 0; i < 1234; ++i) {
    expected.push_back("missed " + std::to_string(i));
    f.discord.post(f.calls, expected.back());
  }
  f.begin();
  REQUIRE(f.ear.wait_live());
  for (int i = 0; i < 20; ++i) {
    expected.push_back("live " + std::to_string(i));
    f.discord.post(f.calls, expected.back());
  }
  REQUIRE(f.ear.wait_messages(expected.size()));
  REQUIRE(f.ear.wait_caught_up());
  CHECK(f.ear.texts() == expected);
  CHECK(f.ear.messages().front().backfilled);
}

TEST_CASE("without a last message history is not news") {
  client_fixture f;
  f.discord.post(f.calls, "long ago");
  REQUIRE(f.begin_live());
  f.discord.post(f.calls, "now");
  REQUIRE(f.ear.wait_messages(1));
  CHECK(f.ear.texts() == texts{"now"});
}

TEST_CASE("roles of authors of missed messages are fetched where they matter") {
  client_fixture f;
  f.discord.set_roles(2000, {31});
  f.ear.last_seen[f.calls] = f.discord.post(f.calls, "seen");
  f.discord.post(f.calls, "missed 1");
  f.discord.post(f.calls, "missed 2");
  f.discord.post(f.calls, "of one who left", {{"author", {{"id", "2001"}, {"username", "x"}}}});
  auto options = f.options();
  options.fetch_roles = true;
  f.begin(options);
  REQUIRE(f.ear.wait_messages(3));
  const auto m = f.ear.messages();
  CHECK(m[0].role_ids == std::vector<snowflake>{31});
  CHECK(m[1].role_ids == std::vector<snowflake>{31});
  CHECK(m[2].role_ids == std::vector<snowflake>{});
  const auto log = f.discord.seen();
  CHECK(std::count_if(log.requests.begin(), log.requests.end(), [](auto& target) {
          return target.find("/members/2000") != std::string::npos;
        }) == 1);
}

TEST_CASE("threads opened while we were away are fetched") {
  client_fixture f;
  f.ear.last_seen[f.calls] = f.discord.post(f.calls, "seen");
  const auto thread = f.discord.add_thread(f.calls, "missed", true);
  f.discord.post(thread, "in the thread");
  f.begin();
  REQUIRE(f.ear.wait_messages(1));
  CHECK(f.ear.texts() == texts{"in the thread"});
  CHECK(f.ear.messages().front().parent_id == f.calls);
}

TEST_CASE("a channel that may not be read is told, the others go on") {
  client_fixture f;
  f.ear.last_seen[f.calls] = 1;
  f.discord.next_answer(std::to_string(f.calls) + "/messages", 403,
                        {{"message", "Missing Access"}, {"code", 50001}});
  REQUIRE(f.begin_live());
  REQUIRE(f.ear.troubles().size() == 1);
  CHECK(f.ear.troubles().front().find("Missing Access") != std::string::npos);
  f.discord.post(f.calls, "still heard");
  REQUIRE(f.ear.wait_messages(1));
}

TEST_CASE("an unreadable message is told and left out") {
  client_fixture f;
  REQUIRE(f.begin_live());
  f.discord.post(f.calls, "x", {{"author", 5}});
  f.discord.post(f.calls, "good");
  REQUIRE(f.ear.wait_messages(1));
  CHECK(f.ear.texts() == texts{"good"});
  REQUIRE(f.ear.troubles().size() == 1);
  CHECK(f.ear.troubles().front() == "MESSAGE_CREATE: author: expected an object, found number");
}

TEST_CASE("a client that waits ends at once") {
  client_fixture f;
  auto options = f.options();
  options.session.shortest_retry_ms = 3600000;
  options.session.longest_retry_ms = 3600000;
  options.random = [] { return 0.9; };
  f.discord.next_answer("/users/@me", 500, {});
  options.rest.max_attempts = 1;
  f.begin(options);
  REQUIRE(f.discord.wait([](auto& log) { return !log.requests.empty(); }));
  f.bot.reset();  // the test's own time limit would end a wait of an hour
  SUCCEED();
}

}  // namespace outcry::discord::test
