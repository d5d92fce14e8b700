#include <catch2/catch.hpp>

#include "tests/adapters/redis/container_trader_fixture.hpp"

// An exit that starts its bot again: done when it is flat and runs.

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using namespace std::chrono_literals;
using outcry::test::broker_script;
using outcry::test::temp_dir;

namespace {

constexpr const char* then_start = R"({"then":"start"})";

struct exit_room : trading_room {
  using trading_room::trading_room;

  /// Owns 10, is told to leave, has sold them, and says so.
  void leave(const char* arguments = then_start) {
    order(1);
    fill(1);
    command("m1", "exit", arguments);
    says("m1", line_status::pending, "7-0", "closing");
    order(2, order_side::sell);
    fill(2);
    says("m1", line_status::done, "8-0", "flat");
    advance(1s);
  }
  /// As the command desk gives it again after a restart.
  void give_again(const std::string& id, const std::string& type, const char* arguments) {
    bot_command wish;
    wish.message.id = id;
    wish.message.type = type;
    wish.message.config = arguments;
    wish.addressed = true;
    ask<command_outcome>(bot, wish);
    run();
    advance(1s);
  }
  void go_away() {
    bot_status gone;
    gone.state = bot_state::absent;
    send(bot, gone, true);
    send(trader, std::int64_t{-1}, false);
    run();
  }
  /// By the command desk alone, which has nobody to give it to.
  void journal_alone(const std::string& id, const std::string& type,
                     line_status status = line_status::no_answer) {
    ledger entry;
    entry.message.id = id;
    entry.message.type = type;
    entry.message.config = then_start;
    entry.adopted_at_ms = time()->now_ms();
    entry.state = message_state::working;
    ledger_line line;
    line.bot_id = py.id;
    line.addressed = true;
    line.status = status;
    entry.lines.push_back(line);
    journal_write write;
    write.adopted.push_back(entry);
    REQUIRE(request_sync<journal_receipt>(real, write));
  }
  std::vector<std::string> starts() const {
    std::vector<std::string> result;
    for (const auto& id : words->commands)
      if (id.starts_with("again-")) result.push_back(id);
    return result;
  }
  ledger_line line(const std::string& id) {
    auto stored = request_sync<ledger_line>(real, find_line{id, py.id});
    REQUIRE(stored);
    return *stored;
  }
  desired_state desired() {
    auto image = request_sync<bot_image>(real, load_bot{py.id});
    REQUIRE(image);
    return image->record.desired;
  }
  bool is_sent(std::uint64_t number, order_side side = order_side::buy) {
    order(number, side);
    return record(number).status != order_status::never_sent;
  }
};

}  // namespace

TEST_CASE("container exit: flat, its gate open, running again, and only then done") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.leave();
  REQUIRE(floor.starts().size() == 1);
  CHECK(floor.line("m1").status == line_status::pending);
  CHECK(floor.line("m1").result == R"({"flat":true})");
  CHECK(floor.desired() == desired_state::stopped);
  // What it orders at its start goes out, as its strategy's.
  CHECK(floor.is_sent(3));
  floor.fill(3);
  CHECK(floor.is_sent(4, order_side::sell));
  CHECK(floor.record(4).purpose == order_purpose::strategy);
  CHECK_FALSE(holds(floor.words->answers, "8-0"));
  // Told again until it is heard, in the same words; its gate stays open.
  floor.advance(11s);
  floor.be_there();
  CHECK(floor.starts().size() >= 2);
  CHECK(floor.starts().front() == floor.starts().back());
  CHECK(floor.is_sent(5));

  floor.says(floor.starts().front(), line_status::done, "9-0", "started");
  const auto line = floor.line("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "flat, and running again");
  CHECK(floor.words->outcomes.back().message_id == "m1");
  CHECK(floor.words->outcomes.back().line.status == line_status::done);
  CHECK(floor.desired() == desired_state::running);
  CHECK(holds(floor.words->answers, "8-0"));
  CHECK(holds(floor.words->answers, "9-0"));
  floor.advance(11s);
  CHECK(floor.is_sent(6));
  CHECK_FALSE(holds(floor.words->commands, "reminder-"));
}

TEST_CASE("container exit: what keeps it from starting the bot again") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  std::string code = "halted";
  std::string why;
  SECTION("a stop while it is started") {
    floor.leave();
    floor.command("m2", "stop");
    floor.says(floor.starts().front(), line_status::done, "9-0", "started");
    floor.says("m2", line_status::done, "10-0");
    why = "flat; a stop came before it was started again; the bot stays stopped";
  }
  SECTION("another exit while it is started") {
    floor.leave();
    floor.command("m2", "exit");
    floor.says("m2", line_status::done, "10-0", "there was nothing to close");
    why = "flat; an exit came before it was started again; the bot stays stopped";
  }
  SECTION("a stop that was given before it was flat") {
    floor.order(1);
    floor.fill(1);
    floor.command("m1", "exit", then_start);
    floor.says("m1", line_status::pending, "7-0", "closing");
    floor.order(2, order_side::sell);
    floor.fill(2);
    floor.advance(1s);
    floor.command("m2", "stop");
    // The bot was quicker.
    floor.says("m1", line_status::done, "8-0", "flat");
    floor.says("m2", line_status::done, "9-0");
    floor.advance(2s);
    CHECK(floor.starts().empty());
    why = "a stop came before it was started again; the bot stays stopped";
  }
  SECTION("a position that is left") {
    floor.order(1);
    floor.fill(1);
    floor.command("m1", "exit", then_start);
    floor.says("m1", line_status::pending, "7-0", "closing");
    floor.says("m1", line_status::done, "8-0", "flat");
    floor.advance(1s);
    CHECK(floor.starts().empty());
    code = "refused";
    why = "10 is left; the bot stays stopped";
  }
  SECTION("the bot itself") {
    floor.leave();
    floor.says(floor.starts().front(), line_status::error, "9-0", "no data");
    code = "strategy_error";
    why = "flat; it did not start again: no data; the bot stays stopped";
  }
  SECTION("its farewell") {
    floor.leave();
    floor.send(floor.bot, unregister_bot{py.id, "sold"});
    floor.run();
    CHECK(floor.line("m1").code == "bot_absent");
    CHECK(floor.ended(caf::actor_cast<caf::actor>(floor.bot)));
    return;
  }
  floor.advance(1s);
  CHECK(floor.line("m1").status == line_status::error);
  CHECK(floor.line("m1").code == code);
  CHECK(has(floor.line("m1").reason, why));
  CHECK(floor.desired() == desired_state::stopped);
  floor.advance(6s);
  CHECK_FALSE(floor.is_sent(9));
}

TEST_CASE("container exit: what the desk stopped while the bot was away is not started again") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.leave();
  const auto first = floor.starts();
  REQUIRE(first.size() == 1);
  floor.go_away();
  SECTION("a stop") {
    floor.journal_alone("m2", "stop");
  }
  SECTION("a stop, and much else since") {
    floor.journal_alone("m2", "kill");
    // Some of one millisecond, across the end of a page too.
    for (int i = 0; i < 230; ++i) {
      floor.journal_alone("s" + std::to_string(i), "status");
      if (i % 90 == 0) floor.advance(1ms);
    }
  }
  floor.advance(6s);
  floor.be_there();
  floor.advance(6s);
  CHECK(floor.starts() == first);
  CHECK(floor.line("m1").code == "halted");
  CHECK(floor.line("m1").reason ==
        "flat; a stop came before it was started again; the bot stays stopped");
  CHECK(floor.desired() == desired_state::stopped);
  // Heard too late.
  floor.says(first.front(), line_status::done, "9-0", "started");
  CHECK(holds(floor.words->answers, "9-0"));
  floor.advance(6s);
  CHECK(floor.desired() == desired_state::stopped);
  CHECK_FALSE(floor.is_sent(9));
}

TEST_CASE("container exit: it is not started again when the exit's time is up") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.journal_alone("m1", "exit", line_status::open);
  bot_command leave;
  leave.message.id = "m1";
  leave.message.type = "exit";
  leave.message.config = then_start;
  leave.addressed = true;
  leave.expires_at_ms = floor.time()->now_ms() + 60'000;
  floor.ask<command_outcome>(floor.bot, leave);
  floor.run();
  floor.says("m1", line_status::done, "8-0", "flat");
  floor.advance(1s);
  REQUIRE(floor.starts().size() == 1);
  floor.go_away();
  floor.advance(60s);
  floor.be_there();
  floor.advance(1s);
  CHECK(floor.starts().size() == 1);
  CHECK(floor.line("m1").status == line_status::expired);
  CHECK(floor.line("m1").reason ==
        "flat; it was too late to start it again; the bot stays stopped");
  CHECK_FALSE(floor.is_sent(9));
}

TEST_CASE("container exit: the gate opens only when the journal knows that it is flat") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.order(1);
  floor.fill(1);
  floor.command("m1", "exit", then_start);
  floor.says("m1", line_status::pending, "7-0", "closing");
  floor.order(2, order_side::sell);
  floor.fill(2);
  floor.journal_words->refuses_writes = true;
  floor.says("m1", line_status::done, "8-0", "flat");
  floor.advance(3s);
  CHECK(floor.starts().empty());
  floor.journal_words->refuses_writes = false;
  floor.advance(1500ms);
  REQUIRE(floor.starts().size() == 1);
  CHECK(floor.line("m1").result == R"({"flat":true})");
  CHECK(floor.is_sent(3));
}

TEST_CASE("container exit: a journal that cannot be read once holds no start for ever") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  exit_room(dir.path().string(), script).leave();
  exit_room later(dir.path().string(), script);
  const auto journal = caf::actor_cast<caf::actor>(later.journal);
  const auto bot = caf::actor_cast<caf::actor>(later.bot);
  ledger_line flat;
  flat.bot_id = py.id;
  flat.status = line_status::done;
  later.send(later.bot, command_outcome{"m1", flat, true}, std::string("8-0"));
  // What the exit is, what came after it, and once more for the word that it is flat.
  for (int i = 0; i < 3; ++i) {
    later.run_without(journal);
    later.journal_words->refuses_reads = i == 2;
    later.run_without(bot);
  }
  later.journal_words->refuses_reads = false;
  later.run();
  CHECK(later.starts().empty());
  later.advance(2s);
  REQUIRE(later.starts().size() == 1);
  later.says(later.starts().front(), line_status::done, "9-0", "started");
  CHECK(later.line("m1").status == line_status::done);
  CHECK(later.desired() == desired_state::running);
}

TEST_CASE("container exit: a gate that was shut before it opened is not taken for shut") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.leave();
  const auto slow = caf::actor_cast<caf::actor>(floor.desk);
  bot_status seen;
  seen.state = bot_state::absent;
  floor.send(floor.bot, seen, true);
  floor.run_without(slow);
  seen.state = bot_state::running;
  floor.send(floor.bot, seen, true);
  floor.run_without(slow);
  // The desk shuts it now, and opens it.
  floor.run();
  REQUIRE(floor.starts().size() == 2);
  floor.says(floor.starts().back(), line_status::error, "9-0", "no data");
  floor.advance(6s);
  CHECK(floor.line("m1").code == "strategy_error");
  CHECK_FALSE(floor.is_sent(9));
}

TEST_CASE("container exit: a bot that was away is started again when it is back") {
  temp_dir dir;
  exit_room floor(dir.path().string());
  floor.leave();
  const auto first = floor.starts().front();
  floor.go_away();
  floor.advance(11s);
  CHECK(floor.starts().size() == 1);
  CHECK_FALSE(floor.is_sent(3));
  floor.be_there();
  REQUIRE(floor.starts().size() == 2);
  CHECK(floor.starts().back() != first);
  CHECK(floor.is_sent(4));
  floor.says(floor.starts().back(), line_status::done, "9-0", "started");
  CHECK(floor.line("m1").status == line_status::done);
  CHECK(floor.desired() == desired_state::running);
}

TEST_CASE("container exit: a restart of the floor sells nothing that was bought since") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  std::string first;
  {
    exit_room floor(dir.path().string(), script);
    floor.leave();
    first = floor.starts().front();
    // The bot has started, and bought, and nobody has heard it.
    CHECK(floor.is_sent(3));
    floor.fill(3);
  }
  exit_room later(dir.path().string(), script);
  later.advance(1s);
  SECTION("the command desk is first") {
    later.give_again("m1", "exit", then_start);
    later.says("m1", line_status::done, "8-0", "flat");
  }
  SECTION("the bot's answer is first") {
    later.says("m1", line_status::done, "8-0", "flat");
    later.give_again("m1", "exit", then_start);
  }
  SECTION("both at once") {
    bot_command wish;
    wish.message.id = "m1";
    wish.message.type = "exit";
    wish.message.config = then_start;
    wish.addressed = true;
    later.send(later.bot, wish);
    later.says("m1", line_status::done, "8-0", "flat");
  }
  later.advance(1s);
  CHECK_FALSE(holds(later.words->commands, "m1"));
  REQUIRE_FALSE(later.starts().empty());
  // The bot may have been stopped since it obeyed the first one.
  CHECK(later.starts().back() != first);
  later.says(later.starts().back(), line_status::done, "9-0", "was running already");
  CHECK(later.line("m1").status == line_status::done);
  CHECK(later.desired() == desired_state::running);
  CHECK(script->received.size() == 3);
  CHECK(later.is_sent(4, order_side::sell));
  CHECK(later.record(4).purpose == order_purpose::strategy);
}

TEST_CASE("container exit: a restart of the floor forgets no stop that was given after it") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    exit_room floor(dir.path().string(), script);
    floor.command("m1", "exit", then_start);
    floor.says("m1", line_status::pending, "7-0", "closing");
    floor.advance(1s);
    floor.command("m2", "stop");
    floor.says("m2", line_status::done, "9-0");
    floor.advance(1s);
    CHECK(floor.line("m2").status == line_status::done);
  }
  exit_room later(dir.path().string(), script);
  later.says("m1", line_status::done, "8-0", "flat");
  later.advance(1s);
  CHECK(later.line("m1").code == "halted");
  CHECK(later.starts().empty());
  CHECK_FALSE(later.is_sent(1));
}
