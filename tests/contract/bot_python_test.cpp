#include <cstdlib>

#include <catch2/catch.hpp>

#include "adapters/redis/container_bridge.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

bool python_can() {
  return std::system("/usr/bin/python3 -c 'import redis' >/dev/null 2>&1") == 0;
}

/// A floor's bridge and a bot in a process of its own.
struct bot_outside : bridge_system {
  redis_server server;
  outcry::test::temp_dir directory;
  std::shared_ptr<seen<register_bot>> registered = std::make_shared<seen<register_bot>>();
  std::shared_ptr<seen<journal_write>> written = std::make_shared<seen<journal_write>>();
  outcry::test::process bot;
  caf::scoped_actor self{system};

  bot_outside() {
    auto book = written;
    auto journal = own(system.spawn([book](caf::event_based_actor*) -> caf::behavior {
      return {
          [book](const journal_write& x) {
            book->add(x);
            return journal_receipt{};
          },
          [](const load_bot&) { return bot_image{}; },
          [](const find_line&) { return ledger_line{}; },
          [](const find_ledgers&) { return ledger_list{}; },
      };
    }));
    auto names = registered;
    auto listener = own(system.spawn([names](caf::event_based_actor*) -> caf::behavior {
      return {
          [names](const register_bot& x) { names->add(x); },
          [](const bot_status&) {},
          [](const command_outcome&) {},
      };
    }));
    container_bridge_options options;
    options.connection = at(server.url());
    options.link = quick_link();
    options.journal = caf::actor_cast<journal_actor>(journal);
    options.desk = caf::actor_cast<command_desk_actor>(listener);
    options.roster = caf::actor_cast<roster_actor>(listener);
    options.house = the_house;
    options.poll_interval = 50ms;
    own(system.spawn(container_bridge, options));
    outcry::test::process::options call;
    call.arguments = {"/usr/bin/python3", "-B",   OUTCRY_BOT_PYTHON "/counter_bot.py",
                      server.url(),       "AAPL", "py-AAPL"};
    call.output_file = directory.file("bot.log");
    bot = outcry::test::process(call);
  }

  /// The actor that stands for the bot, once it was announced `times` times.
  caf::actor wait_registered(std::size_t times) {
    caf::actor result;
    registered->wait([&](const auto& all) {
      std::size_t count = 0;
      for (const auto& x : all)
        if (x.bot && x.identity.id == "py-AAPL") {
          result = x.bot;
          ++count;
        }
      return count >= times;
    });
    return result;
  }

  ledger_line tell(const caf::actor& to, const std::string& id, const std::string& type) {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.message.pressed_at_ms = 1;
    command.addressed = true;
    ledger_line line;
    self->request(caf::actor_cast<commandable_actor>(to), 20s, command)
        .receive([&](const command_outcome& x) { line = x.line; },
                 [&](caf::error& reason) { line.reason = system.render(reason); });
    return line;
  }
};

}  // namespace

TEST_CASE("bot-python: counts, obeys once, survives Redis being killed") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  auto bot = floor.wait_registered(1);
  INFO(floor.bot.output());
  REQUIRE(bot);
  auto link = connect(floor.server);
  for (int i = 1; i <= 3; ++i) {
    auto payload = to_envelope(to_json(price_update{"AAPL", tick_of(i, ns_per_s)}), "test", 1);
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", payload});
      return reached && reached->integer() == 1;
    }));
  }
  int asked = 0;
  CHECK(outcry::test::eventually([&] {
    auto line = floor.tell(bot, "status-" + std::to_string(++asked), "status");
    return line.result.find(R"("count": 3)") != std::string::npos;
  }));
  auto stopped = floor.tell(bot, "stop-1", "stop");
  CHECK(stopped.status == line_status::done);
  CHECK(stopped.container == "container");
  // This journal remembers no lines: the repetition reaches the bot, which answers from memory.
  CHECK(floor.tell(bot, "stop-1", "stop").reason == "stopped");
  CHECK(floor.tell(bot, "status-again", "status").result.find(R"("stops": 1)") !=
        std::string::npos);
  floor.server.kill();
  floor.server.start();
  auto after = floor.tell(bot, "start-1", "start");
  if (after.status != line_status::done) {
    auto again = floor.wait_registered(2);
    REQUIRE(again);
    after = floor.tell(again, "start-1", "start");
  }
  CHECK(after.status == line_status::done);
}
