#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/redis/command_inlet.hpp"
#include "messages/bots_codec.hpp"
#include "messages/error.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/process.hpp"

namespace outcry::redis::test {

using outcry::test::eventually;
using outcry::test::redis_server;

inline constexpr auto commands = "OUTCRY_COMMANDS_b-AAPL";
inline constexpr auto presence = "OUTCRY_PRESENCE_b-AAPL";
inline constexpr auto acknowledgements = "OUTCRY_ACKNOWLEDGEMENTS";
inline constexpr auto id_here = "@b-AAPL";

/// What a journal knows; it outlives every inlet. Used by its actor, read by the test at rest.
struct paper_journal {
  std::atomic<bool> refuses = false;
  std::atomic<bool> knows_bot = true;
  std::atomic<std::int64_t> started_ms = 0;
  std::map<std::string, ledger> ledgers;
  seen<std::string> adopted;
  seen<std::string> stopped_bots;
};

inline caf::behavior journal_on_paper(caf::event_based_actor*,
                                      std::shared_ptr<paper_journal> paper) {
  return {
      [=](const journal_write& write) -> caf::result<journal_receipt> {
        if (paper->refuses) return caf::make_error(ec::journal_unavailable);
        for (const auto& x : write.adopted) {
          if (!paper->ledgers.emplace(x.message.id, x).second)
            return caf::make_error(ec::invalid_input);
          paper->adopted.add(x.message.id);
        }
        for (const auto& x : write.lines)
          for (auto& line : paper->ledgers[x.message_id].lines) line = x.line;
        for (const auto& x : write.stopped_bots) paper->stopped_bots.add(x);
        return journal_receipt{};
      },
      [=](const load_bot&) {
        bot_image image;
        image.known = paper->knows_bot;
        image.record.since_ms = paper->started_ms;
        return image;
      },
      [=](const find_ledgers& query) {
        ledger_list list;
        if (auto found = paper->ledgers.find(query.id); found != paper->ledgers.end())
          list.ledgers.push_back(found->second);
        return list;
      },
  };
}

enum class manner { answers, holds, is_down, has_failed };

/// A bot that answers as it is told to.
struct paper_bot {
  std::atomic<manner> how = manner::answers;
  seen<std::string> heard;  ///< "<id> <type>"
  std::atomic<bool> is_held = true;
  std::atomic<int> times_released = 0;
  seen<std::string> reasons;  ///< of being held, each when it is new
  std::vector<std::pair<command_outcome, caf::typed_response_promise<command_outcome>>> held;
};

inline caf::behavior bot_on_paper(caf::event_based_actor* self, std::shared_ptr<paper_bot> paper) {
  return {
      [=](const bot_command& command) -> caf::result<command_outcome> {
        paper->heard.add(command.message.id + " " + command.message.type);
        auto how = paper->how.load();
        if (how == manner::is_down) return caf::make_error(ec::unavailable);
        if (how == manner::has_failed) return caf::make_error(ec::failed);
        command_outcome outcome;
        outcome.message_id = command.message.id;
        outcome.line.bot_id = "b-AAPL";
        outcome.line.status = line_status::done;
        outcome.line.reason = command.message.type;
        outcome.line.at_ms = 1;
        if (command.expires_at_ms == 1) outcome.line.status = line_status::expired;
        if (how == manner::answers) return outcome;
        auto promise = self->make_response_promise<command_outcome>();
        paper->held.emplace_back(outcome, promise);
        return promise;
      },
      [=](bool held, const std::string& reason) {
        if (paper->is_held && !held) ++paper->times_released;
        auto said = paper->reasons.all();
        if (held && (said.empty() || said.back() != reason)) paper->reasons.add(reason);
        paper->is_held = held;
      },
      // Lets go of what it holds.
      [=](const get_bot&) {
        for (auto& [outcome, promise] : paper->held) promise.deliver(outcome);
        paper->held.clear();
        return bot_status{};
      },
  };
}

struct second_machine : bridge_system {
  redis_server server;
  std::shared_ptr<paper_journal> journal = std::make_shared<paper_journal>();
  std::shared_ptr<paper_bot> bot = std::make_shared<paper_bot>();
  caf::actor bot_handle = own(system.spawn(bot_on_paper, bot));
  command_inlet_options options;
  caf::actor inlet;
  caf::scoped_actor self{system};

  explicit second_machine(redis_server::options how = {}) : server(std::move(how)) {
    auto paper = own(system.spawn(journal_on_paper, journal));
    auto roster = own(system.spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](const list_bots&) {
        bot_status status;
        status.identity.id = "b-AAPL";
        status.state = bot_state::running;
        status.details = R"({"count":7})";
        return bot_list{{status}};
      }};
    }));
    options.connection = at(server.url());
    options.link = quick_link();
    options.bots = {{{"b-AAPL", "AAPL", "counter", "floor", bot_kind::hosted},
                     caf::actor_cast<lent_actor>(bot_handle)}};
    options.journal = caf::actor_cast<journal_actor>(paper);
    options.roster = caf::actor_cast<roster_actor>(roster);
    options.house = the_house;
    options.container = "attic";
    options.heartbeat = 50ms;
    options.retry_pause = 50ms;
  }
  ~second_machine() { end(caf::exit_reason::kill); }

  void open() {
    bot->is_held = true;
    inlet = caf::actor_cast<caf::actor>(system.spawn(command_inlet, options));
    REQUIRE(eventually([&] { return !value(presence).empty(); }));
  }
  /// Opens, and the main floor wants nothing but that the bot runs.
  void start() {
    open();
    REQUIRE(eventually([&] { return value(presence).find("attic") != std::string::npos; }));
    // The presence may be a killed one's: said until it is heard.
    REQUIRE(eventually([&] {
      brief({});
      return !bot->is_held && is_briefed();
    }));
  }
  void brief(const container_briefing& briefing) {
    ask({"XADD", commands, "*", "briefing", to_json(briefing)});
  }
  bool is_briefed() {
    auto there = parse_container_presence(value(presence));
    return there && there->briefed;
  }
  bool await_released() {
    return eventually([&] { return !bot->is_held; });
  }
  /// As the main floor does: again while the presence says that it is wanted. One that Redis takes
  /// in the millisecond in which the inlet asked for it counts as older.
  bool brief_until_released(const container_briefing& briefing = {}) {
    return eventually([&] {
      brief(briefing);
      return !bot->is_held;
    });
  }
  /// The inlet has asked twice more who is there.
  void await_heartbeats() {
    ask({"CONFIG", "RESETSTAT"});
    REQUIRE(eventually([&] {
      return ask({"INFO", "commandstats"}).text().find("cmdstat_mget:calls=4") != std::string::npos;
    }));
  }
  void end(caf::exit_reason why) {
    if (!inlet) return;
    self->monitor(inlet);
    self->send_exit(inlet, why);
    self->receive([](const caf::down_msg&) {});
    inlet = {};
  }

  reply ask(const arguments& words) {
    reply answer;
    eventually([&] {
      auto link = connection::open(at(server.url()));
      if (!link) return false;
      auto got = link->command(words);
      if (got) answer = std::move(*got);
      return got.ok();
    });
    return answer;
  }
  std::string value(const std::string& key) { return std::string(ask({"GET", key}).text()); }

  void write(const std::string& id, const std::string& type, std::int64_t expires = 0) {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.addressed = true;
    command.expires_at_ms = expires;
    ask({"XADD", commands, "*", "command", to_json(command)});
  }

  std::vector<container_acknowledgement> answers() {
    auto raw = ask({"XRANGE", acknowledgements, "-", "+"});
    std::vector<container_acknowledgement> result;
    for (std::size_t i = 0; i < raw.size(); ++i)
      result.push_back(parse_container_acknowledgement(raw[i][1][1].text()).value());
    return result;
  }
  bool await_answers(std::size_t count) {
    return eventually([&] { return answers().size() >= count; });
  }
  std::int64_t pending() { return ask({"XPENDING", commands, "outcry"})[0].integer(); }
  bool await_nothing_pending() {
    return eventually([&] { return pending() == 0; });
  }
  void release() {
    self->request(caf::actor_cast<commandable_actor>(bot_handle), 20s, get_bot{})
        .receive([](const bot_status&) {}, [](caf::error&) { FAIL("the bot is gone"); });
  }
};

}  // namespace outcry::redis::test
