#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/redis/container_bridge.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::redis::test {

inline bool python_can() {
  return std::system("/usr/bin/python3 -c 'import redis' >/dev/null 2>&1") == 0;
}

/// A floor's bridge and a bot in a process of its own.
struct bot_outside : bridge_system {
  outcry::test::redis_server server;
  outcry::test::temp_dir directory;
  std::shared_ptr<seen<register_bot>> registered = std::make_shared<seen<register_bot>>();
  std::shared_ptr<seen<unregister_bot>> left = std::make_shared<seen<unregister_bot>>();
  outcry::test::process bot;
  caf::scoped_actor self{system};

  bot_outside() {
    // Remembers the bot and no lines.
    auto known = std::make_shared<bot_image>();
    auto journal = own(system.spawn([known](caf::event_based_actor*) -> caf::behavior {
      return {
          [known](const journal_write& x) {
            for (const auto& record : x.bots) *known = {true, record, {}, {}, {}, {}};
            if (!x.stopped_bots.empty()) known->known = true;
            if (!x.stopped_bots.empty()) known->record.desired = desired_state::stopped;
            return journal_receipt{};
          },
          [](const load_floor&) { return floor_image{}; },
          [known](const load_bot&) { return *known; },
          [](const find_line&) { return ledger_line{}; },
          [](const find_ledgers&) { return ledger_list{}; },
      };
    }));
    auto names = registered;
    auto gone = left;
    auto listener = own(system.spawn([names, gone](caf::event_based_actor*) -> caf::behavior {
      return {
          [names](const register_bot& x) { names->add(x); },
          [gone](const unregister_bot& x) { gone->add(x); },
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
    start_bot();
  }

  void start_bot() { bot = python({"/counter_bot.py", server.url(), "AAPL", "py-AAPL"}); }

  outcry::test::process python(std::vector<std::string> words) {
    words[0] = OUTCRY_BOT_PYTHON + words[0];
    words.insert(words.begin(), {"/usr/bin/python3", "-B"});
    outcry::test::process::options call;
    call.arguments = std::move(words);
    call.output_file = directory.file("bot.log");
    return outcry::test::process(std::move(call));
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

  ledger_line tell(const caf::actor& to, const std::string& id, const std::string& type,
                   const std::string& arguments = "{}") {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.message.config = arguments;
    command.message.pressed_at_ms = 1;
    command.addressed = true;
    ledger_line line;
    self->request(caf::actor_cast<commandable_actor>(to), 20s, command)
        .receive([&](const command_outcome& x) { line = x.line; },
                 [&](caf::error& reason) { line.reason = system.render(reason); });
    return line;
  }
};

/// Bots without a floor: the test is the floor.
struct bare_redis {
  outcry::test::redis_server server;
  outcry::test::temp_dir directory;
  connection link = connect(server);

  /// A counter bot with `body` in its class (two spaces deep), printing to `log`.
  outcry::test::process bot(const std::string& body = "  pass", const std::string& log = "bot.log",
                            const std::string& url = {}) const {
    outcry::test::process::options call;
    call.arguments = {"/usr/bin/python3",
                      "-B",
                      "-c",
                      R"(
import signal, sys, time
sys.path.insert(0, sys.argv[1])
import counter_bot
class Mine(counter_bot.CounterBot):
)" + body + R"(
bot = Mine(sys.argv[2], "AAPL", "counter", "py-AAPL")
signal.signal(signal.SIGTERM, lambda *_: bot.end())
bot.run()
)",
                      OUTCRY_BOT_PYTHON,
                      url.empty() ? server.url() : url};
    call.output_file = directory.file(log);
    return outcry::test::process(std::move(call));
  }

  std::string presence() {
    auto found = link.command({"GET", "OUTCRY_PRESENCE_py-AAPL"});
    return found && found->is_text() ? std::string(found->text()) : std::string();
  }
  bool soon_says(const std::string& text) {
    return outcry::test::eventually([&] { return presence().find(text) != std::string::npos; });
  }
  /// Prices the bot has counted, as its presence says.
  int count() {
    const std::string key = R"("count": )";
    const auto text = presence();
    const auto at = text.find(key);
    return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + key.size());
  }
  void brief() {
    REQUIRE(soon_says(R"("briefed": false)"));
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{},"at":1})"}));
    REQUIRE(soon_says(R"("briefed": true)"));
  }
  void tell(const std::string& id, const std::string& type) {
    tell_raw(R"({"id":")" + id + R"(","type":")" + type +
             R"(","config":{},"addressed":true,"pressedAt":1,"expiresAt":0})");
  }
  void tell_raw(const std::string& text) {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "command", text}));
  }
  void publish(const std::string& payload) {
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", payload});
      return reached && reached->integer() >= 1;
    }));
  }
  void publish_price() {
    publish(to_envelope(to_json(price_update{"AAPL", tick_of(1, ns_per_s)}), "test", 1));
  }
  /// The answers so far, once there are at least `count`.
  std::vector<std::string> answers(std::size_t count) {
    std::vector<std::string> result;
    CHECK(outcry::test::eventually([&] {
      auto all = link.command({"XRANGE", "OUTCRY_ACKNOWLEDGEMENTS", "-", "+"});
      result.clear();
      for (std::size_t i = 0; all && i < all->size(); ++i)
        result.emplace_back((*all)[i][1][1].text());
      return result.size() >= count;
    }));
    result.resize(std::max(count, result.size()));
    return result;
  }
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace outcry::redis::test
