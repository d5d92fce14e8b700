#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/redis/container_bot.hpp"
#include "tests/support/actor_fixture.hpp"

namespace outcry::redis::test {

/// What a journal was told, and what it knows.
struct paper_journal {
  bool refuses = false;
  bot_image image;
  std::map<std::string, ledger> ledgers;
  std::vector<journal_write> writes;
};

inline caf::behavior journal_on_paper(caf::event_based_actor*,
                                      std::shared_ptr<paper_journal> paper) {
  auto line_in = [](const ledger& entry, const std::string& bot) {
    for (const auto& line : entry.lines)
      if (line.bot_id == bot) return line;
    return ledger_line{};
  };
  return {
      [=](const journal_write& write) -> caf::result<journal_receipt> {
        if (paper->refuses) return caf::make_error(ec::journal_unavailable);
        paper->writes.push_back(write);
        for (const auto& record : write.lines)
          for (auto& line : paper->ledgers[record.message_id].lines)
            if (line.bot_id == record.line.bot_id) line = record.line;
        return journal_receipt{};
      },
      [=](const load_bot&) { return paper->image; },
      [=](const find_line& query) {
        auto found = paper->ledgers.find(query.message_id);
        return found == paper->ledgers.end() ? ledger_line{} : line_in(found->second, query.bot_id);
      },
      [=](const find_ledgers& query) {
        ledger_list list;
        for (const auto& [id, entry] : paper->ledgers)
          if (query.id.empty() || query.id == id) list.ledgers.push_back(entry);
        return list;
      },
  };
}

struct around {
  std::vector<register_bot> registrations;
  std::vector<command_outcome> outcomes;
  std::vector<bot_status> statuses;
  std::vector<std::string> sent;     ///< message ids, in order
  std::vector<std::string> notes;    ///< likewise
  std::vector<std::string> configs;  ///< of those
  std::vector<std::string> acknowledged;
  std::vector<container_briefing> briefings;
};

inline caf::behavior neighbour(caf::event_based_actor*, std::shared_ptr<around> heard) {
  return {
      [=](const register_bot& x) { heard->registrations.push_back(x); },
      [=](const command_outcome& x) { heard->outcomes.push_back(x); },
      [=](const bot_status& x) { heard->statuses.push_back(x); },
  };
}

struct container_floor : outcry::test::actor_fixture {
  std::shared_ptr<paper_journal> paper = std::make_shared<paper_journal>();
  std::shared_ptr<around> heard = std::make_shared<around>();
  container_interface bot;

  explicit container_floor(bot_kind kind = bot_kind::controlled)
      : container_floor(bot_identity{"py-AAPL", "AAPL", "py", "box", kind}) {}

  explicit container_floor(const bot_identity& identity) {
    auto services = std::make_shared<container_services>();
    services->journal = caf::actor_cast<journal_actor>(spawn(journal_on_paper, paper));
    auto listener = spawn(neighbour, heard);
    services->desk = caf::actor_cast<command_desk_actor>(listener);
    services->roster = caf::actor_cast<roster_actor>(listener);
    services->house = the_house();
    services->wire.send = [heard = heard](const std::string&, const bot_command& command,
                                          const std::string& noted) {
      heard->notes.push_back(noted);
      heard->sent.push_back(command.message.id);
      heard->configs.push_back(command.message.config);
      return true;
    };
    services->wire.brief = [heard = heard](const std::string&, const container_briefing& x) {
      heard->briefings.push_back(x);
      return true;
    };
    services->wire.acknowledge = [heard = heard](const std::string& id) {
      heard->acknowledged.push_back(id);
    };
    bot = spawn(container_bot, identity, std::shared_ptr<const container_services>(services));
    run();
  }

  void presence(bot_state state, bool briefed = true) {
    bot_status seen;
    seen.state = state;
    send(bot, seen, briefed);
    run();
  }

  /// A command as the desk gives it, its ledger journalled.
  bot_command command(const std::string& id, const std::string& type, bool addressed = true,
                      const std::string& arguments = "{}") {
    bot_command result;
    result.message.config = arguments;
    result.message.id = id;
    result.message.type = type;
    result.addressed = addressed;
    ledger entry;
    entry.message = result.message;
    ledger_line line;
    line.bot_id = "py-AAPL";
    line.addressed = addressed;
    entry.lines.push_back(line);
    paper->ledgers[id] = entry;
    return result;
  }

  void acknowledge(const std::string& id, line_status status, const std::string& entry,
                   const std::string& result = {}) {
    ledger_line line;
    line.result = result;
    line.bot_id = "py-AAPL";
    line.status = status;
    send(bot, command_outcome{id, line, true}, entry);
    run();
  }
};

}  // namespace outcry::redis::test
