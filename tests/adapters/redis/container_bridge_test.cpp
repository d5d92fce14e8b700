#include "adapters/redis/container_bridge.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/adapters/redis/container_bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("container bridge: who only listens leaves some time after the last one went") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  {
    outside_bot bot(floor.server, "AAPL");
    REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running));
  }
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::absent, "nobody subscribes"));
  CHECK(floor.left->all().empty());
  {
    outside_bot again(floor.server, "AAPL");
    REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running, "", 2));
    floor.time->advance(61 * ns_per_s);
  }
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::absent, "nobody subscribes", 2));
  // Redis being away is not the bot being away: its minute begins anew.
  floor.time->advance(30 * ns_per_s);
  {
    outside_bot meta(floor.server, "META");
    REQUIRE(floor.roster_hears("observed-META", bot_state::running));
    floor.server.kill();
    REQUIRE(floor.roster_hears("observed-META", bot_state::absent, "Redis is gone"));
    floor.time->advance(40 * ns_per_s);
    floor.server.start();
    REQUIRE(floor.roster_hears("observed-META", bot_state::running, "", 2));
    CHECK(floor.left->all().empty());
  }
  REQUIRE(floor.roster_hears("observed-META", bot_state::absent, "nobody subscribes"));
  floor.time->advance(61 * ns_per_s);
  REQUIRE(floor.roster_hears("observed-AAPL", std::nullopt));
  REQUIRE(floor.left->wait([](const auto& all) {
    return std::any_of(all.begin(), all.end(),
                       [](const auto& x) { return x.bot_id == "observed-AAPL"; });
  }));
  outside_bot much_later(floor.server, "AAPL");
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running, "", 3));
}

TEST_CASE("container bridge: a listener who says so is no bot") {
  REQUIRE_REDIS();
  bridged_bots floor;
  subscriber_options options;
  options.connection = at(floor.server.url());
  options.link = quick_link();
  subscriber listener(options);
  listener.subscribe(channels::listeners("AAPL"));
  listener.subscribe(channels::ticker_updates("AAPL"));
  listener.start();
  outside_bot meta(floor.server, "META");
  floor.open();
  // Both are looked at together: META was seen twice, and so was AAPL.
  REQUIRE(floor.roster_hears("observed-META", bot_state::running));
  for (const auto& x : floor.roster_words->all()) CHECK(x.bot_id != "observed-AAPL");
  outside_bot aapl(floor.server, "AAPL");
  CHECK(floor.roster_hears("observed-AAPL", bot_state::running));
  listener.stop();
}

TEST_CASE("container bridge: while Redis is away its bots are absent, and said to be") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  {
    bot_by_hand bot(floor.server);
    bot.announce();
    REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
    floor.adopt("m1", "stop");
    floor.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
  }
  floor.server.kill();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "Redis is gone"));
  REQUIRE(floor.registered->wait([](const auto& all) { return !all.back().bot; }));
  floor.server.start();  // and has lost everything
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "not heard since Redis is back"));
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  REQUIRE(bot.hears("command", "m1"));
  bot.answer("m1");
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  CHECK(outcry::test::eventually([&] { return floor.line("m1").status == line_status::done; }));
}

TEST_CASE("container bridge: Redis emptied under a standing connection loses no command") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(bot.hears("command", "m1"));
  REQUIRE(bot.link.command({"FLUSHALL"}));
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "heartbeat"));
  bot.announce();
  REQUIRE(bot.hears("command", "m1"));
  bot.answer("m1");
  CHECK(outcry::test::eventually([&] { return floor.line("m1").status == line_status::done; }));
}

TEST_CASE("container bridge: Redis emptied, the bot unnoticed: it is written again at once") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(bot.hears("command", "m1"));
  auto presence = to_json(container_presence{py_aapl, bot_state::running, "{}", true});
  // All at once: no look of the floor's falls between.
  REQUIRE(bot.link.command({"MULTI"}));
  REQUIRE(bot.link.command({"FLUSHALL"}));
  REQUIRE(bot.link.command({"SET", channels::presence(py_aapl.id), presence}));
  REQUIRE(bot.link.command({"EXEC"}));
  CHECK(bot.hears("command", "m1"));
}

TEST_CASE("container bridge: an answer read before kill -9 is taken again, with one effect") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  floor.adopt("m1", "stop");
  REQUIRE(create_group(bot.link, channels::acknowledgements, "outcry"));
  bot.answer("m1");
  std::string consumer = "floor";
  SECTION("by the same floor") {}
  SECTION("by one of another name") {
    consumer = "another floor";
  }
  auto read = read_group(bot.link, channels::acknowledgements, "outcry", "floor", ">", {});
  REQUIRE(read);
  REQUIRE(read->entries.size() == 1);
  REQUIRE(bot.unacknowledged() == 1);
  bot.announce(bot_state::stopped);
  floor.open(consumer, 50ms);
  REQUIRE(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
  CHECK(floor.line("m1").status == line_status::done);
  CHECK(floor.record().desired == desired_state::stopped);
  CHECK(floor.record().revision == 1);
  // The floor died between the journal and the acknowledgement of the acknowledgement.
  bot.answer("m1");
  bot.answer("m1", line_status::error);
  REQUIRE(outcry::test::eventually([&] {
    auto info = describe_stream(bot.link, channels::acknowledgements);
    auto groups = bot.link.command({"XINFO", "GROUPS", channels::acknowledgements});
    return info && groups && bot.unacknowledged() == 0 &&
           (*groups)[0][7].text() == std::string_view(info->last_id);
  }));
  CHECK(floor.record().revision == 1);
  CHECK(floor.line("m1").status == line_status::done);
}

TEST_CASE("container bridge: a farewell sends away for good, but nobody who is there") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  SECTION("with its last answer before it") {
    floor.open();
    bot.announce();
    REQUIRE(floor.wait_bot());
    floor.adopt("m1", "stop");
    floor.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
    bot.answer("m1");
    bot.go_away();
    bot.say_farewell();
    REQUIRE(floor.left->wait_count(1));
    CHECK(floor.left->all()[0].bot_id == "py-AAPL");
    CHECK(floor.left->all()[0].reason == "sold");
    CHECK(floor.line("m1").status == line_status::done);
    CHECK(floor.roster_hears("py-AAPL", std::nullopt, "sold"));
    CHECK(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
    // Whoever comes under its id again is welcome, and still stopped.
    bot.announce(bot_state::starting, false);
    CHECK(bot.hears("briefing", R"("desired":"stopped")"));
  }
  SECTION("said while the floor was down") {
    floor.adopt("m1", "stop");
    bot.answer("m1");
    bot.say_farewell();
    floor.open();
    REQUIRE(floor.left->wait_count(1));
    CHECK(floor.line("m1").status == line_status::done);
    CHECK(floor.line("m1").ticker == "AAPL");
  }
  SECTION("of an earlier life") {
    bot.say_farewell();
    bot.announce();
    floor.open();
    REQUIRE(floor.wait_bot());
    CHECK(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
    CHECK(floor.left->all().empty());
  }
}

TEST_CASE("container bridge: one that merely ends stays expected") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  bot.go_away();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "heartbeat"));
  floor.time->advance(3600 * ns_per_s);
  bot.announce();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  CHECK(floor.left->all().empty());
}

TEST_CASE("container bridge: the limits of a bot that is absent are set without it") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  bot.go_away();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "heartbeat"));
  SECTION("after its heartbeat has ended") {}
  SECTION("while Redis is away") {
    floor.server.kill();
    REQUIRE(floor.link_says(outcry::link_state::down, ""));
  }
  // As the desk adopts it, which then has nobody to give it to.
  floor.adopt("m1", "set", R"({"max_position":5000,"step":3})");
  floor.adopt("m2", "set", R"({"max_position":6000})");
  REQUIRE(outcry::test::eventually([&] { return floor.line("m2").status == line_status::done; }));
  CHECK(floor.outcomes->wait([](const auto& all) {
    return std::any_of(all.begin(), all.end(), [](const auto& x) { return x.message_id == "m2"; });
  }));
  CHECK_THAT(floor.line("m2").result, Catch::Matchers::Contains(R"("max_position":"6000")"));
  CHECK_THAT(floor.record().limits, Catch::Matchers::Contains(R"("max_position":"6000")"));
  CHECK(floor.record().revision == 1);
  CHECK(floor.line("m1").status == line_status::open);  // that one needs the bot
  // However long it is away.
  floor.adopt("m3", "set", R"({"max_position":7000})");
  REQUIRE(outcry::test::eventually([&] { return floor.line("m3").status == line_status::done; }));
}

TEST_CASE("container bridge: a bot that starts is briefed from the journal") {
  REQUIRE_REDIS();
  bridged_bots floor;
  journal_write write;
  write.bots.push_back(
      {py_aapl.id, desired_state::stopped, 2, R"({"step":3})", {}, floor.time->now_ms()});
  floor.self->request(floor.journal, 20s, write)
      .receive([](const journal_receipt&) {}, [](caf::error&) { FAIL("not written"); });
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce(bot_state::starting, false);
  REQUIRE(bot.hears("briefing", "{"));
  auto briefing = parse_container_briefing(bot.stream("briefing")[0]);
  REQUIRE(briefing);
  CHECK(briefing->desired == desired_state::stopped);
  CHECK(briefing->parameters == R"({"step":3})");
}

TEST_CASE("container bridge: one floor speaks to the bots of one Redis") {
  REQUIRE_REDIS();
  bridged_bots one;
  bridged_bots two;
  two.url = one.url;
  bot_by_hand bot(one.server);
  bot.announce();
  SECTION("another stays out until the first has ended") {
    one.lease = two.lease = 3s;
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    two.open();
    REQUIRE(two.link_says(outcry::link_state::down, "the floor den "));
    one.adopt("m1", "stop");
    one.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
    bot.answer("m1");
    REQUIRE(outcry::test::eventually([&] { return one.line("m1").status == line_status::done; }));
    CHECK(two.roster_words->all().empty());
    CHECK(two.registered->all().empty());
    one.kill_bridge();
    REQUIRE(two.roster_hears("py-AAPL", bot_state::running));
    CHECK(two.link_says(outcry::link_state::live, ""));
  }
  SECTION("one that was killed has its own again at once") {
    one.lease = std::chrono::hours(1);
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    one.kill_bridge();
    one.open();
    CHECK(one.roster_hears("py-AAPL", bot_state::running, "", 2));
  }
  SECTION("one whose lease was taken lets its bots go") {
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    REQUIRE(bot.link.command({"SET", channels::floor, "attic 7"}));
    CHECK(one.roster_hears("py-AAPL", bot_state::absent, "the floor attic 7"));
    REQUIRE(bot.link.command({"DEL", channels::floor}));
    CHECK(one.roster_hears("py-AAPL", bot_state::running, "", 2));
  }
}

TEST_CASE("container bridge: what Redis refuses is the word on the link") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  auto rights = [&](const std::string& change) {
    REQUIRE(bot.link.command({"ACL", "SETUSER", "floor", change}));
  };
  for (auto word : {"on", ">secret", "~*", "&*", "+@all"}) rights(word);
  floor.url = "redis://floor:secret@127.0.0.1:" + std::to_string(floor.server.port());
  bot.announce();
  std::string command;
  SECTION("to look") {
    command = "scan";
  }
  SECTION("to read") {
    command = "xreadgroup";
  }
  SECTION("to take the lease") {
    command = "eval";
  }
  rights("-" + command);
  floor.open();
  REQUIRE(floor.link_says(outcry::link_state::down, "NOPERM"));
  CHECK_THAT(floor.link().reason, Catch::Matchers::Contains(command));
  rights("+" + command);
  CHECK(floor.link_says(outcry::link_state::live, ""));
  CHECK(floor.roster_hears("py-AAPL", bot_state::running));
}

TEST_CASE("container bridge: a command that Redis refuses is the word on the link") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  REQUIRE(floor.wait_bot());
  // A key of another kind stands where the stream was to be.
  REQUIRE(bot.link.command({"SET", channels::commands(py_aapl.id), "no stream"}));
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(floor.link_says(outcry::link_state::down, "WRONGTYPE"));
  REQUIRE(bot.link.command({"DEL", channels::commands(py_aapl.id)}));
  floor.adopt("m2", "status");
  floor.tell("m2", "status");
  CHECK(floor.link_says(outcry::link_state::live, ""));
}

TEST_CASE("container bridge: no container is called as those who only listen are") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  auto guise = py_aapl;
  guise.id = "observed-AAPL";
  REQUIRE(bot.link.command({"SET", channels::presence(guise.id),
                            to_json(container_presence{guise, bot_state::running, "{}", true})}));
  bot.announce();
  floor.open();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
  for (const auto& x : floor.roster_words->all()) CHECK(x.bot_id != "observed-AAPL");
}
