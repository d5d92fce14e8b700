#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/redis/container_bot_fixture.hpp"
#include "tests/adapters/redis/container_trader_fixture.hpp"

// A `set` of limits: the floor's own affair, with or without the bot.

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using nlohmann::json;
using outcry::test::temp_dir;
using namespace std::chrono_literals;

namespace {

/// A bot that trades, and what its journal says of it.
struct limited_room : trading_room {
  using trading_room::trading_room;

  bot_record stored() {
    auto image = request_sync<bot_image>(real, load_bot{py.id});
    REQUIRE(image);
    return image->record;
  }
  ledger_line line(const std::string& id) {
    auto stored = request_sync<ledger_line>(real, find_line{id, py.id});
    REQUIRE(stored);
    return *stored;
  }
  void hears(const std::string& id, const std::string& result, const std::string& entry_id) {
    ledger_line answer;
    answer.bot_id = py.id;
    answer.status = line_status::done;
    answer.result = result;
    answer.at_ms = time()->now_ms();
    send(bot, command_outcome{id, answer, true}, entry_id);
    run();
  }
  void go_away() {
    bot_status gone;
    gone.state = bot_state::absent;
    send(bot, gone, true);
    send(trader, std::int64_t{-1}, false);
    run();
  }
  /// 10 shares at 100.
  bool is_sent(std::uint64_t number) {
    order(number);
    return record(number).status != order_status::never_sent;
  }
};

json limits_in(const ledger_line& line) {
  return json::parse(line.result).at("limits");
}

}  // namespace

TEST_CASE("container limits: alone they are in force at once, and the bot never hears of them") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  CHECK(floor.is_sent(1));
  std::string config;
  SECTION("beside the parameters") {
    config = R"({"max_order_notional":"999.5","expires_s":60})";
  }
  SECTION("in limits") {
    config = R"({"limits":{"max_order_notional":999.5}})";
  }
  auto set = floor.command("m1", "set", config);
  REQUIRE(set.get());
  CHECK(set.get()->line.status == line_status::done);
  CHECK(limits_in(set.get()->line).at("max_order_notional") == "999.5");
  CHECK(limits_in(floor.line("m1")).at("max_order_notional") == "999.5");
  CHECK(json::parse(floor.stored().limits).at("max_order_notional") == "999.5");
  CHECK(floor.stored().revision == 1);
  CHECK(floor.words->commands.empty());
  CHECK_FALSE(floor.is_sent(2));
  CHECK(floor.record(2).code == "risk_limit");
  // The others stay as they are; the result tells them all.
  auto more = floor.command("m2", "set", R"({"max_orders_per_minute":7})");
  REQUIRE(more.get());
  CHECK(limits_in(more.get()->line).at("max_order_notional") == "999.5");
  CHECK(limits_in(more.get()->line).at("max_orders_per_minute") == 7);
  // A restart of the floor: no new set, and the bot does not order first.
  limited_room later(dir.path().string(), floor.script);
  CHECK_FALSE(later.is_sent(3));
  CHECK(later.record(3).code == "risk_limit");
  auto lifted = later.command("m3", "set", R"({"max_order_notional":0})");
  REQUIRE(lifted.get());
  CHECK(later.is_sent(4));
}

TEST_CASE("container limits: one that is wrong is named, nothing changes, and nobody is asked") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"max_position":-1,"step":3})", "config.max_position: expected"},
      {R"({"limits":{"max_position":1,"most":2},"step":3})", "config.limits.most: expected one of"},
      {R"({"price_collar":"wide"})", "config.price_collar: expected"},
      {R"({"limits":5})", "config.limits: expected"}};
  int number = 0;
  for (const auto& [config, why] : wrong) {
    INFO(config);
    const auto id = "m" + std::to_string(++number);
    auto set = floor.command(id, "set", config);
    REQUIRE(set.get());
    CHECK(set.get()->line.status == line_status::error);
    CHECK(set.get()->line.code == "invalid_config");
    CHECK(has(set.get()->line.reason, why));
    CHECK(floor.line(id).code == "invalid_config");
  }
  CHECK(floor.words->commands.empty());
  CHECK(floor.stored().limits == "{}");
  CHECK(floor.is_sent(1));
}

TEST_CASE("container limits: with parameters they wait for the bot's done") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  auto set = floor.command("m1", "set", R"({"step":3,"max_order_notional":999})");
  CHECK(floor.words->commands == std::vector<std::string>{"m1"});
  CHECK(floor.words->configs == std::vector<std::string>{R"({"step":3})"});
  CHECK_FALSE(set.ready());
  CHECK(floor.is_sent(1));
  SECTION("done") {
    floor.hears("m1", R"({"step":3})", "7-0");
    REQUIRE(set.get());
    CHECK(json::parse(set.get()->line.result).at("step") == 3);
    CHECK(limits_in(set.get()->line).at("max_order_notional") == "999");
    // What the bot is briefed with is its own only.
    CHECK(floor.stored().parameters == R"({"step":3})");
    CHECK_FALSE(floor.is_sent(2));
    auto more = floor.command("m2", "set", R"({"max_orders_per_minute":7})");
    REQUIRE(more.get());
    CHECK(json::parse(more.get()->line.result).at("step") == 3);
  }
  SECTION("refused") {
    floor.says("m1", line_status::error, "7-0", "no such step");
    REQUIRE(set.get());
    CHECK(set.get()->line.result.empty());
    CHECK(floor.stored().limits == "{}");
    CHECK(floor.is_sent(2));
  }
  SECTION("done, and heard by the floor after its restart") {
    limited_room later(dir.path().string(), floor.script);
    later.hears("m1", R"({"step":3})", "7-0");
    CHECK(later.line("m1").status == line_status::done);
    CHECK(json::parse(later.stored().limits).at("max_order_notional") == "999");
    CHECK_FALSE(later.is_sent(2));
  }
}

TEST_CASE("container limits: a slow set undoes none that was given after it") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  REQUIRE(floor.command("m0", "set", R"({"max_orders_per_minute":7})").get());
  floor.advance(1s);
  auto slow = floor.command("m1", "set",
                            R"({"step":3,"max_order_notional":5000,"max_orders_per_minute":50})");
  floor.advance(1s);
  auto quick = floor.command("m2", "set", R"({"max_order_notional":999})");
  REQUIRE(quick.get());
  CHECK(limits_in(quick.get()->line).at("max_orders_per_minute") == 7);
  SECTION("the bot answers") {
    floor.hears("m1", R"({"step":3})", "7-0");
    REQUIRE(slow.get());
    CHECK(limits_in(slow.get()->line).at("max_order_notional") == "999");
    CHECK(limits_in(slow.get()->line).at("max_orders_per_minute") == 50);
    CHECK_FALSE(floor.is_sent(1));
  }
  SECTION("a journal that cannot be read delays it") {
    floor.journal_words->refuses_reads = true;
    floor.hears("m1", R"({"step":3})", "7-0");
    CHECK_FALSE(slow.ready());
    CHECK(floor.words->answers.empty());
    floor.journal_words->refuses_reads = false;
    floor.hears("m1", R"({"step":3})", "8-0");
    CHECK(slow.ready());
  }
  SECTION("after a restart of the floor") {
    limited_room later(dir.path().string(), floor.script);
    later.hears("m1", R"({"step":3})", "7-0");
    CHECK(limits_in(later.line("m1")).at("max_order_notional") == "999");
    CHECK_FALSE(later.is_sent(1));
  }
  const auto stored = json::parse(floor.stored().limits);
  CHECK(stored.at("max_order_notional") == "999");
  CHECK(stored.at("max_orders_per_minute") == 50);
  CHECK(floor.stored().parameters == R"({"step":3})");
}

TEST_CASE("container limits: a bot that is absent, or ordered by a new trader, has them") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  floor.go_away();
  bot_command set;
  set.message.id = "m1";
  set.message.type = "set";
  set.addressed = true;
  auto given = [&](const std::string& id, const std::string& config) {
    // Adopted by the desk, which has nobody to give it to.
    set.message.id = id;
    set.message.config = config;
    ledger entry;
    entry.message = set.message;
    entry.adopted_at_ms = 1;
    entry.state = message_state::working;
    ledger_line line;
    line.bot_id = py.id;
    line.addressed = true;
    entry.lines.push_back(line);
    journal_write write;
    write.adopted.push_back(entry);
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
    floor.send(floor.bot, set, true);
    floor.run();
  };
  given("m1", R"({"max_order_notional":999})");
  CHECK(floor.line("m1").status == line_status::done);
  REQUIRE(floor.words->outcomes.size() == 1);
  CHECK(floor.words->outcomes[0].message_id == "m1");
  given("m1b", R"({"max_order_notional":-1,"step":3})");
  CHECK(floor.line("m1b").code == "invalid_config");
  given("m2", R"({"max_order_notional":1,"step":3})");
  CHECK(floor.line("m2").status == line_status::open);  // for that the bot is needed
  // Found again while its answer is on its way: one effect.
  CHECK(floor.stored().revision == 1);
  floor.be_there();
  CHECK_FALSE(floor.is_sent(1));
  set.message.id = "m3";
  floor.send(floor.bot, set, true);
  floor.run();
  CHECK(floor.words->outcomes.size() == 2);  // to one that is there the desk speaks itself
  CHECK(floor.words->commands.empty());
}

TEST_CASE("container limits: what the journal does not take is not in force") {
  temp_dir dir;
  limited_room floor(dir.path().string());
  floor.journal_words->refuses_writes = true;
  bot_command wish;
  wish.message.id = "m1";
  wish.message.type = "set";
  wish.message.config = R"({"max_order_notional":999})";
  wish.addressed = true;
  auto set = floor.ask<command_outcome>(floor.bot, wish);
  floor.run();
  REQUIRE(set.get());
  CHECK(set.get()->line.status == line_status::error);
  CHECK(set.get()->line.code == "journal_unavailable");
  CHECK_FALSE(set.get()->durable);
  floor.journal_words->refuses_writes = false;
  CHECK(floor.is_sent(1));
  floor.advance(6s);
  CHECK(floor.stored().limits == "{}");
}

TEST_CASE("container limits: too late they change nothing") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto late = floor.command("m1", "set", true, R"({"max_position":1})");
  late.expires_at_ms = floor.time()->now_ms() - 1;
  auto answer = floor.request_sync<command_outcome>(floor.bot, late);
  REQUIRE(answer);
  CHECK(answer->line.status == line_status::expired);
  CHECK(floor.paper->writes.back().bots.empty());
  CHECK(floor.heard->sent.empty());
  // Of parameters the bot says so itself.
  late = floor.command("m2", "set", true, R"({"max_position":1,"step":3})");
  late.expires_at_ms = floor.time()->now_ms() - 1;
  CHECK_FALSE(floor.request_sync<command_outcome>(floor.bot, late));
  CHECK(floor.heard->sent == std::vector<std::string>{"m2"});
  CHECK(floor.heard->configs == std::vector<std::string>{R"({"step":3})"});
}

TEST_CASE("container limits: a stop that the desk wrote while they were written is not lost") {
  container_floor floor;
  floor.presence(bot_state::running);
  floor.presence(bot_state::absent);
  floor.paper->image.known = true;
  floor.paper->image.record.since_ms = 1;
  auto set = floor.command("m1", "set", true, R"({"max_position":1})");
  floor.send(floor.bot, set, true);
  floor.command("m2", "stop");
  floor.paper->ledgers["m2"].adopted_at_ms = floor.time()->now_ms();
  std::size_t stops = 0;
  SECTION("it was adopted meanwhile") {
    stops = 1;
  }
  SECTION("it was answered long ago") {
    floor.paper->ledgers["m2"].lines[0].status = line_status::done;
  }
  SECTION("the bot was started since") {
    floor.paper->image.record.since_ms = floor.time()->now_ms() + 20'000;
  }
  floor.run();
  CHECK(floor.paper->ledgers["m1"].lines[0].status == line_status::done);
  std::size_t written = 0;
  for (const auto& write : floor.paper->writes) written += write.stopped_bots.size();
  CHECK(written == stops);
}
